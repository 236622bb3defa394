"""Child processes of the scripts: their output kept in a log, none left behind, one installer at a time."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts.console import say
from scripts.paths import LOGS, VAR

_running: set[subprocess.Popen[str]] = set()
_running_lock = threading.Lock()
_stopping = threading.Event()
_lock_file: int | None = None


class CommandFailed(Exception):
    """A command ended with an error. `output` is everything it printed, `log` where that is kept."""

    def __init__(self, status: int, output: str, log: Path) -> None:
        super().__init__(f"exit status {status}")
        self.status = status
        self.output = output
        self.log = log

    def tail(self, lines: int = 25) -> str:
        kept = [line for line in self.output.splitlines() if line.strip()][-lines:]
        return "\n".join(f"    {line}" for line in kept)


def run_logged(
    command: Sequence[str | Path],
    log_name: str,
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> str:
    """Run a command quietly and return what it printed, which also goes to var/log/LOG_NAME.log."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{log_name}.log"
    lines: list[str] = []
    # A session of its own, so that stopping it also stops what it started (npm starts node, which starts workers).
    with (
        log.open("w") as log_file,
        subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            # Keeps the lock held for as long as an orphan of a killed script is still at work.
            pass_fds=() if _lock_file is None else (_lock_file,),
        ) as process,
    ):
        with _tracked(process):
            assert process.stdout is not None
            for line in process.stdout:
                log_file.write(line)
                log_file.flush()
                lines.append(line)
                if on_line is not None:
                    on_line(line)
            status = process.wait()
    output = "".join(lines)
    if status != 0:
        raise CommandFailed(status, output, log)
    return output


@contextmanager
def _tracked(process: subprocess.Popen[str]) -> Iterator[None]:
    with _running_lock:
        _running.add(process)
    try:
        if _stopping.is_set():
            _end(process)
        yield
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


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)


@contextmanager
def only_installer() -> Iterator[None]:
    """Let one script at a time install and build in this folder; a second one says so and waits."""
    global _lock_file
    VAR.mkdir(exist_ok=True)
    path = VAR / "install.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            say(
                f"  Another make is installing in this folder (process {holder or 'unknown'}): waiting for it ..."
            )
            fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        _lock_file = file.fileno()
        try:
            yield
        finally:
            _lock_file = None
