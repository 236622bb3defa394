"""Where a request comes from: the socket's address, or what a trusted proxy says of it."""

import functools
import ipaddress

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(request: HttpRequest) -> str | None:
    """The client's address; None behind a Unix socket.

    `X-Forwarded-For` counts only from `TRUSTED_PROXIES`, and from its right end: each proxy
    appends whom it heard from, and what stands left of the first stranger is anybody's claim.
    """
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    while address is not None and hops and _is_proxy(address):
        hop = _parse(hops.pop())
        if hop is None:
            break
        address = hop
    return None if address is None else str(address)


def came_through_proxy(request: HttpRequest) -> bool:
    """Did one of `TRUSTED_PROXIES` send this request?"""
    return is_proxy(request.META.get("REMOTE_ADDR", ""))


def is_proxy(text: str) -> bool:
    """Is this the address of one of `TRUSTED_PROXIES`?"""
    address = _parse(text)
    return address is not None and _is_proxy(address)


def is_loopback(text: str) -> bool:
    """Does this address belong to the machine itself?"""
    address = _parse(text)
    return address is not None and address.is_loopback


def network(address: str | None) -> str:
    """Whom to count as one: an IPv4 address, or the /64 that one IPv6 customer gets."""
    parsed = _parse(address or "")
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _is_proxy(address: Address) -> bool:
    return any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@functools.lru_cache(maxsize=4)
def _networks(texts: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(text, strict=False) for text in texts]


def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
