"""Threads that a user has from before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from chatkit.store import default_generate_id
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    InferenceOptions,
    ThreadMetadata,
    UserMessageItem,
    UserMessageTextContent,
)

from tests.element_server import samples
from tests.element_server.store import MemoryStore, Visit, now


async def _new(store: MemoryStore, visit: Visit, title: str, **fields: object) -> ThreadMetadata:
    thread = ThreadMetadata.model_validate(
        {"id": default_generate_id("thread"), "title": title, "created_at": now(), **fields}
    )
    await store.save_thread(thread, visit)
    return thread


async def _exchange(store: MemoryStore, visit: Visit, thread: ThreadMetadata, number: int) -> None:
    """A question and its answer."""
    asked = UserMessageItem(
        id=default_generate_id("message"),
        thread_id=thread.id,
        created_at=now() - timedelta(minutes=1000 - number),
        content=[UserMessageTextContent(text=f"Question {number}")],
        inference_options=InferenceOptions(),
    )
    answered = AssistantMessageItem(
        id=default_generate_id("message"),
        thread_id=thread.id,
        created_at=asked.created_at,
        content=[AssistantMessageContent(text=f"Answer {number}")],
    )
    for item in (asked, answered):
        await store.add_thread_item(thread.id, item, visit)


async def short(store: MemoryStore, visit: Visit) -> str:
    thread = await _new(store, visit, "A short one")
    await _exchange(store, visit, thread, 1)
    return thread.id


async def long(store: MemoryStore, visit: Visit) -> str:
    thread = await _new(store, visit, "A long one")
    for number in range(1, 61):
        await _exchange(store, visit, thread, number)
    return thread.id


async def many(store: MemoryStore, visit: Visit) -> str:
    """More threads than one page of the history shows."""
    for number in range(1, 41):
        thread = await _new(store, visit, f"Thread {number}")
    return thread.id


async def locked(store: MemoryStore, visit: Visit) -> str:
    status = {"type": "locked", "reason": "Waiting for the doctor."}
    thread = await _new(store, visit, "A locked one", status=status)
    await _exchange(store, visit, thread, 1)
    return thread.id


async def closed(store: MemoryStore, visit: Visit) -> str:
    thread = await _new(store, visit, "A closed one", status={"type": "closed"})
    await _exchange(store, visit, thread, 1)
    return thread.id


async def everything(store: MemoryStore, visit: Visit) -> str:
    """An item of every type, as stored."""
    thread = await _new(store, visit, "Everything")
    await _exchange(store, visit, thread, 1)
    for make in samples.ITEMS.values():
        base = {"id": default_generate_id("message"), "thread_id": thread.id, "created_at": now()}
        await store.add_thread_item(thread.id, make(base), visit)
    return thread.id


THREADS: dict[str, Callable[[MemoryStore, Visit], Awaitable[str]]] = {
    "short": short,
    "long": long,
    "many": many,
    "locked": locked,
    "closed": closed,
    "everything": everything,
}
