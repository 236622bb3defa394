"""`make faults`: every promise of docs/promises.md under fire, in full numbers.

Real processes are killed, frozen and cut off from each other by the hundred, which takes half an
hour. Progress is printed as it goes; at the end a table, which is also in `var/faults/`.
`make faults ONLY="p16 or p19"` runs a part.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from scripts import debian, node_packages
from scripts.console import duration, main, say
from scripts.install import install
from scripts.paths import PYTHON, ROOT, VAR
from scripts.processes import only_installer

FOLDER = VAR / "faults"
RECORD = FOLDER / "record.jsonl"
TABLE = FOLDER / "table.json"
PROMISES = ROOT / "docs" / "promises.md"

Line = dict[str, Any]


def faults() -> int:
    started = time.monotonic()
    with only_installer():
        install(development=True, build=False)
    debian.install_components()
    FOLDER.mkdir(parents=True, exist_ok=True)
    RECORD.unlink(missing_ok=True)
    status = _run(sys.argv[1:])
    lines = [json.loads(line) for line in RECORD.read_text().splitlines()]
    table = rows(lines)
    TABLE.write_text(json.dumps({"table": table, "tests": lines}, indent=2) + "\n")
    say(f"\n{as_markdown(table)}\n")
    say(f"{_in_words(_sum(lines))}. It took {duration(time.monotonic() - started)}.")
    return status or int(any(row["violations"] for row in table))


def _run(only: list[str]) -> int:
    # Two at a time: most of them wait for a lease or a process most of the time.
    workers = ["-n", "2", "--dist=loadfile"]
    command = [str(PYTHON), "-m", "pytest", "-v", "-p", "no:playwright", *workers, "tests/cluster"]
    if only:
        command += ["-k", " ".join(only)]
    variables = {"TESTING": "1", "FAULTS": "full", "FAULTS_RECORD": str(RECORD)}
    environment = {**node_packages.environment(), **variables, "PYTHONUNBUFFERED": "1"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False
    ).returncode


def rows(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """A row a promise: its tests, the faults that they made, and what was broken.

    A violation counts for the promise that it names; a test that failed for another reason
    counts for the first that it is named after, if any: pytest's status tells of the others.
    """
    tests: Counter[int] = Counter()
    made: dict[int, Counter[str]] = {}
    broken: Counter[int] = Counter()
    for line in lines:
        for number in line["promises"]:
            tests[number] += 1
            made.setdefault(number, Counter()).update(line["faults"])
        for violation in line["violations"]:
            broken[int(violation[1:].split(":")[0])] += 1
        if line["failed"] and not line["violations"]:
            broken.update(line["promises"][:1])
    titles = dict(re.findall(r"^- \*\*P(\d+) ([^*]+)\.\*\*", PROMISES.read_text(), re.MULTILINE))
    return [
        {
            "promise": f"P{number}",
            "title": titles.get(str(number), ""),
            "tests": tests[number],
            "faults": dict(made.get(number, {})),
            "violations": broken[number],
        }
        for number in sorted({*tests, *broken})
    ]


def as_markdown(table: Iterable[dict[str, Any]]) -> str:
    lines = ["| promise | tests | faults made in them | violations |", "| --- | --- | --- | --- |"]
    for row in table:
        name = f"{row['promise']} {row['title']}".strip()
        lines.append(
            f"| {name} | {row['tests']} | {_in_words(row['faults']) or 'none needed'} "
            f"| {row['violations']} |"
        )
    return "\n".join(lines)


def _sum(lines: Iterable[Line]) -> Counter[str]:
    total: Counter[str] = Counter()
    for line in lines:
        total.update(line["faults"])
    return total


def _in_words(faults: dict[str, int] | Counter[str]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(faults.items()))


if __name__ == "__main__":
    main(faults)
