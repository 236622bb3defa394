"""What the scripts tell a person: short lines on the way, plain words when they cannot go on."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Problem(Exception):
    """Something the person has to know about; its text says what happened and what to do."""


class Unreachable(Problem):
    """A registry cannot be reached: whatever else is going on will fail for the same reason."""


def say(text: str = "") -> None:
    print(text, flush=True)


def duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


@contextmanager
def step(name: str, doing: str) -> Iterator[None]:
    """Announce a step, and how long it took once it has worked."""
    say(f"  {name}: {doing} ...")
    started = time.monotonic()
    yield
    say(f"  {name}: done ({duration(time.monotonic() - started)})")


def main(command: Callable[[], int], interrupted: int = 130) -> None:
    """Run a script's command: a problem is printed as words, Ctrl-C and SIGTERM end it quietly."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        status = command()
    except Problem as problem:
        sys.stdout.flush()
        print(f"\n{problem}", file=sys.stderr, flush=True)
        status = 1
    except KeyboardInterrupt:
        say("\nStopped.")
        status = interrupted
    sys.exit(status)


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
