"""Where we are reached, and which pages may act with a visitor's cookie."""

from django.conf import settings
from django.http import HttpRequest


def own_origin(request: HttpRequest) -> str:
    """`PUBLIC_URL`, or without one the address that this request was sent to."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def may_use_cookies(request: HttpRequest) -> bool:
    """Whether the page that sent the request is ours or a trusted one.

    Browsers say where a request comes from, and pages cannot forge it: `Sec-Fetch-Site` on
    https and localhost, `Origin` with every POST. A request with neither is no browser's, so
    there is nobody whose cookie could be abused.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site == "same-origin":
        return True
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == own_origin(request) or origin in settings.TRUSTED_ORIGINS
    return site in (None, "none")
