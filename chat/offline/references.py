"""Finds the tasks a message means, by tool calls where the conversation does not tell. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chat.offline import facts as history
from chat.offline import phrases, reports
from chat.offline.intents import (
    Ask,
    Call,
    Complete,
    Conversation,
    Delete,
    Every,
    Filter,
    Intent,
    It,
    Named,
    Nth,
    Offer,
    Reopen,
    Reply,
    Target,
    TaskRef,
    These,
    Update,
)
from chat.offline.talk import NUMBER, PAGE, Part, Talk, everything, labelled_instead, look_up


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
            if isinstance(intent, Reopen) and intent.restores:
                return (yield from _deleted(talk, intent, plural=plural))
            if plural and talk.facts.group and not talk.facts.listed:
                return (yield from which_tasks(talk, intent, talk.facts.group))
            return _spoken_of(talk, intent, plural=plural)
        case Nth(index):
            return (yield from _at_place(talk, intent, index))
        case Every(wanted, besides):
            wanted = _in_the_state(intent, wanted)
            tasks = yield from everything(talk, wanted)
            if not tasks and (by_label := labelled_instead(wanted)):
                tasks = yield from everything(talk, by_label)
            if besides:
                tasks = tuple(task for task in tasks if not _fits(task, besides))
            return tasks or Reply(reports.none_of(wanted))


def _in_the_state(intent: Intent, wanted: Filter) -> Filter:
    """ "reopen all" means what is closed, "restore all" what is deleted."""
    if not isinstance(intent, Reopen) or wanted.status in ("completed", "open"):
        return wanted
    return replace(wanted, status="trash" if intent.restores else "completed")


def _spoken_of(talk: Talk, intent: Intent, *, plural: bool) -> tuple[TaskRef, ...] | Reply:
    """ "it", or "them": what was spoken of last, else what was shown."""
    facts = talk.facts
    gone = {task.id for task in facts.deleted}
    there = tuple(task for task in facts.shown if task.id not in gone)
    if plural and there and (facts.listed or len(facts.spoken) <= 1 < len(there)):
        return there
    if len(facts.spoken) == 1 or (plural and facts.spoken):
        return facts.spoken
    question = Ask("target", intent)
    if not facts.spoken:
        return Reply(phrases.ask("target"), question)
    talk.facts = replace(facts, shown=facts.spoken)
    return Reply(reports.which_of(facts.spoken), question)


def _deleted(talk: Talk, intent: Intent, *, plural: bool) -> Part[tuple[TaskRef, ...] | Reply]:
    """ "restore it": what was deleted last, else the one in the trash."""
    last = talk.facts.deleted
    if len(last) == 1 and not plural:
        return last
    if plural and len(last) > 1:
        return last
    trash = yield from everything(talk, Filter(status="trash"))
    if plural or len(trash) == 1:
        return trash or Reply(reports.none_of(Filter(status="trash")))
    return Reply(
        reports.which_of(trash) if trash else reports.none_of(Filter(status="trash")),
        Ask("target", intent) if trash else None,
    )


def _at_place(talk: Talk, intent: Intent, index: int) -> Part[tuple[TaskRef, ...] | Reply]:
    if index == -1 and talk.facts.newer:
        return (talk.facts.newer[-1],)  # a list shown before it is out of date
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
        return (yield from change_all(talk, tool, meant, fields))
    first: Reply | None = None
    for references in _readings(target, talk.facts):
        call = Call(tool, {"tasks": list(references), **fields})
        (outcome,) = yield from talk.calls(call)
        reply = talk.told(call, outcome)
        if not (outcome.problem and outcome.problem.code == "not_found"):
            return reply
        missing = [name for name in references if f'"{name}"' in outcome.problem.message]
        if 0 < len(missing) < len(references):
            return Reply(reports.missing(missing))
        first = first or reply
    assert first
    return (yield from _labelled_so(talk, intent, target)) or first


def _labelled_so(talk: Talk, intent: Intent, target: Named) -> Part[Reply | None]:
    """No task is called "chores": perhaps those labelled so are meant."""
    by_label = labelled_instead(Filter(query=target.phrase))
    if by_label is None or NUMBER.fullmatch(target.phrase):
        return None
    labelled = yield from everything(talk, by_label)
    if not labelled:
        return None
    meant = These(tuple(task.id for task in labelled))
    if isinstance(intent, Complete | Reopen | Delete | Update):
        offered = Offer(replace(intent, target=meant))
        return Reply(reports.labelled_so(target.phrase, labelled), offered)
    return None


def change_all(
    talk: Talk, tool: str, tasks: Sequence[TaskRef], fields: Mapping[str, Any]
) -> Part[Reply]:
    """Change any number of tasks, as many at once as a tool takes; one sentence for all."""
    now: tuple[TaskRef, ...] = ()
    same: tuple[TaskRef, ...] = ()
    stopped: Reply | None = None
    for first in range(0, len(tasks), PAGE):
        call = Call(tool, {"tasks": [task.id for task in tasks[first : first + PAGE]], **fields})
        (outcome,) = yield from talk.calls(call)
        if outcome.problem or outcome.confirmation:
            stopped = talk.told(call, outcome)
            break
        changed, unchanged = talk.told_apart(outcome)
        now, same = now + changed, same + unchanged
    talk.speak_of(tasks)
    if len(tasks) <= PAGE:
        told = (stopped or talk.told(call, outcome)).text
    else:
        told = reports.told(call, now, same, restored=history.restored(outcome))
        told = f"{told} {stopped.text}".strip() if stopped else told
    asks = stopped.pending if stopped else None
    more = talk.cut_off or (asks and len(tasks) > PAGE)
    return Reply(f"{reports.there_are_more()} {told}" if more else told, asks)


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
