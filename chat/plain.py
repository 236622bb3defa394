"""The plain protocol: a message in, words and tool calls out, for scripts that know no ChatKit.

It is another spelling of the same run's events, so runs, logs, readers and resumption are shared.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ErrorEvent,
    InferenceOptions,
    StreamingReq,
    ThreadAddUserMessageParams,
    ThreadCreateParams,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadStreamEvent,
    UserMessageInput,
    UserMessageTextContent,
)
from pydantic import BaseModel, ConfigDict

from chat.context import ChatContext, ToolEvent
from chat.runs.log import UNHURRIED, Frame


class PlainMessage(BaseModel):
    """The body: `thread_id` continues a conversation, null begins one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    message: str
    thread_id: str | None = None

    def as_chatkit(self) -> StreamingReq:
        """The ChatKit request that means the same."""
        said = UserMessageInput(
            content=[UserMessageTextContent(text=self.message)],
            attachments=[],
            inference_options=InferenceOptions(),
        )
        if self.thread_id is None:
            return ThreadsCreateReq(params=ThreadCreateParams(input=said))
        params = ThreadAddUserMessageParams(thread_id=self.thread_id, input=said)
        return ThreadsAddUserMessageReq(params=params)


async def plain_frames(
    events: AsyncIterator[ThreadStreamEvent], context: ChatContext
) -> AsyncIterator[Frame]:
    """A run's events as frames; the last is `done`, whatever became of the reply."""
    reply = _Reply(context)
    try:
        async for event in events:
            for frame in reply.frames(event):
                yield frame
    except asyncio.CancelledError:
        yield reply.done()
        raise
    yield reply.done()


class _Reply:
    """What has been said so far, and how many of the tool calls were told."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context
        self._said: list[str] = []
        self._messages: set[str] = set()
        self._told = 0

    def frames(self, event: ThreadStreamEvent) -> Iterator[Frame]:
        while self._told < len(self._context.tool_events):
            yield _tool_frame(self._context.tool_events[self._told])
            self._told += 1
        match event:
            case ThreadItemUpdatedEvent(update=AssistantMessageContentPartTextDelta() as update):
                yield from self._say(event.item_id, update.delta)
            case ThreadItemDoneEvent(item=AssistantMessageItem() as item):
                # Some models give the text whole, without deltas.
                if item.id not in self._messages:
                    yield from self._say(item.id, "".join(part.text for part in item.content))
            case ErrorEvent():
                yield self._error(event)

    def _say(self, item_id: str, words: str) -> Iterator[Frame]:
        if not words:
            return
        if self._said and item_id not in self._messages:
            words = f"\n\n{words}"  # another message of the same reply
        self._messages.add(item_id)
        self._said.append(words)
        yield Frame(_sse({"type": "chunk", "content": words}), early=True)

    def _error(self, event: ErrorEvent) -> Frame:
        failure = self._context.failure
        body = {
            "type": "error",
            "code": failure.code if failure else "internal",
            "message": failure.words if failure else event.message or "The reply failed.",
            "allow_retry": event.allow_retry,
        }
        if failure is not None and failure.retry_after is not None:
            body["retry_after"] = failure.retry_after
        return Frame(_sse(body, "error"))

    def done(self) -> Frame:
        body = {
            "type": "done",
            "thread_id": self._context.thread_id,
            "run_id": self._context.run_id,
            "content": "".join(self._said),
        }
        return Frame(_sse(body, "done"), within=UNHURRIED)


def _tool_frame(call: ToolEvent) -> Frame:
    body = {
        "type": "mcp_tool",
        "call_id": call.call_id,
        "name": call.name,
        "arguments": call.arguments,
        "result": call.result,
        "status": call.status,
    }
    return Frame(_sse(body, "mcp_tool"))


def _sse(body: dict[str, Any], event: str | None = None) -> bytes:
    # ASCII keeps lone surrogates, which a model may send, from breaking the stream.
    data = f"data: {json.dumps(body)}\n\n".encode()
    return data if event is None else b"event: %b\n%b" % (event.encode(), data)
