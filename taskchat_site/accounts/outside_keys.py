"""The outside issuer's public keys: fetched from its JWKS off the event loop's way, and kept.

Anybody can send a token that names the issuer and an unknown key, so what they can make us fetch
is bounded: once in ten minutes, and once a minute for keys that we do not know.
"""

import asyncio
import functools
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from taskchat_site.errors import ApiError

logger = logging.getLogger(__name__)

FRESH_SECONDS = 600.0
# While fetching fails, old keys are good for a day: an outage there is none here.
STALE_SECONDS = 24 * 3600.0
REFETCH_SECONDS = 60.0
RETRY_SECONDS = 5.0
FETCH_SECONDS = 5.0
MAX_BYTES = 1_000_000
MAX_KEYS = 100
MIN_RSA_BITS = 2048

PublicKey = EllipticCurvePublicKey | Ed25519PublicKey | RSAPublicKey

# What a key can sign by its type. Its own `alg` can only narrow this down.
Reader = Callable[[dict[str, Any]], object]
CURVES: dict[tuple[str, str | None], tuple[Reader, tuple[str, ...]]] = {
    ("OKP", "Ed25519"): (OKPAlgorithm.from_jwk, ("EdDSA",)),
    ("EC", "P-256"): (ECAlgorithm.from_jwk, ("ES256",)),
    ("EC", "P-384"): (ECAlgorithm.from_jwk, ("ES384",)),
    ("EC", "P-521"): (ECAlgorithm.from_jwk, ("ES512",)),
    ("RSA", None): (
        RSAAlgorithm.from_jwk,
        ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    ),
}


class FetchFailed(Exception):
    """The key set did not come, or is none; the text is for the log."""


@dataclass(frozen=True)
class Key:
    public: PublicKey
    algorithms: frozenset[str]


class OutsideKeys:
    """The keys at one URL, as this process knows them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._keys: dict[str, Key] = {}
        self._fetched_at = float("-inf")
        self._retry_at = float("-inf")
        self._refetch_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, key_id: str) -> Key | None:
        """The key with this id; ApiError 503 when the issuer's keys cannot be had at all."""
        now = monotonic()
        fetched = False
        if now - self._fetched_at >= FRESH_SECONDS and (now >= self._retry_at or self._is_busy()):
            await self._fetch()
            fetched = True
        if not self._keys or monotonic() - self._fetched_at >= STALE_SECONDS:
            words = "Your sign-in cannot be checked right now. Please try again in a moment."
            headers = {"Retry-After": str(round(RETRY_SECONDS))}
            raise ApiError(503, "issuer_unreachable", words, headers)
        key = self._keys.get(key_id)
        if key is None and not fetched and (now >= self._refetch_at or self._is_busy()):
            if not self._is_busy():
                self._refetch_at = now + REFETCH_SECONDS
            await self._fetch()
            key = self._keys.get(key_id)
        return key

    def _is_busy(self) -> bool:
        """Is a fetch on its way that one may wait for? A task of another loop is not."""
        task = self._fetching
        return (
            task is not None and not task.done() and task.get_loop() is asyncio.get_running_loop()
        )

    async def _fetch(self) -> None:
        """Fetch once for all who wait; whoever leaves does not take it from the others."""
        if self._fetching is None or not self._is_busy():
            self._fetching = asyncio.create_task(self._replace())
        await asyncio.shield(self._fetching)

    async def _replace(self) -> None:
        try:
            keys = usable_keys(await _download(self.url))
        except FetchFailed as failure:
            wait = REFETCH_SECONDS if self._keys else RETRY_SECONDS
            self._retry_at = monotonic() + wait
            logger.warning("the keys at AUTH_JWKS_URL were not fetched: %s", failure)
        else:
            self._keys = keys
            self._fetched_at = monotonic()


@functools.lru_cache(maxsize=4)
def keys_at(url: str) -> OutsideKeys:
    return OutsideKeys(url)


async def _download(url: str) -> bytes:
    """The document at `url`: no redirect, in bounded time, of bounded size."""
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            # Making a client reads the system's certificates: 50 ms, so not on the loop.
            client = await asyncio.to_thread(httpx2.AsyncClient, timeout=FETCH_SECONDS)
            # Unpacked, a small answer may be huge: none is asked for, none is unpacked.
            headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
            async with client, client.stream("GET", url, headers=headers) as response:
                if response.status_code != 200:
                    raise FetchFailed(f"status {response.status_code}")
                body = bytearray()
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > MAX_BYTES:
                        raise FetchFailed(f"more than {MAX_BYTES} bytes")
                return bytes(body)
    except TimeoutError:
        raise FetchFailed(f"no answer in {FETCH_SECONDS:.0f} s") from None
    except httpx2.HTTPError as error:
        raise FetchFailed(repr(error)) from error


def usable_keys(document: bytes) -> dict[str, Key]:
    """The keys of a JWKS that can check signatures, by id; raises FetchFailed if there is none."""
    try:
        entries = json.loads(document)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FetchFailed("not a JSON Web Key Set") from None
    keys: dict[str, Key] = {}
    for entry in entries[:MAX_KEYS] if isinstance(entries, list) else ():
        key = _usable_key(entry) if isinstance(entry, dict) else None
        if key is not None:
            keys.setdefault(entry["kid"], key)
    if not keys:
        raise FetchFailed("no key that could be used")
    return keys


def _usable_key(entry: Mapping[str, Any]) -> Key | None:
    # One with a private part ("d") is known to everybody who can read the set.
    if not isinstance(entry.get("kid"), str) or "d" in entry or not _is_for_signatures(entry):
        return None
    key_type, curve = entry.get("kty"), entry.get("crv")
    if not isinstance(key_type, str) or not isinstance(curve, str | None):
        return None
    reader, algorithms = CURVES.get((key_type, curve), (None, ()))
    named = entry.get("alg")
    fitting = frozenset(name for name in algorithms if named in (None, name))
    if reader is None or not fitting:
        return None
    try:
        public = reader(dict(entry))
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    if isinstance(public, RSAPublicKey) and public.key_size < MIN_RSA_BITS:
        return None
    return Key(public, fitting) if isinstance(public, PublicKey) else None


def _is_for_signatures(entry: Mapping[str, Any]) -> bool:
    operations = entry.get("key_ops", ["verify"])
    return (
        entry.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and ("verify" in operations)
    )
