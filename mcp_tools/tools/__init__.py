"""The registry: tasks as tools, for our agent and for outside clients.

A tool is a file here: its arguments, its function, its `TOOL`. Functions are thin over
`tasks.actions` and `tasks.queries`, and none has a user parameter.
"""

import contextlib
import time
from typing import Any

from django.db import transaction

from mcp_tools.context import ToolContext
from mcp_tools.results import ToolError, ToolResult
from mcp_tools.schema import read_arguments
from mcp_tools.tool import Tool
from mcp_tools.tools import add_task, complete_task, delete_task, list_tasks, update_task
from taskchat_site import metrics
from taskchat_site.errors import ApiError
from tasks import actions, text

# In this order they are shown to models and clients.
TOOLS: dict[str, Tool] = {
    module.TOOL.name: module.TOOL
    for module in (add_task, list_tasks, complete_task, update_task, delete_task)
}


def call_tool(context: ToolContext, name: str, arguments: dict[str, Any]) -> ToolResult:
    """Run a tool as one transaction. What the model did wrong is a result in words, and changes
    nothing; any other exception is a bug and propagates."""
    started = time.perf_counter()
    status = "broken"
    try:
        result = _result(context, name, arguments)
        status = "failed" if result.is_error else "completed"
    finally:
        known = name if name in TOOLS else "unknown"
        metrics.TOOL_SECONDS.labels(known, status).observe(time.perf_counter() - started)
    return result


def _result(context: ToolContext, name: str, arguments: dict[str, Any]) -> ToolResult:
    try:
        return _call(context, _tool_named(name), arguments)
    except ToolError as error:
        return error.as_result()
    except ApiError as error:
        return ToolError(error.code, error.detail).as_result()


def _call(context: ToolContext, tool: Tool, arguments: dict[str, Any]) -> ToolResult:
    parsed = read_arguments(tool.name, tool.input_for(context.channel), arguments)
    # A read in a transaction would take SQLite's write lock.
    with contextlib.nullcontext() if tool.read_only else transaction.atomic():
        if not tool.read_only:
            actions.lock_tasks_of(context.user)  # what a title means stays so until it is done
        return tool.function(context, parsed)


def _tool_named(name: str) -> Tool:
    if name not in TOOLS:
        message = f'No tool "{text.shortened(name, 60)}". There are: {", ".join(TOOLS)}.'
        raise ToolError("unknown_tool", message)
    return TOOLS[name]


__all__ = ["TOOLS", "Tool", "call_tool"]
