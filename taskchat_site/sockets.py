"""Which sockets there are, and which pages may open them."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from taskchat_site.live import LiveConsumer

REFUSED = 4403
UNKNOWN = 4404

routes: dict[str, Any] = {"/ws/live": LiveConsumer.as_asgi()}


async def sockets(scope: Any, receive: Any, send: Any) -> None:
    """Hands a socket to its consumer, unless a page of another origin opens it.

    Channels' `AllowedHostsOriginValidator` ignores scheme and port. A client without an Origin
    is no browser: its token decides.
    """
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1")
    route = routes.get(scope["path"])
    if route is None or (origin and not _allowed(origin, host)):
        await send({"type": "websocket.close", "code": UNKNOWN if route is None else REFUSED})
        return
    await route(scope, receive, send)


def _allowed(origin: str, host: str) -> bool:
    if origin in settings.TRUSTED_ORIGINS or origin == settings.PUBLIC_URL:
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == host
