"""The model under the real runner of the Agents SDK, with tools of an in-memory MCP server."""

import json
import time
from typing import Any

import mcp.types as mcp_types
import pytest
from agents import Agent, ModelSettings, RunConfig, Runner, TResponseInputItem
from agents.mcp import MCPServer
from agents.models.interface import ModelTracing
from asgiref.sync import async_to_sync
from openai.types.responses import (
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseTextDeltaEvent,
)

from chat.offline.intents import Conversation
from chat.offline.model import OfflineModel
from chat.offline.tests.fake_tools import FakeTools
from chat.offline.understand import understand

NAMES = ("add_task", "list_tasks", "complete_task", "update_task", "delete_task")
QUIET = RunConfig(tracing_disabled=True)


class Server(MCPServer):
    """The five tools, as the chat server offers them in process."""

    def __init__(self, tools: FakeTools) -> None:
        super().__init__()
        self.tools = tools

    @property
    def name(self) -> str:
        return "tasks"

    async def connect(self) -> None: ...

    async def cleanup(self) -> None: ...

    async def list_tools(self, run_context: Any = None, agent: Any = None) -> list[mcp_types.Tool]:
        schema = {"type": "object", "additionalProperties": True}
        return [mcp_types.Tool(name=name, input_schema=schema) for name in NAMES]

    async def call_tool(
        self, tool_name: str, arguments: dict[str, Any] | None, meta: Any = None
    ) -> mcp_types.CallToolResult:
        answer = self.tools.call(tool_name, arguments or {})
        text = mcp_types.TextContent(type="text", text=json.dumps(answer))
        return mcp_types.CallToolResult(content=[text], is_error="error" in answer)

    async def list_prompts(self) -> mcp_types.ListPromptsResult:
        return mcp_types.ListPromptsResult(prompts=[])

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None
    ) -> mcp_types.GetPromptResult:
        raise NotImplementedError


class Chat:
    """A conversation through `Runner.run_streamed`."""

    def __init__(self, *titles: str) -> None:
        self.tools = FakeTools(*titles)
        self.agent = Agent(name="TaskChat", model=OfflineModel(), mcp_servers=[Server(self.tools)])
        self.items: list[TResponseInputItem] = []
        self.deltas: list[str] = []
        self.tokens = 0

    def say(self, text: str) -> str:
        self.items.append({"role": "user", "content": text})
        answer: str = async_to_sync(self._run)()
        return answer

    async def _run(self) -> str:
        run = Runner.run_streamed(self.agent, self.items, run_config=QUIET)
        self.deltas = []
        async for event in run.stream_events():
            if event.type == "raw_response_event" and isinstance(
                event.data, ResponseTextDeltaEvent
            ):
                self.deltas.append(event.data.delta)
        self.items = run.to_input_list()
        self.tokens = run.context_wrapper.usage.total_tokens
        return str(run.final_output)


def test_the_three_sentences_through_the_runner() -> None:
    chat = Chat()
    assert chat.say("Create a task to buy groceries") == 'Added "buy groceries".'
    chat.say("Mark the groceries task as complete")
    chat.say("Delete the groceries task")
    assert [name for name, _ in chat.tools.calls] == ["add_task", "complete_task", "delete_task"]
    assert chat.tools.titles("trash") == ["buy groceries"]


def test_the_reply_streams_word_by_word() -> None:
    chat = Chat()
    reply = chat.say("hello")
    assert len(chat.deltas) == len(reply.split())
    assert "".join(chat.deltas) == reply


def test_errors_arrive_as_the_runner_passes_them_on() -> None:
    chat = Chat("call mum", "call bank")
    assert "Which one?" in chat.say("complete call")
    chat.say("the second")
    assert chat.tools.titles("completed") == ["call bank"]


def test_several_calls_in_one_step_keep_their_order() -> None:
    chat = Chat()
    chat.say("add one, two, three, four and five")
    assert chat.tools.titles() == ["one", "two", "three", "four", "five"]


def test_usage_is_estimated() -> None:
    chat = Chat()
    chat.say("add buy milk")
    assert chat.tokens > 20


def test_the_items_of_the_stream_are_those_of_the_response() -> None:
    async def events() -> list[Any]:
        stream = OfflineModel().stream_response(
            None,
            [{"role": "user", "content": "hello"}],
            ModelSettings(),
            [],
            None,
            [],
            ModelTracing.DISABLED,
            previous_response_id=None,
            conversation_id=None,
            prompt=None,
        )
        return [event async for event in stream]

    found = async_to_sync(events)()
    assert [event.sequence_number for event in found] == list(range(len(found)))
    assert isinstance(found[-1], ResponseCompletedEvent)
    (message,) = found[-1].response.output
    assert isinstance(message, ResponseOutputMessage)
    assert {e.item_id for e in found if isinstance(e, ResponseTextDeltaEvent)} == {message.id}


def test_without_a_tool_it_says_so() -> None:
    async def respond() -> Any:
        return await OfflineModel().get_response(
            None,
            "add buy milk",
            ModelSettings(),
            [],
            None,
            [],
            ModelTracing.DISABLED,
            previous_response_id=None,
            conversation_id=None,
            prompt=None,
        )

    response = async_to_sync(respond)()
    assert not any(isinstance(item, ResponseFunctionToolCall) for item in response.output)
    assert "tool for it is missing" in response.output[0].content[0].text


@pytest.mark.parametrize(
    "message",
    [
        "what's on my list for today and what did I finish yesterday?",
        "rename " + "a to b " * 200,
        "delete " + "to " * 300,
        "add " + "a b, c and d " * 100,
        "mark " + "as done " * 150,
        "word " * 780,
        "x" * 3900,
        '"' * 500,
        "and " * 900,
        "add milk and delete eggs and " * 100,
        "\n".join(["delete it"] * 300),
    ],
)
def test_no_message_takes_long_to_understand(message: str) -> None:
    started = time.process_time()
    understand(message, Conversation())
    assert time.process_time() - started < 0.5
