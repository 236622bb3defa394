"""Measure the time to the first token."""

import argparse
import asyncio
import json
import sys
from typing import Any

from django.conf import settings

from chat.management.options import Credentials, TalkingCommand, connect
from chat.management.ttft import Report, Sample, measure
from chat.warm_up import warm_up
from taskchat_site import database
from taskchat_site.accounts.models import User

HELP = """\
Measure the time to the first token: send messages, print percentiles, and say where the time of
each slow one went.

  manage.py ttft                                             ten messages, in this process
  manage.py ttft --url http://127.0.0.1:8000                 the same at a running server
  manage.py ttft --count 200 --concurrency 30 --url ...      200 messages, 30 at once

Each message begins a conversation of its own, which is deleted at the end. A server refuses so
many messages of one user unless it runs with CHAT_MESSAGES_PER_MINUTE=0 CHAT_RUNS_PER_USER=0.

Columns, in milliseconds: way (connection, queue, network), auth (who is asking), start (message
and run stored), frame (first frame of the stream), delta (from there to the first words; nearly
all of it is the model's).
"""
EXITS = """\
exit status:
  0    at least 90 % of the messages had their first words under the limit
  1    fewer had
  2    nothing was measured: no such user or server, or the command line is wrong
  130  Ctrl-C
"""
GOOD_SHARE = 0.9


class Command(TalkingCommand):
    help = HELP
    exits = EXITS

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--in-process",
            action="store_true",
            help="without a server and HTTP, which is the default",
        )
        parser.add_argument("--count", type=_positive, default=10, help="messages (10)")
        parser.add_argument("--concurrency", type=_positive, default=1, help="at once (1)")
        parser.add_argument("--limit-ms", type=float, default=500.0, help="the limit (500)")
        parser.add_argument("--message", metavar="TEXT", default="Hello!", help="what to say")
        parser.add_argument("--json", action="store_true", help="all figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["in_process"] and options["url"]:
            self.stderr.write("Choose --in-process or --url.")
            sys.exit(2)
        try:
            report = asyncio.run(self._measure(options, self.credentials(options)))
        except KeyboardInterrupt:
            sys.exit(130)
        finally:
            database.close()
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), indent=2))
        else:
            self.stdout.write("\n".join(_lines(report)))
        if report.share_under < GOOD_SHARE:
            sys.exit(1)

    async def _measure(self, options: dict[str, Any], credentials: Credentials) -> Report:
        talker = await connect(options, credentials)
        try:
            if isinstance(credentials, User):
                # As a server does before it is ready; and the limits are for users.
                await warm_up()
                settings.CHAT_MESSAGES_PER_MINUTE = settings.CHAT_RUNS_PER_USER = 0
            return await measure(
                talker,
                options["message"],
                count=options["count"],
                concurrency=options["concurrency"],
                limit_ms=options["limit_ms"],
            )
        finally:
            await talker.close()


def _lines(report: Report) -> list[str]:
    figures = report.as_json()
    shown = "   ".join(
        f"{name} {figures[name]:.0f} ms" for name in ("p50", "p90", "p99") if figures[name]
    )
    under = len(report.samples) - len(report.slow) - len(report.failed)
    share = f"{report.share_under:.0%}; wanted {GOOD_SHARE:.0%}"
    lines = [
        f"{len(report.samples)} messages, {report.concurrency} at once, {report.seconds:.1f} s",
        f"Time to the first token: {shown or 'none came'}",
        f"Under {report.limit_ms:.0f} ms: {under} of {len(report.samples)} ({share})",
    ]
    if report.slow:
        lines += ["", "Over the limit:", "   no   ttft    way   auth  start  frame  delta  run"]
        lines += [_row(sample) for sample in report.slow]
    if report.failed:
        lines += ["", "Without an answer:"]
        lines += [f"{sample.number:5}  {sample.error}" for sample in report.failed]
    return lines


def _row(sample: Sample) -> str:
    parts = (sample.way, sample.auth, sample.start, sample.first_frame, sample.first_delta)
    times = [sample.ttft or 0.0, *parts]
    return f"{sample.number:5}" + "".join(f"{ms:7.0f}" for ms in times) + f"  {sample.run_id}"


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
