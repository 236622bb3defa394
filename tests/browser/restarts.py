"""A server that is ended in the middle of something, and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests import services
from tests.services import TaskChatServer


def kill(server: TaskChatServer) -> None:
    server.process.kill()
    server.process.wait()


@contextmanager
def started_again(server: TaskChatServer) -> Iterator[None]:
    """The same server once more: its database, its port."""
    with services.serving(server.url, server.folder / "again.log", server.environment):
        yield
