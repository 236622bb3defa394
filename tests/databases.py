"""PostgreSQL and Redis for tests, each new and empty on a free loopback port.

Standard library only: `scripts/test.py` starts PostgreSQL with it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests import services

# PostgreSQL ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Database:
    """A database server that a test may break."""

    url: str
    service: services.Service


@contextmanager
def postgres() -> Iterator[str]:
    """A new, empty PostgreSQL cluster in a temporary folder; yields a DATABASE_URL."""
    with postgres_server() as server:
        yield server.url


@contextmanager
def postgres_server(*, survives: bool = False) -> Iterator[Database]:
    """As `postgres`; with `survives` what it has committed is there after a crash, too."""
    programs = _postgres_programs()
    prefix = _as_unprivileged_user()
    # Not in the work tree: the server's user may not be allowed to enter it.
    with _temporary_folder("taskchat-postgres-", prefix.user) as folder:
        data = folder / "data"
        initdb = f"{programs}/initdb -U taskchat -A trust -E UTF8 --locale=C --no-sync -D".split()
        command = [*prefix.command, *initdb, str(data)]
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise services.DidNotStart(f"initdb failed:\n{made.stdout}{made.stderr}")
        port = services.free_port()
        # Nothing here outlives the tests, so nothing waits for the disk.
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "local" if survives else "off",
            "full_page_writes": "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = [f"{programs}/postgres", "-D", str(data), "-p", str(port), *options]
        is_ready = [f"{programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]

        def ready() -> bool:
            return subprocess.run(is_ready, check=False).returncode == 0

        # SIGINT: "fast shutdown", which does not wait for clients to leave.
        service = services.Service(
            [*prefix.command, *server],
            folder / "postgres.log",
            ready,
            cwd=folder,
            stop=signal.SIGINT,
        )
        with services.running(service):
            yield Database(f"postgres://taskchat@127.0.0.1:{port}/postgres", service)


def _postgres_programs() -> Path:
    """The folder with initdb and postgres; Debian keeps it off the PATH."""
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(4)
    )
    on_path = shutil.which("initdb")
    if on_path is not None:
        candidates.append(Path(on_path).resolve().parent)
    for folder in reversed(candidates):
        if all((folder / program).exists() for program in ("initdb", "postgres", "pg_isready")):
            return folder
    raise services.Missing(
        "PostgreSQL is not installed (no initdb found; Debian: apt install postgresql)"
    )


@dataclass(frozen=True)
class _Prefix:
    command: tuple[str, ...] = ()
    user: pwd.struct_passwd | None = None


def _as_unprivileged_user() -> _Prefix:
    """PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`."""
    if os.geteuid() != 0:
        return _Prefix()
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            if shutil.which("setpriv"):
                ids = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
                return _Prefix(("setpriv", *ids, "--"), user)
            if shutil.which("runuser"):
                return _Prefix(("runuser", "-u", name, "--"), user)
    raise services.Missing(
        "PostgreSQL does not run as root, and there is no other user to run it as (or no setpriv)"
    )


@contextmanager
def _temporary_folder(prefix: str, owner: pwd.struct_passwd | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# Redis --------------------------------------------------------------------------------------


@contextmanager
def redis() -> Iterator[str]:
    """A Redis that keeps nothing; yields a REDIS_URL."""
    with redis_server() as server:
        yield server.url


@contextmanager
def redis_server() -> Iterator[Database]:
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise services.Missing(
            "Redis is not installed (no redis-server found; Debian: apt install redis-server)"
        )
    port = services.free_port()
    with _temporary_folder("taskchat-redis-", None) as folder:
        command = [
            program,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]

        def ready() -> bool:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")

        service = services.Service(command, folder / "redis.log", ready, cwd=folder)
        with services.running(service):
            yield Database(f"redis://127.0.0.1:{port}/0", service)
