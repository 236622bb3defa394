"""Hints between processes and within one: something has changed, look.

Whoever subscribes in this process is called directly. The other processes hear it by way of the
channel layer, if that is Redis: every process has one subscription to it, whatever it listens for,
so that a lost connection is one thing to mend. Any hint may be lost. What it tells of is in the
database, where those who need to know look every two seconds regardless.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import BaseChannelLayer, InMemoryChannelLayer, get_channel_layer

from taskchat_site.ids import new_id

logger = logging.getLogger(__name__)

GROUP = "hints"
SEND_SECONDS = 1.0
LISTEN_AGAIN_SECONDS = 1.0
MAX_SENDING = 500  # while Redis hangs; what is more is dropped

Message = dict[str, Any]
Listener = Callable[[Message], None]


class Hints:
    """`send` from any thread, after commit; listeners are called in the server's event loop."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._origin = new_id()
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)
        self._sending: set[asyncio.Task[None]] = set()
        self._hearing: asyncio.Task[None] | None = None

    def listen(self, topic: str, listener: Listener) -> None:
        self._listeners[topic].add(listener)

    def ignore(self, topic: str, listener: Listener) -> None:
        self._listeners[topic].discard(listener)
        if not self._listeners[topic]:
            del self._listeners[topic]

    def send(self, topic: str, message: Message) -> None:
        """Tell this process and the others. A command tells the others alone."""
        loop = self.loop or _running_loop()
        if loop is not None and not loop.is_closed():
            with contextlib.suppress(RuntimeError):  # the loop closed just now: nobody listens
                loop.call_soon_threadsafe(self._tell, topic, message)
        elif others_listen():
            async_to_sync(self._publish)(topic, message)

    async def start(self) -> None:
        """Hear the other processes from now on, and have a connection ready to tell them."""
        self._origin = new_id()  # a process that was forked has its parent's
        if others_listen():
            with contextlib.suppress(Exception):  # it is tried again with the first hint
                await self.probe()
            self._hearing = asyncio.create_task(self._hear())

    async def stop(self) -> None:
        if self._hearing is not None:
            self._hearing.cancel()
            await asyncio.gather(self._hearing, return_exceptions=True)

    async def probe(self) -> None:
        """Raises whatever keeps hints from being sent to other processes."""
        async with asyncio.timeout(SEND_SECONDS):
            await _layer().group_send(GROUP, {"type": "hint", "origin": self._origin})

    def _tell(self, topic: str, message: Message) -> None:
        self._deliver(topic, message)
        if others_listen() and len(self._sending) < MAX_SENDING:
            task = asyncio.ensure_future(self._publish(topic, message))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    def _deliver(self, topic: str, message: Message) -> None:
        for listener in list(self._listeners.get(topic, ())):
            listener(message)

    async def _publish(self, topic: str, message: Message) -> None:
        hint = {"type": "hint", "origin": self._origin, "topic": topic, "message": message}
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await _layer().group_send(GROUP, hint)
        except Exception as error:  # noqa: BLE001  # it is a hint: others find out by themselves
            logger.warning("a hint was not sent: %s", repr(error))

    async def _hear(self) -> None:
        layer = _layer()
        while True:
            try:
                async with asyncio.timeout(LISTEN_AGAIN_SECONDS):
                    channel = await layer.new_channel()
                    await layer.group_add(GROUP, channel)
                while True:
                    self._on_hint(await layer.receive(channel))
            except Exception as error:  # noqa: BLE001  # until the other side is back
                logger.warning("hints are not heard: %s", repr(error))
                await _forget_subscriptions(layer)
            await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    def _on_hint(self, hint: Message) -> None:
        if hint["origin"] != self._origin and "topic" in hint:
            self._deliver(hint["topic"], hint["message"])


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


async def _forget_subscriptions(layer: BaseChannelLayer) -> None:
    """Half a subscription would collect messages that nobody takes; it is ours alone."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(SEND_SECONDS):
            await layer.flush()


def others_listen() -> bool:
    """Can there be other processes that hear us?"""
    return not isinstance(_layer(), InMemoryChannelLayer)


def _layer() -> BaseChannelLayer:
    layer = get_channel_layer()
    if layer is None:
        raise RuntimeError("CHANNEL_LAYERS names no default layer")
    return layer


hints = Hints()
