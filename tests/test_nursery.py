"""What the tests' nursery forks is what an exec would have made of the same command."""

import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests import nursery, services

# What a process can be told by its parent, and what libraries took from their environment.
TELL = """
import gc, json, logging, os, signal, sys, threading
from agents import _debug
print(json.dumps({
    "environment": dict(os.environ),
    "arguments": sys.argv,
    "path": sys.path,
    "flags": list(sys.flags),
    "warnings": sys.warnoptions,
    "folder": os.getcwd(),
    "mask": os.umask(0),
    "files": sorted(os.listdir("/proc/self/fd")),
    "signals": {s.name: str(signal.getsignal(s)).split(" at ")[0] for s in signal.valid_signals()
                if isinstance(s, signal.Signals)},
    "streams": [[stream.encoding, stream.errors, stream.line_buffering, stream.write_through]
                for stream in (sys.stdin, sys.stdout, sys.stderr)],
    "threads": [thread.name for thread in threading.enumerate()],
    "collects": gc.isenabled(),
    "levels": {name: logging.getLogger(name).level for name in ("agents", "openai", "chatkit")},
    "model data": _debug.DONT_LOG_MODEL_DATA,
    "tool data": _debug.DONT_LOG_TOOL_DATA,
    "given": sys.stdin.read(),
    "group": os.getpgrp(),
}))
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **services.taskchat_environment(tmp_path, 1),
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
    }


def told(environment: Mapping[str, str]) -> Any:
    arguments = ["manage.py", "shell", "--verbosity=0", "--command", TELL]
    done = nursery.run(arguments, environment, given="to be read")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_forked_process_is_as_an_executed_one(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, buffered: str
) -> None:
    environment["PYTHONUNBUFFERED"] = buffered
    forked = told(environment)
    monkeypatch.setattr(nursery, "_nursery", _nobody)
    environment["LD_CAUSES_AN_EXEC"] = "1"
    executed = told(environment)
    assert executed["environment"].pop("LD_CAUSES_AN_EXEC") == "1"
    assert forked == executed


def _nobody() -> None:
    raise AssertionError("this one is not to be forked")


ITERATIONS = """
from django.contrib.auth.hashers import make_password
print(make_password("correct horse 42").split("$")[1])
"""


def test_only_what_is_forked_hashes_passwords_quickly(environment: dict[str, str]) -> None:
    arguments = ["manage.py", "shell", "--verbosity=0", "--command", ITERATIONS]
    assert int(nursery.run(arguments, environment).stdout) == nursery.HASH_ITERATIONS
    environment["LD_CAUSES_AN_EXEC"] = "1"
    assert int(nursery.run(arguments, environment).stdout) >= 1_000_000


def test_it_ends_with_the_status_and_the_words_of_its_command(environment: dict[str, str]) -> None:
    done = nursery.run(["manage.py", "no-such-command"], environment)
    assert done.returncode == 1
    assert done.stderr.startswith("Unknown command: 'no-such-command'")
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    killed = nursery.run(["manage.py", "shell", "--verbosity=0", "-c", code], environment)
    assert killed.returncode == -signal.SIGKILL


def test_an_unreaped_process_keeps_its_pid(environment: dict[str, str]) -> None:
    """Else a signal to a process that has ended could reach another one."""
    null = os.open(os.devnull, os.O_RDWR)
    process = nursery.start(["manage.py", "check"], environment, (null, null, null))
    os.close(null)
    status = Path(f"/proc/{process.pid}/status")
    deadline = time.monotonic() + 60
    while "zombie" not in status.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert process.wait(1) == 0
    assert not status.exists()
