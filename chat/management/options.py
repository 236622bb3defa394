"""What `chat` and `ttft` share on their command lines: as whom, and where."""

import argparse
import getpass
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from chat.management.talkers import InProcess, NotAnswered, Talker, sign_in
from taskchat_site.accounts.models import User
from tasks.management.commands.createdemo import DEMO_EMAIL, DEMO_PASSWORD

PASSWORD_VARIABLE = "TASKCHAT_PASSWORD"  # noqa: S105  # a name


class TalkingCommand(BaseCommand):
    """A command that talks to the assistant; `EXITS` in its module stands under its help."""

    exits = ""
    requires_system_checks = []  # they import every URL's code: a second that a person waits

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        return super().create_parser(prog_name, subcommand, epilog=self.exits, **kwargs)

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
        return _user(options["user"])


async def connect(options: dict[str, Any], credentials: "User | str") -> Talker:
    """A talker for what `TalkingCommand.credentials` gave."""
    if isinstance(credentials, User):
        return InProcess(credentials)
    try:
        return await sign_in(options["url"].rstrip("/"), options["user"], credentials)
    except NotAnswered as refusal:
        raise CommandError(str(refusal), returncode=2) from None


def _user(email: str) -> User:
    try:
        user = User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        words = f"There is no user with the e-mail address {email}."
        if email == DEMO_EMAIL and settings.DEBUG:
            words += " Run: manage.py createdemo"
        raise CommandError(words, returncode=2) from None
    except DatabaseError as error:
        words = f"The database is not ready ({error}). Run: manage.py migrate"
        raise CommandError(words, returncode=2) from None
    if not user.is_active:
        raise CommandError(f"The account of {email} is closed.", returncode=2)
    return user


def _password(email: str) -> str:
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    if email == DEMO_EMAIL:
        return DEMO_PASSWORD
    if not sys.stdin.isatty():
        raise CommandError(f"Set {PASSWORD_VARIABLE} to the password of {email}.", returncode=2)
    return getpass.getpass(f"Password of {email}: ")
