"""Our map of a run's events tells what ChatKit's own would, byte for byte, ids and times aside."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable
from types import SimpleNamespace
from typing import Any, cast

import openai.types.responses as wire
import pytest
from agents import RawResponsesStreamEvent, RunResultStreaming
from chatkit.agents import AgentContext, stream_agent_response
from chatkit.types import (
    AssistantMessageItem,
    CustomTask,
    Page,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadMetadata,
    ThreadStreamEvent,
)
from django.utils import timezone
from pydantic import BaseModel, TypeAdapter

from chat.agent_events import AgentEvents
from chat.agent_stream import agent_stream
from chat.context import ChatContext
from chat.server import TaskChatServer
from chat.store import DjangoStore
from chat.text_deltas import one_by_one
from taskchat_site.accounts.models import User
from tests.fakes.wire import Turn, responses

_events: TypeAdapter[Any] = TypeAdapter(wire.ResponseStreamEvent)

Step = dict[str, Any] | Callable[[AgentContext[ChatContext]], Any] | Exception


class Broken(Exception):
    """What a run fails with."""


class EmptyStore(DjangoStore):
    """Notes what is put into it, and has nothing."""

    def __init__(self) -> None:
        self.added: list[str] = []

    async def load_thread_items(self, *args: Any, **kwargs: Any) -> Page[ThreadItem]:
        return Page()

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Any) -> None:
        self.added.append(item.model_dump_json())


class ScriptedRun:
    """As much of a run's result as its readers look at."""

    is_complete = True
    run_loop_task = None

    def __init__(self, steps: list[Step], context: AgentContext[ChatContext]) -> None:
        self._steps = steps
        self._context = context

    async def stream_events(self) -> AsyncIterator[RawResponsesStreamEvent]:
        for step in self._steps:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, dict):
                yield RawResponsesStreamEvent(data=_event(step))
            else:
                await step(self._context)
            for _ in range(8):  # both sides are read before the next step
                await asyncio.sleep(0)


def _event(step: dict[str, Any]) -> Any:
    if "annotation" in step:
        # The client's class of it is one that ChatKit refuses; a dict, as some servers' is, not.
        return SimpleNamespace(**step)
    return _events.validate_python({"sequence_number": 0, **step})


def told_by(reader: Any, steps: list[Step]) -> tuple[list[bytes], list[bytes], str | None]:
    """The frames that `reader` makes of `steps`, what it stored, and how it failed."""
    store = EmptyStore()
    user = User(email="a@example.com")
    now = timezone.now()
    context: AgentContext[ChatContext] = AgentContext(
        thread=ThreadMetadata(id="thr_1", created_at=now),
        store=store,
        request_context=ChatContext(user=user, now=now),
    )
    server = TaskChatServer(store)
    frames: list[bytes] = []

    async def read() -> None:
        run = cast("RunResultStreaming", ScriptedRun(steps, context))
        event: ThreadStreamEvent
        async for event in reader(context, run):
            if reader is stream_agent_response:
                frames.append(b"data: %b\n\n" % server._serialize(event))
            else:
                frames.extend(server.frame(one) for one in one_by_one(event))

    failed = None
    try:
        asyncio.run(read())
    except Broken as error:
        failed = str(error)
    return _comparable(frames), _comparable(item.encode() for item in store.added), failed


def _comparable(texts: Iterable[bytes]) -> list[bytes]:
    """Ids as numbers in the order in which they come up; no times."""
    numbers: dict[bytes, int] = {}

    def number(match: re.Match[bytes]) -> bytes:
        return b"%b:%d" % (match[1], numbers.setdefault(match[2], len(numbers)))

    timeless = [re.sub(rb'"created_at":"[^"]*"', b'"created_at":0', text) for text in texts]
    return [re.sub(rb'("(?:item_)?id"):"([^"]*)"', number, text) for text in timeless]


def said(turn: Turn) -> list[Step]:
    frames = [frame.partition(b"data: ")[2] for frame in responses(turn)]
    return [json.loads(frame) for frame in frames]


def message(*events: dict[str, Any], item_id: str = "m1", text: str = "", **end: Any) -> list[Step]:
    item = {"id": item_id, "type": "message", "role": "assistant", "status": "completed"}
    part = {"type": "output_text", "text": text, "annotations": [], **end}
    place = {**PLACE, "item_id": item_id}
    added = {"type": "response.output_item.added", "output_index": 0}
    done = {"type": "response.output_item.done", "output_index": 0}
    return [
        {**added, "item": {**item, "content": []}},
        *({**place, **event} for event in events),
        {**done, "item": {**item, "content": [part]}},
    ]


PLACE = {"item_id": "m1", "output_index": 0, "content_index": 0}


def delta(text: str) -> dict[str, Any]:
    return {"type": "response.output_text.delta", "delta": text, "logprobs": []}


def thought(kind: str, text: str, index: int = 0) -> dict[str, Any]:
    event = {"item_id": "rs_1", "output_index": 0, "summary_index": index}
    field = "delta" if kind == "delta" else "text"
    return {"type": f"response.reasoning_summary_text.{kind}", field: text, **event}


def source(**facts: Any) -> dict[str, Any]:
    event = {"type": "response.output_text.annotation.added", "annotation_index": 0}
    return {**event, "annotation": facts}


REASONING: Step = {
    "type": "response.output_item.added",
    "output_index": 0,
    "item": {"id": "rs_1", "type": "reasoning", "summary": []},
}
URL = {"type": "url_citation", "url": "http://a", "title": "A", "start_index": 0, "end_index": 3}
FILE = {"type": "file_citation", "file_id": "f", "filename": "a.txt", "index": 4}
NAMELESS = {"type": "file_citation", "file_id": "f", "filename": "", "index": 4}
BOX = {
    "type": "container_file_citation",
    "container_id": "c",
    "file_id": "f",
    "filename": "b.txt",
    "start_index": 1,
    "end_index": 5,
}
REFUSAL: list[Step] = [
    {
        "type": "response.content_part.added",
        "item_id": "m1",
        "output_index": 0,
        "content_index": 0,
        "part": {"type": "refusal", "refusal": "No."},
    }
]


async def begin_call(context: AgentContext[ChatContext]) -> None:
    await context.add_workflow_task(CustomTask(title="Adding", status_indicator="loading"))


async def end_call(context: AgentContext[ChatContext]) -> None:
    workflow = context.workflow_item
    assert workflow is not None
    done = CustomTask(title="Added", status_indicator="complete")
    await context.update_workflow_task(done, len(workflow.workflow.tasks) - 1)


async def show_note(context: AgentContext[ChatContext]) -> None:
    item = AssistantMessageItem(id="n1", thread_id="thr_1", created_at=timezone.now(), content=[])
    await context.stream(ThreadItemDoneEvent(item=item))


CALL: list[Step] = [begin_call, end_call]
SCRIPTS: dict[str, list[Step]] = {
    "words": said(Turn(words=("Good ", "morning, ", "\u00e9\u2028\"<b>\x00"))),
    "two messages": [*message(delta("One")), *message(delta("Two"), item_id="m2")],
    "a call, then words": [*CALL, *said(Turn(words=("Done.",)))],
    "two calls": [begin_call, end_call, begin_call, end_call, *message(delta("Done."))],
    "a call and no words": CALL,
    "a note beside a call": [*CALL, show_note, *message(delta("Done."))],
    "a thought that streams": [
        REASONING,
        thought("delta", "First "),
        thought("delta", "this."),
        thought("done", "First this."),
        thought("delta", "Unseen ", 1),
        thought("done", "Then that.", 1),
        *message(delta("So.")),
    ],
    "a thought, then a call": [REASONING, thought("done", "Hm."), *CALL, *message(delta("So."))],
    "a thought without a workflow": [thought("delta", "Hm"), thought("done", "Hm.")],
    "sources": message(
        delta("A"), source(**URL), source(**NAMELESS), source(**FILE), source(**BOX),
        text="A", annotations=[URL, FILE, BOX, NAMELESS],
    ),
    "a refusal": REFUSAL,
    "a fault after words": [*message(delta("One"))[:2], Broken("gone")],
    "a fault in a call": [begin_call, Broken("gone")],
    "nothing": [],
}  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_tells_what_chatkit_tells(name: str) -> None:
    steps = SCRIPTS[name]
    ours = told_by(agent_stream, steps)
    assert ours == told_by(stream_agent_response, steps)
    assert ours[0] or ours[1] or name in ("nothing", "a thought without a workflow")


def test_the_providers_ids_are_not_those_of_the_thread() -> None:
    """Over the chat-completions API all messages have the same, and the store overwrites by id."""
    steps = [*message(delta("One")), *message(delta("Two"))]
    frames = told_by(agent_stream, steps)[0]
    added = [frame for frame in frames if b"thread.item.added" in frame]
    assert len(set(added)) == 2


def test_a_source_is_told_also_in_the_clients_own_class() -> None:
    event = _events.validate_python({**source(**URL), **PLACE, "sequence_number": 0})
    assert isinstance(event.annotation, BaseModel)
    (told,) = AgentEvents(cast("Any", None)).of([RawResponsesStreamEvent(data=event)])
    assert told.update.annotation.source.url == "http://a"  # type: ignore[union-attr]
