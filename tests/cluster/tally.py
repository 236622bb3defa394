"""How many faults the tests make, and what they find broken: the table of `make faults`.

`FAULTS=full` makes the full numbers of them, and `FAULTS_RECORD` names a file for a line a test.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

FULL = os.environ.get("FAULTS") == "full"
RECORD = os.environ.get("FAULTS_RECORD")


@dataclass
class Faults:
    """Of one test, with a line of progress now and then in the full form.

    A violation is words that begin with the promise they break.
    """

    test: str
    promises: list[int]
    made: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    _started_at: float = field(default_factory=time.monotonic)
    _said_at: float = field(default_factory=time.monotonic)

    def made_one(self, kind: str, count: int = 1) -> None:
        self.made[kind] += count
        if time.monotonic() - self._said_at > 10:
            self._said_at = time.monotonic()
            say(self.test, f"{dict(self.made)}")

    def found(self, violations: Iterable[str]) -> None:
        for violation in violations:
            self.violations.append(violation)
            say(self.test, f"VIOLATION {violation}")

    def rounds(self, short: int, full: int) -> Iterator[int]:
        yield from range(full if FULL else short)

    def record(self, *, failed: bool) -> None:
        if RECORD is None:
            return
        line = {
            "test": self.test,
            "promises": self.promises,
            "faults": dict(self.made),
            "violations": self.violations,
            "failed": failed,
            "seconds": round(time.monotonic() - self._started_at, 1),
        }
        with Path(RECORD).open("a") as record:
            record.write(f"{json.dumps(line)}\n")


def say(test: str, text: str) -> None:
    """A line of progress, past pytest's capture and its workers."""
    if FULL and sys.__stderr__ is not None:
        print(f"    {test}: {text}", file=sys.__stderr__, flush=True)


def promises_of(test_name: str) -> list[int]:
    return [int(number) for number in re.findall(r"_p(\d\d)", test_name)]
