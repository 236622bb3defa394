"""A turn in progress: the calls it makes, what they told, and looking tasks up. Pure."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from chat.offline import facts as history
from chat.offline import phrases, reports
from chat.offline.conversation import Outcome, Problem, Step
from chat.offline.grammar import vocabulary as words
from chat.offline.intents import (
    Call,
    Choice,
    Confirmation,
    Conversation,
    Filter,
    Reply,
    TaskRef,
)

T = TypeVar("T")
Part: TypeAlias = Generator[tuple[Call, ...], tuple[Outcome, ...], T]

PAGE = 100
NUMBER = re.compile(r"(?:t|#)?(\d{1,9})", re.IGNORECASE)
_MOST_PAGES = 4
_ARTICLES = frozenset("a an the my our your this that some his her their".split())


class Talk:
    """A turn in progress: makes calls, and knows what they changed."""

    def __init__(self, facts: Conversation) -> None:
        self.facts = facts
        self.cut_off = False  # there were more tasks than it read
        self._before = facts  # as it was before the last calls: has the old title of a renamed task

    def calls(self, *calls: Call) -> Part[tuple[Outcome, ...]]:
        """Make calls side by side."""
        outcomes = yield calls
        self._before = self.facts
        steps = [Step(call, outcome) for call, outcome in zip(calls, outcomes, strict=True)]
        self.facts = history.after(self.facts, steps)
        return outcomes

    def make(self, name: str, arguments: Mapping[str, Any]) -> Part[Reply]:
        """Make one call and tell what came of it."""
        call = Call(name, arguments)
        (outcome,) = yield from self.calls(call)
        return self.told(call, outcome)

    def speak_of(self, tasks: Iterable[TaskRef]) -> None:
        """ "it" or "them" are these from now on."""
        if tasks := tuple(tasks):
            self.facts = replace(self.facts, spoken=tasks)

    def told(self, call: Call, outcome: Outcome) -> Reply:
        """The words for a call that changed something, or did not."""
        if wanted := outcome.confirmation:
            count = int(wanted.get("count") or 0)
            titles = [phrases.quoted(str(title)) for title in wanted.get("titles") or ()]
            return Reply(reports.confirm_deletion(count, titles), Confirmation(call, count))
        if trouble := outcome.problem:
            return _question(call, trouble)
        now, same = self.told_apart(outcome)
        words = reports.told(
            call,
            now,
            same,
            restored=history.restored(outcome),
            old_title=self._old_title(outcome),
        )
        return Reply(words or outcome.message or "Done.")

    def told_apart(self, outcome: Outcome) -> tuple[tuple[TaskRef, ...], tuple[TaskRef, ...]]:
        """What the last call changed, and what was so already."""
        return history.told_apart(outcome, self._before.known)

    def _old_title(self, outcome: Outcome) -> str:
        tasks = outcome.tasks
        known = self._before.known.get(tasks[0].id) if tasks else None
        return known.title if known else ""


def _question(call: Call, trouble: Problem) -> Reply:
    unplaced = [reference for reference in _references(call) if f'"{reference}"' in trouble.message]
    if len(unplaced) > 1:
        return Reply(reports.problem(trouble))
    reference = (unplaced or _references(call) or [""])[0]
    choice = Choice(call, reference, trouble.candidates)
    if trouble.code == "ambiguous" and trouble.candidates:
        return Reply(reports.which(reference, trouble.candidates), choice)
    if trouble.code == "not_found" and reference:
        state = "open" if call.name == "complete_task" else ""
        words = reports.not_found(reference, trouble.candidates, state)
        return Reply(words, choice if trouble.candidates else None)
    return Reply(reports.problem(trouble))


def _references(call: Call) -> list[str]:
    return [str(reference) for reference in call.arguments.get("tasks") or ()]


def everything(talk: Talk, filter: Filter) -> Part[tuple[TaskRef, ...]]:
    """All tasks of a filter, page by page."""
    tasks: tuple[TaskRef, ...] = ()
    arguments: dict[str, Any] = {**filter.arguments(), "limit": PAGE}
    for _ in range(_MOST_PAGES):
        (outcome,) = yield from talk.calls(Call("list_tasks", arguments))
        tasks += outcome.tasks
        talk.cut_off = bool(outcome.next_cursor)
        if not talk.cut_off:
            break
        arguments = {"cursor": outcome.next_cursor, "limit": PAGE}
    talk.facts = replace(talk.facts, shown=tasks)
    return tasks


def labelled_instead(filter: Filter) -> Filter | None:
    """ "work tasks" with no word "work" in them may be those with the label."""
    if not filter.query or " " in filter.query or filter.label:
        return None
    return replace(filter, query=None, label=filter.query)


def look_up(
    talk: Talk, phrase: str, status: Any = "all", *, exact_alone: bool = True
) -> Part[tuple[TaskRef, ...]]:
    """Tasks, done or not, that a title, a part of one or a number fits; an exact title alone."""
    if number := NUMBER.fullmatch(phrase):
        tasks = yield from everything(talk, Filter(status=status))
        if named := [task for task in tasks if task.id == f"t{number.group(1)}"]:
            talk.speak_of(named)
            return tuple(named)
    found: tuple[TaskRef, ...] = ()
    for query in _queries(phrase):
        search = Filter(status=status, query=query[:200])
        (outcome,) = yield from talk.calls(Call("list_tasks", search.arguments()))
        if found := outcome.tasks:
            break
    wanted = _plain(phrase)
    exact = tuple(task for task in found if _plain(task.title) == wanted)
    found = exact if exact_alone and len(exact) == 1 else found
    talk.speak_of(found if len(found) == 1 else ())
    return found


def _queries(phrase: str) -> list[str]:
    """What to search for, best first: without articles, in another form, without the verb."""
    spoken = [word for word in phrase.split() if word.casefold() not in _ARTICLES]
    if not spoken:
        return [phrase]
    queries = [" ".join(spoken)]
    # "mums birthday" may be "mum's birthday": a search is for parts of words.
    stems = [re.sub(r"(?<=\w{3})(?:['\u2019]s|s['\u2019]?)$", "", word) for word in spoken]
    if stems != spoken:
        queries.append(" ".join(stems))
    if len(spoken) > 1 and spoken[0].casefold() in words.TASK_VERBS:
        queries.append(" ".join(spoken[1:]))
    return queries


def _plain(title: str) -> list[str]:
    """The words that tell a title from another."""
    plain = re.sub(r"['\u2019]", "", title.casefold())
    return [word for word in plain.split() if word not in _ARTICLES]
