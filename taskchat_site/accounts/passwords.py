"""Passwords: the rules for new ones, and slow hashes away from the loop and the database."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.contrib.auth.hashers import make_password, verify_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from taskchat_site import database
from taskchat_site.accounts.attempts import Attempt
from taskchat_site.accounts.models import User, UserManager

MIN_LENGTH = 8
MAX_LENGTH = 128

P = ParamSpec("P")
T = TypeVar("T")


class PasswordError(Exception):
    """A new password breaks a rule; `code` is Better Auth's."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


async def hash_new(password: str, *, email: str, name: str) -> str:
    """The hash to store, if the password keeps the rules; raises PasswordError."""
    if len(password) < MIN_LENGTH:
        raise PasswordError("PASSWORD_TOO_SHORT", "Password too short")
    if len(password) > MAX_LENGTH:
        raise PasswordError("PASSWORD_TOO_LONG", "Password too long")
    return await _off_the_loop(_checked_hash, password, User(email=email, name=name))


async def check(email: str, password: str, attempt: Attempt) -> User | None:
    """The active user with this e-mail and password; ApiError 429 after too many wrong ones.

    Takes the same time for an unknown e-mail, a disabled user and a wrong password. The attempt
    is counted before the hash is: guesses sent at once must not all be looked at.
    """
    user = await database.run(_count_and_find, attempt, email)
    if user is None:
        await _off_the_loop(make_password, password)
        return None
    correct, outdated = await _off_the_loop(verify_password, password, user.password)
    if not correct or not user.is_active:
        return None
    await database.run(attempt.forgive)
    if outdated:
        renewed = await _off_the_loop(make_password, password)
        await database.run(_replace_hash, user, renewed)
    return user


def _count_and_find(attempt: Attempt, email: str) -> User | None:
    attempt.count()
    return _find(email)


def _find(email: str) -> User | None:
    return User.objects.filter(email=UserManager.normalize_email(email)).first()


def _replace_hash(user: User, renewed: str) -> None:
    """The same password with today's cost; a password that was changed meanwhile stays."""
    if User.objects.filter(pk=user.pk, password=user.password).update(password=renewed):
        user.password = renewed


def _checked_hash(password: str, user: User) -> str:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordError("PASSWORD_TOO_WEAK", " ".join(error.messages)) from error
    return make_password(password)


@functools.cache
def _threads() -> ThreadPoolExecutor:
    """Two: a rush of sign-ins waits for its turn instead of taking the processor from replies."""
    return ThreadPoolExecutor(2, thread_name_prefix="passwords")


async def _off_the_loop(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    call = functools.partial(fn, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_threads(), call)
