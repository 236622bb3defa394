"""A database of the evaluation's own: a thousand invented users belong in nobody's records."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from taskchat_site import database


@contextmanager
def scratch_database() -> Iterator[None]:
    """Inside it the process uses a new, empty SQLite database, which is gone afterwards.

    For a command, before anything of the event loop has touched the database.
    """
    configured = connections.databases["default"]
    threads = settings.DATABASE_THREADS
    with TemporaryDirectory(prefix="evalchat-") as folder:
        _use(_sqlite(Path(folder) / "evaluation.sqlite3"), 1)
        try:
            call_command("migrate", verbosity=0)
            yield
        finally:
            database.close()
            _use(configured, threads)


def _use(configuration: dict[str, object], threads: int) -> None:
    connections["default"].close()
    del connections["default"]
    connections.databases["default"] = configuration
    settings.DATABASE_THREADS = threads


def _sqlite(path: Path) -> dict[str, object]:
    pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF"
    made = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(path),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": pragmas,
            },
        }
    }
    return dict(connections.configure_settings(made)["default"])
