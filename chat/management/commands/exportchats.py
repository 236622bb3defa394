"""Conversations into a file, or to standard output."""

import argparse
import json
import sys
from bisect import bisect_right
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from chat import export
from chat.export import FORMATS, JSON_LINES, Format, Place
from chat.management.kept_file import KeptFile
from chat.management.periods import WANTED, end_of_day, moment
from chat.management.terminal import progress
from taskchat_site.accounts.commands import INTERRUPTED, TaughtCommand, count

HELP = """\
Export conversations: everything that was said and done in them, also what the user removed.

  manage.py exportchats --output chats.jsonl               all of them
  manage.py exportchats --user ann@example.com --format md
  manage.py exportchats --since 2026-11-01 --until 2026-11-30 --output november.csv
  manage.py exportchats --since yesterday | jq -r .title

The formats:
  jsonl  a conversation a line: items, runs, tool calls, feedback; nothing is left out
  csv    a line for each message, run and tool call; no cell is taken for a formula
  md     to read; what people wrote stands in blocks, so that no link or image of it is live

A conversation is chosen when it went on at some time of the period, and comes whole. Each one that
is exported is written down in the audit log. A file has its name once it is complete: stop with
Ctrl-C, and the same command line goes on where it was.
"""
EXITS = """\
exit status:
  0    exported, also when there was nothing to export
  2    there is no such user, the file can't be written, or the command line is wrong
  130  Ctrl-C
"""
BY = "exportchats"


class Command(TaughtCommand):
    help = HELP
    exits = EXITS

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--output", metavar="FILE", type=Path, help="a file (standard output)")
        parser.add_argument(
            "--format",
            choices=FORMATS,
            help=f"how it is written (as FILE is named, or {JSON_LINES.suffix})",
        )
        parser.add_argument("--user", metavar="EMAIL", help="only this user's")
        parser.add_argument("--since", metavar="WHEN", help=WANTED)
        parser.add_argument("--until", metavar="WHEN", help="the last day that counts")
        parser.add_argument(
            "--json", action="store_true", help="with --output: print what was done as JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path | None = options["output"]
        if options["json"] and output is None:
            raise CommandError("--json tells of a file: give --output as well.", returncode=2)
        form = self._format(options["format"], output)
        threads = self._threads(options)
        if output is None:
            self._print(threads, form)
            return
        what = {name: options[name] for name in ("user", "since", "until")}
        try:
            self._write(threads, form, output, {"format": form.suffix, **what})
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from None
        if options["json"]:
            done = {"threads": len(threads), "format": form.suffix, "file": str(output)}
            self.stdout.write(json.dumps(done))
        else:
            self.stdout.write(f"Exported {count(len(threads), 'conversation')} to {output}.")

    def _format(self, name: str | None, output: Path | None) -> Format:
        if name is not None:
            return FORMATS[name]
        suffix = output.suffix.removeprefix(".") if output else JSON_LINES.suffix
        if suffix not in FORMATS:
            names = ", ".join(FORMATS)
            raise CommandError(f"Which --format is {output} ({names})?", returncode=2)
        return FORMATS[suffix]

    def _threads(self, options: dict[str, Any]) -> list[Place]:
        user = self.user_of(options["user"]) if options["user"] else None
        try:
            since = moment(options["since"]) if options["since"] else None
            until = end_of_day(options["until"]) if options["until"] else timezone.now()
        except argparse.ArgumentTypeError as error:
            raise CommandError(str(error), returncode=2) from None
        return export.places(export.chosen(user, since, until))

    def _print(self, threads: list[Place], form: Format) -> None:
        self._out(form.head)
        for some in export.in_pages(threads):
            self._out(export.page(some, form, None, BY))

    def _out(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()

    def _write(
        self, threads: list[Place], form: Format, output: Path, what: dict[str, Any]
    ) -> None:
        total = len(threads)
        with KeptFile(output, what) as file, progress("Exporting", total) as advance:
            if file.mark is None:
                file.add(form.head, [])
            done = _done(threads, file.mark)
            advance(done)
            try:
                for some in export.in_pages(threads[done:]):
                    began, thread_id = some[-1]
                    text = export.page(some, form, None, BY)
                    file.add(text, [began.isoformat(), thread_id])
                    done += len(some)
                    advance(len(some))
            except KeyboardInterrupt:
                words = f"Stopped after {done:,} of {count(total, 'conversation')}."
                self.note(f"{words} The same command line goes on.")
                sys.exit(INTERRUPTED)
            file.finish()


def _done(threads: list[Place], mark: list[str]) -> int:
    """How many of `threads` stand before the place where an export was stopped."""
    if not mark:
        return 0
    began, thread_id = mark
    return bisect_right(threads, (datetime.fromisoformat(began), thread_id))
