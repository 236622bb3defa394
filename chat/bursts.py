"""What a provider has sent by now, in as few events as it may be.

A model's words come as an event each, and each event costs a tenth of a millisecond or two on its
way through the clients and the SDK. Words that have arrived together, because the model is quick or
we are busy, make that way as one event that knows its parts; the user gets them one by one.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from itertools import groupby
from typing import Any

FULL_BYTES = 65_536
END = b"\n\n"
WORDS = b'"response.output_text.delta"'
# Of either API. One that comes in two pieces is not seen, and makes no difference but of time.
FIRST_WORDS = re.compile(WORDS + rb'|"content"\s*:\s*"[^"]')
PLACE = ("item_id", "output_index", "content_index")


class Bursts:
    """A stream read by a task of its own, so that all that has arrived comes as one.

    The first words are in a hurry: what follows them is read once they have been passed on. To
    take a burst of a hundred events apart is 2 ms that they would wait for.

    It may be iterated again after its end; what went wrong in the stream is raised there.
    """

    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self._stream = stream
        self._chunks: list[bytes] = []
        self._size = 0
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._spoke = False
        self._passed_on = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._task is None:
            self._task = asyncio.create_task(self._read())
        while self._chunks or not self._task.done():
            await self._news.wait()
            self._news.clear()
            burst, spoke = b"".join(self._chunks), self._spoke
            self._chunks.clear()
            self._size = 0
            self._room.set()
            if burst:
                yield burst
            if spoke:  # whoever comes for more has passed on what he had
                self._passed_on.set()
        await self._task

    async def _read(self) -> None:
        try:
            async for chunk in self._stream:
                self._chunks.append(chunk)
                self._size += len(chunk)
                self._news.set()
                if not self._spoke and FIRST_WORDS.search(chunk):
                    self._spoke = True
                    await self._passed_on.wait()
                elif self._size > FULL_BYTES:
                    self._room.clear()
                    await self._room.wait()
        finally:
            asyncio.get_running_loop().call_soon(self._news.set)  # once this task is done

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


class Merger:
    """Joins the words that follow each other in what it is fed: events of the Responses API.

    The first of all stay alone: they are in a hurry.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._is_foreign = False
        self._spoke = False

    def feed(self, data: bytes) -> bytes:
        """`data` with all events that are whole by now; a line ends with a newline alone."""
        self._is_foreign |= b"\r" in data
        if self._is_foreign:
            return self.rest() + data
        *events, self._rest = (self._rest + data).split(END)
        return b"".join(self._merged(events))

    def rest(self) -> bytes:
        rest, self._rest = self._rest, b""
        return rest

    def _merged(self, events: list[bytes]) -> Iterator[bytes]:
        for is_words, group in groupby(events, lambda event: WORDS in event):
            same = list(group)
            if is_words and not self._spoke:
                self._spoke = True
                yield same.pop(0) + END
            yield from _joined(same) if is_words and len(same) > 1 else _as_they_are(same)


def _joined(events: list[bytes]) -> Iterator[bytes]:
    read = [_read(event) for event in events]
    if None in read:
        yield from _as_they_are(events)
        return
    for _, group in groupby(read, lambda event: [event and event.get(key) for key in PLACE]):
        said: list[dict[str, Any]] = [event for event in group if event is not None]
        parts = [event["delta"] for event in said]
        event = {**said[0], "delta": "".join(parts), "parts": parts}
        yield b"event: response.output_text.delta\ndata: %b\n\n" % json.dumps(event).encode()


def _as_they_are(events: list[bytes]) -> Iterator[bytes]:
    return (event + END for event in events)


def _read(event: bytes) -> dict[str, Any] | None:
    """The event of one piece of words; None for anything else."""
    _, found, data = event.partition(b"data: ")
    try:
        words = json.loads(data) if found else None
    except ValueError:
        return None
    if not isinstance(words, dict) or words.get("type") != "response.output_text.delta":
        return None
    return words if isinstance(words.get("delta"), str) else None


def parts_of(event: Any) -> list[str]:
    """The words that a delta event was joined from."""
    parts = getattr(event, "parts", None)
    if isinstance(parts, list) and all(isinstance(part, str) for part in parts):
        return parts if "".join(parts) == event.delta else [event.delta]
    return [event.delta]
