"""How far one reply may go, and how it stops: the model is told first, the user last."""

import json
from typing import Any

from chat.storable import storable
from mcp_tools.results import ToolError

MAX_TURNS = 12
MAX_CALLS = 10
MAX_ARGUMENTS = 20_000
MAX_SECONDS = 540.0  # less than a run may take, so that there is time for words

STOPPED = (
    "I stopped here: this took more steps than one reply may take. What is done so far is kept. "
    "Say “go on” for the rest."
)


def checked_arguments(count: int, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a reply's `count`-th call as they may be stored; raises ToolError.

    A refused call is not made, not shown and not recorded: a model that asks for thousands must
    cost nothing.
    """
    if count > MAX_CALLS:
        raise ToolError(
            "too_many_calls",
            f"Not done: a reply may make {MAX_CALLS} tool calls, and this one has made them. "
            "Call no more tools. Tell the user what is done and what is left.",
        )
    kept: dict[str, Any] = storable(arguments)
    if len(json.dumps(kept)) > MAX_ARGUMENTS:
        words = f"Not done: the arguments are longer than {MAX_ARGUMENTS // 1000} kB. Shorten them."
        raise ToolError("too_long", words)
    return kept
