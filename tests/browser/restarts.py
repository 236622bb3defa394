"""A server that is ended in the middle of something, and comes back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests import services
from tests.services import ROOT, TaskChatServer


def kill(server: TaskChatServer) -> None:
    server.process.kill()
    server.process.wait()


@contextmanager
def started_again(server: TaskChatServer) -> Iterator[None]:
    """The same server once more: its database, its port."""
    command = [sys.executable, "-m", "taskchat_site.serve"]
    log_file = server.folder / "again.log"

    def ready() -> bool:
        return services.is_ready(server.url)

    with services.process(command, log_file, ready, cwd=ROOT, environment=server.environment):
        yield
