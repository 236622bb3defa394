"""What a tool is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from mcp_tools.context import Channel, ToolContext
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
    # What outside clients take and get instead, where it differs.
    outside_input_model: type[Arguments] | None = None
    outside_output_model: type[BaseModel] | None = None

    def input_for(self, channel: Channel) -> type[Arguments]:
        return (self.outside_input_model if channel == "mcp" else None) or self.input_model

    def output_for(self, channel: Channel) -> type[BaseModel]:
        return (self.outside_output_model if channel == "mcp" else None) or self.output_model
