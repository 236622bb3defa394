"""Real servers for tests: TaskChat itself, and what every server needs to start and end.

Standard library only, as `databases` is.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import random
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import nursery

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
STOP_SECONDS = 40.0
MIGRATED = ROOT / "var" / "test-database"
PRODUCT = ("taskchat_site", "tasks", "mcp_tools", "chat")

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
    """A port below those that outgoing connections get: it stays free while its server is down."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port


@dataclass(frozen=True)
class TaskChatServer:
    """A running TaskChat with a database and a var folder of its own."""

    url: str
    process: Any  # a Popen, or what acts like one
    log_file: Path
    folder: Path
    environment: Mapping[str, str]

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def manage(self, *arguments: str) -> str:
        """Run a manage.py command on this server's database and return what it printed."""
        return manage(self.environment, *arguments)


@contextmanager
def taskchat(folder: Path, **variables: str) -> Iterator[TaskChatServer]:
    """Serve a new database as `make run` does; ready when /readyz says so."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = {
        **taskchat_environment(folder, port),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        **variables,
    }
    scheme, _, file = environment["DATABASE_URL"].partition(":///")
    if scheme != "sqlite":
        migrate(environment)
    elif not Path(file).exists():
        _copy_migrated_database(Path(file))
    url = f"http://127.0.0.1:{port}"
    log_file = folder / "server.log"
    with serving(url, log_file, environment) as started:
        yield TaskChatServer(url, started.process, log_file, folder, environment)


@contextmanager
def serving(url: str, log_file: Path, environment: Mapping[str, str]) -> Iterator[Service]:
    """TaskChat's server with this environment, which says that it is reached at `url`."""
    command = ["-m", "taskchat_site.serve"]
    with running(Python(command, log_file, lambda: is_ready(url), ROOT, environment)) as service:
        yield service


def taskchat_environment(folder: Path, port: int) -> dict[str, str]:
    """What a server under test is told, apart from its database."""
    return {
        **_environment(),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "VAR_DIR": str(folder),
        "PYTHONUNBUFFERED": "1",
        **UNLIMITED,
    }


def is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as response:
            return bool(response.status == 200)
    except urllib.error.HTTPError as refusal:  # it is a response, too, with a socket
        refusal.close()
        return False


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


def _copy_migrated_database(file: Path) -> None:
    """An empty database: migrating one takes longer than all the rest of a start.

    One is kept for as long as nothing is edited that may have a say in it.
    """
    MIGRATED.mkdir(parents=True, exist_ok=True)
    kept = MIGRATED / f"{_state_of_product()}.sqlite3"
    with (MIGRATED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for outdated in MIGRATED.glob("*.sqlite3*"):
                outdated.unlink()
            new = kept.with_suffix(".sqlite3-new")
            variables = {"DATABASE_URL": f"sqlite:///{new}", "VAR_DIR": str(file.parent)}
            migrate({**_environment(), **variables})
            new.rename(kept)
        shutil.copy(kept, file)


@functools.cache
def _state_of_product() -> str:
    files = [path for name in PRODUCT for path in (ROOT / name).rglob("*.py")]
    state = hashlib.sha256()
    for file in sorted([*files, ROOT / "requirements.txt"]):
        state.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return state.hexdigest()[:16]


def migrate(environment: Mapping[str, str]) -> None:
    manage(environment, "migrate", "--verbosity=0", "--no-input")


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    """What a manage.py command printed. Raises DidNotStart, with its words, when it failed."""
    done = nursery.run(["manage.py", *arguments], environment)
    if done.returncode != 0:
        raise DidNotStart(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


@dataclass
class Service:
    """A process that a test may end, freeze and start again, always by its own pid."""

    command: Sequence[str]
    log_file: Path
    ready: Callable[[], bool]
    cwd: Path
    environment: Mapping[str, str] | None = None
    stop: signal.Signals = signal.SIGTERM
    _process: Any = None  # a Popen, or what acts like one

    @property
    def process(self) -> Any:
        if self._process is None:
            raise RuntimeError("the service was never started")
        return self._process

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self.begin()
        self.wait_until_ready()

    def begin(self) -> None:
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                list(self.command),
                cwd=self.cwd,
                env=None if self.environment is None else dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                status = self.process.returncode
                raise DidNotStart(f"It ended with status {status}:\n{_tail(self.log_file)}")
            with suppress(OSError, urllib.error.URLError):
                if self.ready():
                    return
            time.sleep(0.05)
        raise DidNotStart(f"It was not ready after {START_SECONDS:.0f} s:\n{_tail(self.log_file)}")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        """Nothing in it runs, and nobody who talks to it is told."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_all(signal.SIGCONT)

    def end(self) -> None:
        """Stop it politely, and by force if it does not listen."""
        if not self.is_running:
            return
        self.thaw()
        self.process.send_signal(self.stop)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _signal_all(self, number: signal.Signals) -> None:
        for pid in self._family():
            with suppress(ProcessLookupError):  # a child of PostgreSQL's that has just ended
                os.kill(pid, number)

    def _family(self) -> list[int]:
        """Its pid and those of its children: PostgreSQL and nginx work in them."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        with suppress(OSError):
            return [pid, *map(int, children.read_text().split())]
        return [pid]


@dataclass
class Python(Service):
    """One whose command are the arguments of a Python, in an environment and in `nursery.ROOT`."""

    def begin(self) -> None:
        assert self.environment is not None
        with self.log_file.open("ab") as log, Path(os.devnull).open("rb") as nothing:
            files = (nothing.fileno(), log.fileno(), log.fileno())
            self._process = nursery.start(self.command, self.environment, files)


@contextmanager
def process(
    command: Sequence[str],
    log_file: Path,
    ready: Callable[[], bool],
    *,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """Start, wait until ready, and in the end stop it: by its own pid, politely first."""
    service = Service(command, log_file, ready, cwd, environment, stop)
    with running(service):
        yield service.process


@contextmanager
def running(service: Service) -> Iterator[Service]:
    """Start `service`, and end it afterwards however often it was restarted meanwhile."""
    try:
        service.start()
        yield service
    finally:
        service.end()


def _tail(log_file: Path, lines: int = 40) -> str:
    return "\n".join(log_file.read_text(errors="replace").splitlines()[-lines:])
