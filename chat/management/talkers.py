"""How a command reaches the assistant: in its own process, or at a server over HTTP."""

import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2
import jwt
from chatkit.store import NotFoundError
from chatkit.types import is_streaming_req
from django.utils import timezone

from chat import replies, threads
from chat.context import ChatContext
from chat.protocols import read_request
from chat.runs.runner import runner
from taskchat_site import database
from taskchat_site.accounts.models import User
from taskchat_site.errors import ApiError

TIMING = re.compile(r"(\w+);dur=([\d.]+)")
SILENCE_SECONDS = 90.0  # a server says something every 15


class NotAnswered(Exception):
    """The request was refused, or the server cannot be reached; the text is for the user."""


@dataclass(frozen=True)
class Frame:
    """One SSE event; `event` is its type in the plain protocol."""

    event: str | None
    data: dict[str, Any]


@dataclass(frozen=True)
class Opened:
    """A reply that has begun, with the seconds that went into its parts on the way."""

    run_id: str
    frames: AsyncIterator[Frame]
    auth: float
    start: float


class Talker(Protocol):
    """`talk` sends a body of either protocol; leaving it early stops the reply."""

    def talk(self, body: dict[str, Any]) -> AbstractAsyncContextManager[Opened]: ...

    async def delete_thread(self, thread_id: str) -> None: ...

    async def close(self) -> None: ...


class InProcess:
    """The assistant of this process, on its database, for `user`. No token, no HTTP."""

    def __init__(self, user: User) -> None:
        self._user = user

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


class OverHttp:
    """A server's assistant, for the user of `token`."""

    def __init__(self, url: str, user_id: str, token: str) -> None:
        self._path = f"/api/{user_id}/chat"
        self._client = httpx2.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx2.Timeout(SILENCE_SECONDS, connect=10.0, pool=None),
            limits=httpx2.Limits(max_connections=None),
        )

    @asynccontextmanager
    async def talk(self, body: dict[str, Any]) -> AsyncIterator[Opened]:
        try:
            async with self._client.stream("POST", self._path, json=body) as response:
                if response.status_code != 200:
                    raise NotAnswered(_words(response.status_code, await response.aread()))
                timing = dict(TIMING.findall(response.headers.get("Server-Timing", "")))
                yield Opened(
                    run_id=response.headers.get("X-Run-Id", ""),
                    frames=parse(response.aiter_bytes()),
                    auth=float(timing.get("auth", 0)) / 1000,
                    start=float(timing.get("start", 0)) / 1000,
                )
        except httpx2.HTTPError as error:
            raise NotAnswered(_unreachable(error)) from None

    async def delete_thread(self, thread_id: str) -> None:
        body = {"type": "threads.delete", "params": {"thread_id": thread_id}}
        await self._client.post(self._path, json=body)

    async def close(self) -> None:
        await self._client.aclose()


async def sign_in(url: str, email: str, password: str) -> OverHttp:
    """Sign in at the server at `url`; raises NotAnswered."""
    try:
        async with httpx2.AsyncClient(base_url=url, timeout=10.0) as client:
            body = {"email": email, "password": password}
            response = await client.post("/api/token", json=body)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise NotAnswered(f"{url}: {_unreachable(error)}") from None
    if response.status_code != 200:
        raise NotAnswered(_words(response.status_code, response.content))
    token = response.json()["access"]
    return OverHttp(url, _subject(token), token)


async def parse(chunks: AsyncIterator[bytes]) -> AsyncIterator[Frame]:
    """Frames of an SSE stream; raises NotAnswered when it ends without saying that it did."""
    rest = b""
    async for chunk in chunks:
        *blocks, rest = (rest + chunk).split(b"\n\n")
        for block in blocks:
            if block.startswith(b": end "):
                return
            fields = dict(line.partition(": ")[::2] for line in block.decode().split("\n"))
            if "data" in fields:
                yield Frame(fields.get("event"), json.loads(fields["data"]))
    raise NotAnswered("The connection was lost in the middle of the reply.")


def _subject(token: str) -> str:
    """Who the token is for. Nothing is decided by it here, so nothing is verified."""
    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


def _words(status: int, content: bytes) -> str:
    try:
        return f"{json.loads(content)['detail']} ({status})"
    except (ValueError, KeyError, TypeError):
        return f"The server answered {status}, not in the words of TaskChat. Is the address right?"


def _unreachable(error: Exception) -> str:
    return f"The server cannot be reached ({type(error).__name__})."
