"""What `chat` and `ttft` share on their command lines: as whom, and where."""

import argparse
import getpass
import os
import sys
from typing import Any

from django.core.management.base import CommandError

from chat.management.base import TaughtCommand
from chat.management.talkers import InProcess, NotAnswered, Talker, sign_in
from taskchat_site.accounts.models import User
from tasks.management.commands.createdemo import DEMO_EMAIL, DEMO_PASSWORD

PASSWORD_VARIABLE = "TASKCHAT_PASSWORD"  # noqa: S105  # a name


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
            help="talk to a running server, e.g. http://127.0.0.1:8000, instead of this process "
            f"and its database; the password comes from {PASSWORD_VARIABLE} or is asked for",
        )

    def credentials(self, options: dict[str, Any]) -> "User | str":
        """The user, or for a server the password; asked for before anything else starts."""
        if options["url"]:
            return _password(options["user"])
        user = self.user_of(options["user"])
        if not user.is_active:
            raise CommandError(f"The account of {user.email} is closed.", returncode=2)
        return user


async def connect(options: dict[str, Any], credentials: "User | str") -> Talker:
    """A talker for what `TalkingCommand.credentials` gave."""
    if isinstance(credentials, User):
        return InProcess(credentials)
    try:
        return await sign_in(options["url"].rstrip("/"), options["user"], credentials)
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
