"""ChatKit's view of an agent's run, without the tasks that it leaves behind.

`stream_agent_response` merges the run's events with our own and reads each side in a task of its
own. When it is cancelled or fails it forgets both: asyncio then reports exceptions that nobody
retrieved, and tasks destroyed while pending. Here each side knows who reads it, so that the end
can wait for them.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

from agents import RunResultStreaming, StreamEvent
from chatkit.agents import AgentContext, stream_agent_response
from chatkit.types import ThreadStreamEvent

from chat.context import ChatContext


class _Readers:
    """The task that reads each side."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[Any]] = {}

    def note(self, side: str) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks[side] = task

    async def settle(self) -> None:
        """End those that still read, and take note of how all of them ended."""
        current = asyncio.current_task()
        tasks = [task for task in self._tasks.values() if task is not current]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Events(AsyncIterator[StreamEvent]):
    def __init__(self, events: AsyncIterator[StreamEvent], readers: _Readers) -> None:
        self._events = events
        self._readers = readers

    async def __anext__(self) -> StreamEvent:
        self._readers.note("run")
        return await anext(self._events)


class _Result:
    """As much of a run's result as ChatKit looks at."""

    def __init__(self, result: RunResultStreaming, readers: _Readers) -> None:
        self._result = result
        self._readers = readers

    def stream_events(self) -> _Events:
        return _Events(self._result.stream_events(), self._readers)


class _Queue(asyncio.Queue[Any]):
    def __init__(self, readers: _Readers) -> None:
        super().__init__()
        self._readers = readers

    async def get(self) -> Any:
        self._readers.note("queue")
        return await super().get()


async def agent_stream(
    context: AgentContext[ChatContext], result: RunResultStreaming
) -> AsyncIterator[ThreadStreamEvent]:
    """The events of `stream_agent_response`; however it ends, nothing goes on behind it."""
    readers = _Readers()
    context._events = _Queue(readers)  # noqa: SLF001  # the only way to know who reads it
    try:
        watched = cast("RunResultStreaming", _Result(result, readers))
        async for event in stream_agent_response(context, watched):
            yield event
    finally:
        # The SDK runs the model in a task of its own, which a stop has to reach.
        if not result.is_complete:
            result.cancel()
        await readers.settle()
        if result.run_loop_task is not None:
            await asyncio.gather(result.run_loop_task, return_exceptions=True)
