"""Finds the tasks a message means, by tool calls where the conversation does not tell. Pure."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from chat.offline import conversation as history
from chat.offline import phrases, reports
from chat.offline.conversation import Outcome, Problem, Step
from chat.offline.intents import (
    Ask,
    Call,
    Choice,
    Confirmation,
    Conversation,
    Every,
    Filter,
    Intent,
    It,
    Named,
    Nth,
    Reply,
    Target,
    TaskRef,
    These,
)

T = TypeVar("T")
Part: TypeAlias = Generator[tuple[Call, ...], tuple[Outcome, ...], T]

_PAGE = 100
_MOST_PAGES = 5
_NUMBER = re.compile(r"(?:t|#)?(\d{1,9})", re.IGNORECASE)


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
        return Reply(reports.told(call, outcome, self._old_title(outcome)))

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
    arguments: dict[str, Any] = {**filter.arguments(), "limit": _PAGE}
    for _ in range(_MOST_PAGES):
        (outcome,) = yield from talk.calls(Call("list_tasks", arguments))
        tasks += outcome.tasks
        talk.cut_off = bool(outcome.next_cursor)
        if not talk.cut_off:
            break
        arguments = {"cursor": outcome.next_cursor, "limit": _PAGE}
    talk.facts = replace(talk.facts, shown=tasks)
    return tasks


def labelled_instead(filter: Filter) -> Filter | None:
    """ "work tasks" with no word "work" in them may be those with the label."""
    if not filter.query or " " in filter.query or filter.label:
        return None
    return replace(filter, query=None, label=filter.query)


def look_up(talk: Talk, phrase: str) -> Part[tuple[TaskRef, ...]]:
    """Tasks, done or not, that a title, a part of one or a number fits; an exact title alone."""
    if number := _NUMBER.fullmatch(phrase):
        tasks = yield from everything(talk, Filter(status="all"))
        if named := [task for task in tasks if task.id == f"t{number.group(1)}"]:
            talk.speak_of(named)
            return tuple(named)
    search = Filter(status="all", query=phrase[:200])
    (outcome,) = yield from talk.calls(Call("list_tasks", search.arguments()))
    found = outcome.tasks
    exact = tuple(task for task in found if task.title.casefold() == phrase.casefold())
    found = exact if len(exact) == 1 else found
    talk.speak_of(found if len(found) == 1 else ())
    return found


def find_one(talk: Talk, intent: Intent, target: Target) -> Part[TaskRef | Reply]:
    """The one task a target means, as it is now; or the question which."""
    if isinstance(target, Named):
        found = yield from look_up(talk, target.phrase)
        if len(found) == 1:
            return found[0]
        if not found:
            return Reply(reports.not_found(target.phrase, ()))
        talk.facts = replace(talk.facts, shown=found)
        return Reply(reports.which(target.phrase, found), Ask("target", intent))
    meant = yield from which_tasks(talk, intent, target)
    if isinstance(meant, Reply):
        return meant
    if len(meant) > 1:
        return Reply(reports.one_at_a_time(), Ask("target", intent))
    now = yield from look_up(talk, meant[0].title)
    return next((task for task in now if task.id == meant[0].id), meant[0])


def which_tasks(
    talk: Talk, intent: Intent, target: These | It | Nth | Every
) -> Part[tuple[TaskRef, ...] | Reply]:
    """The tasks that a target means, or the question which."""
    match target:
        case These(references):
            known = talk.facts.known
            return tuple(known.get(name, TaskRef(name, name)) for name in references)
        case It(plural):
            return _spoken_of(talk, intent, plural=plural)
        case Nth(index):
            return (yield from _at_place(talk, intent, index))
        case Every(wanted, besides):
            tasks = yield from everything(talk, wanted)
            if not tasks and (by_label := labelled_instead(wanted)):
                tasks = yield from everything(talk, by_label)
            if besides:
                tasks = tuple(task for task in tasks if not _fits(task, besides))
            return tasks or Reply(reports.none_of(wanted))


def _spoken_of(talk: Talk, intent: Intent, *, plural: bool) -> tuple[TaskRef, ...] | Reply:
    """ "it", or "them": what was spoken of last, else what was shown."""
    spoken, shown = talk.facts.spoken, talk.facts.shown
    if plural and len(spoken) <= 1 < len(shown):
        return shown
    if len(spoken) == 1 or (plural and spoken):
        return spoken
    question = Ask("target", intent)
    if not spoken:
        return Reply(phrases.ask("target"), question)
    talk.facts = replace(talk.facts, shown=spoken)
    return Reply(reports.which_of(spoken), question)


def _at_place(talk: Talk, intent: Intent, index: int) -> Part[tuple[TaskRef, ...] | Reply]:
    tasks = talk.facts.shown or (yield from everything(talk, Filter()))
    if -len(tasks) <= index < len(tasks):
        return (tasks[index],)
    return Reply(reports.no_such_position(len(tasks)), Ask("target", intent))


def _fits(task: TaskRef, phrase: str) -> bool:
    """Whether a phrase names this task: its number, words of its title, or one such of several."""
    title = task.title.casefold()
    options = re.split(r",\s*(?:and\s+)?|\s+(?:and|or)\s+", phrase.casefold())
    return any(
        option.strip() == task.id or all(word in title for word in option.split())
        for option in [phrase.casefold(), *options]
        if option.strip()
    )


def change(
    talk: Talk, intent: Intent, target: Target, tool: str, fields: Mapping[str, Any]
) -> Part[Reply]:
    """Call a tool for the tasks that a target means."""
    if not isinstance(target, Named):
        meant = yield from which_tasks(talk, intent, target)
        if isinstance(meant, Reply):
            return meant
        return (yield from _change_all(talk, tool, meant, fields))
    first: Reply | None = None
    for references in _readings(target, talk.facts):
        call = Call(tool, {"tasks": list(references), **fields})
        (outcome,) = yield from talk.calls(call)
        reply = talk.told(call, outcome)
        if not (outcome.problem and outcome.problem.code == "not_found"):
            return reply
        first = first or reply
    assert first
    return first


def _change_all(
    talk: Talk, tool: str, tasks: Sequence[TaskRef], fields: Mapping[str, Any]
) -> Part[Reply]:
    """Change any number of tasks, as many at once as a tool takes."""
    replies = []
    for first in range(0, len(tasks), _PAGE):
        ids = [task.id for task in tasks[first : first + _PAGE]]
        reply = yield from talk.make(tool, {"tasks": ids, **fields})
        replies.append(reply.text)
        if reply.pending:
            break
    talk.speak_of(tasks)
    more = talk.cut_off or (reply.pending and len(tasks) > _PAGE)
    said = [reports.there_are_more(), *replies] if more else replies
    return Reply(" ".join(said), reply.pending)


def _readings(target: Named, facts: Conversation) -> list[tuple[str, ...]]:
    """The ways to take a phrase, best first: one title, several titles, the phrase unabridged."""
    titles = {task.title.casefold() for task in facts.known.values()}
    one: tuple[str, ...] = (target.phrase,)
    several = target.parts
    readings = [one, several] if several else [one]
    if several and all(part.casefold() in titles for part in several):
        readings.reverse()
    if target.whole and target.whole != target.phrase:
        readings.append((target.whole,))
    return readings
