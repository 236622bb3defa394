"""delete_task: to the trash; several only after the user's yes."""

from typing import Annotated, Literal

from pydantic import Field

from mcp_tools import confirmations
from mcp_tools.context import ToolContext
from mcp_tools.inputs import REFERENCES, Arguments, References
from mcp_tools.resolve import Wanted, resolve
from mcp_tools.results import (
    DeleteOut,
    OutsideDeleteOut,
    ToolError,
    ToolResult,
    changed,
    ref,
    told,
)
from mcp_tools.tool import Tool
from tasks import actions, queries
from tasks.models import Task
from tasks.queries import Status


class DeleteTask(Arguments):
    tasks: References | None = Field(None, description=REFERENCES)
    all: Literal["completed", "open", "everything"] | None = Field(
        None, description="Instead of tasks: every task of this kind."
    )


class OutsideDeleteTask(DeleteTask):
    """With the token that stands for the user's yes where we can't hear it ourselves."""

    confirm_token: Annotated[str, Field(max_length=100)] | None = Field(
        None,
        description="From the answer that asked for a yes. Only after the user's own yes to "
        "exactly these tasks.",
    )


def delete_task(context: ToolContext, arguments: DeleteTask) -> ToolResult:
    """One named task goes at once; several, or `all`, only after the user's yes."""
    token = arguments.confirm_token if isinstance(arguments, OutsideDeleteTask) else None
    names_none = arguments.tasks is None and arguments.all is None
    if (names_none and not token) or (arguments.tasks is not None and arguments.all is not None):
        raise ToolError(
            "invalid",
            "Give either tasks, or all: one of completed, open, everything.",
        )
    if token:
        named = None if names_none else _live(_meant(context, arguments))
        return confirmations.confirm_by_token(context, token, named)
    return _delete_all(context, arguments) if arguments.all else _delete_named(context, arguments)


def _meant(context: ToolContext, arguments: DeleteTask) -> list[Task]:
    if arguments.all is None:
        wanted = Wanted("delete_task", ["open", "completed", "trash"])
        return resolve(context, arguments.tasks or [], wanted)
    status: Status = "all" if arguments.all == "everything" else arguments.all
    return queries.every_task(context.user, status)


def _live(tasks: list[Task]) -> list[Task]:
    return [task for task in tasks if not task.in_trash]


def _delete_all(context: ToolContext, arguments: DeleteTask) -> ToolResult:
    live = _meant(context, arguments)
    if not live:
        nothing = "task" if arguments.all == "everything" else f"{arguments.all} task"
        return changed([], context, f"There is no {nothing} to delete.")
    if arguments.all == "completed" and context.clears_completed:
        deleted = [actions.delete_task(context.user, t.id, by=context.channel) for t in live]
        return changed(deleted, context, told("Deleted", deleted, [], "deleted"))
    return _delete_if_confirmed(context, live)


def _delete_named(context: ToolContext, arguments: DeleteTask) -> ToolResult:
    tasks = _meant(context, arguments)
    live = _live(tasks)
    gone = [task for task in tasks if task.in_trash]
    if len(live) > 1:
        return _delete_if_confirmed(context, live)
    deleted = [actions.delete_task(context.user, task.id, by=context.channel) for task in live]
    message = told("Deleted", deleted, gone, "deleted")
    restore = f'update_task(tasks=["{ref(tasks[0])}"], status="open") restores it.'
    return changed(deleted + gone, context, message, restore if deleted else None)


def _delete_if_confirmed(context: ToolContext, tasks: list[Task]) -> ToolResult:
    if context.confirmation_id is not None and confirmations.covers(context, tasks):
        return confirmations.confirm(context.user, context.confirmation_id)
    return confirmations.ask(context, "delete_task", tasks)


TOOL = Tool(
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
    outside_input_model=OutsideDeleteTask,
    outside_output_model=OutsideDeleteOut,
)
