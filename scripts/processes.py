"""Child processes of the scripts: output kept in a log, none left behind, one installer a time."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts.console import say
from scripts.paths import LOGS, VAR

GRACE_SECONDS = 2.0

_running: set[subprocess.Popen[bytes]] = set()
_running_lock = threading.Lock()
_stopping = threading.Event()
_held_locks: list[int] = []


class CommandFailed(Exception):
    """A command ended with an error. `output` is all it printed, `log` where that is kept."""

    def __init__(self, status: int, output: str, log: Path) -> None:
        super().__init__(f"exit status {status}")
        self.status = status
        self.output = output
        self.log = log

    def tail(self, lines: int = 25) -> str:
        kept = [line for line in self.output.splitlines() if line.strip()][-lines:]
        return "\n".join(f"    {line}" for line in kept)

    def words(self, what: str, lines: int = 25) -> str:
        """`what` happened, the command's last words, and where the rest is."""
        return f"{what}:\n{self.tail(lines)}\nAll of its output: {self.log}"


def run_logged(
    command: Sequence[str | Path],
    log_name: str,
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a command quietly and return what it printed, which stays in var/log/LOG_NAME.log."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{log_name}.log"
    # Into the file, not through a pipe: a service that apt starts would keep the pipe open.
    with (
        log.open("w") as log_file,
        subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env={**(os.environ if env is None else env), "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log_file,
            stderr=subprocess.STDOUT,
            # Stopping a session also stops what it started (npm starts node, node its workers).
            start_new_session=True,
            # Keeps the lock held for as long as an orphan of a killed script is still at work.
            pass_fds=tuple(_held_locks),
        ) as process,
        _stoppable(process),
    ):
        status = process.wait()
    output = log.read_text(errors="replace")
    if status != 0:
        raise CommandFailed(status, output, log)
    return output


@contextmanager
def _stoppable(process: subprocess.Popen[bytes]) -> Iterator[None]:
    with _running_lock:
        _running.add(process)
    try:
        if _stopping.is_set():
            _end(process)
        yield
    except BaseException:
        _end(process)
        raise
    finally:
        with _running_lock:
            _running.discard(process)


def stop_all() -> None:
    """End every child that is still running, and each one started from now on."""
    _stopping.set()
    with _running_lock:
        processes = list(_running)
    for process in processes:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop the child and what it started: politely, then not (npm would tidy up for long)."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline:
            time.sleep(0.05)
            process.poll()
            os.killpg(process.pid, 0)
        os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def only_installer() -> Iterator[None]:
    """Let one script at a time install and build in this folder; a second one says so and waits."""
    VAR.mkdir(exist_ok=True)
    path = VAR / "install.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            say(f"  Another make (process {holder or 'unknown'}) is installing here: waiting ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        _held_locks.append(file.fileno())
        try:
            yield
        finally:
            _held_locks.clear()
