"""Cases as they stand in a TOML file: tasks before, messages, tasks after, words of the reply."""

import hashlib
import tomllib
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tasks import dates
from tasks.models import Task

# As `evalchat --help` shows it.
EXAMPLE = """\
[[case]]
name = "completes a task that was bought"
tasks = ["buy milk", { title = "call mum", due = "tomorrow", priority = "high" }]
say = ["I bought the milk"]
tasks_after = [{ title = "buy milk", completed = true }, "call mum"]
reply_has = ["milk", "done|completed"]
"""
BASICS = Path(__file__).with_name("basics.toml")
UTC = ZoneInfo("UTC")
# "In two hours" is said a moment after the case was read, and a model may think for a while.
DUE_TOLERANCE = timedelta(minutes=2)


class BadCases(ValueError):
    """The file cannot be read as cases; the text says where."""


class TaskSpec(BaseModel):
    """A task as a case names it: a title, or a table. What it leaves out may be anything.

    Only `completed` is always meant: a task that does not say so is open.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    title: str
    completed: bool = False
    due: str | None = None
    priority: Literal["none", "low", "medium", "high"] | None = None
    labels: list[str] | None = None
    description: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_title(cls, value: Any) -> Any:
        return {"title": value} if isinstance(value, str) else value

    def due_at(self, now: datetime) -> datetime | None:
        """What `due` means; None for "none" and where nothing is said. Raises ValueError."""
        if self.due is None or self.due == "none":
            return None
        return dates.parse_due(self.due, now=now, zone=UTC)

    def fits(self, task: Task, now: datetime) -> bool:
        """Is `task` what is meant? Case does not matter in titles and labels."""
        return (
            self.title.casefold() == task.title.casefold()
            and self.completed == task.completed
            and self.priority in (None, task.priority)
            and self.description in (None, task.description)
            and (self.labels is None or _folded(self.labels) == _folded(task.label_names))
            and self._fits_due(task.due_at, now)
        )

    def _fits_due(self, due_at: datetime | None, now: datetime) -> bool:
        if self.due is None:
            return True
        wanted = self.due_at(now)
        if wanted is None or due_at is None:
            return wanted is due_at
        return abs(wanted - due_at) <= DUE_TOLERANCE

    def __str__(self) -> str:
        """`[x] buy milk (due tomorrow, high, #home)`."""
        notes = [f"due {self.due}"] if self.due else []
        notes += [self.priority] if self.priority else []
        notes += [f"#{label}" for label in self.labels or ()]
        return _line(self.completed, self.title, notes)


class Case(BaseModel):
    """`tasks_after`: all tasks that are then there (None: they are not looked at).

    `reply_has`: words of the last reply, in any case; `a|b` is either.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1)
    tasks: list[TaskSpec] = []
    say: list[str] = Field(min_length=1)
    tasks_after: list[TaskSpec] | None = None
    reply_has: list[str] = []

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if self.tasks_after is None and not self.reply_has:
            raise ValueError("it expects nothing: give tasks_after or reply_has")
        now = datetime.now(UTC)
        for spec in (*self.tasks, *(self.tasks_after or ())):
            spec.due_at(now)
        return self

    def problems(self, tasks: list[Task], reply: str, now: datetime) -> list[str]:
        """What is not as expected, in words."""
        found = [] if self.tasks_after is None else _differences(self.tasks_after, tasks, now)
        said = reply.casefold()
        for words in self.reply_has:
            if not any(word.casefold() in said for word in words.split("|")):
                found.append(f'the reply lacks "{words}"')
        return found


class _CaseFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    case: list[Case] = Field(min_length=1)


def read_cases(path: Path) -> tuple[list[Case], str]:
    """The cases of the file and a digest of its bytes. Raises BadCases and OSError."""
    raw = path.read_bytes()
    try:
        cases = _CaseFile.model_validate(tomllib.loads(raw.decode())).case
    except ValidationError as error:
        raise BadCases(_words(error)) from None
    except ValueError as error:  # no TOML, no UTF-8
        raise BadCases(str(error)) from None
    names = Counter(case.name for case in cases)
    if twice := [name for name, times in names.items() if times > 1]:
        raise BadCases(f"two cases are named {twice[0]!r}")
    return cases, hashlib.sha256(raw).hexdigest()


def task_line(task: Task, now: datetime) -> str:
    """As `str(TaskSpec)`."""
    due = dates.describe_due(task.due_at, now=now, zone=UTC) if task.due_at else ""
    notes = [f"due {due}"] if due else []
    notes += [task.priority] if task.priority != "none" else []
    notes += [f"#{label}" for label in task.label_names]
    return _line(task.completed, task.title, notes)


def _line(completed: bool, title: str, notes: list[str]) -> str:
    box = "[x]" if completed else "[ ]"
    return f"{box} {title} ({', '.join(notes)})" if notes else f"{box} {title}"


def _differences(wanted: list[TaskSpec], tasks: list[Task], now: datetime) -> list[str]:
    """Pairs each wanted task with one that fits; what is left on either side is wrong."""
    left = list(tasks)
    found = []
    for spec in wanted:
        fitting = next((task for task in left if spec.fits(task, now)), None)
        if fitting is None:
            found.append(f"there is no task {spec}")
        else:
            left.remove(fitting)
    return found + [f"there should be no task {task_line(task, now)}" for task in left]


def _folded(labels: list[str]) -> set[str]:
    return {label.casefold() for label in labels}


def _words(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
    return f"{place}: {first['msg']}"
