"""A request through the whole application, as the server gets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
from asgiref.sync import async_to_sync
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from taskchat_site.asgi import application

app: Any = application  # Channels types its scopes, httpx2 takes any


def get(path: str, headers: dict[str, Any] | None = None, client: str = "127.0.0.1") -> Any:
    """The answer to a GET from the address `client`."""
    return send("GET", path, headers or {}, client=client)


def send(
    method: str, path: str, headers: dict[str, Any], body: Any = None, client: str = "127.0.0.1"
) -> Any:
    async def call() -> Any:
        transport = httpx2.ASGITransport(app=app, client=(client, 1234))
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
            return await http.request(method, path, headers=headers, json=body)

    with _kept_connection():
        return async_to_sync(call)()


@contextmanager
def _kept_connection() -> Iterator[None]:
    """A request closes old connections, as that of the test's transaction; Django's client, too,
    keeps it from that.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
