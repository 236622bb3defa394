"""What a tool answers: one text for the model, the same as data for programs and views, and
errors that say what is wrong, what is closest, and what to call next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from mcp_tools.context import ToolContext
from tasks import dates, text
from tasks.models import Task

NOTES_LENGTH = 200


@dataclass(frozen=True)
class ToolResult:
    text: str
    structured: dict[str, Any]
    is_error: bool = False


class Candidate(BaseModel):
    id: str
    title: str


class ToolError(Exception):
    """The model's mistake, in words that help it to the next call."""

    def __init__(self, code: str, message: str, candidates: Sequence[Task] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.candidates = list(candidates)

    def as_result(self) -> ToolResult:
        candidates = [{"id": ref(task), "title": task.title} for task in self.candidates]
        error = {"code": self.code, "message": self.message, "candidates": candidates}
        return ToolResult(self.message, {"error": error}, is_error=True)


# --- Published as output schemas -------------------------------------------------------------


class Output(BaseModel):
    model_config = ConfigDict(extra="forbid")

    def as_result(self, *lines: str) -> ToolResult:
        """`lines` are what the model reads; empty fields are left out of the data."""
        return ToolResult("\n".join(lines), self.model_dump(exclude_none=True))


class TaskOut(Output):
    id: str
    title: str
    completed: bool
    due_at: str | None = None
    due_text: str | None = None
    priority: Literal["low", "medium", "high"] | None = None
    labels: list[str] | None = None
    description: str | None = None


class ChangeOut(Output):
    message: str
    tasks: list[TaskOut]
    next: str | None = None


class ListOut(Output):
    message: str
    tasks: list[TaskOut]
    total: int
    next_cursor: str | None = None
    applied: dict[str, Any]


class Question(Output):
    """What waits for the user's yes."""

    tool: str
    count: int
    titles: list[str]
    message: str


class NeedsConfirmation(Question):
    """Asked in the sidebar: a handle for the server, which the model never sees."""

    confirmation_id: str


class NeedsConfirmToken(Question):
    """Asked through an outside client: its model repeats the call with the token."""

    confirm_token: str


class Deleted(Output):
    message: str | None = None
    tasks: list[TaskOut] | None = None
    next: str | None = None


class DeleteOut(Deleted):
    """Either what was deleted, or what waits for the user's yes."""

    needs_confirmation: NeedsConfirmation | None = None


class OutsideDeleteOut(Deleted):
    needs_confirmation: NeedsConfirmToken | None = None


# --- From tasks to words ---------------------------------------------------------------------


def ref(task: Task) -> str:
    """How people and models call the task."""
    return f"t{task.number}"


def named(task: Task) -> str:
    return f'{ref(task)} "{task.title}"'


def names(tasks: Sequence[Task], most: int = 10) -> str:
    listed = ", ".join(named(task) for task in tasks[:most])
    return f"{listed} and {len(tasks) - most} more" if len(tasks) > most else listed


def many(count: int, noun: str = "task") -> str:
    """ "1 task", "3 tasks"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def due_text(task: Task, context: ToolContext) -> str | None:
    if task.due_at is None:
        return None
    return dates.describe_due(task.due_at, now=context.now, zone=context.zone)


def line(task: Task, context: ToolContext) -> str:
    """One task on one line: `t12 "buy groceries" · due tomorrow · high · #home`."""
    due = due_text(task, context)
    overdue = task.due_at is not None and task.due_at < context.now and not task.completed
    parts = [
        named(task),
        "completed" if task.completed else "",
        f"due {due}{' (overdue)' if overdue else ''}" if due else "",
        task.priority if task.priority != "none" else "",
        " ".join(f"#{name}" for name in task.label_names),
        text.shortened(task.description, NOTES_LENGTH),
    ]
    return " · ".join(part for part in parts if part)


def task_out(task: Task, context: ToolContext) -> TaskOut:
    due_at = task.due_at.astimezone(context.zone).isoformat() if task.due_at else None
    description = task.description
    if len(description) > NOTES_LENGTH:
        description = description[: NOTES_LENGTH - 1].rstrip() + "…"
    return TaskOut(
        id=ref(task),
        title=task.title,
        completed=task.completed,
        due_at=due_at,
        due_text=due_text(task, context),
        priority=None if task.priority == "none" else task.priority,
        labels=task.label_names or None,
        description=description or None,
    )


def tasks_out(tasks: Sequence[Task], context: ToolContext) -> list[TaskOut]:
    return [task_out(task, context) for task in tasks]


def changed(
    tasks: Sequence[Task], context: ToolContext, message: str, next_call: str | None = None
) -> ToolResult:
    """The answer of a tool that changed, or found as wished, these tasks."""
    out = ChangeOut(message=message, tasks=tasks_out(tasks, context), next=next_call)
    return out.as_result(message, *([next_call] if next_call else []))


def told(verb: str, now: Sequence[Task], before: Sequence[Task], state: str) -> str:
    """ "Completed 2 tasks: …. t3 "call mum" was already completed." """
    parts = []
    if now:
        counted = "" if len(now) == 1 else f"{many(len(now))}: "
        parts.append(f"{verb} {counted}{names(now)}.")
    if before:
        parts.append(f"{names(before)} {'was' if len(before) == 1 else 'were'} already {state}.")
    return " ".join(parts)


def new_labels_told(labels: Sequence[str]) -> str:
    """A label that a call made is said so: it may be a slip of the pen."""
    if not labels:
        return ""
    return f" New {'label' if len(labels) == 1 else 'labels'}: {', '.join(labels)}."
