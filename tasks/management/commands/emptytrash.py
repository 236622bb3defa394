"""Delete for good what has been in the trash for long enough; run it once a day."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tasks.actions import purge_trash
from tasks.models import TRASH_DAYS


class Command(BaseCommand):
    help = "Delete for good the tasks that have been in the trash for some days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=int, default=TRASH_DAYS, help="how many days (default: %(default)s)"
        )

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        if days < 0:
            raise CommandError("--days must be 0 or more.")
        count = purge_trash(timezone.now() - timedelta(days=days))
        self.stdout.write(f"Deleted {count} task{'' if count == 1 else 's'} for good.")
