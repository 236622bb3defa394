"""complete_task: what the user has done."""

from pydantic import Field

from mcp_tools.context import ToolContext
from mcp_tools.inputs import REFERENCES, Arguments, References
from mcp_tools.resolve import Wanted, resolve
from mcp_tools.results import ChangeOut, ToolResult, changed, told
from mcp_tools.tool import Tool
from tasks import actions


class CompleteTask(Arguments):
    tasks: References = Field(description=REFERENCES)


def complete_task(context: ToolContext, arguments: CompleteTask) -> ToolResult:
    wanted = Wanted("complete_task", ["open", "completed"], noun="open task")
    tasks = resolve(context, arguments.tasks, wanted)
    done_before = [task for task in tasks if task.completed]
    done = [
        task if task.completed else actions.complete_task(context.user, task.id, by=context.channel)
        for task in tasks
    ]
    now_done = [task for task in done if task not in done_before]
    message = told("Completed", now_done, done_before, "completed")
    return changed(done, context, message)


TOOL = Tool(
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
)
