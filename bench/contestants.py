"""Who takes part: each is a name, a command and an environment. A new one is a line here."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scripts.side_environment import python_of

Database = Literal["sqlite", "postgres"]

PRODUCT = (sys.executable, "-m", "taskchat_site.serve")
WITHOUT_LOG = (sys.executable, "-m", "bench.without_log")
PEER = (str(python_of("bench")), "-m", "uvicorn", "bench.peer:app", "--port", "{port}")
PEER_OPTIONS = ("--loop", "uvloop", "--http", "httptools", "--no-access-log")


@dataclass(frozen=True)
class Contestant:
    """A server: the product, in whatever shape, if it has a `database`; else the peer.

    `{port}` in `command` is where it listens; the variable `PORT` says so, too. `environment`
    comes on top of what all are given.
    """

    name: str
    command: tuple[str, ...]
    database: Database | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


CONTESTANTS = {
    "sqlite": Contestant("product, SQLite", PRODUCT, "sqlite"),
    "postgres": Contestant("product, PostgreSQL", PRODUCT, "postgres"),
    # What the durable log costs: make bench ARGS="--contestants sqlite sqlite-no-log --rounds 10"
    "sqlite-no-log": Contestant("no log, SQLite", WITHOUT_LOG, "sqlite"),
    "postgres-no-log": Contestant("no log, PostgreSQL", WITHOUT_LOG, "postgres"),
    "peer": Contestant("FastAPI peer", (*PEER, *PEER_OPTIONS)),
}
