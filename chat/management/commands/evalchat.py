"""How well the configured model does its work."""

import argparse
import asyncio
import json
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from chat.evaluation.cases import BASICS, EXAMPLE, BadCases, Case, read_cases
from chat.evaluation.results import Comparison, Outcome, Result, compare, load, save
from chat.evaluation.scratch import scratch_database
from chat.evaluation.talk import talk_through
from chat.harmless import printable
from chat.management.screen import call_line, result_lines
from chat.management.terminal import progress, table
from chat.providers import provider
from chat.runs.runner import runner
from chat.warm_up import warm_up
from taskchat_site.accounts.commands import INTERRUPTED, TaughtCommand, count

HELP = f"""\
Measure how well the configured model does its work: talk a file of cases through the whole product,
and compare the tasks and the words of the reply with what each case expects.

  manage.py evalchat                                    the cases that come with TaskChat
  manage.py evalchat my-cases.toml --output nano.json
  OPENAI_MODEL=gpt-4.1-mini manage.py evalchat my-cases.toml --output mini.json
  manage.py evalchat --compare nano.json mini.json

A case in the file (TOML; only `name`, `say` and one expectation are needed):

{textwrap.indent(EXAMPLE, "  ")}
A task is a title, or a table with title, completed, due, priority, labels, description; what it
leaves out may be anything. `say` are the messages of one conversation, `reply_has` words of its
last reply in any case, `a|b` is either. Every case has a user of its own in a database of its own,
which is gone afterwards: no record of yours is touched. With --output the result is kept after each
case: stop with Ctrl-C, and the same command line goes on.
"""
EXITS = """\
exit status:
  0    all cases passed (or as many as --at-least); with --compare: none that passed fails now
  1    fewer
  2    nothing was measured: a wrong file or command line
  130  Ctrl-C
"""


class Command(TaughtCommand):
    help = HELP
    exits = EXITS

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", nargs="?", type=Path, default=BASICS, help="the cases"
        )
        parser.add_argument("--output", metavar="RESULT", type=Path, help="keep the result as JSON")
        parser.add_argument(
            "--compare", metavar="RESULT", nargs=2, type=Path, help="two kept results, old and new"
        )
        parser.add_argument(
            "--at-least", metavar="PERCENT", type=float, default=100.0, help="is good enough (100)"
        )
        parser.add_argument("--only", metavar="WORDS", help="cases with these words in their name")
        parser.add_argument(
            "--concurrency", metavar="N", type=int, default=4, help="cases side by side (4)"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["compare"]:
                self._compare(*map(load, options["compare"]), as_json=options["json"])
                return
            cases, digest = read_cases(options["file"])
            result = self._begin(options, len(cases), digest)
        except BadCases as error:
            raise CommandError(f"{options['file']}: {error}.", returncode=2) from None
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from None
        if words := options["only"]:
            cases = [case for case in cases if words.casefold() in case.name.casefold()]
            if not cases:
                raise CommandError(f'No case has "{words}" in its name.', returncode=2)
            result.total = len(cases)
        stopped = self._evaluate(cases, result, options)
        self._tell(result, options["json"])
        if stopped:
            done = f"Stopped after {len(result.outcomes)} of {count(result.total, 'case')}."
            self.note(f"{done} The same command line goes on." if options["output"] else done)
            sys.exit(INTERRUPTED)
        if result.summary()["accuracy"] * 100 < options["at_least"]:
            sys.exit(1)

    def _begin(self, options: dict[str, Any], total: int, digest: str) -> Result:
        """A new result, or the one that `--output` names if it was stopped on the way."""
        chosen = provider()
        result = Result(
            provider=chosen.name,
            model=chosen.model_name,
            file=str(options["file"]),
            digest=digest,
            total=total,
            started_at=timezone.now().isoformat(timespec="seconds"),
        )
        output: Path | None = options["output"]
        if output is None or not output.exists():
            return result
        kept = load(output)
        same = (kept.digest, kept.provider, kept.model) == (digest, result.provider, result.model)
        return kept if same and not kept.complete else result

    def _evaluate(self, cases: list[Case], result: Result, options: dict[str, Any]) -> bool:
        """Add the outcomes of the cases that `result` lacks; whether it was stopped on the way."""
        output: Path | None = options["output"]
        known = {outcome.name for outcome in result.outcomes}
        if output is not None:
            save(
                result, output
            )  # a place that cannot be written to is known before a model is paid
        settings.CHAT_MESSAGES_PER_MINUTE = settings.CHAT_RUNS_PER_USER = 0
        with scratch_database(), progress("Talking", result.total) as advance:
            advance(len(known))

            def done(outcome: Outcome) -> None:
                result.outcomes.append(outcome)
                if output is not None:
                    save(result, output)
                advance(1)

            rest = [case for case in cases if case.name not in known]
            try:
                asyncio.run(_talk(rest, options["concurrency"], done))
            except KeyboardInterrupt:
                return True
        return False

    def _tell(self, result: Result, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result.as_json(), indent=2))
            return
        for outcome in result.outcomes:
            if not outcome.passed:
                self.stdout.write("\n".join(_failure(outcome)) + "\n")
        rows = [(name, *values) for name, *values in _figures(result)]
        heading = f"{result.model} ({result.provider})"
        drawn = self.stdout.isatty()
        self.stdout.write(table(("", heading), rows, drawn=drawn))

    def _compare(self, before: Result, after: Result, *, as_json: bool) -> None:
        found = compare(before, after)
        if as_json:
            told = {"before": before.summary(), "after": after.summary(), **asdict(found)}
            self.stdout.write(json.dumps(told, indent=2))
        else:
            self._tell_comparison(before, after, found)
        if found.broken:
            sys.exit(1)

    def _tell_comparison(self, before: Result, after: Result, found: Comparison) -> None:
        rows = [
            (name, old, new)
            for (name, old), (_name, new) in zip(_figures(before), _figures(after), strict=True)
        ]
        heading = ("", f"{before.model} ({before.provider})", f"{after.model} ({after.provider})")
        self.stdout.write(table(heading, rows, drawn=self.stdout.isatty()))
        for word, names in asdict(found).items():
            if names:
                self.stdout.write(f"\n{word.replace('_', ' ').capitalize()}:")
                self.stdout.write("\n".join(f"  {printable(name)}" for name in names))


async def _talk(cases: list[Case], at_once: int, done: Any) -> None:
    await warm_up()
    try:
        await talk_through(cases, at_once, done)
    finally:
        await runner.stop()


def _failure(outcome: Outcome) -> Iterator[str]:
    """The conversation, as `manage.py chat` shows one, and what is wrong with it."""
    yield f"FAILED  {printable(outcome.name)}"
    for line in outcome.tasks_before:
        yield f"  {printable(line)}"
    for turn in outcome.turns:
        yield f"  you> {printable(turn.said)}"
        for call in turn.calls:
            yield f"  {printable(call_line(call)).rstrip()}"
            yield from (f"    {printable(line)}" for line in result_lines(call))
        yield from (f"  {line}" for line in printable(turn.reply).splitlines())
    for problem in outcome.problems:
        yield f"  -> {printable(problem)}"


def _figures(result: Result) -> list[tuple[str, str]]:
    figures = result.summary()
    cost = figures["cost"]
    return [
        ("cases", f"{figures['cases']:,}" + ("" if result.complete else f" of {result.total:,}")),
        ("passed", f"{figures['passed']:,}"),
        ("accuracy", f"{figures['accuracy']:.1%}"),
        ("first delta, median", _ms(figures["first_delta_p50_ms"])),
        ("first delta, p90", _ms(figures["first_delta_p90_ms"])),
        ("input tokens", f"{figures['input_tokens']:,}"),
        ("cached of them", f"{figures['cached_tokens']:,}"),
        ("output tokens", f"{figures['output_tokens']:,}"),
        ("cost", "" if cost is None else f"${cost:,.4f}"),
    ]


def _ms(value: int | None) -> str:
    return "" if value is None else f"{value:,} ms"
