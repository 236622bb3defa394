"""update_task: change, reopen, restore."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from mcp_tools.context import ToolContext
from mcp_tools.due import DUE, due_from
from mcp_tools.inputs import (
    REFERENCES,
    Arguments,
    Description,
    Due,
    Labels,
    Priority,
    References,
    Title,
)
from mcp_tools.resolve import Wanted, resolve
from mcp_tools.results import (
    ChangeOut,
    ToolError,
    ToolResult,
    changed,
    due_text,
    many,
    named,
    names,
    new_labels_told,
)
from mcp_tools.tool import Tool
from tasks import actions, queries
from tasks.actions import UNSET, TaskChanges, Unset
from tasks.models import Task
from tasks.queries import Status


class UpdateTask(Arguments):
    """Null or absent leaves a field as it is."""

    tasks: References = Field(description=REFERENCES)
    title: Title | None = Field(None, description="New title, for one task only. Null: unchanged.")
    description: Description | None = Field(
        None, description='Replaces the notes; "" clears. Null: unchanged.'
    )
    due: Due | None = Field(None, description=f'{DUE} "none" clears. Null: unchanged.')
    priority: Priority | None = Field(None, description="Null: unchanged.")
    labels: Labels | None = Field(
        None, description="Replaces the labels; [] clears. Null: unchanged."
    )
    status: Literal["open", "completed"] | None = Field(
        None,
        description="open reopens, and restores from the trash as it was. Null: unchanged.",
    )


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
    message = _update_told(pairs, given, context) + new_labels_told(new_labels)
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

    due_at: datetime | Unset | None = UNSET
    if arguments.due:
        due_at = due_from(arguments.due, context)
    return TaskChanges(
        title=given(arguments.title),
        description=given(arguments.description),
        priority=given(arguments.priority),
        due_at=due_at,
        labels=given(arguments.labels),
        completed=UNSET if arguments.status is None else arguments.status == "completed",
    )


def _updated(context: ToolContext, task: Task, changes: TaskChanges) -> Task:
    """One in the trash comes back as it was deleted: what was done is not to be done again."""
    if task.in_trash:  # only found when status="open" asks for it
        task = actions.restore_task(context.user, task.id, by=context.channel)
        changes = replace(changes, completed=UNSET)
    return actions.update_task(context.user, task.id, changes, by=context.channel)


def _update_told(
    pairs: list[tuple[Task, Task]], given: dict[str, Any], context: ToolContext
) -> str:
    """ "Updated t12 "buy milk": renamed from "buy mlk", due tomorrow."; alike ones together."""
    now = [(before, after) for before, after in pairs if before.version != after.version]
    same = [after for before, after in pairs if before.version == after.version]
    alike: dict[str, list[Task]] = {}
    for before, after in now:
        what = ", ".join(_differences(before, after, given, context))
        alike.setdefault(what, []).append(after)
    parts = []
    for what, tasks in alike.items():
        counted = named(tasks[0]) if len(tasks) == 1 else many(len(tasks))
        listed = "" if len(tasks) == 1 else f" ({names(tasks)})"
        parts.append(f"Updated {counted}: {what}{listed}.")
    if same:
        state = given["status"] if given.keys() == {"status"} else "so"
        parts.append(f"{names(same)} {'was' if len(same) == 1 else 'were'} already {state}.")
    return " ".join(parts)


def _differences(
    before: Task, after: Task, given: dict[str, Any], context: ToolContext
) -> list[str]:
    """What was asked for, in words."""
    words = []
    if before.in_trash:
        still = ", still completed" if after.completed else ""
        words.append(f"restored from the trash{still}")
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


TOOL = Tool(
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
)
