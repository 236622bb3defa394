"""An HTTP client for the provider that believes nothing about sizes and ends.

The SDK reads whatever comes: a body that never ends would fill the memory, and a stream of chat
completions that stops half-way looks whole to it.
"""

import re
from collections.abc import AsyncIterator

import httpx2
import openai

from chat.bursts import Bursts, Merger
from chat.failures import CutAnswer, EndlessAnswer, GarbledAnswer

MAX_BYTES = 8_000_000
MAX_EVENT_BYTES = 1_000_000
# The SDK's own but for the last: it lets go after 5 s, and who thinks about the next message for
# longer waits for a new connection and its handshake. Servers hold on for longer, nginx 75 s.
LIMITS = httpx2.Limits(max_connections=1000, max_keepalive_connections=100, keepalive_expiry=50.0)

ENDS = re.compile(rb'"finish_reason"\s*:\s*"|data:\s*\[DONE\]|"error"\s*:')
LONGEST_MARK = 64


def bounded_client(read_seconds: float, *, trust_env: bool = True) -> httpx2.AsyncClient:
    """Waits `read_seconds` for each piece of an answer; environment proxies work as usual."""
    return openai.DefaultAsyncHttpxClient(
        trust_env=trust_env,
        timeout=httpx2.Timeout(read_seconds, connect=10.0),
        limits=LIMITS,
        # A compressed answer could unfold to any size after it has been counted.
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [_bound]},
    )


async def _bound(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        await response.aclose()
        raise GarbledAnswer("the answer is compressed, which was not asked for")
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(response.stream, proves_its_end=_is_stream_of_chunks(response))


def _is_stream_of_chunks(response: httpx2.Response) -> bool:
    is_stream = response.headers.get("content-type", "").startswith("text/event-stream")
    return is_stream and response.request.url.path.endswith("/chat/completions")


class _Bounded(httpx2.AsyncByteStream):
    """The same bytes, counted; an answer in chunks has to say that it is at its end."""

    def __init__(self, stream: httpx2.AsyncByteStream, *, proves_its_end: bool) -> None:
        self._stream = stream
        self._bursts = Bursts(aiter(stream))
        self._merger = Merger()
        self._total = self._event = 0
        self._ended = not proves_its_end
        self._tail = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        # The state is the stream's: after the last event the SDK iterates once more, for the rest.
        async for chunk in self._bursts:
            self._count(chunk)
            if not self._ended:
                self._ended = ENDS.search(self._tail + chunk) is not None
                self._tail = chunk[-LONGEST_MARK:]
            yield self._merger.feed(chunk)
        yield self._merger.rest()
        if not self._ended:
            raise CutAnswer("the stream of chunks ended without a reason")

    def _count(self, chunk: bytes) -> None:
        self._total += len(chunk)
        newest = max(chunk.rfind(mark) for mark in (b"\n\n", b"\r\n\r\n", b"\r\r"))
        self._event = self._event + len(chunk) if newest < 0 else len(chunk) - newest
        if self._total > MAX_BYTES or self._event > MAX_EVENT_BYTES:
            raise EndlessAnswer(f"stopped after {self._total} bytes")

    async def aclose(self) -> None:
        await self._bursts.close()
        await self._stream.aclose()
