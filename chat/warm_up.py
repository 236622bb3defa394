"""What the first reply of a process would pay for, paid before it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import chatkit.types
from agents import Agent, FunctionTool, OpenAIResponsesModel, Runner
from agents.items import TResponseStreamEvent
from agents.models.interface import Model
from openai._base_client import get_platform
from pydantic import BaseModel

from chat.bounded_http import bounded_client
from chat.offline.model import OfflineModel
from chat.provider_client import ProviderClient
from chat.ready_tools import ReadyTools
from chat.server import chat_server, parse_request
from mcp_tools.server import list_tool_definitions

GREETING = "Hello!"
PATIENCE_SECONDS = 5.0
CONTENT_LENGTH = re.compile(rb"(?i)\r\nContent-Length: (\d+)\r\n")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


async def warm_up() -> None:
    """Make the parts of a reply once, without a user, a thread or the configured provider.

    The first run of the SDK in a process costs seconds of imports and schema building.
    """
    chat_server()
    _build_models()
    get_platform()  # the client names it in its headers; to find it out takes 30 ms
    parse_request(b'{"type": "threads.list", "params": {}}')
    await _reply_to("Create a task to warm up", OfflineModel())
    said = await _reply_to(GREETING, OfflineModel())
    async with _provider_that_says(said) as url, _client(url) as client:
        model = OpenAIResponsesModel(model="warm-up", openai_client=client)
        await _reply_to(GREETING, ReadyTools(model))


async def _reply_to(message: str, model: Model) -> list[TResponseStreamEvent]:
    """What `model` says to `message` in a run of an agent with our tools."""
    agent = Agent(
        name="Warm-up",
        model=model,
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
    result = Runner.run_streamed(agent, message)
    return [
        event.data async for event in result.stream_events() if event.type == "raw_response_event"
    ]


@asynccontextmanager
async def _provider_that_says(events: list[TResponseStreamEvent]) -> AsyncIterator[str]:
    """The URL of a server on this machine that answers its one request over the Responses API."""
    frames = [f"event: {event.type}\ndata: {event.model_dump_json()}\n\n" for event in events]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = CONTENT_LENGTH.search(head)
        # What nobody has read when a socket is closed resets it, and takes the answer along.
        await reader.readexactly(int(length[1]) if length else 0)
        writer.write(ANSWER + "".join(frames).encode())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


def _client(url: str) -> ProviderClient:
    """The provider's client as it is, but for proxies: what it asks is on this machine."""
    http_client = bounded_client(PATIENCE_SECONDS, trust_env=False)
    return ProviderClient(api_key="none", base_url=url, http_client=http_client, max_retries=0)


def _build_models() -> None:
    """ChatKit's classes build their validators at the first use: half a second of a first reply."""
    for name in dir(chatkit.types):
        thing = getattr(chatkit.types, name)
        is_model = isinstance(thing, type) and issubclass(thing, BaseModel)
        if is_model and thing is not BaseModel:
            thing.model_rebuild()


async def _nothing(context: Any, arguments: str) -> str:
    return '{"message": "", "tasks": []}'
