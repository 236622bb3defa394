"""Who is asking? One answer for REST, chat, `/mcp` and sockets: the bearer token's user."""

import functools
import zoneinfo
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError

from taskchat_site import database, trace
from taskchat_site.accounts import outside
from taskchat_site.accounts.models import OutsideIdentity, SignIn, User
from taskchat_site.accounts.signing import AccessToken
from taskchat_site.errors import forbidden, unauthorized

# Of each request the first query. The ORM takes three times as long, most of it to write this.
USER_OF_TOKEN = f"""
    SELECT u.* FROM {SignIn._meta.db_table} s JOIN {User._meta.db_table} u ON u.id = s.user_id
    WHERE s.id = %s AND s.ended_at IS NULL
    AND u.public_id = %s AND u.token_version = %s AND u.is_active
"""  # noqa: S608, SLF001  # of names alone


@dataclass(frozen=True)
class Session:
    """What a token hangs on: a sign-in with us, or an identity at the outside issuer."""

    sign_in_id: str | None = None
    identity_id: int | None = None
    issued_at: float | None = None


@dataclass(frozen=True)
class Bearer:
    """Whom a token speaks for. `subject` is its `sub`, by which paths name the user."""

    user: User
    subject: str
    expires_at: datetime
    session: Session


async def authenticate(token: str) -> User:
    """The active user that `token` speaks for; ApiError 401 otherwise."""
    return (await identify(token)).user


async def authenticate_with_expiry(token: str) -> tuple[User, datetime]:
    """As `authenticate`, and when the token expires: whoever keeps a connection must know."""
    bearer = await identify(token)
    return bearer.user, bearer.expires_at


async def identify(token: str) -> Bearer:
    """As `authenticate`, with all that the token says.

    Issuers are told apart by the `iss` that the token claims, and each is checked with its own
    key, algorithms and audience alone: a lie is found out by the key.
    """
    if not token:
        raise unauthorized("A bearer token is needed.", "token_missing")
    bearer = await (_outside(token) if outside.names_outside_issuer(token) else _own(token))
    if bearer is None:
        raise unauthorized("This sign-in has ended. Please sign in again.")
    trace.bind(user_id=bearer.user.public_id)
    return bearer


async def _own(token: str) -> Bearer | None:
    claims = verify(token)
    user = await database.run(_user_of, claims)
    if user is None:
        return None
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    return Bearer(user, claims["sub"], expires_at, Session(sign_in_id=claims["sid"]))


async def _outside(token: str) -> Bearer | None:
    claims = await outside.verify(token)
    found = await database.run(outside.user_of, claims)
    if found is None:
        return None
    identity, user = found
    session = Session(identity_id=identity.pk, issued_at=claims.issued_at)
    return Bearer(user, claims.subject, claims.expires_at, session)


def verify(token: str) -> AccessToken:
    """The claims of a token that we signed; ApiError 401 otherwise."""
    try:
        return AccessToken.read(token)
    except ExpiredTokenError as error:
        raise unauthorized("The token has expired.", "token_expired") from error
    except TokenError as error:
        raise unauthorized("The token is not valid.") from error


def _user_of(claims: AccessToken) -> User | None:
    named = [claims["sid"], claims["sub"], claims["token_version"]]
    return next(iter(User.objects.raw(USER_OF_TOKEN, named)), None)


def live_counters(sessions: Collection[Session]) -> dict[Session, int]:
    """The users' live counters by session, without the sessions that have ended."""
    sign_in_ids = {session.sign_in_id for session in sessions if session.sign_in_id}
    identity_ids = {session.identity_id for session in sessions if session.identity_id}
    counters: dict[Session, int] = {}
    if sign_in_ids:
        rows = SignIn.objects.filter(pk__in=sign_in_ids, ended_at=None, user__is_active=True)
        for sign_in_id, counter in rows.values_list("pk", "user__live_counter"):
            counters[Session(sign_in_id=sign_in_id)] = counter
    if identity_ids:
        identities = OutsideIdentity.objects.filter(pk__in=identity_ids, user__is_active=True)
        found = {row.pk: row for row in identities.select_related("user")}
        for session in sessions:
            identity = found.get(session.identity_id or 0)
            if identity is not None and identity.accepts(session.issued_at):
                counters[session] = identity.user.live_counter
    return counters


class BearerAuth(HttpBearer):
    """ninja's guard of a route: the token's user, who must be the `user_id` of the path."""

    async def __call__(self, request: HttpRequest) -> User:
        scheme, _, token = request.headers.get(self.header, "").partition(" ")
        return await self.authenticate(request, token if scheme.lower() == "bearer" else "")

    async def authenticate(self, request: HttpRequest, token: str) -> User:
        bearer = await identify(token.strip())
        user = bearer.user
        if _path_user(request) not in (None, bearer.subject):
            raise forbidden("This address belongs to another user.", "wrong_user")
        await _keep_time_zone(user, request.headers.get("X-Time-Zone"))
        request.bearer = bearer  # type: ignore[attr-defined]  # for streams that outlive the token
        return user


def _path_user(request: HttpRequest) -> Any:
    match = request.resolver_match
    return match.kwargs.get("user_id") if match else None


async def _keep_time_zone(user: User, name: str | None) -> None:
    """Remember where the user is now; a name that is no zone is not worth an error."""
    if name and name != user.time_zone and name in _zone_names():
        user.time_zone = name
        await database.run(User.objects.filter(pk=user.pk).update, time_zone=name)


@functools.cache
def _zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
