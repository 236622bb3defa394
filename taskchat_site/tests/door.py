"""A request through the whole application, as the server gets it."""

from typing import Any

import httpx2
from asgiref.sync import async_to_sync

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

    return async_to_sync(call)()
