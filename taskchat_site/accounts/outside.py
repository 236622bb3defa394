"""Users of an outside issuer: its JWTs, checked by its own key, algorithms and audience alone.

Who somebody is there is (issuer, subject). An equal subject of ours is another person, and so is
an equal e-mail: neither links an account (docs/decisions/0005-outside-identity.md).
"""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from django.conf import settings
from django.db import IntegrityError, transaction

from taskchat_site.accounts.models import OUTSIDE_DOMAIN, OutsideIdentity, User
from taskchat_site.accounts.outside_keys import keys_at
from taskchat_site.accounts.signing import REFUSED_HEADERS
from taskchat_site.errors import unauthorized
from taskchat_site.ids import new_id

MAX_TOKEN_LENGTH = 8192
SUBJECT_LENGTH = 255
REQUIRED_CLAIMS = ["iss", "aud", "sub", "exp"]
# A connection is not kept longer on one token, whatever its `exp`.
MAX_LIFETIME = timedelta(days=1)


@dataclass(frozen=True)
class OutsideClaims:
    """What a token of the outside issuer proved."""

    issuer: str
    subject: str
    expires_at: datetime
    issued_at: float | None
    email: str
    name: str


def names_outside_issuer(token: str) -> bool:
    """Does `token` say that it is the outside issuer's? Nothing is proved by it yet."""
    if settings.AUTH_ISSUER is None or len(token) > MAX_TOKEN_LENGTH:
        return False
    parts = token.split(".")
    if len(parts) != 3:
        return False
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, RecursionError):
        return False
    return isinstance(claims, dict) and claims.get("iss") == settings.AUTH_ISSUER


async def verify(token: str) -> OutsideClaims:
    """The claims of a token that the issuer signed; ApiError 401, or 503 without its keys."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise _invalid() from error
    algorithm, key_id = header.get("alg"), header.get("kid")
    if algorithm not in settings.AUTH_ALGORITHMS or not isinstance(key_id, str):
        raise _invalid()
    if REFUSED_HEADERS & header.keys():
        raise _invalid()
    key = await keys_at(settings.AUTH_JWKS_URL).find(key_id)
    if key is None or algorithm not in key.algorithms:
        raise _invalid()
    try:
        claims = jwt.decode(
            token,
            key.public,
            algorithms=[algorithm],
            issuer=settings.AUTH_ISSUER,
            audience=settings.AUTH_AUDIENCE,
            # `iat` may lie ahead of this machine's clock.
            options={"require": REQUIRED_CLAIMS, "verify_iat": False},
        )
    except jwt.ExpiredSignatureError as error:
        raise unauthorized("The token has expired.", "token_expired") from error
    except (jwt.PyJWTError, OverflowError) as error:
        raise _invalid() from error
    return _read(claims)


def user_of(claims: OutsideClaims) -> tuple[OutsideIdentity, User] | None:
    """The active user behind `claims`, made on first sight."""
    identity = _find(claims) or _make(claims)
    user = identity.user
    if not user.is_active or not identity.accepts(claims.issued_at):
        return None
    return identity, user


def _find(claims: OutsideClaims) -> OutsideIdentity | None:
    identities = OutsideIdentity.objects.select_related("user")
    return identities.filter(issuer=claims.issuer, subject=claims.subject).first()


def _make(claims: OutsideClaims) -> OutsideIdentity:
    public_id = new_id()
    user = User(public_id=public_id, email=f"{public_id}@{OUTSIDE_DOMAIN}", name=claims.name)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            return OutsideIdentity.objects.create(
                user=user,
                issuer=claims.issuer,
                subject=claims.subject,
                email=claims.email,
            )
    except IntegrityError:
        identity = _find(claims)  # another request of the same newcomer was faster
        if identity is None:
            raise
        return identity


def _read(claims: dict[str, Any]) -> OutsideClaims:
    subject = claims["sub"]
    if not 0 < len(subject) <= SUBJECT_LENGTH or not subject.isprintable():
        raise _invalid()
    latest = datetime.now(UTC) + MAX_LIFETIME
    issued_at = claims.get("iat")
    return OutsideClaims(
        issuer=claims["iss"],
        subject=subject,
        expires_at=datetime.fromtimestamp(min(int(claims["exp"]), latest.timestamp()), UTC),
        issued_at=issued_at if isinstance(issued_at, int | float) else None,
        email=_shown(claims.get("email"), OutsideIdentity.EMAIL_LENGTH),
        name=_shown(claims.get("name"), User.NAME_LENGTH),
    )


def _shown(value: object, length: int) -> str:
    return value[:length] if isinstance(value, str) and value.isprintable() else ""


def _invalid() -> Exception:
    return unauthorized("The token is not valid.")
