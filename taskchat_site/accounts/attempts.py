"""Limits on guessing: attempts counted by account and by address, in the database.

The database is what all processes share, with or without Redis, and one statement counts every
key of an attempt at once: two guesses at the same moment are two. Django's own caches would read
first and write then, or count only where Redis is.
"""

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from taskchat_site.accounts.addresses import client_address, network
from taskchat_site.accounts.models import Attempts, UserManager
from taskchat_site.errors import too_many

SIGN_IN_SECONDS = 300
SIGN_UP_SECONDS = 600
REFRESH_SECONDS = 60
# One attempt in so many also deletes the rows whose time is over.
SWEEP_EVERY = 200

# All windows of one attempt are equally long; a row whose window is over starts a new one.
COUNT = """
INSERT INTO accounts_attempts AS kept (key, count, ends_at) VALUES {rows}
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN kept.ends_at <= %s THEN 1 ELSE kept.count + 1 END,
    ends_at = CASE WHEN kept.ends_at <= %s THEN excluded.ends_at ELSE kept.ends_at END
RETURNING key, count, ends_at
"""


@dataclass(frozen=True)
class Attempt:
    """Something that may be tried only so often: `most` by key, in `seconds`."""

    most: dict[str, int]
    seconds: int

    def count(self) -> None:
        """Count it, whatever comes of it; ApiError 429 when it is one too many."""
        if not self.most:
            return
        now = int(time.time())
        waits = [
            ends_at - now
            for key, count, ends_at in self._raise(now)
            if count > self.most.get(key, count)
        ]
        if random.randrange(SWEEP_EVERY) == 0:  # noqa: S311  # chance, not secrecy
            Attempts.objects.filter(ends_at__lte=now).delete()
        if waits:
            wait = max(waits)
            words = f"Too many attempts. Please wait {_how_long(wait)} and try again."
            raise too_many(words, "too_many_requests", wait)

    def forgive(self) -> None:
        """Take it back: it was no guess."""
        if self.most:
            Attempts.objects.filter(pk__in=self.most, count__gt=0).update(count=F("count") - 1)

    def _raise(self, now: int) -> list[tuple[str, int, int]]:
        # In one order, so that two attempts never wait for each other's rows.
        keys = sorted(self.most)
        values = [value for key in keys for value in (key, 1, now + self.seconds)]
        statement = COUNT.format(rows=", ".join(["(%s, %s, %s)"] * len(keys)))
        with connection.cursor() as cursor:
            cursor.execute(statement, [*values, now, now])
            return list(cursor.fetchall())


def sign_in(request: HttpRequest, email: str) -> Attempt:
    """A password tried for `email`, whether or not there is such a user."""
    return _attempt(
        "sign-in",
        SIGN_IN_SECONDS,
        [
            (f"account {UserManager.normalize_email(email)}", settings.SIGN_INS_PER_ACCOUNT),
            (_address(request), settings.SIGN_INS_PER_ADDRESS),
        ],
    )


def sign_up(request: HttpRequest, email: str) -> Attempt:
    """A new account asked for: the answer tells whether the e-mail has one, and hashing costs."""
    return _attempt(
        "sign-up",
        SIGN_UP_SECONDS,
        [
            (f"account {UserManager.normalize_email(email)}", settings.SIGN_UPS_PER_ACCOUNT),
            (_address(request), settings.SIGN_UPS_PER_ADDRESS),
        ],
    )


def refresh(request: HttpRequest, public_id: str | None = None) -> Attempt:
    """A refresh token handed in, of the user `public_id` if it is genuine."""
    rules = [(_address(request), settings.REFRESHES_PER_ADDRESS)]
    if public_id is not None:
        rules.append((f"account {public_id}", settings.REFRESHES_PER_ACCOUNT))
    return _attempt("refresh", REFRESH_SECONDS, rules)


def _attempt(what: str, seconds: int, rules: Iterable[tuple[str, int]]) -> Attempt:
    return Attempt({_key(f"{what} {who}"): most for who, most in rules if most}, seconds)


def _address(request: HttpRequest) -> str:
    return f"address {network(client_address(request))}"


def _key(text: str) -> str:
    """A digest: what people type into a field for e-mails is not ours to keep."""
    return salted_hmac("taskchat.attempts", text, algorithm="sha256").hexdigest()


def _how_long(seconds: int) -> str:
    if seconds < 90:
        return "1 second" if seconds <= 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"
