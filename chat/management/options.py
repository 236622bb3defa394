"""What `chat` and `ttft` share on their command lines: as whom, and where."""

import argparse
import getpass
import os
import sys
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import CommandError

from chat.management.over_http import Tokens, sign_in, with_token
from chat.management.talkers import InProcess, NotAnswered, Talker
from taskchat_site.accounts.commands import TaughtCommand
from taskchat_site.accounts.demo import DEMO_EMAIL, DEMO_PASSWORD
from taskchat_site.accounts.models import User

PASSWORD_VARIABLE = "TASKCHAT_PASSWORD"  # noqa: S105  # a name
TOKEN_VARIABLE = "TASKCHAT_TOKEN"  # noqa: S105  # a name
LOOPBACK = ("localhost", "127.0.0.1", "::1")

# In this process a user; at a server a token, or a password.
Credentials = User | Tokens | str


class TalkingCommand(TaughtCommand):
    """A command that talks to the assistant."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--user",
            metavar="EMAIL",
            default=DEMO_EMAIL,
            help=f"whose tasks (default: the demo account, {DEMO_EMAIL})",
        )
        parser.add_argument(
            "--url",
            metavar="URL",
            help="talk to a running server, e.g. https://tasks.example.com, instead of this "
            f"process and its database; {PASSWORD_VARIABLE} is the password, or it is asked for",
        )
        parser.add_argument(
            "--token",
            metavar="TOKEN",
            help="an access token for --url instead of a password; others on this machine may see "
            f"it here, {TOKEN_VARIABLE} they do not",
        )

    def credentials(self, options: dict[str, Any]) -> Credentials:
        """As whom; what is missing is asked for before anything else starts."""
        if options["url"]:
            self._check_url(options["url"])
            token = options["token"] or os.environ.get(TOKEN_VARIABLE)
            return Tokens(token) if token else _password(options["user"])
        if options["token"]:
            raise CommandError("--token is for a server: give --url as well.", returncode=2)
        user = self.user_of(options["user"])
        if not user.is_active:
            raise CommandError(f"The account of {user.email} is closed.", returncode=2)
        return user

    def _check_url(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CommandError(
                f"{url} is no address such as https://tasks.example.com", returncode=2
            )
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            self.note(f"Whoever is on the way to {parts.hostname} can read along: use https.")


async def connect(options: dict[str, Any], credentials: Credentials) -> Talker:
    """A talker for what `TalkingCommand.credentials` gave."""
    if isinstance(credentials, User):
        return InProcess(credentials)
    url = options["url"].rstrip("/")
    try:
        if isinstance(credentials, Tokens):
            return await with_token(url, credentials.access)
        return await sign_in(url, options["user"], credentials)
    except NotAnswered as refusal:
        raise CommandError(str(refusal), returncode=2) from None


def _password(email: str) -> str:
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    if email == DEMO_EMAIL:
        return DEMO_PASSWORD
    if not sys.stdin.isatty():
        raise CommandError(f"Set {PASSWORD_VARIABLE} to the password of {email}.", returncode=2)
    return getpass.getpass(f"Password of {email}: ")
