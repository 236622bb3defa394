"""Which tasks a call names: by id or by title, all of them or none, and never a guess."""

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from mcp_tools.context import ToolContext
from mcp_tools.results import ToolError, names, ref
from tasks import dates, queries, text
from tasks.models import Task
from tasks.queries import Status

CANDIDATES = 5
# Closeness costs quadratic time in the length, for each task looked at.
LOOKED_AT = 500
COMPARED_LENGTH = 80
CLOSE_ENOUGH = 0.55

_NUMBER = re.compile(r"(?:task://)?#?t?(\d{1,9})", re.IGNORECASE)
_OPAQUE = re.compile(r"task_[0-9a-f]{32}")
# Words around a title that are not part of it: "the groceries task".
_FILLERS = frozenset({"a", "an", "the", "my", "task", "tasks", "todo", "item"})


@dataclass(frozen=True)
class Wanted:
    """Where a title is looked for, in this order; the first place that holds it decides."""

    tool: str
    places: Sequence[Status]
    noun: str = "task"

    @property
    def takes_trash(self) -> bool:
        return "trash" in self.places


@dataclass(frozen=True)
class Problem:
    code: str
    message: str
    candidates: Sequence[Task] = ()


def resolve(context: ToolContext, references: Iterable[str], wanted: Wanted) -> list[Task]:
    """Each task once, in the order named; one ToolError that names every bad reference."""
    references = list(dict.fromkeys(references))
    by_id = _named_by_id(context, references)
    found: dict[str, Task] = {}
    problems: list[Problem] = []
    for reference in references:
        task = by_id.get(reference) or _named_by_title(context, reference, wanted)
        if isinstance(task, Task) and task.in_trash and not wanted.takes_trash:
            task = _in_trash(task, context)
        if isinstance(task, Problem):
            problems.append(task)
        else:
            found[task.id] = task
    if problems:
        raise _error(problems, unchanged=len(references) > 1)
    return list(found.values())


def _error(problems: Sequence[Problem], *, unchanged: bool) -> ToolError:
    lines = [problem.message for problem in problems]
    candidates = {task.id: task for problem in problems for task in problem.candidates}
    if unchanged:
        lines.append("Nothing was changed.")
    return ToolError(problems[0].code, "\n".join(lines), list(candidates.values()))


def _named_by_id(context: ToolContext, references: Sequence[str]) -> dict[str, Task]:
    """`t12`, `T12`, `12`, `#12`, `task://t12` and our own opaque ids."""
    numbers = {r: int(match[1]) for r in references if (match := _NUMBER.fullmatch(r))}
    opaque = [r for r in references if _OPAQUE.fullmatch(r)]
    found = queries.tasks_by_id(context.user, opaque) if opaque else {}
    if numbers:
        by_number = queries.tasks_by_number(context.user, numbers.values())
        found |= {r: by_number[n] for r, n in numbers.items() if n in by_number}
    return found


def _named_by_title(context: ToolContext, reference: str, wanted: Wanted) -> Task | Problem:
    for place in wanted.places:
        matches = _matches(context, reference, place)
        if len(matches) == 1:
            return matches[0]
        if matches:
            return _ambiguous(reference, matches, wanted, place)
    if not wanted.takes_trash:
        trashed = _matches(context, reference, "trash")
        if len(trashed) == 1:
            return trashed[0]
    return _not_found(context, reference, wanted)


def _matches(context: ToolContext, reference: str, place: Status) -> list[Task]:
    """The tasks of exactly this title, else those whose title holds all its words."""
    owner = context.user
    key = text.fold(" ".join(reference.split()))
    if exact := queries.tasks_titled(owner, key, place):
        return exact
    words = text.words(reference)
    essential = [word for word in words if word not in _FILLERS]
    for needed in (words, essential):
        if needed and (matches := _holding(context, needed, place)):
            return matches
    return []


def _holding(context: ToolContext, words: Sequence[str], place: Status) -> list[Task]:
    """Whole words: "art" is not in "start the project"."""
    candidates = queries.tasks_holding(context.user, words, place)
    return [task for task in candidates if set(words) <= set(text.words(task.title))]


# --- Problems in words -----------------------------------------------------------------------


def _ambiguous(reference: str, matches: Sequence[Task], wanted: Wanted, place: Status) -> Problem:
    matches = sorted(matches, key=lambda task: task.number)
    kind = {"open": "", "completed": "completed "}.get(place, "")
    message = (
        f'{len(matches)} {kind}tasks match "{_quoted(reference)}": {names(matches, CANDIDATES)}. '
        "Ask which, then use the id."
    )
    return Problem("ambiguous", message, matches[:CANDIDATES])


def _not_found(context: ToolContext, reference: str, wanted: Wanted) -> Problem:
    if number := _NUMBER.fullmatch(reference):
        message = f"No task t{int(number[1])}. list_tasks shows the ids."
        return Problem("not_found", message)
    missing = f'No {wanted.noun} "{_quoted(reference)}".'
    place: Status = "open" if wanted.places[0] == "open" and wanted.noun != "task" else "all"
    closest = _closest(reference, queries.newest_tasks(context.user, place, LOOKED_AT))
    if not closest:
        return Problem("not_found", f"{missing} list_tasks shows what there is.")
    call = f"Call {wanted.tool} again with an id."
    return Problem("not_found", f"{missing} Closest: {names(closest)}. {call}", closest)


def _in_trash(task: Task, context: ToolContext) -> Problem:
    deleted_at = task.deleted_at or context.now
    day = dates.describe_past_day(deleted_at, now=context.now, zone=context.zone)
    restore = f'update_task(tasks=["{ref(task)}"], status="open") restores it.'
    return Problem("state", f"{ref(task)} is in the trash since {day}. {restore}", [task])


def _closest(reference: str, tasks: Sequence[Task]) -> list[Task]:
    """Up to five tasks whose title, or a word of it, is nearly the reference."""
    wanted = text.fold(reference)[:COMPARED_LENGTH]
    closeness = functools.cache(functools.partial(_closeness, SequenceMatcher(b=wanted)))
    scored = []
    for task in tasks:
        title = task.title_key[:COMPARED_LENGTH]
        score = max(closeness(part) for part in (title, *title.split()))
        scored.append((score, task.number, task))
    close = sorted((s for s in scored if s[0] >= CLOSE_ENOUGH), key=lambda s: (-s[0], -s[1]))
    return [task for _, _, task in close[:CANDIDATES]]


def _closeness(matcher: SequenceMatcher[str], part: str) -> float:
    """From 0 to 1; 0 as soon as it is clear that the part is not close enough."""
    matcher.set_seq1(part)
    near = matcher.real_quick_ratio() >= CLOSE_ENOUGH and matcher.quick_ratio() >= CLOSE_ENOUGH
    return matcher.ratio() if near else 0.0


def _quoted(reference: str) -> str:
    return text.shortened(reference, 60)
