"""Who is asking? One answer for REST, chat, `/mcp` and sockets: the bearer token's user."""

import functools
import zoneinfo
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from ninja.security import HttpBearer
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError

from taskchat_site import database
from taskchat_site.accounts.models import SignIn, User
from taskchat_site.accounts.signing import AccessToken
from taskchat_site.errors import forbidden, unauthorized


async def authenticate(token: str) -> User:
    """The active user that `token` speaks for; ApiError 401 otherwise."""
    user, _ = await authenticate_with_expiry(token)
    return user


async def authenticate_with_expiry(token: str) -> tuple[User, datetime]:
    """As `authenticate`, and when the token expires: whoever keeps a connection must know."""
    claims = verify(token)
    user = await database.run(_user_of, claims)
    if user is None:
        raise unauthorized("This sign-in has ended. Please sign in again.")
    return user, datetime.fromtimestamp(claims["exp"], UTC)


def verify(token: str) -> AccessToken:
    """The claims of `token` if its issuer signed it; ApiError 401 otherwise.

    The only issuer is ourselves. An outside one is to be told apart here, by the `iss` that the
    token claims, and checked with that issuer's key, algorithm and audience alone.
    """
    if not token:
        raise unauthorized("A bearer token is needed.", "token_missing")
    try:
        return AccessToken.read(token)
    except ExpiredTokenError as error:
        raise unauthorized("The token has expired.", "token_expired") from error
    except TokenError as error:
        raise unauthorized("The token is not valid.") from error


def _user_of(claims: AccessToken) -> User | None:
    sign_in = SignIn.objects.filter(pk=claims["sid"], user=OuterRef("pk"), ended_at=None)
    return User.objects.filter(
        Exists(sign_in),
        public_id=claims["sub"],
        token_version=claims["token_version"],
        is_active=True,
    ).first()


class BearerAuth(HttpBearer):
    """ninja's guard of a route: the token's user, who must be the `user_id` of the path."""

    async def __call__(self, request: HttpRequest) -> User:
        scheme, _, token = request.headers.get(self.header, "").partition(" ")
        return await self.authenticate(request, token if scheme.lower() == "bearer" else "")

    async def authenticate(self, request: HttpRequest, token: str) -> User:
        user = await authenticate(token.strip())
        if _path_user(request) not in (None, user.public_id):
            raise forbidden("This address belongs to another user.", "wrong_user")
        await _keep_time_zone(user, request.headers.get("X-Time-Zone"))
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
