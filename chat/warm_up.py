"""What the first reply of a process would pay for, paid before it."""

from typing import Any

import chatkit.types
from agents import Agent, FunctionTool, Runner
from openai._base_client import get_platform
from pydantic import BaseModel

from chat.offline.model import OfflineModel
from chat.server import chat_server, parse_request
from mcp_tools.server import list_tool_definitions


async def warm_up() -> None:
    """Make the parts of a reply once, without a user, a thread or a provider.

    The first run of the SDK in a process costs seconds of imports and schema building.
    """
    chat_server()
    _build_models()
    get_platform()  # the client names it in its headers; to find it out takes 30 ms
    parse_request(b'{"type": "threads.list", "params": {}}')
    agent = Agent(
        name="Warm-up",
        model=OfflineModel(),
        tools=[
            FunctionTool(
                name=tool.name,
                description=tool.description or "",
                params_json_schema=tool.input_schema,
                on_invoke_tool=_nothing,
                strict_json_schema=False,
            )
            for tool in list_tool_definitions()
        ],
    )
    result = Runner.run_streamed(agent, "Create a task to warm up")
    async for _ in result.stream_events():
        pass


def _build_models() -> None:
    """ChatKit's classes build their validators at the first use: half a second of a first reply."""
    for name in dir(chatkit.types):
        thing = getattr(chatkit.types, name)
        is_model = isinstance(thing, type) and issubclass(thing, BaseModel)
        if is_model and thing is not BaseModel:
            thing.model_rebuild()


async def _nothing(context: Any, arguments: str) -> str:
    return '{"message": "", "tasks": []}'
