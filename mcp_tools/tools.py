"""The registry: tasks as tools, for our agent and for outside clients. One function a tool, thin
over `tasks.actions` and `tasks.queries`; none has a user parameter."""

import base64
import binascii
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from pydantic import BaseModel

from mcp_tools import confirmations
from mcp_tools.context import ToolContext
from mcp_tools.inputs import (
    DEFAULT_LIMIT,
    AddTask,
    Arguments,
    CompleteTask,
    DeleteTask,
    ListTasks,
    UpdateTask,
)
from mcp_tools.resolve import Wanted, resolve
from mcp_tools.results import (
    ChangeOut,
    DeleteOut,
    ListOut,
    ToolError,
    ToolResult,
    changed,
    due_text,
    line,
    many,
    named,
    names,
    ref,
    tasks_out,
)
from mcp_tools.schema import read_arguments
from taskchat_site.errors import ApiError
from tasks import actions, dates, queries
from tasks.actions import UNSET, TaskChanges, Unset
from tasks.models import Task
from tasks.queries import Status, TaskFilters

NO_DUE = frozenset({"none", "no", "never", "remove", "clear", "null", "no date", "no due date"})


@dataclass(frozen=True)
class Tool:
    """`function` takes the acting user's context and an `input_model`."""

    name: str
    title: str
    description: str
    input_model: type[Arguments]
    output_model: type[BaseModel]
    function: Callable[[ToolContext, Any], ToolResult]
    read_only: bool = False
    destructive: bool = False
    idempotent: bool = False
    scope: Literal["tasks:read", "tasks:write"] = "tasks:write"


def call_tool(context: ToolContext, name: str, arguments: dict[str, Any]) -> ToolResult:
    """Run a tool as one transaction. What the model did wrong is a result in words, and changes
    nothing; any other exception is a bug and propagates."""
    try:
        tool = TOOLS.get(name)
        if tool is None:
            raise ToolError("unknown_tool", f"No tool {name!r}. There are: {', '.join(TOOLS)}.")
        parsed = read_arguments(tool.name, tool.input_model, arguments)
        # A read in a transaction would take SQLite's write lock.
        with contextlib.nullcontext() if tool.read_only else transaction.atomic():
            if not tool.read_only:
                actions.lock_tasks_of(context.user)  # what is resolved stays so until it is done
            return tool.function(context, parsed)
    except ToolError as error:
        return error.as_result()
    except ApiError as error:
        return ToolError(error.code, error.detail).as_result()


# --- add_task --------------------------------------------------------------------------------


def add_task(context: ToolContext, arguments: AddTask) -> ToolResult:
    new_labels = queries.unknown_labels(context.user, arguments.labels or [])
    task = actions.add_task(
        context.user,
        title=arguments.title,
        description=arguments.description or "",
        priority=arguments.priority or "none",
        due_at=_due(arguments.due, context) if arguments.due else None,
        labels=arguments.labels or [],
        by=context.channel,
    )
    details = [
        f"due {due_text(task, context)}" if task.due_at else "",
        f"priority {task.priority}" if task.priority != "none" else "",
        f"labels {', '.join(task.label_names)}" if task.label_names else "",
    ]
    message = ", ".join([f"Added {named(task)}", *filter(None, details)]) + "."
    return changed([task], context, message + _made(new_labels))


# --- list_tasks ------------------------------------------------------------------------------


def list_tasks(context: ToolContext, arguments: ListTasks) -> ToolResult:
    asked = arguments.model_dump(exclude_none=True)
    limit = asked.pop("limit", DEFAULT_LIMIT)
    cursor = asked.pop("cursor", None)
    if cursor:
        asked, cursor = _continued(cursor, asked)
    applied = {"status": "open", **asked}
    filters = _filters(applied, limit, cursor, context.now)
    page = queries.list_tasks(context.user, filters)
    total = queries.count_tasks(context.user, filters)
    next_cursor = _packed(applied, page.next_cursor) if page.next_cursor else None
    message = _found(total, applied)
    out = ListOut(
        message=message,
        tasks=tasks_out(page.items, context),
        total=total,
        next_cursor=next_cursor,
        applied=applied,
    )
    lines = [message, *(line(task, context) for task in page.items)]
    if next_cursor:
        lines.append(f'{len(page.items)} of {total}; next: list_tasks(cursor="{next_cursor}")')
    return out.as_result(*lines)


def _filters(applied: dict[str, Any], limit: int, cursor: str | None, now: datetime) -> TaskFilters:
    """What is due first comes first; of what is done or deleted, the newest."""
    return TaskFilters(
        status=applied["status"],
        q=applied.get("query"),
        priority=applied.get("priority"),
        label=applied.get("label"),
        due=applied.get("due"),
        sort="due" if applied["status"] in ("open", "all") else "-created",
        limit=limit,
        cursor=cursor,
        now=now,
    )


def _packed(applied: dict[str, Any], cursor: str) -> str:
    """A cursor that knows its filters, so that `list_tasks(cursor=…)` alone goes on."""
    packed = json.dumps([applied, cursor], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).rstrip(b"=").decode()


def _continued(cursor: str, asked: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The filters and the page that `_packed` put into the cursor."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        applied, inner = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(inner, str):
            raise TypeError("cursor")
        earlier = read_arguments("list_tasks", ListTasks, applied).model_dump(exclude_none=True)
    except (ValueError, TypeError, RecursionError, binascii.Error, ToolError):
        raise ToolError(
            "invalid", "cursor is not one that list_tasks gave. Leave it out to start again."
        ) from None
    if any(earlier.get(name) != value for name, value in asked.items()):
        raise ToolError(
            "invalid",
            "cursor goes on with a list of other filters. Leave out the filters, or the cursor.",
        )
    return earlier, inner


def _found(total: int, applied: dict[str, Any]) -> str:
    """ "3 open tasks due today." """
    status = {"open": "open ", "completed": "completed "}.get(applied["status"], "")
    priority = f"{applied['priority']}-priority " if "priority" in applied else ""
    parts = [f"{total or 'No'} {status}{priority}task{'' if total == 1 else 's'}"]
    if applied["status"] == "trash":
        parts.append("in the trash")
    if due := applied.get("due"):
        parts.append(_DUE_WORDS[due])
    if "label" in applied:
        parts.append(f'labelled "{applied["label"]}"')
    if "query" in applied:
        parts.append(f'matching "{applied["query"]}"')
    return " ".join(parts) + "."


_DUE_WORDS = {
    "overdue": "overdue",
    "today": "due today",
    "tomorrow": "due tomorrow",
    "week": "due within a week",
    "upcoming": "due after today",
    "none": "without a due date",
    "any": "with a due date",
}


# --- complete_task ---------------------------------------------------------------------------


def complete_task(context: ToolContext, arguments: CompleteTask) -> ToolResult:
    wanted = Wanted("complete_task", ["open", "completed"], noun="open task")
    tasks = resolve(context, arguments.tasks, wanted)
    done_before = [task for task in tasks if task.completed]
    done = [
        task if task.completed else actions.complete_task(context.user, task.id, by=context.channel)
        for task in tasks
    ]
    now_done = [task for task in done if task not in done_before]
    message = _told("Completed", now_done, done_before, "already completed")
    return changed(done, context, message)


def _told(verb: str, now: list[Task], before: list[Task], state: str) -> str:
    """ "Completed 2 tasks: …. t3 "call mum" was already completed." """
    parts = []
    if now:
        counted = "" if len(now) == 1 else f"{many(len(now))}: "
        parts.append(f"{verb} {counted}{names(now)}.")
    if before:
        parts.append(f"{names(before)} {'was' if len(before) == 1 else 'were'} {state}.")
    return " ".join(parts)


# --- update_task -----------------------------------------------------------------------------


def update_task(context: ToolContext, arguments: UpdateTask) -> ToolResult:
    given = arguments.model_dump(exclude_none=True, exclude={"tasks"})
    if not given:
        raise ToolError(
            "invalid",
            "Nothing to change. Give title, description, due, priority, labels or status.",
        )
    tasks = resolve(context, arguments.tasks, _wanted_for_update(given))
    if arguments.title is not None and len(tasks) > 1:
        raise ToolError(
            "invalid", f"title can be set for one task only, and {len(tasks)} are named."
        )
    changes = _changes(arguments, context)
    new_labels = queries.unknown_labels(context.user, arguments.labels or [])
    pairs = [(task, _updated(context, task, changes)) for task in tasks]
    message = _update_told(pairs, given, context) + _made(new_labels)
    return changed([after for _, after in pairs], context, message)


def _wanted_for_update(given: dict[str, Any]) -> Wanted:
    """With status="open" alone the closed task is meant, otherwise rather the open one."""
    if given.get("status") != "open":
        return Wanted("update_task", ["open", "completed"])
    places: list[Status] = ["completed", "open"] if len(given) == 1 else ["open", "completed"]
    return Wanted("update_task", [*places, "trash"])


def _changes(arguments: UpdateTask, context: ToolContext) -> TaskChanges:
    def given(value: Any) -> Any:
        return UNSET if value is None else value

    due_at: datetime | None | Unset = UNSET
    if arguments.due:
        due_at = _due(arguments.due, context)
    return TaskChanges(
        title=given(arguments.title),
        description=given(arguments.description),
        priority=given(arguments.priority),
        due_at=due_at,
        labels=given(arguments.labels),
        completed=UNSET if arguments.status is None else arguments.status == "completed",
    )


def _updated(context: ToolContext, task: Task, changes: TaskChanges) -> Task:
    if task.in_trash:  # only found when status="open" asks for it
        task = actions.restore_task(context.user, task.id, by=context.channel)
    return actions.update_task(context.user, task.id, changes, by=context.channel)


def _update_told(
    pairs: list[tuple[Task, Task]], given: dict[str, Any], context: ToolContext
) -> str:
    """ "Updated t12 "buy milk": renamed from "buy mlk", due tomorrow." """
    now = [(before, after) for before, after in pairs if before.version != after.version]
    same = [after for before, after in pairs if before.version == after.version]
    parts = []
    if now:
        before, after = now[0]
        what = ", ".join(_differences(before, after, given, context))
        counted = named(after) if len(now) == 1 else many(len(now))
        listed = "" if len(now) == 1 else f" ({names([task for _, task in now])})"
        parts.append(f"Updated {counted}: {what}{listed}.")
    if same:
        parts.append(f"{names(same)} {'was' if len(same) == 1 else 'were'} already so.")
    return " ".join(parts)


def _differences(
    before: Task, after: Task, given: dict[str, Any], context: ToolContext
) -> list[str]:
    """What was asked for, in words; of several tasks the first stands for all."""
    words = []
    if before.in_trash:
        words.append("restored from the trash")
    if "title" in given:
        words.append(f'renamed from "{before.title}"')
    if "description" in given:
        words.append("description changed" if after.description else "description cleared")
    if given.get("due"):
        words.append(f"due {due_text(after, context)}" if after.due_at else "no due date")
    if "priority" in given:
        words.append(f"priority {after.priority}")
    if "labels" in given:
        labels = ", ".join(after.label_names)
        words.append(f"labels {labels}" if labels else "no labels")
    if "status" in given and before.completed != after.completed:
        words.append("completed" if after.completed else "reopened")
    return words or ["open"]


# --- delete_task -----------------------------------------------------------------------------


def delete_task(context: ToolContext, arguments: DeleteTask) -> ToolResult:
    """One named task goes at once; several, or `all`, only after the user's yes."""
    if (arguments.tasks is None) == (arguments.all is None):
        raise ToolError(
            "invalid",
            "Give either tasks, or all: one of completed, open, everything.",
        )
    if arguments.all is not None:
        kind = arguments.all
        status: Status = "all" if kind == "everything" else kind
        live = queries.every_task(context.user, status)
        if not live:
            nothing = "task" if kind == "everything" else f"{kind} task"
            return changed([], context, f"There is no {nothing} to delete.")
        return _delete_if_confirmed(context, live)
    wanted = Wanted("delete_task", ["open", "completed", "trash"])
    tasks = resolve(context, arguments.tasks or [], wanted)
    live = [task for task in tasks if not task.in_trash]
    gone = [task for task in tasks if task.in_trash]
    if len(live) > 1:
        return _delete_if_confirmed(context, live)
    deleted = [actions.delete_task(context.user, task.id, by=context.channel) for task in live]
    message = _told("Deleted", deleted, gone, "already deleted")
    restore = f'update_task(tasks=["{ref(tasks[0])}"], status="open") restores it.'
    return changed(deleted + gone, context, message, restore if deleted else None)


def _delete_if_confirmed(context: ToolContext, tasks: list[Task]) -> ToolResult:
    if context.confirmation_id is not None and confirmations.covers(context, tasks):
        return confirmations.confirm(context.user, context.confirmation_id)
    return confirmations.ask(context, "delete_task", tasks)


# --- Shared ----------------------------------------------------------------------------------


def _due(words: str, context: ToolContext) -> datetime | None:
    if words.strip().casefold() in NO_DUE:
        return None
    try:
        return dates.parse_due(words, now=context.now, zone=context.zone)
    except ValueError as error:
        raise ToolError("invalid", str(error)) from None


def _made(labels: list[str]) -> str:
    return (
        f" New {'label' if len(labels) == 1 else 'labels'}: {', '.join(labels)}." if labels else ""
    )


TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            name="add_task",
            title="Add a task",
            description=(
                "Use this when the user wants to remember or do something new. Not for changing an "
                "existing task. Call once for each task. "
                'Example: add_task(title="buy groceries", due="tomorrow 17:00", priority="high").'
            ),
            input_model=AddTask,
            output_model=ChangeOut,
            function=add_task,
        ),
        Tool(
            name="list_tasks",
            title="List tasks",
            description=(
                "Use this to see, search or count the user's tasks. Not needed before another tool "
                "when the user names the task: the others take titles. "
                'Example: list_tasks(due="today").'
            ),
            input_model=ListTasks,
            output_model=ListOut,
            function=list_tasks,
            read_only=True,
            idempotent=True,
            scope="tasks:read",
        ),
        Tool(
            name="complete_task",
            title="Complete tasks",
            description=(
                "Use this when the user has done one or more tasks. Not for deleting. All or "
                'nothing. Example: complete_task(tasks=["t12", "buy groceries"]).'
            ),
            input_model=CompleteTask,
            output_model=ChangeOut,
            function=complete_task,
            idempotent=True,
        ),
        Tool(
            name="update_task",
            title="Change tasks",
            description=(
                "Use this to rename, reschedule, prioritise, label, reopen or restore tasks. Only "
                "the fields given change. "
                'Example: update_task(tasks=["t12"], due="friday", priority="high").'
            ),
            input_model=UpdateTask,
            output_model=ChangeOut,
            function=update_task,
            destructive=True,
        ),
        Tool(
            name="delete_task",
            title="Delete tasks",
            description=(
                "Use this only when the user asks to delete or remove tasks, not when they are "
                "done. One task goes to the trash at once; several wait for the user's yes. "
                'Example: delete_task(tasks=["t12"]) or delete_task(all="completed").'
            ),
            input_model=DeleteTask,
            output_model=DeleteOut,
            function=delete_task,
            destructive=True,
            idempotent=True,
        ),
    )
}
