"""Lock files name versions and checksums, never a registry: each of us may use another mirror."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts import fixlock
from scripts.paths import ROOT

_ADDRESS = re.compile(r"https?://")


def lock_problems(file: Path) -> Iterator[str]:
    name = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
    packages = json.loads(file.read_text())["packages"]
    for path, entry in packages.items():
        if "resolved" in entry:
            yield f"{name}: {path} has a `resolved` address"
    if missing := fixlock.complete(packages).keys() - packages.keys():
        yield f"{name}: lacks {len(missing)} packages of other platforms, such as {min(missing)}"


def requirement_problems(file: Path) -> Iterator[str]:
    for number, line in enumerate(file.read_text().splitlines(), 1):
        setting = line.strip().startswith(
            ("-i", "--index-url", "--extra-index-url", "-f", "--find-links")
        )
        if setting or _ADDRESS.search(line.partition("#")[0]):
            yield f"{file.name}:{number}: names a registry"
        elif re.match(r"\w", line) and "==" not in line:
            yield f"{file.name}:{number}: {line.strip()} is not pinned with =="


def main() -> int:
    tracked = subprocess.run(
        ["git", "ls-files", "*package-lock.json", "*.npmrc"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    found = [f"{name}: an .npmrc names a registry" for name in tracked if name.endswith(".npmrc")]
    for name in tracked:
        if name.endswith("package-lock.json"):
            found += lock_problems(ROOT / name)
    for file in sorted(ROOT.glob("requirements*.txt")):
        found += requirement_problems(file)
    for line in found:
        print(line)
    if found:
        print("`make lock` repairs the lock files.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
