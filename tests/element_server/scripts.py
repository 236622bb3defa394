"""What the server answers: `show NAME` runs the script of that name, anything else is echoed.

A script is a function of (turn, argument, message) to events. Where it waits at the gate, the test
looks at what is shown so far and lets it go on by `POST /release/{user}`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from chatkit.errors import CustomStreamError, ErrorCode, StreamError
from chatkit.store import StoreItemType, default_generate_id
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ClientEffectEvent,
    ClientToolCallItem,
    ClosedStatus,
    LockedStatus,
    NoticeEvent,
    ProgressUpdateEvent,
    StreamOptions,
    StreamOptionsEvent,
    StructuredInputItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
)
from pydantic import BaseModel, ConfigDict

from tests.element_server import samples, widgets
from tests.element_server.store import Belongings, MemoryStore, Visit, now

Events = AsyncIterator[ThreadStreamEvent]


@dataclass
class Turn:
    """One answer that is being given."""

    thread: ThreadMetadata
    visit: Visit
    store: MemoryStore

    @property
    def kept(self) -> Belongings:
        return self.store.users[self.visit.user]

    async def gate(self) -> None:
        await self.kept.gate.acquire()

    def base(self, kind: StoreItemType = "message") -> dict[str, Any]:
        """What every item has."""
        return {
            "id": default_generate_id(kind),
            "thread_id": self.thread.id,
            "created_at": now(),
        }

    def message(self, text: str, **content: Any) -> AssistantMessageItem:
        part = AssistantMessageContent.model_validate({"text": text, **content})
        return AssistantMessageItem(**self.base(), content=[part])

    async def last(self, item_type: type[Any]) -> Any:
        page = await self.store.load_thread_items(self.thread.id, None, 50, "desc", self.visit)
        return next(item for item in page.data if isinstance(item, item_type))


class Anything(BaseModel):
    """An event or update that no version of the package knows."""

    model_config = ConfigDict(extra="allow")
    type: str


class Bytes(BaseModel):
    """Written to the stream as it is, in place of an event."""

    text: str
    type: str = "bytes"


READ_SECONDS = 1.0


async def on_the_wire(stream: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    async for frame in stream:
        if b'"type":"bytes"' in frame:
            text = json.loads(frame.removeprefix(b"data: "))["text"]
            if text == "break":
                # A browser's stream that breaks throws away what has not been read of it.
                await asyncio.sleep(READ_SECONDS)
                raise ConnectionError("The server broke off.")
            yield text.encode()
        else:
            yield frame


async def respond(turn: Turn, message: UserMessageItem | None) -> Events:
    if message is None:
        async for event in _answer_to_client(turn):
            yield event
        return
    text = "".join(part.text for part in message.content)
    word, _, rest = text.partition(" ")
    name, _, argument = rest.partition(" ")
    script = SCRIPTS.get(name) if word == "show" else None
    events = script(turn, argument, message) if script else say(turn, f"You said: {text}", message)
    async for event in events:
        yield event


async def _answer_to_client(turn: Turn) -> Events:
    """After a client tool, or after questions were answered."""
    page = await turn.store.load_thread_items(turn.thread.id, None, 1, "desc", turn.visit)
    (last,) = page.data
    if isinstance(last, ClientToolCallItem):
        yield ThreadItemDoneEvent(item=turn.message(f"The page says {json.dumps(last.output)}."))
    elif isinstance(last, StructuredInputItem):
        answers = [
            one.answer.values if one.answer and not one.answer.skipped else None
            for one in last.inputs
        ]
        yield ThreadItemDoneEvent(item=turn.message(f"{last.status}: {json.dumps(answers)}"))


# --- Messages ----------------------------------------------------------------------------------


async def say(turn: Turn, text: str, _message: UserMessageItem) -> Events:
    """A reply as a model gives it: word for word."""
    item = AssistantMessageItem(**turn.base(), content=[])
    yield ThreadItemAddedEvent(item=item)
    part = AssistantMessageContent(text="")
    yield _update(item.id, AssistantMessageContentPartAdded(content_index=0, content=part))
    for word in text.split(" "):
        delta = AssistantMessageContentPartTextDelta(content_index=0, delta=f"{word} ")
        yield _update(item.id, delta)
    whole = AssistantMessageContent(text=text)
    yield _update(item.id, AssistantMessageContentPartDone(content_index=0, content=whole))
    yield ThreadItemDoneEvent(item=item.model_copy(update={"content": [whole]}))


async def slowly(turn: Turn, _argument: str, _message: UserMessageItem) -> Events:
    """Half of a sentence, and the rest when the test says so."""
    item = AssistantMessageItem(**turn.base(), content=[])
    yield ThreadItemAddedEvent(item=item)
    delta = AssistantMessageContentPartTextDelta(content_index=0, delta="The first half")
    yield _update(item.id, delta)
    await turn.gate()
    rest = AssistantMessageContentPartTextDelta(content_index=0, delta=" and the second.")
    yield _update(item.id, rest)
    whole = AssistantMessageContent(text="The first half and the second.")
    yield ThreadItemDoneEvent(item=item.model_copy(update={"content": [whole]}))


async def count(turn: Turn, upto: str, _message: UserMessageItem) -> Events:
    """A number a delta, as fast as it goes."""
    item = AssistantMessageItem(**turn.base(), content=[])
    yield ThreadItemAddedEvent(item=item)
    for number in range(int(upto)):
        delta = AssistantMessageContentPartTextDelta(content_index=0, delta=f"{number} ")
        yield _update(item.id, delta)
    text = " ".join(map(str, range(int(upto))))
    yield ThreadItemDoneEvent(item=turn_done(item, text))


async def count_later(turn: Turn, upto: str, message: UserMessageItem) -> Events:
    await turn.gate()
    async for event in count(turn, upto, message):
        yield event


def _update(item_id: str, update: Any) -> ThreadItemUpdatedEvent:
    return ThreadItemUpdatedEvent(item_id=item_id, update=update)


# --- Items -------------------------------------------------------------------------------------


async def item(turn: Turn, name: str, _message: UserMessageItem) -> Events:
    """A complete item, of the samples."""
    yield ThreadItemDoneEvent(item=samples.ITEMS[name](turn.base()))


async def update(turn: Turn, name: str, _message: UserMessageItem) -> Events:
    """An item, and after the gate its updates one by one; then it is done as it was told."""
    sample = samples.UPDATES[name]
    first = sample.item(turn.base())
    yield ThreadItemAddedEvent(item=first)
    await turn.gate()
    for one in sample.updates:
        yield _update(first.id, one)
    await turn.gate()
    yield ThreadItemDoneEvent(item=sample.done(first))


async def widget(turn: Turn, name: str, _message: UserMessageItem) -> Events:
    root = widgets.root(name)
    yield ThreadItemDoneEvent(item=WidgetItem(**turn.base(), widget=root, copy_text=name))


async def widget_json(turn: Turn, source: str, _message: UserMessageItem) -> Events:
    """The widget that the message itself holds."""
    root = widgets.validated(json.loads(source))
    yield ThreadItemDoneEvent(item=WidgetItem(**turn.base(), widget=root))


# --- Events ------------------------------------------------------------------------------------


async def title(turn: Turn, words: str, _message: UserMessageItem) -> Events:
    turn.thread.title = words
    yield ThreadItemDoneEvent(item=turn.message("Titled."))


async def locked(turn: Turn, reason: str, _message: UserMessageItem) -> Events:
    turn.thread.status = LockedStatus(reason=reason or None)
    yield ThreadItemDoneEvent(item=turn.message("Locked."))


async def closed(turn: Turn, reason: str, _message: UserMessageItem) -> Events:
    turn.thread.status = ClosedStatus(reason=reason or None)
    yield ThreadItemDoneEvent(item=turn.message("Closed."))


async def images_from(turn: Turn, domain: str, _message: UserMessageItem) -> Events:
    turn.thread.allowed_image_domains = [domain]
    yield ThreadItemDoneEvent(item=turn.message("Images are allowed."))


async def added(turn: Turn, _argument: str, _message: UserMessageItem) -> Events:
    item = turn.message("Added, not done.")
    yield ThreadItemAddedEvent(item=item)
    await turn.gate()
    yield ThreadItemDoneEvent(item=turn_done(item, "Done."))


def turn_done(item: AssistantMessageItem, text: str) -> AssistantMessageItem:
    return item.model_copy(update={"content": [AssistantMessageContent(text=text)]})


async def removed(turn: Turn, _argument: str, _message: UserMessageItem) -> Events:
    item = turn.message("Soon removed.")
    yield ThreadItemDoneEvent(item=item)
    await turn.gate()
    yield ThreadItemRemovedEvent(item_id=item.id)


async def replaced(turn: Turn, _argument: str, _message: UserMessageItem) -> Events:
    item = turn.message("Soon replaced.")
    yield ThreadItemDoneEvent(item=item)
    await turn.gate()
    yield ThreadItemReplacedEvent(item=turn_done(item, "In its place."))


async def unstoppable(turn: Turn, _argument: str, _message: UserMessageItem) -> Events:
    yield StreamOptionsEvent(stream_options=StreamOptions(allow_cancel=False))
    await turn.gate()
    yield ThreadItemDoneEvent(item=turn.message("Not stopped."))


async def progress(turn: Turn, _argument: str, _message: UserMessageItem) -> Events:
    yield ProgressUpdateEvent(icon="search", text="Looking around")
    await turn.gate()
    yield ThreadItemDoneEvent(item=turn.message("Found."))


async def effect(turn: Turn, _argument: str, _message: UserMessageItem) -> Events:
    yield ClientEffectEvent(name="confetti", data={"colour": "red"})
    yield ThreadItemDoneEvent(item=turn.message("Look at the page."))


async def notice(_turn: Turn, level: str, _message: UserMessageItem) -> Events:
    words = "You have **2** messages left. [Upgrade](https://example.com/plans)"
    event = {"level": level or "info", "title": "Nearly there", "message": words}
    yield NoticeEvent.model_validate(event)


async def error(turn: Turn, kind: str, message: UserMessageItem) -> Events:
    """Fails the first time; a retry of the same message succeeds."""
    attempts = turn.kept.attempts
    attempts[message.id] = attempts.get(message.id, 0) + 1
    if attempts[message.id] == 1:
        yield ThreadItemDoneEvent(item=turn.message("As far as I came."))
        if kind == "code":
            raise StreamError(ErrorCode.STREAM_ERROR)
        if kind == "crash":
            raise ZeroDivisionError
        raise CustomStreamError("The oven is cold.", allow_retry=kind == "retry")
    yield ThreadItemDoneEvent(item=turn.message("It worked this time."))


# --- What no server should send ----------------------------------------------------------------


async def raw(turn: Turn, source: str, _message: UserMessageItem) -> Events:
    """The events that the message itself holds, checked by nobody; a text is sent as it is.

    `$thread` stands for the thread's id, "gate" for waiting.
    """
    for event in json.loads(source.replace("$thread", turn.thread.id)):
        if event == "gate":
            await turn.gate()
        elif isinstance(event, str):
            yield Bytes(text=event)  # type: ignore[misc]
        else:
            yield Anything(**event)  # type: ignore[misc]


SCRIPTS: dict[str, Callable[[Turn, str, UserMessageItem], Events]] = {
    "say": say,
    "slowly": slowly,
    "count": count,
    "count-later": count_later,
    "item": item,
    "update": update,
    "widget": widget,
    "widget-json": widget_json,
    "title": title,
    "locked": locked,
    "closed": closed,
    "images-from": images_from,
    "added": added,
    "removed": removed,
    "replaced": replaced,
    "unstoppable": unstoppable,
    "progress": progress,
    "effect": effect,
    "notice": notice,
    "error": error,
    "raw": raw,
}
