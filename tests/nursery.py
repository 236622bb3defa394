"""Python processes that need not import the libraries first: that takes three seconds of CPU.

`python -m tests.nursery FD` imports them once and forks a process for each request that comes
through the socket. In the fork all is as after an exec: TaskChat's own modules, its settings first,
are imported there, with an environment and open files that are that process's own. But for one
thing: passwords are hashed quickly.

A process is executed nevertheless when its environment says otherwise what an interpreter or a
library reads as it starts (a clock that is ahead comes with `LD_PRELOAD`).

Standard library only, as `services` is.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import io
import json
import os
import random
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parent.parent
LONGEST_REQUEST = 150_000
LOOK_SECONDS = 0.02
ALIVE = "alive"

# What TaskChat imports and what needs no settings. A reactor of Twisted's is not among it: it has
# an epoll, which processes must not share.
LIBRARIES = """
    agents chatkit.server mcp.server openai
    django.contrib.admin.options django.core.handlers.asgi django.core.management
    autobahn.twisted.websocket channels.routing twisted.internet.asyncioreactor
    twisted.internet.endpoints twisted.web.http
    httpx2 jwt prometheus_client psycopg pydantic_settings redis.asyncio starlette.applications
""".split()
NEVER = ("daphne.server", "pytest", "taskchat_site.settings", "twisted.internet.reactor")

# The beginnings of the names that interpreters and LIBRARIES read as they start.
READ_AT_START = (
    *("LANG", "LC_", "LD_", "LOG_LEVEL", "OTEL_", "PROMETHEUS_", "PSYCOPG_", "PYTHON", "TZ"),
    *("AZURE_OPENAI_", "OPENAI_AGENTS_", "OPENAI_API_TYPE", "OPENAI_API_VERSION", "OPENAI_LOG"),
)
# The product's settings set these before the libraries are imported.
SET_BY_SETTINGS = {
    "OPENAI_AGENTS_DISABLE_TRACING": "1",
    "OPENAI_AGENTS_DONT_LOG_MODEL_DATA": "1",
    "OPENAI_AGENTS_DONT_LOG_TOOL_DATA": "1",
}

# Django's own million takes a quarter of a second of CPU on purpose; tests make hundreds of users.
HASH_ITERATIONS = 1_000

Files = tuple[int, int, int]


def start(
    arguments: Sequence[str], environment: Mapping[str, str], files: Files
) -> subprocess.Popen[bytes] | Forked:
    """`python ARGUMENTS` in the project's folder; `files` are its 0, 1 and 2."""
    if _read_at_start(environment) == _read_at_start(_usual_environment()):
        return _nursery().fork(arguments, environment, files)
    stdin, stdout, stderr = files
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=dict(environment),
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
    )


def run(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    given: str = "",
    seconds: float = 120.0,
) -> subprocess.CompletedProcess[str]:
    """`python ARGUMENTS` to its end, with pipes on all sides. `given` fits into one."""
    (stdin, writes), (reads_out, stdout), (reads_err, stderr) = os.pipe(), os.pipe(), os.pipe()
    try:
        process = start(arguments, environment, (stdin, stdout, stderr))
    finally:
        for end in (stdin, stdout, stderr):
            os.close(end)
    with os.fdopen(writes, "w") as pipe, suppress(BrokenPipeError):
        pipe.write(given)
    with os.fdopen(reads_out) as out, os.fdopen(reads_err) as err, ThreadPoolExecutor(2) as readers:
        texts = [readers.submit(end.read) for end in (out, err)]
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return subprocess.CompletedProcess(arguments, status, *(text.result() for text in texts))


def _usual_environment() -> dict[str, str]:
    """That of the tests, without what a developer, or the settings of this process, set in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}


def _read_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    """Whether to buffer what is printed is decided anew in a fork."""
    names = {name for name in environment if name.startswith(READ_AT_START)} - {"PYTHONUNBUFFERED"}
    return {name: environment[name] for name in names}


# --- The tests' side of it ---------------------------------------------------------------------


@functools.cache
def _nursery() -> Nursery:
    nursery = Nursery()
    atexit.register(nursery.close)
    return nursery


class Nursery:
    """The process that forks; each request is answered before the next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery", str(theirs.fileno())],
                cwd=ROOT,
                env=_usual_environment(),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def fork(
        self, arguments: Sequence[str], environment: Mapping[str, str], files: Files
    ) -> Forked:
        order = {"arguments": list(arguments), "environment": dict(environment)}
        return Forked(int(self._ask(order, files)), self, list(arguments))

    def status(self, pid: int) -> int | None:
        """None while the process lives; as `Popen.returncode` afterwards."""
        answer = self._ask({"pid": pid}, ())
        return None if answer == ALIVE else int(answer)

    def close(self) -> None:
        self._socket.close()
        self._process.wait()

    def _ask(self, request: dict[str, Any], files: Sequence[int]) -> str:
        with self._lock:
            socket.send_fds(self._socket, [json.dumps(request).encode()], files)
            answer = self._socket.recv(LONGEST_REQUEST).decode()
        if not answer:
            raise RuntimeError("the nursery has ended; it says why on stderr")
        return answer


class Forked:
    """As much of `subprocess.Popen` as tests need."""

    def __init__(self, pid: int, nursery: Nursery, args: list[str]) -> None:
        self.pid = pid
        self.args = args
        self.returncode: int | None = None
        self._nursery = nursery

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._nursery.status(self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        give_up_at = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if give_up_at is not None and timeout is not None and time.monotonic() > give_up_at:
                raise subprocess.TimeoutExpired(self.args, timeout)
            time.sleep(LOOK_SECONDS)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


# --- The nursery's own process ------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """What a fork is to do."""

    arguments: list[str]
    environment: dict[str, str]
    files: list[int]

    def become(self) -> None:
        """Go on as if this process had been started with nothing but this task."""
        for number, file in enumerate(self.files):
            os.dup2(file, number)
        os.closerange(3, max(self.files) + 1)
        os.environ.clear()
        os.environ.update(self.environment)
        unbuffered = bool(self.environment.get("PYTHONUNBUFFERED"))
        sys.stdin = _reopened(sys.stdin, 0, "r", unbuffered=unbuffered)
        sys.stdout = _reopened(sys.stdout, 1, "w", unbuffered=unbuffered)
        sys.stderr = _reopened(sys.stderr, 2, "w", unbuffered=unbuffered)
        sys.argv = list(self.arguments)
        random.seed()

    def run(self) -> None:
        first, *others = self.arguments
        if first == "-m":
            sys.argv = others
            runpy.run_module(others[0], run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(first, run_name="__main__")


def _reopened(like: TextIO, file: int, mode: str, *, unbuffered: bool) -> TextIO:
    """Nothing that another process has read, or has yet to write, is left in it."""
    return io.TextIOWrapper(
        open(file, f"{mode}b", 0 if unbuffered and mode == "w" else -1, closefd=False),
        encoding=like.encoding,
        errors=like.errors,
        line_buffering=file == 2 and not unbuffered,
        write_through=unbuffered,
    )


def _import_libraries() -> None:
    os.environ.update(SET_BY_SETTINGS)
    for name in LIBRARIES:
        importlib.import_module(name)
    hash_quickly()
    if present := sorted(set(NEVER) & set(sys.modules)):
        raise RuntimeError(f"the nursery must not have imported {', '.join(present)}")
    if threading.active_count() > 1:
        raise RuntimeError("the nursery has threads, which forks do not get")
    # Else each fork would look through it, and so copy it.
    gc.collect()
    gc.freeze()


def hash_quickly() -> None:
    """From now on this process and its forks make, and so check, passwords of few iterations."""
    hashers = importlib.import_module("django.contrib.auth.hashers")
    hashers.PBKDF2PasswordHasher.iterations = HASH_ITERATIONS


def _wait_for_tasks(requests: socket.socket) -> Task | None:
    """Returns the task in each fork, and in the nursery None at the end."""
    ended: dict[int, int] = {}
    while True:
        message, files, _, _ = socket.recv_fds(requests, LONGEST_REQUEST, 3)
        if not message:
            return None
        request = json.loads(message)
        if "pid" in request:
            requests.send(_status(request["pid"], ended).encode())
            continue
        pid = os.fork()
        if not pid:
            return Task(request["arguments"], request["environment"], files)
        for file in files:
            os.close(file)
        requests.send(str(pid).encode())


def _status(pid: int, ended: dict[int, int]) -> str:
    if pid not in ended:
        found, status = os.waitpid(pid, os.WNOHANG)
        if not found:
            return ALIVE
        ended[pid] = os.waitstatus_to_exitcode(status)
    return str(ended[pid])


def main() -> None:
    # Ctrl-C ends the tests, and they end this.
    inherited = signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        _import_libraries()
        task = _wait_for_tasks(requests)
    if task is not None:
        signal.signal(signal.SIGINT, inherited)
        task.become()
        task.run()


if __name__ == "__main__":
    main()
