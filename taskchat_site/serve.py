"""`python -m taskchat_site.serve`: Daphne in a process that warms up before it says `Ready:`.

Daphne knows no lifespan: its port opens at once, so `/readyz` answers 503 until `warm_up` is done.
SIGTERM and SIGINT drain: no new run begins, those that run get `DRAIN_SECONDS` while their readers,
and those who come for them, are served; what still runs then ends as interrupted.
"""

import asyncio
import gc
import logging
import math
import os
import signal
import socket
import sys
import time
from typing import Any, NoReturn

import daphne.server
from twisted.internet import reactor

from taskchat_site.asgi import application

# Django must be set up, which importing the application does, before the rest is imported.
from django.conf import settings  # isort: skip

from chat.runs import storage  # isort: skip
from chat.runs.hints import TOPIC  # isort: skip
from chat.runs.runner import runner  # isort: skip
from chat.settling import settle_dead_runs  # isort: skip
from taskchat_site import database  # isort: skip
from taskchat_site.accounts.demo import (  # isort: skip
    DEMO_EMAIL,
    DEMO_PASSWORD,
    STAFF_EMAIL,
    STAFF_PASSWORD,
)
from taskchat_site.health import warm_up  # isort: skip
from taskchat_site.hints import hints  # isort: skip
from taskchat_site.request_bodies import bound_bodies  # isort: skip
from taskchat_site.slow_readers import PatientServer, keep_little_unsent  # isort: skip

logger = logging.getLogger("taskchat_site.serve")

DRAIN_SECONDS = 30.0
PRUNE_SECONDS = 3600.0
LAST_WORDS_SECONDS = 2.0
LOOK_SECONDS = 0.02
# Python's own are 700, 10 and 10.
GARBAGE_THRESHOLDS = (2000, 10, 40)

DEMO_LOGINS = (
    (DEMO_EMAIL, DEMO_PASSWORD, "a user with a few tasks"),
    (STAFF_EMAIL, STAFF_PASSWORD, "staff, for /admin/"),
)


def serve(host: str, port: int) -> int:
    """Serve until SIGTERM or SIGINT; the exit status."""
    loop = daphne.server.twisted_loop
    asyncio.set_event_loop(loop)
    listener = _listen(host, port)
    if listener is None:
        return 1
    port = listener.getsockname()[1]
    bound_bodies()
    requests = Requests(application)
    server = PatientServer(
        requests,
        endpoints=[f"fd:fileno={listener.fileno()}"],
        signal_handlers=False,
        websocket_handshake_timeout=10,
        server_name="taskchat",
    )

    async def start() -> None:
        hints.loop = loop
        try:
            await warm_up()
            _keep_what_is_there()
            runner.keeper.sweep_with(Sweep())
            hints.listen(TOPIC, runner.on_hint)
            await hints.start()
        except Exception:
            logger.exception("could not warm up")
            failures.append("warm-up")
            server.stop()
            return
        _say_ready(host, port)

    async def stop() -> None:
        if runner.closing:  # asked for a second time: now
            await runner.stop()
            return
        _say_goodbye(runner.count)
        give_up_at = time.monotonic() + DRAIN_SECONDS
        await runner.drain(DRAIN_SECONDS)
        await requests.answered(max(give_up_at - time.monotonic(), LAST_WORDS_SECONDS))
        await hints.stop()
        server.stop()

    def on_running() -> None:
        tasks.append(loop.create_task(start()))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: tasks.append(loop.create_task(stop())))

    tasks: list[asyncio.Task[None]] = []
    failures: list[str] = []
    reactor.callWhenRunning(on_running)
    server.run()
    runner.keeper.close()
    database.close()
    return 1 if failures else 0


def _keep_what_is_there() -> None:
    """What all replies share is looked through for garbage once, now, and then no more.

    There are half a million objects: to look through them again took 0.2 s, in mid-reply. What the
    replies hold is looked through more rarely, too, and by `Sweep` when there are none.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


class Requests:
    """The application, with a count of the HTTP requests under way."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._under_way = 0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        counts = scope["type"] == "http"
        self._under_way += counts
        try:
            await self._application(scope, receive, send)
        finally:
            self._under_way -= counts

    async def answered(self, within: float) -> None:
        """Wait until every request has its answer; not longer than `within` seconds."""
        for _ in range(round(within / LOOK_SECONDS)):
            if not self._under_way:
                return
            await asyncio.sleep(LOOK_SECONDS)


class Sweep:
    """What each process does every two seconds, in a thread: for all, and for its own memory."""

    def __init__(self) -> None:
        self._pruned_at = -math.inf

    def __call__(self) -> None:
        settle_dead_runs()
        if not runner.count and gc.get_count()[2]:
            gc.collect()
        if time.monotonic() - self._pruned_at > PRUNE_SECONDS:
            self._pruned_at = time.monotonic()
            while storage.prune():
                pass


def _listen(host: str, port: int) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        sys.stderr.write(
            f"Cannot listen on {host}:{port}: {error.strerror}.\n"
            f"Choose another port: PORT={port + 1} make run\n"
        )
        return None
    keep_little_unsent(listener)
    listener.listen(1024)
    listener.setblocking(False)
    return listener


def _say_ready(host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    lines = [f"Ready: http://{shown}:{port}"]
    if settings.DEBUG:
        lines += [f"  {email} / {password}   ({what})" for email, password, what in DEMO_LOGINS]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _say_goodbye(replies: int) -> None:
    if replies:
        what = "1 reply is" if replies == 1 else f"{replies} replies are"
        sys.stdout.write(
            f"Stopping: {what} under way and get up to {DRAIN_SECONDS:.0f} s."
            " Ctrl-C again stops at once.\n"
        )
        sys.stdout.flush()


def _leave(status: int) -> NoReturn:
    """End without Python's teardown, which crashes now and then with a gated stream open."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    _leave(serve(settings.ENVIRONMENT.host, settings.ENVIRONMENT.port))
