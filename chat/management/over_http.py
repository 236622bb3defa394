"""A server's assistant over HTTP. No message and no reply is lost with a connection.

A message is sent until it is answered, under one `Idempotency-Key`; a reply that was cut is read on
from the frame where it was cut; an access token that has run out is renewed.
"""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import httpx2
import jwt

from chat.management.talkers import Cut, Frame, NotAnswered, Opened, ignore, parse
from taskchat_site.ids import new_id

TIMING = re.compile(r"(\w+);dur=([\d.]+)")
SILENCE_SECONDS = 45.0  # a server says something every 15
PATIENCE_SECONDS = 60.0
WAITS = (0.2, 0.5, 1.0, 2.0)  # seconds before each next try; the last one again and again
PASSING = (502, 503, 504)  # of a proxy whose server restarts, or of a server about to leave
GOODBYE_SECONDS = 5.0


@dataclass(frozen=True)
class Tokens:
    """`access` opens everything for some minutes; `refresh`, if there is one, buys the next."""

    access: str
    refresh: str | None = None


Build = Callable[[], httpx2.Request]


class OverHttp:
    """The assistant of the server that `client` reaches, for the user of `tokens`."""

    def __init__(self, client: httpx2.AsyncClient, tokens: Tokens) -> None:
        self.notice: Callable[[str], None] = ignore
        self._client = client
        self._tokens = tokens
        self._renewing = asyncio.Lock()
        self._path = f"/api/{_subject(tokens.access)}/chat"

    @asynccontextmanager
    async def talk(self, body: dict[str, Any]) -> AsyncIterator[Opened]:
        headers = {"X-Resume": "1", "Idempotency-Key": new_id("say_")}

        def build() -> httpx2.Request:
            return self._client.build_request("POST", self._path, json=body, headers=headers)

        reply = _Reply(self, await self.send(build))
        try:
            yield reply.opened()
        finally:
            await reply.close()

    async def read_on(self, run_id: str, last_id: int) -> httpx2.Response:
        """The run's stream from the frame after `last_id`; raises NotAnswered."""
        path = f"{self._path}/runs/{run_id}/events"
        headers = {"Last-Event-ID": str(last_id)}
        return await self.send(lambda: self._client.build_request("GET", path, headers=headers))

    async def stop(self, run_id: str) -> None:
        """As the Stop button: what was said stays."""
        path = f"{self._path}/runs/{run_id}/cancel"
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._once(lambda: self._client.build_request("POST", path))
        except (httpx2.TransportError, TimeoutError):
            self.notice("The server cannot be told to stop. The reply may go on there.")

    async def about(self) -> str:
        path = f"{self._path}/assistant"
        try:
            response = await self._once(lambda: self._client.build_request("GET", path))
            content = await response.aread()
        except httpx2.TransportError as error:
            raise NotAnswered(_unreachable(self._client, error)) from None
        if response.status_code != 200:
            raise NotAnswered(_words(response.status_code, content))
        return str(json.loads(content)["words"])

    async def delete_thread(self, thread_id: str) -> None:
        body = {"type": "threads.delete", "params": {"thread_id": thread_id}}
        await self._once(lambda: self._client.build_request("POST", self._path, json=body))

    async def close(self) -> None:
        """Sign out, as far as this client signed in."""
        if self._tokens.refresh is not None:
            with suppress(httpx2.TransportError):
                body = {"refresh": self._tokens.refresh}
                await self._client.post("/api/token/revoke", json=body, timeout=GOODBYE_SECONDS)
        await self._client.aclose()

    async def send(self, build: Build) -> httpx2.Response:
        """The open answer, tried for until there is one; raises NotAnswered."""
        lost_at: float | None = None
        for wait in chain(WAITS, repeat(WAITS[-1])):
            try:
                response = await self._once(build)
                if response.status_code == 200:
                    break
                words = _words(response.status_code, await response.aread())
                if response.status_code not in PASSING:
                    raise NotAnswered(words)
            except httpx2.TransportError as error:
                words = _unreachable(self._client, error)
            if lost_at is None:
                lost_at = time.monotonic()
                self.notice("The connection is lost. Trying again ...")
            elif time.monotonic() - lost_at > PATIENCE_SECONDS:
                raise NotAnswered(words)
            await asyncio.sleep(wait)
        if lost_at is not None:
            self.notice("Connected again.")
        return response

    async def _once(self, build: Build) -> httpx2.Response:
        """The open answer, asked for anew when the access token had run out."""
        for _ in range(2):
            request, tokens = build(), self._tokens
            request.headers["Authorization"] = f"Bearer {tokens.access}"
            response = await self._client.send(request, stream=True)
            if response.status_code != 401 or not await self._renewed(tokens):
                return response
            await response.aclose()
        return response

    async def _renewed(self, used: Tokens) -> bool:
        """Are there newer tokens than the `used` ones, which were refused?"""
        async with self._renewing:
            if self._tokens is not used:
                return True
            if used.refresh is None:
                return False
            response = await self._client.post("/api/token/refresh", json={"refresh": used.refresh})
            if response.status_code != 200:
                return False
            self._tokens = _tokens_of(response)
            return True


class _Reply:
    """A reply from its first frame to its last, through as many connections as it takes."""

    def __init__(self, server: OverHttp, response: httpx2.Response) -> None:
        self._server = server
        self._response = response
        self._run_id = response.headers.get("X-Run-Id", "")
        self._ended = False

    def opened(self) -> Opened:
        timing = dict(TIMING.findall(self._response.headers.get("Server-Timing", "")))
        return Opened(
            run_id=self._run_id,
            frames=self._frames(),
            auth=float(timing.get("auth", 0)) / 1000,
            start=float(timing.get("start", 0)) / 1000,
        )

    async def _frames(self) -> AsyncIterator[Frame]:
        last_id = 0
        while not self._ended:
            try:
                async for frame in parse(self._response.aiter_bytes()):
                    last_id = frame.id
                    yield frame
                self._ended = True
            except (Cut, httpx2.TransportError):
                await self._response.aclose()
                self._server.notice("The connection is lost. Reading on ...")
                self._response = await self._server.read_on(self._run_id, last_id)
            except NotAnswered:
                self._ended = True
                raise

    async def close(self) -> None:
        await self._response.aclose()
        if not self._ended:
            await self._server.stop(self._run_id)


async def sign_in(url: str, email: str, password: str) -> OverHttp:
    """Sign in at the server at `url`; raises NotAnswered."""
    client = _client(url)
    try:
        body = {"email": email, "password": password}
        response = await client.post("/api/token", json=body, timeout=10.0)
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        raise NotAnswered(_unreachable(client, error)) from None
    if response.status_code != 200:
        raise NotAnswered(_words(response.status_code, response.content))
    return OverHttp(client, _tokens_of(response))


async def with_token(url: str, token: str) -> OverHttp:
    """At the server at `url` with an access token that somebody else got; raises NotAnswered."""
    try:
        server = OverHttp(_client(url), Tokens(token))
    except jwt.InvalidTokenError:
        raise NotAnswered("This is no access token of TaskChat.") from None
    try:
        await server.about()  # a token that is refused is known before anything is typed
    except NotAnswered:
        await server.close()
        raise
    return server


def _client(url: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=url,
        timeout=httpx2.Timeout(SILENCE_SECONDS, connect=10.0, pool=None),
        limits=httpx2.Limits(max_connections=None),
    )


def _tokens_of(response: httpx2.Response) -> Tokens:
    try:
        told = response.json()
        return Tokens(told["access"], told["refresh"])
    except (ValueError, KeyError, TypeError):
        raise NotAnswered(_words(response.status_code, response.content)) from None


def _subject(token: str) -> str:
    """Who the token is for. Nothing is decided by it here, so nothing is verified."""
    return str(jwt.decode(token, options={"verify_signature": False}).get("sub", ""))


def _words(status: int, content: bytes) -> str:
    try:
        return f"{json.loads(content)['detail']} ({status})"
    except (ValueError, KeyError, TypeError):
        return f"The server answered {status}, not in the words of TaskChat. Is the address right?"


def _unreachable(client: httpx2.AsyncClient, error: Exception) -> str:
    return f"{client.base_url}: the server cannot be reached ({type(error).__name__})."
