"""An agent's run as ChatKit's events: what the model says, and what its tools show meanwhile.

It does what ChatKit's `stream_agent_response` does, for the events that our agent can cause (a
test compares the two). That one makes a task for every event, and when it is stopped it leaves
tasks behind; here one task a run reads the run, and the end waits for it.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from agents import RunResultStreaming, StreamEvent
from chatkit.agents import AgentContext
from chatkit.types import ThreadStreamEvent

from chat.agent_events import AgentEvents
from chat.context import ChatContext


class _Mailbox:
    """What two writers said, in the order in which they said it, for one reader.

    As ChatKit's own queue of a context it takes events with `put`; a run's come by `put_nowait`.
    """

    def __init__(self) -> None:
        self._things: list[StreamEvent | ThreadStreamEvent] = []
        self._news = asyncio.Event()
        self._ended = False

    async def put(self, event: ThreadStreamEvent) -> None:
        self.put_nowait(event)

    def put_nowait(self, thing: StreamEvent | ThreadStreamEvent) -> None:
        self._things.append(thing)
        self._news.set()

    def end(self) -> None:
        self._ended = True
        self._news.set()

    async def batches(self) -> AsyncIterator[list[StreamEvent | ThreadStreamEvent]]:
        """All there is, whenever there is something, until the end."""
        while self._things or not self._ended:
            await self._news.wait()
            self._news.clear()
            things, self._things = self._things, []
            yield things


async def agent_stream(
    context: AgentContext[ChatContext], result: RunResultStreaming
) -> AsyncIterator[ThreadStreamEvent]:
    """The events of a run; however it ends, nothing goes on behind it."""
    mailbox = _Mailbox()
    context._events = mailbox  # type: ignore[assignment]  # noqa: SLF001  # `stream` writes to it
    reader = asyncio.create_task(_read(result, mailbox))
    events = AgentEvents(context)
    try:
        async for things in mailbox.batches():
            for event in events.of(things):
                yield event
        await reader
        if context.workflow_item is not None:
            # As ChatKit does: the next turn may go on with it.
            await context.store.add_thread_item(
                context.thread.id, context.workflow_item, context.request_context
            )
    finally:
        # The SDK runs the model in a task of its own, which a stop has to reach.
        if not result.is_complete:
            result.cancel()
        reader.cancel()
        tasks: list[asyncio.Task[Any]] = [reader]
        if result.run_loop_task is not None:
            tasks.append(result.run_loop_task)
        await asyncio.gather(*tasks, return_exceptions=True)


async def _read(result: RunResultStreaming, mailbox: _Mailbox) -> None:
    try:
        async for event in result.stream_events():
            mailbox.put_nowait(event)
    finally:
        mailbox.end()
