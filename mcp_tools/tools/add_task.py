"""add_task: something new to do."""

from pydantic import Field

from mcp_tools.context import ToolContext
from mcp_tools.due import DUE, due_from
from mcp_tools.inputs import Arguments, Description, Due, Labels, Priority, Title
from mcp_tools.results import ChangeOut, ToolResult, changed, due_text, named, new_labels_told
from mcp_tools.tool import Tool
from tasks import actions, queries


class AddTask(Arguments):
    title: Title = Field(description="What to do, in the user's words, one line.")
    description: Description | None = Field(None, description="Notes. Default: none.")
    due: Due | None = Field(None, description=f"{DUE} Default: no due date.")
    priority: Priority | None = Field(None, description="Default: none.")
    labels: Labels | None = Field(None, description="New ones are created. Default: none.")


def add_task(context: ToolContext, arguments: AddTask) -> ToolResult:
    new_labels = queries.unknown_labels(context.user, arguments.labels or [])
    task = actions.add_task(
        context.user,
        title=arguments.title,
        description=arguments.description or "",
        priority=arguments.priority or "none",
        due_at=due_from(arguments.due, context) if arguments.due else None,
        labels=arguments.labels or [],
        by=context.channel,
    )
    details = [
        f"due {due_text(task, context)}" if task.due_at else "",
        f"priority {task.priority}" if task.priority != "none" else "",
        f"labels {', '.join(task.label_names)}" if task.label_names else "",
    ]
    message = ", ".join([f"Added {named(task)}", *filter(None, details)]) + "."
    return changed([task], context, message + new_labels_told(new_labels))


TOOL = Tool(
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
)
