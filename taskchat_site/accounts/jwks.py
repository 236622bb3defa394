"""Our one signing key: ES256 from `JWT_PRIVATE_KEY`, public at `/api/auth/jwks`."""

import base64
import functools
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

ALGORITHM = "ES256"
COORDINATE_BYTES = 32


def signing_key() -> ec.EllipticCurvePrivateKey:
    return _load(settings.JWT_PRIVATE_KEY)


def key_id() -> str:
    """RFC 7638 thumbprint: another key is another id, without anybody numbering them."""
    return _public_jwk(settings.JWT_PRIVATE_KEY)["kid"]


def key_set() -> dict[str, list[dict[str, str]]]:
    """What `/api/auth/jwks` answers."""
    return {"keys": [_public_jwk(settings.JWT_PRIVATE_KEY)]}


@functools.lru_cache(maxsize=4)
def _load(pem: str) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured("JWT_PRIVATE_KEY is not a private key in PEM.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ImproperlyConfigured("JWT_PRIVATE_KEY must be on curve P-256 (ES256).")
    return key


@functools.lru_cache(maxsize=4)
def _public_jwk(pem: str) -> dict[str, str]:
    point = _load(pem).public_key().public_numbers()
    required = {"crv": "P-256", "kty": "EC", "x": _coordinate(point.x), "y": _coordinate(point.y)}
    canonical = json.dumps(required, separators=(",", ":"), sort_keys=True).encode()
    return {"alg": ALGORITHM, **required, "kid": _base64url(hashlib.sha256(canonical).digest())}


def _coordinate(number: int) -> str:
    return _base64url(number.to_bytes(COORDINATE_BYTES, "big"))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
