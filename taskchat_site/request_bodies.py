"""Bounds request bodies where they arrive.

Daphne takes the whole body, of any size, before the application runs and can ask who is there;
over 100 kB it fills the disk. A wrapper around the application would be too late, so the bound is
in the class that Daphne makes for each request.
"""

import json
from typing import Any

import daphne.server
from daphne.http_protocol import HTTPFactory, WebRequest
from django.conf import settings
from twisted.internet import reactor as twisted_reactor

# How long a refused client may go on sending. Closed at once, the connection would be reset, and
# a client that sends all before it reads would never see why.
LINGER_SECONDS = 10.0

reactor: Any = twisted_reactor  # Twisted's types take its module for the interface


def bound_bodies() -> None:
    """From now on Daphne's servers refuse bodies over `DATA_UPLOAD_MAX_MEMORY_SIZE` with 413."""
    daphne.server.HTTPFactory = BoundedFactory  # the server makes its factory by this name


class BoundedRequest(WebRequest):  # type: ignore[misc]  # Daphne has no types
    """Counts its body as it comes, whatever the headers say, and keeps none over the limit."""

    _size = 0
    _refused = False
    _linger: Any = None

    def gotLength(self, length: int | None) -> None:  # noqa: N802  # Twisted's name
        """All headers are here; `length` is what they say, None for chunks."""
        too_long = length is not None and length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        super().gotLength(0 if too_long else length)
        if too_long:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        self._size += len(data)
        if self._refused:
            return
        if self._size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            self._refuse()
            return
        super().handleContentChunk(data)

    def process(self) -> Any:
        """The body is complete."""
        if self._refused:
            self.transport.loseConnection()
            return None
        return super().process()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802
        if self._linger is not None and self._linger.active():
            self._linger.cancel()
        super().connectionLost(reason)

    def _refuse(self) -> None:
        """Answer now; what still comes is thrown away."""
        self._refused = True
        self.content.seek(0)
        self.content.truncate()
        self.requestHeaders.removeHeader(b"Expect")  # no "100 Continue" after the answer
        self.transport.write(_refusal())
        self._linger = reactor.callLater(LINGER_SECONDS, self.transport.abortConnection)


class BoundedFactory(HTTPFactory):  # type: ignore[misc]
    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol


def _refusal() -> bytes:
    """The whole response. Better Auth's client reads `message`, everybody else `detail`."""
    words = (
        f"The body is too large; at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1000} kB"
        " are taken."
    )
    body = json.dumps({"detail": words, "code": "too_large", "message": words}).encode()
    return (
        b"HTTP/1.1 413 Content Too Large\r\n"
        b"Content-Type: application/json\r\n"
        b"Content-Length: %d\r\n"
        b"Cache-Control: no-store\r\n"
        b"X-Content-Type-Options: nosniff\r\n"
        b"Connection: close\r\n"
        b"\r\n%b" % (len(body), body)
    )
