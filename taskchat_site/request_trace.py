"""Gives each request its id, answers it as `X-Request-Id`, and writes one line about it.

Around everything that is served over HTTP, so that what Django never sees has its id too.
"""

import logging
import re
import time
from typing import Any

from taskchat_site import trace
from taskchat_site.accounts.addresses import is_proxy
from taskchat_site.ids import new_id
from taskchat_site.metrics import REQUEST_SECONDS

logger = logging.getLogger("taskchat_site.requests")

HEADER = b"x-request-id"
GIVEN = re.compile(rb"[A-Za-z0-9._:-]{8,64}")
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
# Asked every few seconds by machines: worth a number, not a line.
QUIET = frozenset({"healthz", "readyz", "metrics"})


def traced(application: Any) -> Any:
    """`application`, each of whose requests and sockets has a trace."""

    async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
        current = trace.begin(_request_id(scope))
        if scope["type"] == "http":
            await _serve_http(application, current, scope, receive, send)
        else:
            await application(scope, receive, send)

    return serve


async def _serve_http(
    application: Any, current: trace.Trace, scope: dict[str, Any], receive: Any, send: Any
) -> None:
    started = time.perf_counter()
    status = 0
    first_byte = 0.0

    def send_with_id(message: dict[str, Any]) -> Any:
        nonlocal status, first_byte
        if not status and message["type"] == "http.response.start":
            status, first_byte = message["status"], time.perf_counter() - started
            header = (HEADER, current.request_id.encode())
            message = {**message, "headers": [*message.get("headers", ()), header]}
        return send(message)

    try:
        await application(scope, receive, send_with_id)
    finally:
        if current.route:  # files have none: a page would write thirty lines
            _tell(current, scope, status, first_byte, time.perf_counter() - started)


def _tell(
    current: trace.Trace, scope: dict[str, Any], status: int, first_byte: float, seconds: float
) -> None:
    """The line and the figure of a request; status 0: its client left before the answer."""
    method = scope["method"] if scope["method"] in METHODS else "other"
    if status:
        REQUEST_SECONDS.labels(method, current.route, status).observe(first_byte)
    level = logging.DEBUG if current.route in QUIET else logging.INFO
    if logger.isEnabledFor(level):
        fields = {
            "method": method,
            "path": scope["path"][:300],
            "route": current.route,
            "status": status,
            "first_byte_ms": round(first_byte * 1000, 1),
            "ms": round(seconds * 1000, 1),
        }
        words = "%s %s %s in %.0f ms"
        ended = status or "client left"
        logger.log(
            level, words, method, fields["path"], ended, seconds * 1000, extra={"fields": fields}
        )


def _request_id(scope: dict[str, Any]) -> str:
    """A trusted proxy's id for this request, so that its log and ours can be read together."""
    for name, value in scope["headers"]:
        if name == HEADER and GIVEN.fullmatch(value) and _came_through_proxy(scope):
            return str(value.decode())
    return new_id("req_")


def _came_through_proxy(scope: dict[str, Any]) -> bool:
    client = scope.get("client")
    return client is not None and is_proxy(client[0])
