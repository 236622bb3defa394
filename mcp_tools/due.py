"""The `due` of the tools."""

from datetime import datetime

from mcp_tools.context import ToolContext
from mcp_tools.results import ToolError
from tasks import dates

DUE = "Words or ISO date, in the user's time zone: tomorrow 17:00, next friday, 2026-12-01."
NO_DUE = frozenset({"none", "no", "never", "remove", "clear", "null", "no date", "no due date"})


def due_from(words: str, context: ToolContext) -> datetime | None:
    """What the words mean now, where the user is; "none" is no date."""
    if words.strip().casefold() in NO_DUE:
        return None
    try:
        return dates.parse_due(words, now=context.now, zone=context.zone)
    except ValueError as error:
        raise ToolError("invalid", str(error)) from None
