"""People who send messages and read the replies, over bare sockets: they must cost little."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.model_server import DELTAS

SECONDS = 60.0
DELTA = b'"assistant_message.content_part.text_delta"'
ITEM_DONE = b'"thread.item.done"'
ERROR = re.compile(rb'"type": ?"error"')
LAST_CHUNK = b"\r\n0\r\n\r\n"


class Failed(Exception):
    """A reply was not whole; the text says what came instead."""


@dataclass(frozen=True)
class Person:
    """Where somebody sends messages, and what says who it is."""

    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def request(self, text: str) -> bytes:
        content = [{"type": "input_text", "text": text}]
        said = {"content": content, "attachments": [], "inference_options": {}}
        body = json.dumps({"type": "threads.create", "params": {"input": said}}).encode()
        headers = {
            "Host": f"127.0.0.1:{self.port}",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **self.headers,
        }
        lines = [f"POST {self.path} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Measured:
    """Some replies, each with the milliseconds to its first words, and how long all took."""

    first_delta_ms: list[float]
    seconds: float

    @property
    def streams_a_second(self) -> float:
        return len(self.first_delta_ms) / self.seconds


async def measure(people: Sequence[Person], text: str, count: int) -> Measured:
    """`people` talk at once, `count` messages between them, each in a conversation of its own."""
    numbers = iter(range(count))
    times: list[float] = []

    async def talk(person: Person) -> None:
        request = person.request(text)
        reader, writer = await asyncio.open_connection("127.0.0.1", person.port)
        try:
            for _ in numbers:
                writer.write(request)
                async with asyncio.timeout(SECONDS):
                    times.append(await _first_delta_ms(reader))
        finally:
            writer.close()
            await writer.wait_closed()

    began = time.perf_counter()
    await asyncio.gather(*map(talk, people))
    return Measured(times, time.perf_counter() - began)


async def _first_delta_ms(reader: asyncio.StreamReader) -> float:
    """Read a response to its end; raises Failed when it is not a whole reply."""
    began = time.perf_counter()
    first = None
    received = bytearray()
    while not received.endswith(LAST_CHUNK):
        piece = await reader.read(65536)
        received += piece
        if first is None and DELTA in received:
            first = time.perf_counter()
        if not piece or not received.startswith(b"HTTP/1.1 200"):
            raise Failed(f"The server answered: {received[:500].decode(errors='replace')}")
    _check(_without_chunks(received))
    assert first is not None
    return (first - began) * 1000


def _without_chunks(response: bytearray) -> bytes:
    body = bytes(response).partition(b"\r\n\r\n")[2]
    pieces = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        pieces.append(rest[: int(size, 16)])
        body = rest[int(size, 16) + 2 :]
    return b"".join(pieces)


def _check(reply: bytes) -> None:
    """All words came, and both messages of the turn were stored."""
    deltas = reply.count(DELTA)
    if deltas != DELTAS or reply.count(ITEM_DONE) < 2 or ERROR.search(reply):
        end = reply[-500:].decode(errors="replace")
        raise Failed(f"A reply had {deltas} deltas, not {DELTAS}. Its end: {end}")
