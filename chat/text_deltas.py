"""Words of a message that are ready together, as one event.

ChatKit looks at each event several times: it compares the thread, keeps the pending items and
matches types, for a word as for a widget. A provider's burst is a hundred words at once; as one
event it passes all that once, and leaves as the hundred frames that it is.
"""

from collections.abc import Iterator
from typing import cast

from chatkit.types import (
    AssistantMessageContentPartTextDelta,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
)
from pydantic_core import to_json


class TextDeltas(ThreadItemUpdatedEvent):
    """To whoever does not know it, one delta that says what all of `parts` say."""

    parts: list[str]
    update: AssistantMessageContentPartTextDelta


class Words:
    """Collects deltas as long as they follow each other in one message."""

    def __init__(self) -> None:
        self._item_id = ""
        self._content_index = 0
        self._parts: list[str] = []

    def add(self, item_id: str, content_index: int, delta: str) -> Iterator[ThreadStreamEvent]:
        """Nothing, or what was collected, if `delta` belongs elsewhere."""
        if self._parts and (item_id != self._item_id or content_index != self._content_index):
            yield from self.take()
        self._item_id, self._content_index = item_id, content_index
        self._parts.append(delta)

    def take(self) -> Iterator[ThreadStreamEvent]:
        """What was collected, if anything."""
        parts, self._parts = self._parts, []
        if parts:
            update = AssistantMessageContentPartTextDelta(
                content_index=self._content_index, delta="".join(parts)
            )
            yield TextDeltas(item_id=self._item_id, parts=parts, update=update)


def one_by_one(event: ThreadStreamEvent) -> Iterator[ThreadStreamEvent]:
    """The events that `event` stands for."""
    if not isinstance(event, TextDeltas):
        yield event
        return
    for part in event.parts:
        update = AssistantMessageContentPartTextDelta(
            content_index=event.update.content_index, delta=part
        )
        yield ThreadItemUpdatedEvent(item_id=event.item_id, update=update)


def delta_frame(event: ThreadItemUpdatedEvent) -> bytes:
    """The SSE event of one delta, by hand: pydantic walks the union of all events for it."""
    update = cast("AssistantMessageContentPartTextDelta", event.update)
    return (
        b'data: {"type":"thread.item.updated","item_id":%b,"update":{"type":'
        b'"assistant_message.content_part.text_delta","content_index":%d,"delta":%b}}\n\n'
    ) % (to_json(event.item_id), update.content_index, to_json(update.delta))
