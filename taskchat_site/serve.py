"""`python -m taskchat_site.serve`: Daphne in a process that warms up before it says `Ready:`.

Daphne knows no lifespan: its port opens at once, so `/readyz` answers 503 until `warm_up` is done.
"""

import asyncio
import fcntl
import logging
import signal
import socket
import sys
from pathlib import Path

import daphne.server
from twisted.internet import reactor

from taskchat_site.asgi import application

# Django must be set up, which importing the application does, before the rest is imported.
from django.conf import settings  # isort: skip

from chat.runs.runner import runner  # isort: skip
from taskchat_site import database, live  # isort: skip
from taskchat_site.health import warm_up  # isort: skip
from taskchat_site.request_bodies import bound_bodies  # isort: skip

logger = logging.getLogger("taskchat_site.serve")

DEMO_LOGINS = (
    ("demo@example.com", "demo-taskchat-1", "a user with a few tasks"),
    ("staff@example.com", "staff-taskchat-1", "staff, for /admin/"),
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
    server = daphne.server.Server(
        application,
        endpoints=[f"fd:fileno={listener.fileno()}"],
        signal_handlers=False,
        websocket_handshake_timeout=10,
        server_name="taskchat",
    )

    only_one = OnlyOne(settings.VAR_DIR / "server.lock")

    async def start() -> None:
        live.hints.loop = loop
        try:
            await warm_up(alone=settings.SINGLE_PROCESS and only_one.taken)
        except Exception:
            logger.exception("could not warm up")
            failures.append("warm-up")
            server.stop()
            return
        _say_ready(host, port)

    async def stop() -> None:
        await runner.stop()
        server.stop()

    def on_running() -> None:
        tasks.append(loop.create_task(start()))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: tasks.append(loop.create_task(stop())))

    tasks: list[asyncio.Task[None]] = []
    failures: list[str] = []
    reactor.callWhenRunning(on_running)
    server.run()
    database.close()
    return 1 if failures else 0


class OnlyOne:
    """A lock on `path` while this object lives; `taken` is False when another process has it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.taken = False
        else:
            self.taken = True


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


if __name__ == "__main__":
    sys.exit(serve(settings.ENVIRONMENT.host, settings.ENVIRONMENT.port))
