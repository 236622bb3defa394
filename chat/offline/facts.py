"""What a conversation can refer to once tool calls are done. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from chat.offline.conversation import Outcome, Step
from chat.offline.intents import (
    Call,
    Change,
    Conversation,
    Every,
    Filter,
    More,
    TaskRef,
)

Kind = Literal["add", "complete", "reopen", "restore", "delete", "update"]

_ALREADY = re.compile(r" (?:was|were) already \w+\.")
_AND_MORE = re.compile(r" and \d+ more$")


def after(conversation: Conversation, steps: Sequence[Step]) -> Conversation:
    """The facts once these calls are done. Calls of one kind at the end are one change."""
    before = conversation.known
    for index, step in enumerate(steps):
        # The user sees a list only if nothing but lists follows.
        seen = all(later.call.name == "list_tasks" for later in steps[index:])
        conversation = _after_one(conversation, step, seen=seen)
    changes = [change for step in steps if (change := change_of(step, before))]
    last = changes[-1:]
    for change in reversed(changes[:-1]):
        if change.kind != last[0].kind:
            break
        last.insert(0, change)
    if last:
        together = tuple(task for change in last for task in change.tasks)
        conversation = replace(conversation, changed=Change(last[0].kind, together))
    return _side_by_side(conversation, steps)


def _side_by_side(conversation: Conversation, steps: Sequence[Step]) -> Conversation:
    """Tasks that calls of one tool changed one after the other are "them"."""
    name = steps[-1].call.name if steps else "list_tasks"
    alike: list[TaskRef] = []
    for step in reversed(steps):
        if step.call.name != name or step.outcome.problem:
            break
        alike[:0] = step.outcome.tasks
    if name == "list_tasks" or len(steps) < 2 or len(alike) < 2:
        return conversation
    tasks = tuple(alike)
    if name == "add_task":
        conversation = replace(conversation, shown=tasks)
    if name == "delete_task":
        conversation = replace(conversation, deleted=tasks)
    return replace(conversation, spoken=tasks)


def _after_one(conversation: Conversation, step: Step, *, seen: bool) -> Conversation:
    tasks, problem = step.outcome.tasks, step.outcome.problem
    named = tasks or (problem.candidates if problem else ())
    known = {**conversation.known, **{task.id: task for task in named}}
    facts = replace(conversation, known=known)
    if problem:
        return _shown(facts, problem.candidates) if problem.candidates else facts
    if step.outcome.confirmation:
        return _asked_about(facts, step.call)
    if step.call.name == "list_tasks":
        return _listed(facts, step) if seen else facts
    if not tasks:
        return facts
    facts = replace(facts, spoken=tasks, group=None, listed=False)
    if step.call.name == "add_task":
        return replace(facts, newer=(*facts.newer, *tasks))
    if step.call.name == "delete_task":
        newer = tuple(task for task in facts.newer if task not in tasks)
        return replace(facts, deleted=tasks, newer=newer)
    return replace(facts, deleted=()) if restored(step.outcome) else facts


def _shown(facts: Conversation, tasks: tuple[TaskRef, ...]) -> Conversation:
    return replace(facts, shown=tasks, listed=len(tasks) > 1, newer=(), more=None)


def _listed(facts: Conversation, step: Step) -> Conversation:
    tasks = step.outcome.tasks
    cursor = step.outcome.next_cursor
    follows = facts.more is not None and step.call.arguments.get("cursor") == facts.more.cursor
    before = facts.more.before if follows and facts.more else 0
    more = More(cursor, before + len(tasks)) if cursor else None
    spoken = tasks if len(tasks) == 1 else facts.spoken
    return replace(_shown(facts, tasks), spoken=spoken, more=more, group=None)


def _asked_about(facts: Conversation, call: Call) -> Conversation:
    """Whatever is answered to "delete them?", "them" are those it was about."""
    match call.arguments:
        case {"all": "everything"}:
            return replace(facts, group=Every(Filter(status="all")), listed=False)
        case {"all": "open" | "completed" as status}:
            return replace(facts, group=Every(Filter(status=status)), listed=False)
        case {"tasks": [*references]}:
            tasks = tuple(facts.known[name] for name in references if name in facts.known)
            return replace(facts, spoken=tasks, group=None, listed=False) if tasks else facts
    return facts


# -- what a call changed -------------------------------------------------------------------------


def change_of(step: Step, known: Mapping[str, TaskRef]) -> Change | None:
    """What a call changed; None if all was so already, or nothing was done."""
    kind = _kind(step)
    if kind is None or step.outcome.problem or step.outcome.confirmation:
        return None
    now, _ = told_apart(step.outcome, known)
    return Change(kind, now) if now else None


def _kind(step: Step) -> Kind | None:
    name, status = step.call.name, step.call.arguments.get("status")
    if name == "update_task" and status == "open":
        words = _without_titles(step.outcome)
        if "restored from the trash" in words:
            return "update" if "reopened" in words else "restore"
        return "reopen"
    if name == "update_task" and status == "completed":
        return "complete"
    kinds: dict[str, Kind] = {
        "add_task": "add",
        "complete_task": "complete",
        "delete_task": "delete",
        "update_task": "update",
    }
    return kinds.get(name)


def restored(outcome: Outcome) -> bool:
    """Whether it brought tasks back from the trash."""
    return "restored from the trash" in _without_titles(outcome)


def told_apart(
    outcome: Outcome, known: Mapping[str, TaskRef]
) -> tuple[tuple[TaskRef, ...], tuple[TaskRef, ...]]:
    """The tasks that a call changed, and those that "were already" as wished.

    The tools tell the second ones by name at the end of their message. They name ten at most; of
    the others their state before decides.
    """
    found = list(_ALREADY.finditer(outcome.message))
    if not found:
        return outcome.tasks, ()
    head = outcome.message[: found[-1].start()]
    cut_off = _AND_MORE.search(head)
    head = head[: cut_off.start()] if cut_off else head
    waiting = {_named(task): task for task in outcome.tasks}
    same: list[TaskRef] = []
    while name := next((name for name in waiting if head.endswith(name)), None):
        same.append(waiting.pop(name))
        head = head.removesuffix(name).removesuffix(", ")
    if cut_off and same:
        for name, task in list(waiting.items()):
            was = known.get(task.id)
            if name not in head and (was is None or was.completed == task.completed):
                same.append(waiting.pop(name))
    changed = tuple(task for task in outcome.tasks if task not in same)
    return changed, tuple(task for task in outcome.tasks if task in same)


def _without_titles(outcome: Outcome) -> str:
    words = outcome.message
    for task in outcome.tasks:
        words = words.replace(_named(task), "")
    return words


def _named(task: TaskRef) -> str:
    return f'{task.id} "{task.title}"'
