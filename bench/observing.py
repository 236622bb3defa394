"""What ids, log lines and figures cost a reply, in microseconds of one core: the best of seven.

.venv/bin/python -m bench.observing
"""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskchat_site.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402
from prometheus_client import generate_latest  # noqa: E402

from chat.context import ChatContext, Usage  # noqa: E402
from chat.pricing import bill  # noqa: E402
from chat.run_ends import report  # noqa: E402
from chat.runs.runner import Outcome  # noqa: E402
from taskchat_site import trace  # noqa: E402
from taskchat_site.accounts.models import User  # noqa: E402
from taskchat_site.logs import JsonLines  # noqa: E402
from taskchat_site.request_trace import traced  # noqa: E402

DELTAS, REQUESTS, RUNS = 20_000, 2_000, 2_000
SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/api/me/chat",
    "headers": [(b"accept", b"*/*")] * 12,
    "client": ("127.0.0.1", 1),
}


async def _stream(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(DELTAS):
        await send({"type": "http.response.body", "body": b"x", "more_body": True})


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    trace.bind(user_id="me", route="api/<user_id>/chat")
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def _away(message: Any) -> None:
    pass


def _ask(application: Any, times: int) -> Callable[[], None]:
    async def ask() -> None:
        for _ in range(times):
            await application(SCOPE, None, _away)

    return lambda: asyncio.run(ask())


def _end_runs() -> None:
    trace.begin("req_bench")
    context = ChatContext(user=User(), now=timezone.now(), usage=Usage(2000, 50, 1000))
    for _ in range(RUNS):
        charged = bill("gpt-4.1-nano", context.usage)
        report(context, Outcome("completed"), charged, time.monotonic())


def _best(work: Callable[[], object]) -> float:
    """Microseconds of the fastest of seven."""
    times = []
    for _ in range(7):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times) * 1e6


def main() -> None:
    with Path(os.devnull).open("w") as nowhere:
        handler = logging.StreamHandler(nowhere)
        handler.setFormatter(JsonLines())
        logging.getLogger().handlers = [handler]
        delta = (_best(_ask(traced(_stream), 1)) - _best(_ask(_stream, 1))) / DELTAS
        asked = _best(_ask(traced(_answer), REQUESTS)) - _best(_ask(_answer, REQUESTS))
        figures = {
            "a delta on its way through": delta,
            "a request: its id, line and figure": asked / REQUESTS,
            "a run's end: its bill, line and figures": _best(_end_runs) / RUNS,
            "a scrape of /metrics": _best(generate_latest),
        }
    for name, microseconds in figures.items():
        sys.stdout.write(f"{name:42} {microseconds:8.2f} us\n")


if __name__ == "__main__":
    main()
