"""TaskChat's server as the tests of the cluster start it: the product's own, in two ways.

`python -m tests.cluster.server` is `python -m taskchat_site.serve` with some figures set by the
test (`FIGURES={"module.NAME": 1.0}`): what takes a minute can then be seen in seconds, and often.
The product has no switch for it.

`python -m tests.cluster.server --nursery` imports everything once, which costs four seconds of
CPU, and then forks a server for each line on stdin: a test that kills a hundred needs a hundred.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import types
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from tests.nursery import hash_quickly

FORK, ASK, ALIVE = "fork", "ask", "alive"


def serve_with_figures(port: int | None = None) -> NoReturn:
    serve = importlib.import_module("taskchat_site.serve")
    settings = importlib.import_module("django.conf").settings
    for place, value in json.loads(os.environ["FIGURES"]).items():
        module_name, _, name = place.rpartition(".")
        module = importlib.import_module(module_name)
        if not isinstance(getattr(module, name), int | float):
            raise TypeError(f"{place} is no figure")
        setattr(module, name, value)
    environment = settings.ENVIRONMENT
    # As the product's own start does: without Python's teardown.
    os._exit(serve.serve(environment.host, port or environment.port))


# --- The nursery's own process ----------------------------------------------------------------


def run_nursery() -> None:
    _import_all_but_the_reactor()
    children: dict[int, int | None] = {}
    print("ready", flush=True)
    for line in sys.stdin:
        command, *words = line.split()
        if command == FORK:
            pid = os.fork()
            if pid == 0:
                _be_born(int(words[0]), words[1])
            children[pid] = None
            print(pid, flush=True)
        elif command == ASK:
            print(_status_of(int(words[0]), children), flush=True)


def _import_all_but_the_reactor() -> None:
    """A reactor has an epoll of its own, which forked processes must not share."""
    sys.modules["daphne.server"] = types.ModuleType("daphne.server")
    importlib.import_module("taskchat_site.asgi")
    importlib.import_module("taskchat_site.health")
    importlib.import_module("taskchat_site.urls")  # else the first request imports them
    asyncio.run(importlib.import_module("chat.warm_up").warm_up())
    del sys.modules["daphne.server"]
    for name in ("asyncioreactor", "endpoints"):
        importlib.import_module(f"twisted.internet.{name}")
    importlib.import_module("autobahn.twisted.websocket")
    if "twisted.internet.reactor" in sys.modules:
        raise RuntimeError("the nursery has a reactor")
    hash_quickly()  # each of a hundred servers signs somebody in
    importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
    importlib.import_module("django.db").connections.close_all()


def _be_born(port: int, log_file: str) -> NoReturn:
    log = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    random.seed()
    try:
        serve_with_figures(port)
    finally:
        os._exit(1)


def _status_of(pid: int, children: dict[int, int | None]) -> int | str:
    if children[pid] is None:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if not ended:
            return ALIVE
        children[pid] = os.waitstatus_to_exitcode(status)
    return children[pid] or 0


# --- The test's side of it ----------------------------------------------------------------------


class Nursery:
    """Forks servers of one environment; each call is answered before the next."""

    def __init__(
        self, environment: Mapping[str, str], folder: Path, command: Sequence[str] = ()
    ) -> None:
        self._lock = threading.Lock()
        with (folder / "nursery.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, sys.executable, "-m", "tests.cluster.server", "--nursery"],
                cwd=Path(__file__).resolve().parents[2],
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        if self._answer() != "ready":
            raise RuntimeError(f"the nursery did not start: {folder / 'nursery.log'}")

    def fork(self, port: int, log_file: Path) -> Forked:
        return Forked(int(self.ask(f"{FORK} {port} {log_file}")), self)

    def ask(self, line: str) -> str:
        with self._lock:
            assert self._process.stdin is not None
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
            return self._answer()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class Forked:
    """As much of `subprocess.Popen` as a service needs."""

    def __init__(self, pid: int, nursery: Nursery) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery = nursery

    def poll(self) -> int | None:
        if self.returncode is None and (status := self._nursery.ask(f"{ASK} {self.pid}")) != ALIVE:
            self.returncode = int(status)
        return self.returncode

    def wait(self, timeout: float = 60.0) -> int:
        rest = threading.Event()
        for _ in range(int(timeout / 0.02) + 1):
            if (status := self.poll()) is not None:
                return status
            rest.wait(0.02)
        raise subprocess.TimeoutExpired("a forked server", timeout)

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


if __name__ == "__main__":
    if "--nursery" in sys.argv:
        run_nursery()
    else:
        serve_with_figures()
