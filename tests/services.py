"""Real servers for tests: PostgreSQL, Redis and TaskChat itself, each on a free loopback port.

Standard library only: `scripts/test.py` starts PostgreSQL with it.
"""

from __future__ import annotations

import atexit
import functools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
STOP_SECONDS = 40.0

# Tests come from one address and type fast. Those of the limits set their own.
UNLIMITED = {
    "SIGN_INS_PER_ACCOUNT": "0",
    "SIGN_INS_PER_ADDRESS": "0",
    "SIGN_UPS_PER_ACCOUNT": "0",
    "SIGN_UPS_PER_ADDRESS": "0",
    "REFRESHES_PER_ACCOUNT": "0",
    "REFRESHES_PER_ADDRESS": "0",
    "CHAT_MESSAGES_PER_MINUTE": "0",
    "CHAT_RUNS_PER_USER": "0",
}


class Missing(Exception):
    """A program that the service needs is not on this machine; the text says how to get it."""


class DidNotStart(Exception):
    """The service was started and did not become ready; the text carries the end of its log."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# PostgreSQL ---------------------------------------------------------------------------------


@contextmanager
def postgres() -> Iterator[str]:
    """A new, empty PostgreSQL cluster in a temporary folder; yields a DATABASE_URL."""
    programs = _postgres_programs()
    prefix = _as_unprivileged_user()
    # Not in the work tree: the server's user may not be allowed to enter it.
    with _temporary_folder("taskchat-postgres-", prefix.user) as folder:
        data = folder / "data"
        initdb = f"{programs}/initdb -U taskchat -A trust -E UTF8 --locale=C --no-sync -D".split()
        command = [*prefix.command, *initdb, str(data)]
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise DidNotStart(f"initdb failed:\n{made.stdout}{made.stderr}")
        port = free_port()
        # Nothing here outlives the tests, so nothing waits for the disk.
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = [f"{programs}/postgres", "-D", str(data), "-p", str(port), *options]
        is_ready = [f"{programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]

        def ready() -> bool:
            return subprocess.run(is_ready, check=False).returncode == 0

        # SIGINT: "fast shutdown", which does not wait for clients to leave.
        with _process(
            [*prefix.command, *server],
            folder / "postgres.log",
            ready,
            cwd=folder,
            stop=signal.SIGINT,
        ):
            yield f"postgres://taskchat@127.0.0.1:{port}/postgres"


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
    raise Missing("PostgreSQL is not installed (no initdb found; Debian: apt install postgresql)")


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
    raise Missing(
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
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise Missing(
            "Redis is not installed (no redis-server found; Debian: apt install redis-server)"
        )
    port = free_port()
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

        with _process(command, folder / "redis.log", ready, cwd=folder):
            yield f"redis://127.0.0.1:{port}/0"


# TaskChat -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class TaskChatServer:
    """A running TaskChat with a database and a var folder of its own."""

    url: str
    process: subprocess.Popen[bytes]
    log_file: Path
    folder: Path
    environment: Mapping[str, str]

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def manage(self, *arguments: str) -> str:
        """Run a manage.py command on this server's database and return what it printed."""
        return _python(self.environment, "manage.py", *arguments)


@contextmanager
def taskchat(folder: Path, **variables: str) -> Iterator[TaskChatServer]:
    """Serve a new database as `make run` does; ready when /readyz says so."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "db.sqlite3"
    port = free_port()
    environment = {
        **_environment(),
        "DATABASE_URL": f"sqlite:///{database}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "VAR_DIR": str(folder),
        "PYTHONUNBUFFERED": "1",
        **UNLIMITED,
        **variables,
    }
    if "DATABASE_URL" in variables:
        _migrate(environment)
    elif not database.exists():
        shutil.copy(_migrated_database(), database)
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as response:
            return bool(response.status == 200)

    log_file = folder / "server.log"
    command = [sys.executable, "-m", "taskchat_site.serve"]
    with _process(command, log_file, ready, cwd=ROOT, environment=environment) as process:
        yield TaskChatServer(url, process, log_file, folder, environment)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not _is_private(name)}


def _is_private(name: str) -> bool:
    """A developer's own settings, and the marks of a test run, are not the server's."""
    prefixes = ("AUTH_", "CHATKIT_", "DJANGO_", "OPENAI_", "PYTEST_", "TRUSTED_")
    return name.startswith(prefixes) or name in {
        "JWT_PRIVATE_KEY",
        "PUBLIC_URL",
        "REDIS_URL",
        "TESTING",
    }


@functools.cache
def _migrated_database() -> Path:
    """An empty database to copy: migrating one takes as long as all the rest of a start."""
    folder = Path(tempfile.mkdtemp(prefix="taskchat-database-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "db.sqlite3"
    variables = {"DATABASE_URL": f"sqlite:///{file}", "VAR_DIR": str(folder)}
    _migrate({**_environment(), **variables})
    return file


def _migrate(environment: Mapping[str, str]) -> None:
    _python(environment, "manage.py", "migrate", "--verbosity=0", "--no-input")


def _python(environment: Mapping[str, str], *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        raise DidNotStart(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


# Any of them --------------------------------------------------------------------------------


@contextmanager
def _process(
    command: Sequence[str],
    log_file: Path,
    ready: Callable[[], bool],
    *,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """Start, wait until ready, and in the end stop it: by its own pid, politely first."""
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=None if environment is None else dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until(ready, process, log_file)
        yield process
    finally:
        _end(process, stop)


def _wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log_file: Path
) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise DidNotStart(f"It ended with status {process.returncode}:\n{_tail(log_file)}")
        with suppress(OSError, urllib.error.URLError):
            if ready():
                return
        time.sleep(0.05)
    raise DidNotStart(f"It was not ready after {START_SECONDS:.0f} s:\n{_tail(log_file)}")


def _end(process: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(stop)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _tail(log_file: Path, lines: int = 40) -> str:
    return "\n".join(log_file.read_text(errors="replace").splitlines()[-lines:])
