"""list_tasks: see, search and count."""

import base64
import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from mcp_tools.context import ToolContext
from mcp_tools.inputs import Arguments, LabelName, Priority
from mcp_tools.results import ListOut, ToolError, ToolResult, line, tasks_out
from mcp_tools.schema import read_arguments
from mcp_tools.tool import Tool
from tasks import queries
from tasks.queries import TaskFilters

DEFAULT_LIMIT = 25
MAX_LIMIT = 100


class ListTasks(Arguments):
    status: Literal["open", "completed", "all", "trash"] | None = Field(
        None, description="Default: open."
    )
    query: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="Words that title or description must all hold."
    )
    due: Literal["overdue", "today", "tomorrow", "week", "upcoming", "none", "any"] | None = Field(
        None,
        description="When due. week: the 7 days from today; upcoming: after today; "
        "none: without due date; any: with one. Default: no matter.",
    )
    priority: Priority | None = Field(None, description="Default: no matter.")
    label: LabelName | None = Field(None, description="Default: no matter.")
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None = Field(
        None, description=f"Tasks a page. Default: {DEFAULT_LIMIT}."
    )
    cursor: Annotated[str, Field(max_length=8000)] | None = Field(
        None, description="Goes on with an earlier list; leave out the other filters."
    )


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
        earlier = read_arguments("list_tasks", ListTasks, {**applied, "cursor": inner})
        filters = earlier.model_dump(exclude_none=True, exclude={"cursor", "limit"})
    except (ValueError, TypeError, RecursionError, ToolError):
        raise ToolError(
            "invalid", "cursor is not one that list_tasks gave. Leave it out to start again."
        ) from None
    if any(filters.get(name) != value for name, value in asked.items()):
        raise ToolError(
            "invalid",
            "cursor goes on with a list of other filters. Leave out the filters, or the cursor.",
        )
    return filters, earlier.cursor or ""


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


TOOL = Tool(
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
)
