"""`/mcp`: the tools over Streamable HTTP, for whoever holds a user's access token.

Nothing is kept between requests: any process answers any of them, in both eras of the protocol.
"""

import logging
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http.request import split_domain_port, validate_host
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_tools import server
from taskchat_site import trace
from taskchat_site.accounts.authentication import authenticate
from taskchat_site.accounts.models import User
from taskchat_site.errors import ApiError, forbidden, unauthorized

logger = logging.getLogger(__name__)

PATH = "/mcp"
METADATA_PATH = "/.well-known/oauth-protected-resource"
PATHS = frozenset({PATH, METADATA_PATH, METADATA_PATH + PATH})

_HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
_USER = "mcp_tools.user"


def serve_mcp(application: ASGIApp) -> ASGIApp:
    """`application` behind `/mcp` and the documents that its clients look for."""
    ours = CORSMiddleware(
        _serve,
        allow_origins=settings.TRUSTED_ORIGINS,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=["WWW-Authenticate"],
    )

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in PATHS:
            await application(scope, receive, send)
            return
        trace.bind(route=scope["path"].lstrip("/"))
        await ours(scope, receive, send)

    return serve


async def _serve(scope: Scope, receive: Receive, send: Send) -> None:
    """One request. No exception gets out: it would end Daphne's watch over slow clients."""
    started = False
    refused: ApiError | None = None

    async def send_with_headers(message: Message) -> None:
        nonlocal started
        if message["type"] == "http.response.start":
            started = True
            message = {**message, "headers": [*message["headers"], *_HEADERS]}
        await send(message)

    try:
        await _answer(scope, receive, send_with_headers)
    except ApiError as error:
        refused = error
    except (InterfaceError, OperationalError) as error:
        logger.warning("the database does not answer: %s", error)
        refused = ApiError(503, "database_gone", server.DATABASE_GONE, {"Retry-After": "2"})
    except Exception:
        logger.exception("%s %s failed", scope["method"], scope["path"])
        refused = ApiError(500, "internal", server.BUG)
    if refused and not started:
        await _refusal(refused)(scope, receive, send_with_headers)


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope)
    _check_host(request)
    _check_origin(request)
    if scope["path"] == PATH:
        _check_method(request, "POST")
        user = await _authenticated(request)
        await _run_tools({**scope, _USER: user}, receive, send)
    else:
        _check_method(request, "GET")
        await JSONResponse(_metadata(request))(scope, receive, send)


async def _run_tools(scope: Scope, receive: Receive, send: Send) -> None:
    """A manager for each request costs little, and none outlives its request: one that did would
    keep the process from ending."""
    manager = StreamableHTTPSessionManager(
        _tools,
        json_response=True,
        stateless=True,
        max_request_body_size=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    )
    async with manager.run():
        await manager.handle_request(scope, receive, send)


def _acting_user(request: server.Request) -> User:
    http_request: Request = request.request  # type: ignore[assignment]  # over HTTP it is there
    user: User = http_request.scope[_USER]
    return user


_tools = server.build_server(_acting_user)


# --- Who may come in -------------------------------------------------------------------------


def _check_host(request: Request) -> None:
    """A page that points its own name at this machine (DNS rebinding) names itself here."""
    domain, _port = split_domain_port(request.headers.get("host", ""))
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        raise ApiError(421, "wrong_host", "This server is not known by that host name.")


def _check_origin(request: Request) -> None:
    origin = request.headers.get("origin")
    known = {_own_origin(request), settings.PUBLIC_URL, *settings.TRUSTED_ORIGINS}
    if origin is not None and origin not in known:
        raise forbidden("Pages of that origin may not use this address.", "wrong_origin")


def _check_method(request: Request, method: str) -> None:
    """Without sessions there is no stream to GET and nothing to DELETE."""
    if request.method != method and not (method == "GET" and request.method == "HEAD"):
        words = f"This address takes {method} only."
        raise ApiError(405, "method_not_allowed", words, {"Allow": method})


async def _authenticated(request: Request) -> User:
    """The token's user, or a 401 that says where clients find out how to get a token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    where = f'resource_metadata="{_own_origin(request)}{METADATA_PATH}{PATH}"'
    if scheme.lower() != "bearer" or not token.strip():
        error = unauthorized("A bearer token is needed: the access token of /api/token.")
        error.headers["WWW-Authenticate"] = f"Bearer {where}"
        raise error
    try:
        return await authenticate(token.strip())
    except ApiError as error:
        if error.status == 401:
            error.headers["WWW-Authenticate"] = f'Bearer error="invalid_token", {where}'
        raise


# --- Answers ---------------------------------------------------------------------------------


def _own_origin(request: Request) -> str:
    """`PUBLIC_URL`, or without one the address that this request was sent to."""
    return settings.PUBLIC_URL or f"{request.url.scheme}://{request.headers['host']}"


def _metadata(request: Request) -> dict[str, Any]:
    """RFC 9728. It names no authorization server, because tokens come from `/api/token`."""
    return {
        "resource": _own_origin(request) + PATH,
        "resource_name": "TaskChat",
        "bearer_methods_supported": ["header"],
    }


def _refusal(error: ApiError) -> Response:
    body = {"detail": error.detail, "code": error.code, **error.extra}
    return JSONResponse(body, status_code=error.status, headers=error.headers)
