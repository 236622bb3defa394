"""Where a user is signed in: one `SignIn` for each browser session and each family of tokens."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from taskchat_site.accounts.addresses import client_address
from taskchat_site.accounts.models import SignIn, User
from taskchat_site.accounts.signing import AccessToken

SESSION_KEY = "sign_in"
REMEMBERED = timedelta(days=7)
UNTIL_THE_BROWSER_CLOSES = timedelta(days=1)
EXTEND_AFTER = timedelta(days=1)
USER_AGENT_LENGTH = 255


def begin(user: User, lifetime: timedelta, request: HttpRequest | None = None) -> SignIn:
    """Note that `user` signed in; forget what ended by itself, so that nothing piles up."""
    now = timezone.now()
    user.sign_ins.filter(expires_at__lt=now).delete()
    OutstandingToken.objects.filter(user=user, expires_at__lt=now).delete()
    return SignIn.objects.create(
        user=user,
        expires_at=now + lifetime,
        ip_address=client_address(request) if request else None,
        user_agent=request.headers.get("User-Agent", "")[:USER_AGENT_LENGTH] if request else "",
    )


def program_token(user: User) -> str:
    """An access token for a program on this machine that acts as `user`: a command, a test."""
    sign_in = begin(user, AccessToken.lifetime)
    return str(AccessToken.issue(sign_in, settings.PUBLIC_URL or "taskchat"))


def current(request: HttpRequest) -> SignIn | None:
    """The live sign-in of the request's session cookie."""
    user = get_user(request)  # checks the password's and the token version's hash
    if not isinstance(user, User):
        return None
    sign_in = user.sign_ins.filter(pk=request.session.get(SESSION_KEY), ended_at=None).first()
    if sign_in is None or sign_in.expires_at <= timezone.now():
        request.session.flush()
        return None
    sign_in.user = user
    return sign_in


def set_lifetime(request: HttpRequest, sign_in: SignIn, *, remember: bool) -> None:
    """How long the session lasts: a week, renewed by use, or until the browser closes."""
    lifetime = REMEMBERED if remember else UNTIL_THE_BROWSER_CLOSES
    request.session.set_expiry(int(lifetime.total_seconds()) if remember else 0)
    extend(sign_in, timezone.now() + lifetime)


def keep_alive(request: HttpRequest, sign_in: SignIn) -> None:
    """Give a remembered session another week, at most once a day."""
    now = timezone.now()
    if request.session.get_expire_at_browser_close() or now - sign_in.refreshed_at < EXTEND_AFTER:
        return
    set_lifetime(request, sign_in, remember=True)


def extend(sign_in: SignIn, expires_at: datetime) -> None:
    sign_in.refreshed_at = timezone.now()
    sign_in.expires_at = expires_at
    sign_in.save(update_fields=["refreshed_at", "expires_at"])


# Receivers, so that a sign-in through the admin's own form counts like any other.


@receiver(user_logged_in)
def _note_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    lifetime = timedelta(seconds=request.session.get_expiry_age())
    request.session[SESSION_KEY] = begin(user, lifetime, request).pk


@receiver(user_logged_out)
def _note_sign_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    sign_in = SignIn.objects.filter(pk=request.session.get(SESSION_KEY)).first()
    if sign_in is not None:
        sign_in.end()
