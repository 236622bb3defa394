"""Delete for good what has been in the trash for long enough."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from taskchat_site.accounts.commands import TaughtCommand, count
from tasks.actions import purge_trash
from tasks.models import TRASH_DAYS

HELP = f"""\
Delete for good the tasks that have been in the trash for {TRASH_DAYS} days; run it once a day.

  manage.py emptytrash
  manage.py emptytrash --days 7         what its users deleted more than a week ago
  manage.py emptytrash --json | jq .deleted

Users are told that a deleted task can be brought back for {TRASH_DAYS} days: with fewer --days some
cannot. Tasks that nobody deleted stay, completed ones too. It is one transaction, so it may be
stopped at any time, and run again.
"""
EXITS = """\
exit status:
  0    deleted, or nothing was old enough
  2    the database is not ready, or the command line is wrong
  130  Ctrl-C
"""


class Command(TaughtCommand):
    help = HELP
    exits = EXITS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days",
            metavar="N",
            type=int,
            default=TRASH_DAYS,
            help="in the trash for so long, 0 for all that is there (%(default)s)",
        )
        parser.add_argument("--json", action="store_true", help="print what was done as JSON")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        try:
            before = timezone.now() - timedelta(days=days)
        except OverflowError:
            raise CommandError("--days is longer ago than there are dates.", returncode=2) from None
        if days < 0:
            raise CommandError("--days must be 0 or more.", returncode=2)
        deleted = purge_trash(before)
        if options["json"]:
            told = {"before": before.isoformat(), "deleted": deleted}
            self.stdout.write(json.dumps(told, indent=2))
        else:
            self.stdout.write(f"Deleted {count(deleted, 'task')} for good.")
