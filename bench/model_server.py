"""A language model's server that costs next to nothing: every byte of its answer is made before.

`python -m bench.model_server PORT` answers each request with the same 100 words over the Responses
API: at once, or after as many milliseconds as the newest message asks for ("... after 350 ms").
"""

import asyncio
import re
import sys

from tests.fakes.wire import Turn, responses

DELTAS = 100
PAUSE = re.compile(rb"after (\d+) ms")
HEADERS_END = b"\r\n\r\n"
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


def whole_answer() -> bytes:
    """Headers and body, one chunk an event as a real server sends them."""
    events = responses(Turn(words=("word ",) * DELTAS))
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(event), event) for event in events)
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    return head + chunks + b"0\r\n\r\n"


class Model(asyncio.Protocol):
    """One connection, which is kept for the next request."""

    answer = whole_answer()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(HEADERS_END)
        length = LENGTH.search(head)
        if not found or (length is not None and len(body) < int(length[1])):
            return
        self._received = b""
        pauses = PAUSE.findall(body)
        delay = int(pauses[-1]) / 1000 if pauses else 0.0
        asyncio.get_running_loop().call_later(delay, self._say)

    def _say(self) -> None:
        self._transport.write(self.answer)


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Model, "127.0.0.1", port, backlog=256)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(serve(int(sys.argv[1])))
    except KeyboardInterrupt:
        sys.exit(130)
