"""What a tool is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from mcp_tools.context import ToolContext
from mcp_tools.inputs import Arguments
from mcp_tools.results import ToolResult


@dataclass(frozen=True, kw_only=True)
class Tool:
    """`function` takes the acting user's context and an `input_model`. Models read title,
    description and the descriptions of the input's fields; clients show their users the hints."""

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
