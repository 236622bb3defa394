"""Who used the assistant, how much, and what it cost."""

import argparse
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from chat.management.periods import WANTED, end_of_day, moment
from chat.management.terminal import table
from chat.usage import UserDay, total, usage
from taskchat_site.accounts.commands import TaughtCommand, count

HELP = """\
Show who used the assistant: a row for each user and day, the newest first.

  manage.py usage                                  the last 30 days
  manage.py usage --since yesterday --until yesterday
  manage.py usage --user ann@example.com --since 2026-11-01
  manage.py usage --json | jq .total.cost

A run is one attempt at a reply. Errors are runs that failed or were interrupted. Tokens are as the
provider counted them: cached ones are part of the input. Cost is in USD, by the prices at the time
of each run, which are kept with it; a run of a model without a known price adds none. Days are UTC.
It adds up what is there: what prunechats deleted is not in it.
"""
EXITS = """\
exit status:
  0    shown, also when nobody used it
  2    there is no such user, or the command line is wrong
  130  Ctrl-C
"""
COLUMNS = ("day", "user", "runs", "errors", "input", "cached", "output", "cost")


class Command(TaughtCommand):
    help = HELP
    exits = EXITS

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--user", metavar="EMAIL", help="only this user's")
        parser.add_argument(
            "--since", metavar="WHEN", type=moment, default="30d", help=f"{WANTED} (30d)"
        )
        parser.add_argument(
            "--until", metavar="WHEN", type=end_of_day, help="the last day that counts (today)"
        )
        parser.add_argument("--json", action="store_true", help="as JSON: rows and total")

    def handle(self, *args: Any, since: datetime, **options: Any) -> None:
        since = since.replace(hour=0, minute=0, second=0, microsecond=0)  # rows are whole days
        until: datetime = options["until"] or timezone.now()
        if until <= since:
            raise CommandError("--until is before --since.", returncode=2)
        user = self.user_of(options["user"]) if options["user"] else None
        rows = usage(since, until, user)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(since, until, rows), indent=2))
        elif rows:
            self._show(rows)
        else:
            self.stdout.write(f"No runs since {since:%Y-%m-%d}.")

    def _show(self, rows: list[UserDay]) -> None:
        summed = total(rows)
        lines = [_cells(row) for row in rows]
        drawn = self.stdout.isatty()
        self.stdout.write(table(COLUMNS, lines, _cells(summed, "total"), drawn=drawn))
        if summed.unpriced:
            self.note(f"Not in the cost, for want of a price: {count(summed.unpriced, 'run')}.")


def _cells(row: UserDay, label: str = "") -> tuple[Any, ...]:
    return (
        label or row.day,
        row.user,
        row.runs,
        row.errors,
        row.input_tokens,
        row.cached_tokens,
        row.output_tokens,
        dollars(row.cost),
    )


def dollars(cost: Decimal | None) -> str:
    """`$0.0123`: four digits, because a reply costs less than a cent."""
    return "" if cost is None else f"${cost:,.4f}"


def _as_json(since: datetime, until: datetime, rows: list[UserDay]) -> dict[str, Any]:
    summed = {
        name: value for name, value in total(rows).as_json().items() if name not in ("day", "user")
    }
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "rows": [row.as_json() for row in rows],
        "total": summed,
    }
