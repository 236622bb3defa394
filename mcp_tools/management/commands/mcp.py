"""MCP over standard input and output, as desktop clients and editors start it."""

import argparse
import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from mcp_tools import stdio
from taskchat_site.accounts.models import User

HELP = """\
Serve a user's tasks as MCP tools over standard input and output.

An MCP client starts this command itself; its configuration is in README.md. Whoever can start it
can read the database anyway, so it asks for no password.
"""
EXITS = """\
exit status:
  0    the client closed the connection
  1    there is no such user, the account is closed, or the database is not ready
  2    the command line is wrong
  130  Ctrl-C
"""


class Command(BaseCommand):
    help = HELP
    requires_system_checks = []  # they import every URL's code: seconds that a client waits

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        return super().create_parser(prog_name, subcommand, epilog=EXITS, **kwargs)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--user", required=True, metavar="EMAIL", help="whose tasks: the e-mail address"
        )

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        acting = _user(user)
        # The thread that waits for input can't be interrupted; each call is a transaction anyway.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        asyncio.run(stdio.serve(acting))


def _user(email: str) -> User:
    try:
        user = User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise CommandError(f"There is no user with the e-mail address {email}.") from None
    except DatabaseError as error:
        words = f"The database is not ready ({error}). Run: manage.py migrate"
        raise CommandError(words) from None
    if not user.is_active:
        raise CommandError(f"The account of {email} is closed.")
    return user
