"""What our commands have in common: help that teaches, and an end in words with a status."""

import argparse
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, DjangoHelpFormatter
from django.db import OperationalError, ProgrammingError

from taskchat_site.accounts.demo import DEMO_EMAIL
from taskchat_site.accounts.models import User

BROKEN_PIPE = 141  # as a shell says of who wrote to a pipe that nobody reads any more
INTERRUPTED = 130


class _AsWritten(DjangoHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """The command's own options before Django's, and its words in their own lines."""


class TaughtCommand(BaseCommand):
    """A command whose help shows `help` as written, and `exits` under the options."""

    exits = ""
    requires_system_checks = []  # they import every URL's code: a second that a person waits

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        kwargs.setdefault("formatter_class", _AsWritten)
        return super().create_parser(prog_name, subcommand, epilog=self.exits, **kwargs)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            # What is left in the buffer would raise it again at the exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(BROKEN_PIPE)
        except (OperationalError, ProgrammingError) as error:
            if options.get("traceback"):
                raise
            words = f"The database is not ready ({error}). Run: manage.py migrate"
            raise CommandError(words, returncode=2) from None

    def note(self, words: str) -> None:
        """Something beside the result, on standard error, which is no error."""
        self.stderr.write(words, style_func=str)

    def user_of(self, email: str) -> User:
        """The user of that address; CommandError with status 2."""
        try:
            return User.objects.get_by_natural_key(email)
        except User.DoesNotExist:
            words = f"There is no user with the e-mail address {email}."
            if email == DEMO_EMAIL and settings.DEBUG:
                words += " Run: manage.py createdemo"
            raise CommandError(words, returncode=2) from None


def count(number: int, word: str) -> str:
    """`1 run`, `1,200 runs`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
