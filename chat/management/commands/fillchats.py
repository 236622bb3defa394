"""Fill the database with made-up conversations."""

import argparse
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from chat import filling
from chat.management.terminal import progress
from chat.models import DayFigures, Item, Thread
from taskchat_site.accounts.commands import TaughtCommand, count
from taskchat_site.accounts.models import User

HELP = f"""\
Fill the database with made-up conversations, as many as it takes to have that many items, spread
over the last year and over {filling.USERS:,} made-up users (user1@{filling.DOMAIN} ...).

  manage.py fillchats                      100,000 items
  manage.py fillchats --items 1000000      a million, for PostgreSQL; takes some minutes

For a look at an admin that is in use, and for measuring. It may be stopped: what is there stays,
and the next call goes on from it. Runs on a development database only (DJANGO_DEBUG=1).
"""
EXITS = """\
exit status:
  0    the database has that many made-up items
  2    it is not a development database, or the command line is wrong
  130  Ctrl-C
"""
AT_ONCE = 100  # conversations in one transaction


class Command(TaughtCommand):
    help = HELP
    exits = EXITS

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--items", type=_positive, default=100_000, help="items (100000)")

    def handle(self, *args: Any, items: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Made-up conversations are for development only.", returncode=2)
        owners = filling.filled_users()
        made = Thread.objects.filter(owner__in=owners)
        there = Item.objects.filter(thread__in=made).count()
        with progress("Items", items) as advance:
            advance(min(there, items))
            total = _fill(owners, items, made.count(), there, advance)
        DayFigures.objects.all().delete()  # added up without these
        _settle()
        added = count(total - there, "item")
        self.stdout.write(f"Added {added}; there are {total:,} made-up ones now.")


def _fill(
    owners: list[User], wanted: int, number: int, there: int, advance: Callable[[int], None]
) -> int:
    """Make conversations from `number` on until there are `wanted` items; how many there are."""
    now = timezone.now()
    while there < wanted:
        batch = []
        for _ in range(AT_ONCE):
            if there >= wanted:
                break
            at = _begun(now, there / wanted)
            batch.append(filling.conversation(number, owners[number * 7 % len(owners)], at))
            there += len(batch[-1].items)
            number += 1
        filling.store(batch)
        advance(sum(len(one.items) for one in batch))
    return there


def _begun(now: datetime, done: float) -> datetime:
    """The oldest first, as conversations come; the last one ends before now."""
    return now - (1 - done) * filling.SPAN - filling.LONGEST


def _settle() -> None:
    """What PostgreSQL does by itself within minutes: its statistics, and its map of old rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
