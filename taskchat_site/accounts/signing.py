"""Our JWTs, made and checked by simplejwt: ES256, and more claims required than it asks for."""

import functools
import time
from datetime import timedelta
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import (
    TokenBackendError,
    TokenBackendExpiredToken,
    TokenError,
)
from rest_framework_simplejwt.tokens import Token

from taskchat_site.accounts import jwks
from taskchat_site.accounts.models import SignIn

REQUIRED_CLAIMS = ["sub", "iss", "aud", "exp", "iat", "jti", "sid", "token_version", "token_type"]
# Keys and algorithms come from us, never from the token.
REFUSED_HEADERS = frozenset({"crit", "jku", "jwk", "x5u", "x5c"})
MAX_TOKEN_LENGTH = 4096


class SigningBackend(TokenBackend):
    """simplejwt's backend with the key's id in the header and a stricter reading."""

    def encode(self, payload: dict[str, Any]) -> str:
        return jwt.encode(
            payload,
            self.prepared_signing_key,
            algorithm=jwks.ALGORITHM,
            headers={"kid": jwks.key_id()},
        )

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        """The claims of a token that we signed; `verify` cannot switch that off."""
        if not isinstance(token, str) or not token.isascii() or len(token) > MAX_TOKEN_LENGTH:
            raise TokenBackendError("Token is malformed")
        try:
            claims = _signed_claims(self, token)
        except jwt.ExpiredSignatureError as error:
            raise TokenBackendExpiredToken("Token is expired") from error
        except jwt.PyJWTError as error:
            raise TokenBackendError("Token is invalid") from error
        if claims["exp"] <= time.time():
            raise TokenBackendExpiredToken("Token is expired")
        return dict(claims)


@functools.lru_cache(maxsize=1024)
def _signed_claims(backend: SigningBackend, token: str) -> dict[str, Any]:
    """What `token` says, if our key signed it, which once found stays true.

    A page sends the same token with each request of a quarter of an hour. Whether it has expired
    and whether its sign-in has ended is for the caller to ask each time.
    """
    header = jwt.get_unverified_header(token)
    if header.get("kid") != jwks.key_id() or REFUSED_HEADERS & header.keys():
        raise jwt.InvalidTokenError("Token names another key")
    return jwt.decode(
        token,
        backend.prepared_verifying_key,
        algorithms=[jwks.ALGORITHM],
        # `iat` may lie ahead of this machine's clock; issuer and audience: `OwnToken`.
        options={"require": REQUIRED_CLAIMS, "verify_iat": False, "verify_aud": False},
    )


@functools.lru_cache(maxsize=4)
def _backend(pem: str) -> SigningBackend:
    public = jwks.signing_key().public_key()
    verifying_key = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return SigningBackend(jwks.ALGORITHM, signing_key=pem, verifying_key=verifying_key)


class OwnToken(Token):
    """A token of ours for one sign-in. Without `PUBLIC_URL` any issuer goes: the key is ours."""

    audience_path = ""

    def get_token_backend(self) -> SigningBackend:
        return _backend(settings.JWT_PRIVATE_KEY)

    @classmethod
    def read(cls, encoded: str) -> Self:
        """The claims of a token that holds; TokenError otherwise."""
        return cls(encoded)  # type: ignore[arg-type]  # simplejwt means text, and says Token

    @classmethod
    def issue(cls, sign_in: SignIn, issuer: str) -> Self:
        """A new token for the user of `sign_in`."""
        user = sign_in.user
        token = cls()
        token.payload |= {
            "sub": user.public_id,
            "iss": issuer,
            "aud": issuer + cls.audience_path,
            "sid": sign_in.pk,
            "token_version": user.token_version,
        }
        return token

    def verify(self) -> None:
        super().verify()
        issuer = self.payload["iss"]
        if settings.PUBLIC_URL and issuer != settings.PUBLIC_URL:
            raise TokenError("Token has another issuer")
        if self.payload["aud"] != f"{issuer}{self.audience_path}":
            raise TokenError("Token is for another audience")


class AccessToken(OwnToken):
    """Opens the API for a quarter of an hour."""

    token_type = "access"  # noqa: S105
    lifetime = timedelta(minutes=15)

    @classmethod
    def issue(cls, sign_in: SignIn, issuer: str) -> Self:
        token = super().issue(sign_in, issuer)
        token.payload |= {"email": sign_in.user.email, "name": sign_in.user.name}
        return token


class RefreshToken(OwnToken):
    """Buys the next pair, once.

    Its audience is its own: a service that checks our access tokens by our public key must not
    take this one for such.
    """

    token_type = "refresh"  # noqa: S105
    lifetime = timedelta(days=14)
    audience_path = "/api/token"
