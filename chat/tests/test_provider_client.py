"""Our client sends what the stock client sends, and reads what it reads, in less time."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, get_args

import httpx2
import pytest
from agents import Agent, FunctionTool, Runner, TResponseInputItem
from agents.models.openai_chatcompletions import OpenAIChatCompletionsModel
from agents.models.openai_responses import OpenAIResponsesModel
from openai import AsyncOpenAI, BadRequestError
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import ResponseStreamEvent
from pydantic import BaseModel

from chat.provider_client import ProviderClient
from chat.ready_tools import ReadyTools
from mcp_tools.server import list_tool_definitions
from tests.fakes.wire import Turn, chat_completions, responses

TALK = Turn(words=("Good ", "morning."))
EVENT_CLASSES = set(get_args(get_args(ResponseStreamEvent)[0]))
WORK = Turn(tool_calls=(("add_task", {"title": "x"}), ("list_tasks", {})))


def read_by(client_class: type[AsyncOpenAI], data: object, cast_to: Any) -> Any:
    client = client_class(api_key="none")
    response = httpx2.Response(200, request=httpx2.Request("POST", "http://model"))
    return client._process_response_data(data=data, cast_to=cast_to, response=response)


def events_of(stream: Callable[[Turn], Any]) -> list[dict[str, Any]]:
    frames = [frame for turn in (TALK, WORK) for frame in stream(turn)]
    texts = [frame.partition(b"data: ")[2] for frame in frames]
    return [json.loads(text) for text in texts if not text.startswith(b"[DONE]")]


def look_alike(mine: object, stock: object) -> bool:
    """Equal in class and content all the way down."""
    if isinstance(mine, BaseModel):
        return type(mine) is type(stock) and look_alike(dict(mine), dict(stock))
    if isinstance(mine, dict):
        assert isinstance(stock, dict)
        return mine.keys() == stock.keys() and all(look_alike(mine[k], stock[k]) for k in mine)
    if isinstance(mine, list):
        assert isinstance(stock, list)
        return len(mine) == len(stock) and all(map(look_alike, mine, stock))
    return type(mine) is type(stock) and mine == stock


@pytest.mark.parametrize(
    ("stream", "cast_to"),
    [(responses, ResponseStreamEvent), (chat_completions, ChatCompletionChunk)],
)
def test_whole_answers_read_the_same(stream: Callable[[Turn], Any], cast_to: Any) -> None:
    for data in events_of(stream):
        mine = read_by(ProviderClient, data, cast_to)
        stock = read_by(AsyncOpenAI, data, cast_to)
        assert look_alike(mine, stock), data


@pytest.mark.parametrize(
    "data",
    [
        {"type": "response.output_text.delta", "delta": "no place"},
        {"type": "response.output_text.delta", "delta": 7, "item_id": [], "content_index": "x"},
        {"type": "response.completed", "response": {"output": "none"}},
        {"type": "response.completed", "response": "none"},
        {"type": "response.output_item.added", "output_index": 0, "item": {"type": "new_kind"}},
        {"type": "a.new.event", "delta": "words"},
        {"type": ["response.completed"]},
        {"no": "type"},
    ],
)
def test_garbage_reads_the_same(data: dict[str, Any]) -> None:
    mine = read_by(ProviderClient, data, ResponseStreamEvent)
    assert look_alike(mine, read_by(AsyncOpenAI, data, ResponseStreamEvent))


@pytest.mark.parametrize(
    "data", [{"choices": "none"}, {"choices": [{"delta": 3}]}, {"id": 1, "choices": [None]}, {}]
)
def test_garbled_chunks_read_the_same(data: dict[str, Any]) -> None:
    mine = read_by(ProviderClient, data, ChatCompletionChunk)
    assert look_alike(mine, read_by(AsyncOpenAI, data, ChatCompletionChunk))


def test_an_answer_that_is_no_event_is_read_as_ever() -> None:
    assert read_by(ProviderClient, {"type": "response.completed"}, object) == {
        "type": "response.completed"
    }


@pytest.mark.parametrize(("stream", "api"), [(responses, "responses"), (chat_completions, "chat")])
def test_no_event_of_a_stream_goes_the_slow_way(
    stream: Callable[[Turn], Any], api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the module is for; the client's names may change under it."""

    def never(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("the stock way was taken")

    monkeypatch.setattr(AsyncOpenAI, "_process_response_data", never)
    kinds = {type(event) for event in asyncio.run(_read_stream(b"".join(stream(TALK)), api))}
    assert kinds == ({ChatCompletionChunk} if api == "chat" else kinds & EVENT_CLASSES)
    assert kinds


async def _read_stream(body: bytes, api: str) -> list[Any]:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=body, headers={"Content-Type": "text/event-stream"})

    transport = httpx2.MockTransport(answer)
    async with httpx2.AsyncClient(transport=transport) as http:
        client = ProviderClient(api_key="none", base_url="http://model", http_client=http)
        events: Any
        if api == "chat":
            events = await client.chat.completions.create(model="m", messages=[], stream=True)
        else:
            events = await client.responses.create(model="m", input="hi", stream=True)
        return [event async for event in events]


INPUTS: list[TResponseInputItem] = [
    {"role": "user", "content": "buy “bread”\u2028 and milk"},
    {"type": "function_call", "call_id": "call_1", "name": "add_task", "arguments": '{"title": 1}'},
    {"type": "function_call_output", "call_id": "call_1", "output": '{"tasks": []}'},
    {"role": "assistant", "content": "Added."},
    {"role": "user", "content": "thanks"},
]


@pytest.mark.parametrize("inputs", [INPUTS, INPUTS[:1], "hi"])
@pytest.mark.parametrize("model_class", [OpenAIResponsesModel, OpenAIChatCompletionsModel])
def test_a_request_is_the_stock_one(model_class: Any, inputs: Any) -> None:
    ours, again = asyncio.run(_requests_of(ProviderClient, model_class, inputs, ReadyTools))
    stock, _ = asyncio.run(_requests_of(AsyncOpenAI, model_class, inputs))
    assert ours == again == stock
    assert ours["tools"]
    assert ours["stream"] is True


async def _requests_of(
    client_class: type[AsyncOpenAI], model_class: Any, inputs: Any, wrap: Any = lambda model: model
) -> list[dict[str, Any]]:
    """The bodies that two turns of the agent with our tools send."""
    bodies: list[bytes] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        bodies.append(request.content)
        return httpx2.Response(400)

    transport = httpx2.MockTransport(answer)
    async with httpx2.AsyncClient(transport=transport) as http:
        client = client_class(api_key="none", base_url="http://model", http_client=http)
        model = wrap(model_class(model="m", openai_client=client))
        tools = [
            FunctionTool(
                name=tool.name,
                description=tool.description or "",
                params_json_schema=tool.input_schema,
                on_invoke_tool=_never,
                strict_json_schema=False,
            )
            for tool in list_tool_definitions()
        ]
        agent = Agent(name="a", instructions="Be kind.", model=model, tools=list(tools))
        for _ in range(2):
            with pytest.raises(BadRequestError):
                _ = [event async for event in Runner.run_streamed(agent, inputs).stream_events()]
    return [json.loads(body) for body in bodies]


async def _never(context: Any, arguments: str) -> str:
    raise AssertionError("no tool is called")
