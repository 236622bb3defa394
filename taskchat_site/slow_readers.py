"""Makes a response wait for its reader.

Daphne hands on whatever the application sends, and keeps what the client does not read in memory,
however much it is. Here `send` waits while the transport holds more than its 64 kB; a client that
takes nothing for a minute loses its connection. The kernel, which would take another two megabytes
of what is not sent, is told to take little.
"""

import asyncio
import socket
from typing import Any

import daphne.server
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

SILENT_SECONDS = 60.0
KERNEL_BYTES = 65_536


def keep_little_unsent(listener: socket.socket) -> None:
    """For all connections that `listener` accepts (tcp(7)).

    Unlike a small SO_SNDBUF this bounds only what is not sent yet: a fast reader is no slower.
    """
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, KERNEL_BYTES)


@implementer(IPushProducer)
class Gate:
    """What Twisted's transport tells: it holds too much, it holds little again, it is gone."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    def pauseProducing(self) -> None:  # noqa: N802  # Twisted's names
        self._open.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self._open.set()

    def stopProducing(self) -> None:  # noqa: N802
        self._open.set()

    async def passed(self) -> bool:
        """Wait until there is room; False when there is none for too long."""
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                await self._open.wait()
        except TimeoutError:
            return False
        return True


class PatientServer(daphne.server.Server):  # type: ignore[misc]  # Daphne has no types
    """Daphne with back-pressure for streamed responses."""

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        if message["type"] != "http.response.body" or not hasattr(protocol, "registerProducer"):
            await super().handle_reply(protocol, message)
            return
        gate: Gate | None = getattr(protocol, "gate", None)
        if message.get("more_body"):
            if gate is None:
                gate = protocol.gate = Gate()
                protocol.registerProducer(gate, True)
            await super().handle_reply(protocol, message)
            if not await gate.passed() and protocol.channel is not None:
                protocol.channel.transport.abortConnection()
            return
        if gate is not None and protocol.channel is not None and not protocol.finished:
            protocol.unregisterProducer()
        await super().handle_reply(protocol, message)
