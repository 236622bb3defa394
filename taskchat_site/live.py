"""Live events: what changed is announced after commit and reaches the owner's open pages.

The database holds the truth, Channels carries hints. Each announcement raises a counter on the
user in the change's own transaction. Each process compares the counters of its connected users
every two seconds with what their sockets were sent, and sends `{"type": "sync"}` where an event
was missed: a dropped message, Redis gone, a change by another process or a command.
"""

import asyncio
import contextlib
import hashlib
import logging
from datetime import UTC, datetime
from typing import Any

from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import BaseChannelLayer, InMemoryChannelLayer, get_channel_layer
from django.db import transaction
from django.db.models import F

from taskchat_site import database
from taskchat_site.accounts.authentication import Session, identify, live_counters
from taskchat_site.accounts.models import User
from taskchat_site.errors import ApiError

logger = logging.getLogger(__name__)

AUTH_SECONDS = 5.0
POLL_SECONDS = 2.0
HINT_GRACE_SECONDS = 0.25
MAX_MESSAGE_BYTES = 16_384
UNAUTHENTICATED = 4401


def announce(user: User, event: dict[str, Any]) -> None:
    """Tell `user`'s open pages of `event` once the current transaction commits.

    Call it inside the transaction of the change: the counter must rise with the change.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("announce() belongs inside the transaction of the change")
    User.objects.filter(pk=user.pk).update(live_counter=F("live_counter") + 1)
    counter = User.objects.values_list("live_counter", flat=True).get(pk=user.pk)
    message = {"type": "live.event", "counter": counter, "event": event}
    group = group_name(user.public_id)
    transaction.on_commit(lambda: hints.send(group, message))


def group_name(public_id: str) -> str:
    """Channels allows few characters in a group's name; a digest has none of the others."""
    return "live." + hashlib.sha256(public_id.encode()).hexdigest()[:40]


def channel_layer() -> BaseChannelLayer:
    """The configured layer; the settings always name one."""
    layer = get_channel_layer()
    if layer is None:
        raise RuntimeError("CHANNEL_LAYERS names no default layer")
    return layer


class Hints:
    """Sends hints from any thread through the loop that the channel layer lives in.

    A command has no such loop. In memory nobody could hear it either: the counters tell.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._sending: set[asyncio.Task[None]] = set()

    def send(self, group: str, message: dict[str, Any]) -> None:
        if self.loop is not None and not self.loop.is_closed():
            with contextlib.suppress(RuntimeError):  # the loop closed just now: nobody listens
                self.loop.call_soon_threadsafe(self._start, group, message)
        elif not isinstance(channel_layer(), InMemoryChannelLayer):
            async_to_sync(self._send)(group, message)

    def _start(self, group: str, message: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self._send(group, message))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, group: str, message: dict[str, Any]) -> None:
        try:
            await channel_layer().group_send(group, message)
        except Exception:
            logger.warning("live hint not sent; open pages will sync", exc_info=True)


hints = Hints()


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """`/ws/live`: a token in the first message, then the owner's events until it expires."""

    user: User | None = None
    group: str | None = None
    session: Session
    _deadline: asyncio.TimerHandle | None = None
    _gone = False

    async def connect(self) -> None:
        hints.loop = asyncio.get_running_loop()
        await self.accept()
        self._close_in(AUTH_SECONDS)

    async def send_json(self, content: Any, close: bool = False) -> None:
        if not self._gone:  # the client may leave between our query and our answer
            await super().send_json(content, close)

    async def disconnect(self, code: int) -> None:
        self._gone = True
        if self._deadline is not None:
            self._deadline.cancel()
        if self.group is not None:
            _watch.remove(self)
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        if len(text_data or bytes_data or b"") > MAX_MESSAGE_BYTES:
            await self.close(code=1009)
            return
        try:
            await super().receive(text_data=text_data, bytes_data=bytes_data, **kwargs)
        except ValueError:
            await self.close(code=1007)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        if self.user is not None:
            return
        if not isinstance(content, dict) or content.get("type") != "auth":
            await self.close(code=UNAUTHENTICATED)
            return
        token = str(content.get("token", ""))
        try:
            bearer = await identify(token)
        except ApiError:
            await self.close(code=UNAUTHENTICATED)
            return
        self.user, self.session = bearer.user, bearer.session
        self.group = group_name(bearer.user.public_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        # Counter after subscription: whatever is not in this number comes as a hint.
        self.sent = SentCounter(await database.run(_counter_of, bearer.user.pk))
        self._close_in((bearer.expires_at - datetime.now(UTC)).total_seconds())
        _watch.add(self)
        await self.send_json({"type": "ready"})

    async def live_event(self, message: dict[str, Any]) -> None:
        self.sent.add(message["counter"])
        await self.send_json(message["event"])

    async def catch_up(self, counter: int) -> None:
        """Send `sync` unless what `counter` counts arrives within the grace period."""
        if not self.sent.reaches(counter):
            await asyncio.sleep(HINT_GRACE_SECONDS)
        if not self.sent.reaches(counter):
            self.sent = SentCounter(counter)
            await self.send_json({"type": "sync"})

    async def sign_out(self) -> None:
        await self.close(code=UNAUTHENTICATED)

    def _close_in(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(
            max(seconds, 0), lambda: loop.create_task(self.close(code=UNAUTHENTICATED))
        )


class SentCounter:
    """Up to which number every event was sent; hints may arrive out of order."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.early: set[int] = set()

    def add(self, counter: int) -> None:
        if counter > self.last:
            self.early.add(counter)
        while self.last + 1 in self.early:
            self.last += 1
            self.early.discard(self.last)

    def reaches(self, counter: int) -> bool:
        return self.last >= counter


class Watch:
    """The process's one loop that compares connected users' counters with the database."""

    def __init__(self) -> None:
        self.consumers: set[LiveConsumer] = set()
        self.task: asyncio.Task[None] | None = None

    def add(self, consumer: LiveConsumer) -> None:
        self.consumers.add(consumer)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._run())

    def remove(self, consumer: LiveConsumer) -> None:
        self.consumers.discard(consumer)
        if not self.consumers and self.task is not None:
            self.task.cancel()
            self.task = None

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self._look()
            except Exception:
                logger.warning("live counters not read; trying again", exc_info=True)

    async def _look(self) -> None:
        consumers = list(self.consumers)
        counters = await database.run(live_counters, {c.session for c in consumers})
        calls = []
        for consumer in consumers:
            counter = counters.get(consumer.session)
            calls.append(consumer.sign_out() if counter is None else consumer.catch_up(counter))
        await asyncio.gather(*calls, return_exceptions=True)


_watch = Watch()


def _counter_of(user_pk: int) -> int:
    return User.objects.values_list("live_counter", flat=True).get(pk=user_pk)
