"""Which pages may open a socket."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings


class AllowedOrigins:
    """Refuses a socket that a page of another origin opens.

    Channels' `AllowedHostsOriginValidator` ignores scheme and port. A client without an Origin
    is no browser: its token decides.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        host = headers.get(b"host", b"").decode("latin-1")
        if origin and not _allowed(origin, host):
            await send({"type": "websocket.close", "code": 4403})
            return
        await self.application(scope, receive, send)


def _allowed(origin: str, host: str) -> bool:
    if origin in settings.TRUSTED_ORIGINS or origin == settings.PUBLIC_URL:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == host
