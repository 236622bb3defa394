"""The assistant as an Agents SDK model: the input items go in, tool calls or words come out."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence

from agents.agent_output import AgentOutputSchemaBase
from agents.handoffs import Handoff
from agents.items import ModelResponse, TResponseInputItem, TResponseStreamEvent
from agents.model_settings import ModelSettings
from agents.models.interface import Model, ModelTracing
from agents.tool import Tool
from agents.usage import Usage
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseFunctionToolCall,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
    ResponseUsage,
)
from openai.types.responses.response_prompt_param import ResponsePromptParam
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails

from chat.offline import phrases
from chat.offline.conversation import read
from chat.offline.intents import Call, Reply
from chat.offline.respond import respond
from taskchat_site.ids import new_id

MODEL_NAME = "offline"
_BYTES_PER_TOKEN = 4
_WORDS = re.compile(r"\s*\S+\s*$|\s*\S+")

# The instructions end with the time where the user is.
_NOW = re.compile(r"^Now it is (.+?) in \S+\.$", re.MULTILINE)

Input = str | list[TResponseInputItem]
Output = ResponseFunctionToolCall | ResponseOutputMessage


class OfflineModel(Model):
    """Answers from the input alone; keeps nothing between invocations."""

    def __init__(self, seconds_per_word: float = 0.0) -> None:
        """`seconds_per_word` slows the stream down, for tests of what happens in its middle."""
        self._seconds_per_word = seconds_per_word

    async def get_response(
        self,
        system_instructions: str | None,
        input: Input,
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: ResponsePromptParam | None,
    ) -> ModelResponse:
        output = _output(input, tools, system_instructions)
        usage = _usage(input, output)
        counted = Usage(
            requests=1,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            total_tokens=usage.total_tokens,
        )
        return ModelResponse(output=list(output), usage=counted, response_id=None)

    async def stream_response(
        self,
        system_instructions: str | None,
        input: Input,
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: ResponsePromptParam | None,
    ) -> AsyncIterator[TResponseStreamEvent]:
        output = _output(input, tools, system_instructions)
        response = Response(
            id=new_id("resp_"),
            created_at=time.time(),
            model=MODEL_NAME,
            object="response",
            output=[],
            parallel_tool_calls=True,
            tool_choice="auto",
            tools=[],
            status="in_progress",
        )
        for event in _events(response, output, _usage(input, output)):
            yield event
            if isinstance(event, ResponseTextDeltaEvent):
                # Let the words before leave for the reader.
                await asyncio.sleep(self._seconds_per_word)


def _output(input: Input, tools: Sequence[Tool], instructions: str | None) -> list[Output]:
    """What the assistant does next: tool calls, or one message."""
    told = _NOW.search(instructions or "")
    decided = respond(read(input), told.group(1) if told else "")
    if not isinstance(decided, Reply):
        offered = {tool.name for tool in tools}
        if all(call.name in offered for call in decided):
            return [_function_call(call) for call in decided]
        decided = Reply(phrases.cannot("no_tool"))
    text = ResponseOutputText(type="output_text", text=decided.text, annotations=[], logprobs=[])
    return [
        ResponseOutputMessage(
            id=new_id("msg_"), type="message", role="assistant", status="completed", content=[text]
        )
    ]


def _function_call(call: Call) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(
        id=new_id("fc_"),
        call_id=new_id("call_"),
        type="function_call",
        name=call.name,
        arguments=json.dumps(dict(call.arguments), ensure_ascii=False),
        status="completed",
    )


def _events(
    response: Response, output: Sequence[Output], usage: ResponseUsage
) -> Iterator[TResponseStreamEvent]:
    """The stream that the Responses API gives for this output."""
    numbers = itertools.count()
    yield ResponseCreatedEvent(
        type="response.created", response=response, sequence_number=next(numbers)
    )
    for index, item in enumerate(output):
        if isinstance(item, ResponseOutputMessage):
            yield from _message_events(item, index, numbers)
        else:
            yield from _call_events(item, index, numbers)
    done = response.model_copy(
        update={"output": list(output), "usage": usage, "status": "completed"}
    )
    yield ResponseCompletedEvent(
        type="response.completed", response=done, sequence_number=next(numbers)
    )


def _message_events(
    message: ResponseOutputMessage, index: int, numbers: Iterator[int]
) -> Iterator[TResponseStreamEvent]:
    part = message.content[0]
    assert isinstance(part, ResponseOutputText)
    yield ResponseOutputItemAddedEvent(
        type="response.output_item.added",
        item=message.model_copy(update={"content": [], "status": "in_progress"}),
        output_index=index,
        sequence_number=next(numbers),
    )
    yield ResponseContentPartAddedEvent(
        type="response.content_part.added",
        part=part.model_copy(update={"text": ""}),
        item_id=message.id,
        output_index=index,
        content_index=0,
        sequence_number=next(numbers),
    )
    for word in _WORDS.findall(part.text):
        yield ResponseTextDeltaEvent(
            type="response.output_text.delta",
            delta=word,
            item_id=message.id,
            output_index=index,
            content_index=0,
            logprobs=[],
            sequence_number=next(numbers),
        )
    yield ResponseTextDoneEvent(
        type="response.output_text.done",
        text=part.text,
        item_id=message.id,
        output_index=index,
        content_index=0,
        logprobs=[],
        sequence_number=next(numbers),
    )
    yield ResponseContentPartDoneEvent(
        type="response.content_part.done",
        part=part,
        item_id=message.id,
        output_index=index,
        content_index=0,
        sequence_number=next(numbers),
    )
    yield ResponseOutputItemDoneEvent(
        type="response.output_item.done",
        item=message,
        output_index=index,
        sequence_number=next(numbers),
    )


def _call_events(
    call: ResponseFunctionToolCall, index: int, numbers: Iterator[int]
) -> Iterator[TResponseStreamEvent]:
    yield ResponseOutputItemAddedEvent(
        type="response.output_item.added",
        item=call.model_copy(update={"arguments": "", "status": "in_progress"}),
        output_index=index,
        sequence_number=next(numbers),
    )
    yield ResponseFunctionCallArgumentsDoneEvent(
        type="response.function_call_arguments.done",
        arguments=call.arguments,
        item_id=call.id or "",
        name=call.name,
        output_index=index,
        sequence_number=next(numbers),
    )
    yield ResponseOutputItemDoneEvent(
        type="response.output_item.done",
        item=call,
        output_index=index,
        sequence_number=next(numbers),
    )


def _usage(input: Input, output: Sequence[Output]) -> ResponseUsage:
    """Estimated: the tokenisers of the field download their vocabularies."""
    read_bytes = len(json.dumps(input, ensure_ascii=False, default=str).encode())
    written_bytes = sum(len(_written(item).encode()) for item in output)
    tokens_in = -(-read_bytes // _BYTES_PER_TOKEN)
    tokens_out = -(-written_bytes // _BYTES_PER_TOKEN)
    return ResponseUsage(
        input_tokens=tokens_in,
        input_tokens_details=InputTokensDetails(cached_tokens=0, cache_write_tokens=0),
        output_tokens=tokens_out,
        output_tokens_details=OutputTokensDetails(reasoning_tokens=0),
        total_tokens=tokens_in + tokens_out,
    )


def _written(item: Output) -> str:
    if isinstance(item, ResponseFunctionToolCall):
        return item.name + item.arguments
    return "".join(part.text for part in item.content if isinstance(part, ResponseOutputText))
