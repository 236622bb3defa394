"""`make lint`: every check that needs no running product; `--fix` formats instead."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts import node_packages
from scripts.console import duration, main, say
from scripts.install import install
from scripts.paths import ELEMENT, PYTHON, ROOT, SITE
from scripts.processes import only_installer

_FIX = (
    ("ruff fixes", ROOT, ["ruff", "check", "--fix-only", "--quiet", "."]),
    ("ruff format", ROOT, ["ruff", "format", "--quiet", "."]),
    ("Biome, site", SITE, ["npm", "run", "--silent", "format"]),
    ("Biome, element", ELEMENT, ["npm", "run", "--silent", "format"]),
)
# Its `ci` colours what it prints even where nobody sees it.
_BIOME = ["npm", "run", "--silent", "lint", "--", "--colors=off"]
_CHECKS = (
    ("ruff format", ROOT, ["ruff", "format", "--check", "."]),
    ("ruff check", ROOT, ["ruff", "check", "--output-format=concise", "."]),
    ("mypy", ROOT, ["mypy", "."]),
    ("import directions", ROOT, ["lint-imports", "--no-logo"]),
    ("one door to the database", ROOT, ["python", "-m", "scripts.check_async_orm"]),
    ("lock files", ROOT, ["python", "-m", "scripts.check_locks"]),
    ("Django's checks", ROOT, ["python", "manage.py", "check", "--fail-level=WARNING"]),
    (
        "migrations are complete",
        ROOT,
        ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    ),
    ("Biome, site", SITE, _BIOME),
    ("tsc, site", SITE, ["npm", "run", "--silent", "typecheck"]),
    ("Biome, element", ELEMENT, _BIOME),
    ("tsc, element", ELEMENT, ["npm", "run", "--silent", "typecheck"]),
)


@dataclass(frozen=True)
class Outcome:
    name: str
    status: int
    output: str
    seconds: float


def _run(check: tuple[str, Path, list[str]]) -> Outcome:
    name, folder, command = check
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=folder,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(name, done.returncode, done.stdout, time.monotonic() - started)


def _environment() -> dict[str, str]:
    variables = node_packages.environment()
    path = os.pathsep.join([str(PYTHON.parent), variables["PATH"]])
    return {**variables, "PATH": path, "TESTING": "1", "NO_COLOR": "1"}


def lint() -> int:
    with only_installer():
        install(development=True, build=False)
    checks = _FIX if "--fix" in sys.argv[1:] else _CHECKS
    failed = 0
    with ThreadPoolExecutor(max_workers=1 if checks is _FIX else 2) as workers:
        for outcome in workers.map(_run, checks):
            verdict = "ok    " if outcome.status == 0 else "FAILED"
            say(f"  {verdict}  {outcome.name} ({duration(outcome.seconds)})")
            if outcome.status != 0:
                failed += 1
                say(outcome.output.rstrip())
    say(f"{failed} of {len(checks)} checks failed." if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    main(lint)
