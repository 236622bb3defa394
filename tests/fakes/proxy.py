"""A TCP proxy in front of a real server that loses connections when a test wants it to."""

from __future__ import annotations

import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

# How an HTTP response says that it is an event stream: only those are cut.
ANSWER = b"HTTP/1.1 "
STREAM = b"text/event-stream"
# The body begins after the headers, and the count with it.
HEADERS_END = b"\r\n\r\n"
RESET = struct.pack("ii", 1, 0)


@dataclass
class FaultyProxy:
    """`cuts`: the next event streams are cut after so many bytes, one number each.

    `losses`: the next connections are cut after so many bytes of their answers, headers included.
    `politely` cuts with a goodbye, as a proxy does that thinks it is done. While `down`, every
    connection is closed as soon as it is made; `hang_up` cuts all there are. `streams` counts the
    event streams that came through.
    """

    url: str
    target: tuple[str, int]
    cuts: deque[int] = field(default_factory=deque)
    losses: deque[int] = field(default_factory=deque)
    politely: bool = False
    streams: int = 0
    down: bool = False
    _open: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hang_up(self) -> None:
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            _reset(connection)

    def heal(self) -> None:
        """From now on nothing is lost."""
        self.cuts.clear()
        self.losses.clear()
        self.politely = self.down = False

    def handle(self, client: socket.socket) -> None:
        if self.down:
            _reset(client)
            return
        try:
            server = socket.create_connection(self.target, timeout=10)
        except OSError:
            _reset(client)
            return
        server.settimeout(None)
        with self._lock:
            self._open |= {client, server}
        upstream = threading.Thread(target=_pump, args=(client, server), daemon=True)
        upstream.start()
        self._pump_answers(server, client)
        upstream.join()
        with self._lock:
            self._open -= {client, server}
        client.close()
        server.close()

    def _pump_answers(self, server: socket.socket, client: socket.socket) -> None:
        """Answers pass through until a stream among them has had its bytes."""
        head = b""
        loss = left = self._next(self.losses)
        with suppress(OSError):
            while data := server.recv(65536):
                if data.startswith(ANSWER) and loss is None:  # the next one of a kept connection
                    head, left = b"", None
                if left is None:
                    head = (head + data)[-65536:]
                    left = self._bytes_to_pass(head, data)
                else:
                    left -= len(data)
                if left is not None and left <= 0:
                    client.sendall(data[: len(data) + left])
                    self._cut(client)
                    _reset(server)
                    return
                client.sendall(data)
        _end(client)

    def _bytes_to_pass(self, head: bytes, data: bytes) -> int | None:
        """None while no stream that is to be cut has begun; else what is left of its bytes."""
        start = head.find(STREAM)
        body = head.find(HEADERS_END, start)
        if start == -1 or body == -1:
            return None
        self.streams += 1
        limit = self._next(self.cuts)
        return (10**12 if limit is None else limit) - (len(head) - body - len(HEADERS_END))

    def _next(self, numbers: deque[int]) -> int | None:
        with suppress(IndexError):
            return numbers.popleft()
        return None

    def _cut(self, client: socket.socket) -> None:
        if self.politely:
            _end(client)
        else:
            _reset(client)


@contextmanager
def faulty_proxy(target_url: str) -> Iterator[FaultyProxy]:
    """Serve on a free port of the loopback."""
    parts = urlsplit(target_url)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    target = (parts.hostname or "127.0.0.1", parts.port or 80)
    proxy = FaultyProxy(f"http://127.0.0.1:{port}", target)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=proxy.handle, args=(client,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        proxy.hang_up()
        thread.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    _end(sink)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)


def _reset(connection: socket.socket) -> None:
    """Closed without a goodbye, as a lost network is."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
