"""Live events: what changed is announced after commit and reaches the owner's open pages.

The database holds the truth, hints say when to look. Each announcement raises a counter on the
user in the change's own transaction. Each process compares the counters of its connected users
every two seconds with what their sockets were sent, and sends `{"type": "sync"}` where an event
was missed: a dropped message, Redis gone, a change by another process or a command.
"""

import asyncio
import functools
import logging
from datetime import UTC, datetime
from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import connection, transaction

from taskchat_site import database, metrics, trace
from taskchat_site.accounts.authentication import Session, identify, live_counters
from taskchat_site.accounts.models import User
from taskchat_site.errors import ApiError
from taskchat_site.hints import hints

logger = logging.getLogger(__name__)

AUTH_SECONDS = 5.0
POLL_SECONDS = 2.0
HINT_GRACE_SECONDS = 0.25
MAX_MESSAGE_BYTES = 16_384
UNAUTHENTICATED = 4401


def announce(user: User, *events: dict[str, Any]) -> None:
    """Tell `user`'s open pages of `events` once the current transaction commits.

    Call it inside the transaction of the change: the counter must rise with the change.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("announce() belongs inside the transaction of the change")
    counter = _raise_counter(user, len(events))
    topic = topic_of(user)
    for number, event in enumerate(events, counter - len(events) + 1):
        message = {"counter": number, "event": event}
        transaction.on_commit(functools.partial(hints.send, topic, message))


def _raise_counter(user: User, by: int) -> int:
    """The new value, in the one statement that both our databases have for it and the ORM lacks."""
    table = connection.ops.quote_name(User._meta.db_table)  # noqa: SLF001  # Django's own word for it
    change = f"UPDATE {table} SET live_counter = live_counter + %s WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{change} RETURNING live_counter", [by, user.pk])
        return int(cursor.fetchone()[0])


def topic_of(user: User) -> str:
    return f"live.{user.public_id}"


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """`/ws/live`: a token in the first message, then the owner's events until it expires.

    It needs no channel of its own: a lost Redis must not keep a page from its socket.
    """

    channel_layer_alias = "none"
    user: User | None = None
    session: Session
    _sending: asyncio.Task[None] | None = None
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
        if self.user is not None:
            hints.ignore(topic_of(self.user), self._on_hint)
            _watch.remove(self)
        if self._sending is not None:
            self._sending.cancel()

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
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        hints.listen(topic_of(self.user), self._on_hint)
        # Counter after subscription: whatever is not in this number comes as a hint.
        self.sent = SentCounter(await database.run(_counter_of, bearer.user.pk))
        self._close_in((bearer.expires_at - datetime.now(UTC)).total_seconds())
        _watch.add(self)
        await self.send_json({"type": "ready"})
        self._sending = asyncio.create_task(self._send_events())

    def _on_hint(self, message: dict[str, Any]) -> None:
        self._events.put_nowait(message)

    async def _send_events(self) -> None:
        while True:
            message = await self._events.get()
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
            with trace.nobodys():
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
metrics.OPEN_SOCKETS.set_function(lambda: len(_watch.consumers))


def _counter_of(user_pk: int) -> int:
    return User.objects.values_list("live_counter", flat=True).get(pk=user_pk)
