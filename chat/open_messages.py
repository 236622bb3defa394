"""Messages of the assistant that are still being said."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from chatkit.agents import AgentContext
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
)


class OpenMessages:
    """What has been said of messages that are not done: ChatKit keeps it on a stop, not on a
    failure."""

    def __init__(self) -> None:
        self._messages: dict[str, AssistantMessageItem] = {}
        self._words: dict[str, list[str]] = {}

    def see(self, event: ThreadStreamEvent) -> None:
        match event:
            case ThreadItemAddedEvent(item=AssistantMessageItem() as item):
                self._messages[item.id] = item
                self._words[item.id] = []
            case ThreadItemUpdatedEvent(update=AssistantMessageContentPartTextDelta() as update):
                if event.item_id in self._words:
                    self._words[event.item_id].append(update.delta)
            case ThreadItemDoneEvent():
                self._messages.pop(event.item.id, None)

    def done(self) -> Iterator[ThreadStreamEvent]:
        """Close each open message with the words that were said; one without words is nothing."""
        for message in self._messages.values():
            text = "".join(self._words[message.id])
            if text.strip():
                content = [AssistantMessageContent(text=text)]
                yield ThreadItemDoneEvent(item=message.model_copy(update={"content": content}))


def whole_message(text: str, context: "AgentContext[Any]") -> Iterator[ThreadStreamEvent]:
    """The events of a message that the server says itself."""
    item = AssistantMessageItem(
        id=context.generate_id("message"),
        thread_id=context.thread.id,
        created_at=datetime.now(UTC),
        content=[],
    )
    yield ThreadItemAddedEvent(item=item)
    delta = AssistantMessageContentPartTextDelta(content_index=0, delta=text)
    yield ThreadItemUpdatedEvent(item_id=item.id, update=delta)
    content = [AssistantMessageContent(text=text)]
    yield ThreadItemDoneEvent(item=item.model_copy(update={"content": content}))
