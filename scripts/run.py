"""`make run`: from whatever state the folder is in to a server that answers."""

from __future__ import annotations

import os
import time

from scripts import ports
from scripts.console import Problem, duration, main, say, step
from scripts.install import install
from scripts.paths import PYTHON, ROOT, VENV
from scripts.processes import CommandFailed, only_installer, run_logged


def run() -> int:
    host = os.environ.get("HOST") or "127.0.0.1"
    port = ports.read_port(os.environ.get("PORT") or "8000")
    ports.check_free(host, port)  # before the long work, not after it
    started = time.monotonic()
    if VENV.exists():
        say("TaskChat: checking what is installed and built")
    else:
        say("TaskChat: first run, this takes one to three minutes")
    with only_installer():
        install()
        _prepare_database()
    ports.check_free(host, port)
    say(f"  Server: warming up (the rest took {duration(time.monotonic() - started)}) ...")
    os.chdir(ROOT)
    environment = {**os.environ, "HOST": host, "PORT": str(port)}
    os.execve(PYTHON, [str(PYTHON), "-m", "taskchat_site.serve"], environment)


def _prepare_database() -> None:
    with step("Database", "migrating"):
        try:
            run_logged([PYTHON, "-m", "scripts.prepare_database"], "database", cwd=ROOT)
        except CommandFailed as failure:
            raise Problem(failure.words("The database could not be prepared")) from failure


if __name__ == "__main__":
    # Ctrl-C is how one leaves it: no error, about which make would print a line.
    main(run, interrupted=0)
