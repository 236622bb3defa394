"""Ids of the assistant's messages: ours, not the provider's.

Over the chat-completions API every message has the same made-up id, and no provider promises
that its ids are unique in a thread. The store overwrites by id, so a repeated one would lose
what was said before.
"""

from collections.abc import AsyncIterator, Callable

from chatkit.types import AssistantMessageItem, ThreadStreamEvent


async def with_own_ids(
    events: AsyncIterator[ThreadStreamEvent], new_id: Callable[[], str]
) -> AsyncIterator[ThreadStreamEvent]:
    """`events` with a fresh id for each assistant message that is added."""
    own: dict[str, str] = {}
    async for event in events:
        match event.type:
            case "thread.item.added" | "thread.item.done" if isinstance(
                event.item, AssistantMessageItem
            ):
                if event.type == "thread.item.added" or event.item.id not in own:
                    own[event.item.id] = new_id()
                item = event.item.model_copy(update={"id": own[event.item.id]})
                yield event.model_copy(update={"item": item})
            case "thread.item.updated" if event.item_id in own:
                yield event.model_copy(update={"item_id": own[event.item_id]})
            case _:
                yield event
