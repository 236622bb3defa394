"""TaskChat as it runs in production, small: two processes, PostgreSQL, Redis, nginx in front.

And as it runs on one machine: one process on SQLite. In front of either stands the proxy of the
tests, which loses connections when it is told to.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests import databases, services
from tests.cluster.script import Script
from tests.cluster.server import Nursery
from tests.fakes.model_server import FakeModel, fake_model
from tests.fakes.proxy import FaultyProxy, faulty_proxy


@dataclass(frozen=True)
class Times:
    """The product's figures, divided by `by` where only time passes."""

    by: float = 1.0

    @property
    def lease(self) -> float:
        return 10.0 / self.by

    @property
    def settled(self) -> float:
        """A crashed run is interrupted at the latest."""
        return 15.0 / self.by

    @property
    def drain(self) -> float:
        return 30.0 / self.by

    @property
    def silent(self) -> float:
        return 60.0 / self.by

    @property
    def figures(self) -> dict[str, float]:
        return {
            "chat.runs.lease.LEASE_SECONDS": self.lease,
            "chat.runs.keeper.TICK_SECONDS": 1.0 / self.by,
            "chat.runs.keeper.RENEW_SECONDS": 3.0 / self.by,
            "chat.runs.keeper.SWEEP_SECONDS": 2.0 / self.by,
            "chat.permission.LOOK_SECONDS": 30.0 / self.by,
            "taskchat_site.serve.DRAIN_SECONDS": self.drain,
            "taskchat_site.serve.PRUNE_SECONDS": 1.0,
            "taskchat_site.slow_readers.SILENT_SECONDS": self.silent,
        }


@dataclass
class Member(services.Service):
    """One TaskChat process, always on the same port."""

    url: str = ""
    nursery: Nursery | None = None

    def begin(self) -> None:
        if self.nursery is None:
            super().begin()
        else:
            port = urlsplit(self.url).port or 0
            self._process = self.nursery.fork(port, self.log_file)

    def wait_until_ready(self) -> None:
        """As a process manager does: a start that fails, for want of a database, is repeated."""
        for _ in range(3):
            with suppress(services.DidNotStart):
                return super().wait_until_ready()
            self.begin()
        return super().wait_until_ready()

    def term(self) -> None:
        self.process.send_signal(self.stop)

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def memory(self) -> int:
        """Its resident bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def unsent(self) -> int:
        """Bytes that the kernel keeps for its clients (proc(5), /proc/net/tcp)."""
        port = f":{urlsplit(self.url).port:04X}"
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(int(row[4].split(":")[0], 16) for row in rows if row[1].endswith(port))

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))


@dataclass
class Cluster:
    """`url` leads through the proxy of the tests and nginx to the members."""

    name: str
    times: Times
    members: list[Member]
    model: FakeModel
    script: Script
    proxy: FaultyProxy
    database_url: str
    environment: dict[str, str]
    database: services.Service | None = None
    redis: services.Service | None = None
    redis_url: str = ""
    stack: ExitStack = field(default_factory=ExitStack)

    @property
    def url(self) -> str:
        return self.proxy.url

    @property
    def one(self) -> Member:
        return self.members[0]

    @property
    def other(self) -> Member:
        """The member that a reader goes to who is not served by `one`; the same if it is alone."""
        return self.members[-1]

    def heal(self) -> None:
        """Everything runs again, whatever a test has done."""
        self.proxy.heal()
        for service in filter(None, (self.database, self.redis, *self.members)):
            if service.is_running:
                service.thaw()
            else:
                service.begin()
        for service in filter(None, (self.database, self.redis, *self.members)):
            service.wait_until_ready()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read the database itself; `?` stands for a value."""
        if self.database_url.startswith("sqlite"):
            path = self.database_url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, timeout=10)) as lite:
                return lite.execute(sql, values).fetchall()
        with closing(psycopg.connect(self.database_url, autocommit=True)) as connection:
            return connection.execute(sql.replace("?", "%s").encode(), values).fetchall()

    def execute(self, sql: str, *values: Any) -> None:
        """Change the database behind the members' backs."""
        if self.database_url.startswith("sqlite"):
            path = self.database_url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, timeout=10)) as lite:
                lite.execute(sql, values)
                lite.commit()
            return
        with closing(psycopg.connect(self.database_url, autocommit=True)) as connection:
            connection.execute(sql.replace("?", "%s").encode(), values)

    def log(self) -> str:
        return "\n".join(f"--- {member.url}\n{member.log()[-6000:]}" for member in self.members)


@contextmanager
def cluster(
    folder: Path,
    *,
    members: int = 2,
    postgres: bool = True,
    by: float = 1.0,
    as_in_production: bool = False,
    clocks: Sequence[str] = (),
    **variables: str,
) -> Iterator[Cluster]:
    """Start all of it. Members are forked, which is quick, or started as they are in production.

    `clocks` are the members' own, in libfaketime's words; "" is the right one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    times = Times(by)
    with ExitStack() as stack:
        script = Script()
        model = stack.enter_context(fake_model())
        model.answer = script.answer
        database = redis = None
        shared = {
            "DJANGO_SECRET_KEY": "one key for all of them " * 3,
            "PUBLIC_URL": "http://localhost",
            "OPENAI_BASE_URL": model.url,
            "OPENAI_API_KEY": "sk-none",
            "FIGURES": json.dumps(times.figures),
            **variables,
        }
        if postgres:
            database = stack.enter_context(databases.postgres_server(survives=True))
            redis = stack.enter_context(databases.redis_server())
            shared |= {"DATABASE_URL": database.url, "REDIS_URL": redis.url}
        else:
            shared["DATABASE_URL"] = f"sqlite:///{folder / 'db.sqlite3'}"
        environment = {**services.taskchat_environment(folder, 0), **shared}
        serving = []
        if as_in_production:
            services.migrate(environment)  # which makes the keys that they share
            serving = [_member(folder, number, environment) for number in range(members)]
        else:
            nurseries = {
                clock: stack.enter_context(closing(_nursery(environment, folder, clock)))
                for clock in dict.fromkeys(clocks or [""])
            }
            for number in range(members):
                clock = clocks[number] if clocks else ""
                serving.append(_member(folder, number, environment, nursery=nurseries[clock]))
        for member in serving:
            stack.callback(member.end)
            member.begin()
        for member in serving:
            member.wait_until_ready()
        front = serving[0].url if members == 1 else stack.enter_context(_nginx(folder, serving))
        proxy = stack.enter_context(faulty_proxy(front))
        yield Cluster(
            name=folder.name,
            times=times,
            members=serving,
            model=model,
            script=script,
            proxy=proxy,
            database_url=shared["DATABASE_URL"],
            environment=environment,
            database=database.service if database else None,
            redis=redis.service if redis else None,
            redis_url=redis.url if redis else "",
        )


def _nursery(environment: dict[str, str], folder: Path, clock: str) -> Nursery:
    if not clock:
        return Nursery(environment, folder)
    # Only what the clock on the wall says is wrong: a process's own timers go on.
    variables = {**environment, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return Nursery(variables, folder, ["faketime", "-f", clock])


def _member(
    folder: Path,
    number: int,
    environment: dict[str, str],
    nursery: Nursery | None = None,
) -> Member:
    port = services.free_port()
    url = f"http://127.0.0.1:{port}"
    return Member(
        [sys.executable, "-m", "tests.cluster.server"],
        folder / f"member-{number}.log",
        lambda: services.is_ready(url),
        services.ROOT,
        {**environment, "PORT": str(port)},
        url=url,
        nursery=nursery,
    )


# --- nginx ----------------------------------------------------------------------------------

NGINX = """
daemon off;
worker_processes 1;
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log warn;
events {{ worker_connections 2048; }}
http {{
  access_log {folder}/nginx-access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_max_body_size 2m;
  upstream taskchat {{
{upstreams}
  }}
  map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://taskchat;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_buffering off;
      proxy_connect_timeout 2s;
      proxy_read_timeout 75s;
      # A request that was sent is never sent again, unless it is a GET.
      proxy_next_upstream error timeout;
      proxy_next_upstream_tries 2;
    }}
  }}
}}
"""


@contextmanager
def _nginx(folder: Path, members: Sequence[Member]) -> Iterator[str]:
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        raise services.Missing("nginx is not installed (Debian: apt install nginx)")
    port = services.free_port()
    upstreams = "\n".join(
        f"    server {urlsplit(member.url).netloc} max_fails=1 fail_timeout=1s;"
        for member in members
    )
    # Its workers would not be allowed into the folder as anybody else.
    user = "user root;" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port, upstreams=upstreams, user=user))

    def ready() -> bool:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True

    command = [program, "-c", str(config), "-p", str(folder)]
    with services.process(command, folder / "nginx.log", ready, cwd=folder):
        yield f"http://127.0.0.1:{port}"


# --- What tests wait for ----------------------------------------------------------------------


def wait_until(holds: Any, within: float, what: str) -> float:
    """Wait until `holds()`; the seconds that it took."""
    started = time.monotonic()
    while True:
        with suppress(psycopg.OperationalError, sqlite3.OperationalError):
            if holds():
                return time.monotonic() - started
        if time.monotonic() - started > within:
            raise AssertionError(f"not within {within:.1f} s: {what}")
        time.sleep(0.02)
