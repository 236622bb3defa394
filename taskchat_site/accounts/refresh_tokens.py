"""Refresh tokens: each buys one new pair, and using one twice ends its whole family.

A thief and the owner cannot be told apart, so the second use of a token signs both out
(RFC 9700). simplejwt's blacklist remembers which ones were used; the family is the `SignIn`.
"""

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from taskchat_site.accounts import attempts, sign_ins
from taskchat_site.accounts.models import SignIn, User
from taskchat_site.accounts.origins import own_origin
from taskchat_site.accounts.signing import AccessToken, RefreshToken
from taskchat_site.errors import ApiError, unauthorized


@dataclass(frozen=True)
class Pair:
    access: str
    refresh: str


@transaction.atomic
def first_pair(request: HttpRequest, user: User) -> Pair:
    """Sign `user` in for a program: the first tokens of a new family."""
    sign_in = sign_ins.begin(user, RefreshToken.lifetime, request)
    return _issue(sign_in, own_origin(request))


def next_pair(request: HttpRequest, refresh: str) -> Pair:
    """The pair that `refresh` buys; ApiError 401 when it is used, ended or not ours."""
    try:
        token = _read(refresh)
    except ApiError:
        attempts.refresh(request).count()
        raise
    attempts.refresh(request, token["sub"]).count()
    # Not raised inside: the end of the family must be committed.
    with transaction.atomic():
        result = _spend(token, own_origin(request))
    if isinstance(result, ApiError):
        raise result
    return result


def revoke(refresh: str) -> None:
    """End the family of `refresh`. One that is worthless already needs no answer (RFC 7009)."""
    try:
        token = RefreshToken.read(refresh)
    except TokenError:
        return
    SignIn.objects.filter(pk=token["sid"], ended_at=None).update(ended_at=timezone.now())


def _read(refresh: str) -> RefreshToken:
    try:
        return RefreshToken.read(refresh)
    except ExpiredTokenError as error:
        raise unauthorized("The refresh token has expired.", "token_expired") from error
    except TokenError as error:
        raise unauthorized("The refresh token is not valid.") from error


def _spend(token: RefreshToken, issuer: str) -> Pair | ApiError:
    # The lock makes two uses at once take turns; the unique blacklist row decides who was first.
    sign_in = (
        SignIn.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(
            pk=token["sid"],
            ended_at=None,
            user__public_id=token["sub"],
            user__token_version=token["token_version"],
            user__is_active=True,
        )
        .first()
    )
    outstanding = OutstandingToken.objects.filter(jti=token["jti"]).first()
    if sign_in is None or outstanding is None:
        return unauthorized("This sign-in has ended. Please sign in again.")
    _, first_use = BlacklistedToken.objects.get_or_create(token=outstanding)
    if not first_use:
        sign_in.end()
        return unauthorized("The refresh token was used before: sign in again.", "token_reused")
    return _issue(sign_in, issuer)


def _issue(sign_in: SignIn, issuer: str) -> Pair:
    refresh = RefreshToken.issue(sign_in, issuer)
    expires_at = refresh.current_time + RefreshToken.lifetime
    OutstandingToken.objects.create(
        user=sign_in.user,
        jti=refresh["jti"],
        token="",  # a copy of the table must not be a bunch of keys
        created_at=refresh.current_time,
        expires_at=expires_at,
    )
    sign_ins.extend(sign_in, expires_at)
    return Pair(access=str(AccessToken.issue(sign_in, issuer)), refresh=str(refresh))
