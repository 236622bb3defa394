"""The registry in MCP's own types."""

import functools

import mcp_types

from mcp_tools.schema import json_schema
from mcp_tools.tools import TOOLS, Tool


@functools.cache
def list_tool_definitions() -> list[mcp_types.Tool]:
    """All tools in a fixed order. Made once: an agent asks for them every turn."""
    return [_definition(tool) for tool in TOOLS.values()]


def _definition(tool: Tool) -> mcp_types.Tool:
    return mcp_types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=json_schema(tool.input_model),
        output_schema=json_schema(tool.output_model),
        annotations=mcp_types.ToolAnnotations(
            title=tool.title,
            read_only_hint=tool.read_only,
            destructive_hint=tool.destructive,
            idempotent_hint=tool.idempotent,
            open_world_hint=False,
        ),
    )
