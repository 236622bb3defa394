"""How a command reaches the assistant: what every way has in common, and the one in-process."""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from chatkit.store import NotFoundError
from chatkit.types import is_streaming_req
from django.utils import timezone

from chat import replies, threads
from chat.context import ChatContext
from chat.protocols import read_request
from chat.providers import provider
from chat.runs.runner import runner
from taskchat_site import database
from taskchat_site.accounts.models import User
from taskchat_site.errors import ApiError


class NotAnswered(Exception):
    """The request was refused, or the server cannot be reached; the text is for the user."""


class Cut(NotAnswered):
    """The stream ended without saying that it did: there may be more of it."""


@dataclass(frozen=True)
class Frame:
    """One SSE event; `event` is its type in the plain protocol, `id` its place in the run."""

    event: str | None
    data: dict[str, Any]
    id: int = 0


@dataclass(frozen=True)
class Opened:
    """A reply that has begun, with the seconds that went into its parts on the way."""

    run_id: str
    frames: AsyncIterator[Frame]
    auth: float
    start: float


class Talker(Protocol):
    """`talk` sends a body of either protocol; leaving it early stops the reply.

    `notice` is told, in words, what happens to the connection; `about` says who answers.
    """

    notice: Callable[[str], None]

    async def about(self) -> str: ...

    def talk(self, body: dict[str, Any]) -> AbstractAsyncContextManager[Opened]: ...

    async def delete_thread(self, thread_id: str) -> None: ...

    async def close(self) -> None: ...


class InProcess:
    """The assistant of this process, on its database, for `user`. No token, no HTTP."""

    def __init__(self, user: User) -> None:
        self._user = user
        self.notice: Callable[[str], None] = ignore

    async def about(self) -> str:
        return provider().words

    @asynccontextmanager
    async def talk(self, body: dict[str, Any]) -> AsyncIterator[Opened]:
        began = time.monotonic()
        user = await database.run(User.objects.get, pk=self._user.pk)
        known = time.monotonic()
        raw = json.dumps(body).encode()
        request, protocol = read_request(raw)
        if not is_streaming_req(request):
            raise TypeError(f"{request.type} has no stream")
        context = ChatContext(user=user, now=timezone.now())
        try:
            started = await replies.start_reply(context, request, raw, None, protocol)
        except ApiError as error:
            raise NotAnswered(error.detail) from None
        except NotFoundError as error:
            raise NotAnswered(str(error)) from None
        try:
            yield Opened(
                run_id=started.run.id,
                frames=parse(runner.read(started.run, 0)),
                auth=known - began,
                start=time.monotonic() - known,
            )
        finally:
            await runner.cancel(started.run.id)

    async def delete_thread(self, thread_id: str) -> None:
        await database.run(threads.delete_thread, self._user, thread_id)

    async def close(self) -> None:
        await runner.stop()


async def parse(chunks: AsyncIterator[bytes]) -> AsyncIterator[Frame]:
    """Frames of an SSE stream to its end.

    Raises Cut when it does not say that it ended, NotAnswered when its run was interrupted.
    """
    rest = b""
    async for chunk in chunks:
        *blocks, rest = (rest + chunk).split(b"\n\n")
        for block in blocks:
            if block.startswith(b": end interrupted"):
                raise NotAnswered("The reply was interrupted: its server went away. Ask again.")
            if block.startswith(b": end "):
                return
            fields = dict(line.partition(": ")[::2] for line in block.decode().split("\n"))
            if "data" in fields:
                number = int(fields.get("id", 0))
                yield Frame(fields.get("event"), json.loads(fields["data"]), number)
    raise Cut("The connection was lost in the middle of the reply.")


def ignore(words: str) -> None:
    """A `notice` that nobody hears."""
