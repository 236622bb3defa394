"""Native-async middleware for every request, Django's own only where it is needed."""

import re
import time
from collections.abc import Awaitable, Callable

from asgiref.sync import markcoroutinefunction
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.decorators import async_only_middleware
from django.utils.module_loading import import_string

from taskchat_site import trace
from taskchat_site.accounts.addresses import came_through_proxy
from taskchat_site.metrics_page import METRICS_PATH

GetResponse = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

# U+202A to U+202E and U+2066 to U+2069 in UTF-8.
BIDI_CONTROLS = re.compile(rb"\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()

REFUSALS = {
    400: ("malformed", "The request is malformed."),
    405: ("method_not_allowed", "This address does not take that method; see Allow."),
}


@async_only_middleware
def arrival(get_response: GetResponse) -> GetResponse:
    """Notes when a request came, for whoever tells where its time went, and which route it took."""

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        request.arrived_at = time.monotonic()  # type: ignore[attr-defined]  # ours
        response = await get_response(request)
        trace.bind(route=_route(request))
        return response

    return middleware


@async_only_middleware
def trusted_edge(get_response: GetResponse) -> GetResponse:
    """Only our hosts are served, and only a trusted proxy says that a request came by https."""

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        if not came_through_proxy(request):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        if request.path_info == METRICS_PATH:  # scraped by address; it has rules of its own
            return await get_response(request)
        try:
            request.get_host()
        except DisallowedHost:
            words = "This host is not served here. DJANGO_ALLOWED_HOSTS lists those that are."
            return JsonResponse({"detail": words, "code": "unknown_host"}, status=400)
        return await get_response(request)

    return middleware


@async_only_middleware
def security_headers(get_response: GetResponse) -> GetResponse:
    """Headers that hold for every answer; what is personal is never cached."""

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        response = await get_response(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


@async_only_middleware
def json_errors(get_response: GetResponse) -> GetResponse:
    """Django's own refusals under `/api/` (a wrong method, a body too large) as JSON."""

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        response = await get_response(request)
        html = response.headers.get("Content-Type", "").startswith("text/html")
        if response.status_code < 400 or not html or not request.path.startswith("/api/"):
            return response
        code, detail = REFUSALS.get(response.status_code, ("refused", "The request was refused."))
        answer = JsonResponse({"detail": detail, "code": code}, status=response.status_code)
        if "Allow" in response.headers:
            answer["Allow"] = response["Allow"]
        return answer

    return middleware


def _route(request: HttpRequest) -> str:
    """The pattern of the address, without ids: one word for every page of the admin."""
    if request.path_info.startswith("/admin/"):
        return "admin/"
    return (request.resolver_match.route if request.resolver_match else "") or "unknown"


@async_only_middleware
def plain_direction(get_response: GetResponse) -> GetResponse:
    """In the admin's pages no title and no message turns the words around it (Trojan Source)."""

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        response = await get_response(request)
        html = response.headers.get("Content-Type", "").startswith("text/html")
        if html and isinstance(response, HttpResponse):
            response.content = BIDI_CONTROLS.sub(REPLACEMENT, response.content)
        return response

    return middleware


class StockStack:
    """Runs `settings.STOCK_MIDDLEWARE[prefix]` around requests whose path starts so.

    Only `process_request` and `process_response` work in here: Django collects the other hooks
    from `MIDDLEWARE`. The admin protects its views from CSRF by decorators of its own.
    """

    async_capable = True
    sync_capable = False

    def __init__(self, get_response: GetResponse) -> None:
        markcoroutinefunction(self)
        self.get_response = get_response
        self.stacks = {
            prefix: _stack(paths, get_response)
            for prefix, paths in settings.STOCK_MIDDLEWARE.items()
        }

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        for prefix, stack in self.stacks.items():
            if request.path_info.startswith(prefix):
                response = await stack(request)
                # Who it was, if a view asked: asking here might be a query of its own.
                user = getattr(request, "_cached_user", None)
                trace.bind(user_id=getattr(user, "public_id", None))
                return response
        return await self.get_response(request)


def _stack(paths: list[str], get_response: GetResponse) -> GetResponse:
    for path in reversed(paths):
        get_response = import_string(path)(get_response)
    return get_response
