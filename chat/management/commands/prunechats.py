"""Delete old conversations for good: retention."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.db.models import QuerySet
from django.utils import timezone

from chat.management.periods import WANTED, moment
from chat.management.terminal import progress, table
from chat.models import Thread
from chat.retention import Amount, amount, old_threads, prune_some
from taskchat_site.accounts.commands import INTERRUPTED, TaughtCommand, count

HELP = """\
Delete old conversations for good, with everything that belongs to them: items, runs and their
stored streams, tool calls, feedback, attachments. Tasks stay.

  manage.py prunechats --older-than 90d --dry-run       what would go
  manage.py prunechats --older-than 90d                 asks first, at a terminal
  manage.py prunechats --older-than 2026-01-01 --no-input

Old is what has had no activity since then, whether its user deleted it or not. Passed over: what
has a running reply, and, without --flagged, what staff have flagged. Each conversation that goes is
written down in the audit log, without what was said. Stop it with Ctrl-C at any time: a
conversation is there as a whole or gone as a whole, and the same command line goes on.
"""
EXITS = """\
exit status:
  0    deleted, or nothing was old enough, or it was a dry run
  1    you said no
  2    the command line is wrong
  130  Ctrl-C
"""
BY = "prunechats"


class Command(TaughtCommand):
    help = HELP
    exits = EXITS

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--older-than", metavar="WHEN", type=moment, required=True, help=WANTED)
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")
        parser.add_argument("--flagged", action="store_true", help="also what staff have flagged")
        parser.add_argument(
            "--no-input", "--noinput", action="store_true", help="do not ask at a terminal"
        )
        parser.add_argument("--json", action="store_true", help="print what was done as JSON")

    def handle(self, *args: Any, older_than: datetime, **options: Any) -> None:
        if older_than > timezone.now():
            raise CommandError("--older-than is in the future.", returncode=2)
        threads = old_threads(older_than, flagged=options["flagged"])
        if options["dry_run"]:
            self._tell(amount(threads), older_than, options)
            return
        total = threads.count()
        if total and self.stdout.isatty() and not options["no_input"]:
            self._ask(total, older_than)
        self._tell(self._prune(threads, total), older_than, options)

    def _ask(self, total: int, before: datetime) -> None:
        what = f"{count(total, 'conversation')} without activity since {before:%Y-%m-%d %H:%M} UTC"
        try:
            answer = input(f"Delete {what} for good? [y/N] ")
        except EOFError:
            answer = ""
        if answer.strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was deleted.", returncode=1)

    def _prune(self, threads: QuerySet[Thread], total: int) -> Amount:
        gone = Amount()
        with progress("Deleting", total) as advance:
            try:
                while (some := prune_some(threads, BY)).conversations:
                    gone += some
                    advance(some.conversations)
            except KeyboardInterrupt:
                words = f"Stopped: {count(gone.conversations, 'conversation')} deleted."
                self.note(f"{words} The same command line goes on.")
                sys.exit(INTERRUPTED)
        return gone

    def _tell(self, what: Amount, before: datetime, options: dict[str, Any]) -> None:
        kept = 0
        if not options["flagged"]:
            kept = old_threads(before, flagged=True).exclude(flagged_at=None).count()
        if options["json"]:
            told = {
                "dry_run": options["dry_run"],
                "before": before.isoformat(),
                **asdict(what),
                "kept_flagged": kept,
            }
            self.stdout.write(json.dumps(told, indent=2))
            return
        verb = "Would delete" if options["dry_run"] else "Deleted"
        words = f"{verb} {count(what.conversations, 'conversation')} without activity since"
        self.stdout.write(f"{words} {before:%Y-%m-%d %H:%M} UTC.")
        if what.conversations:
            rows = [(name.replace("_", " "), number) for name, number in asdict(what).items()]
            drawn = self.stdout.isatty()
            self.stdout.write(table(("with", "how many"), rows[1:], drawn=drawn))
        if kept:
            self.note(f"Kept, being flagged: {count(kept, 'conversation')}. See --flagged.")
