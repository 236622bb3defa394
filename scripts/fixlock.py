"""Complete a package-lock.json with the packages of other platforms; make it free of any registry.

A registry mirror may not carry a package's binaries for every platform. `npm install` then leaves
those optional dependencies out of the lock file, and `npm ci` refuses a lock file in which they are
missing. So each one that a locked package asks for by an exact version gets an entry without a
checksum: npm skips it where it does not fit the platform, and takes it from the registry where it
does. `resolved` addresses go: they name the mirror.

    python -m scripts.fixlock frontend/package-lock.json
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

_EXACT_VERSION = re.compile(r"\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?")
_SYSTEMS = frozenset(
    {"android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"}
)
_PROCESSORS = frozenset(
    {"arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"}
)

Entry = dict[str, Any]


def complete(packages: dict[str, Entry]) -> dict[str, Entry]:
    """The lock's `packages` with what is missing, in npm's order, without `resolved`."""
    result = {
        path: {key: value for key, value in entry.items() if key != "resolved"}
        for path, entry in packages.items()
    }
    for path, entry in packages.items():
        for name, version in entry.get("optionalDependencies", {}).items():
            if _EXACT_VERSION.fullmatch(version) and not _is_locked(packages, path, name):
                result.setdefault(f"node_modules/{name}", _platform_entry(name, version, entry))
    return dict(sorted(result.items()))


def _is_locked(packages: dict[str, Entry], wanted_by: str, name: str) -> bool:
    """Node looks in the package's own node_modules, then in those of the folders above it."""
    folder = wanted_by
    while folder:
        if f"{folder}/node_modules/{name}" in packages:
            return True
        folder = folder.rpartition("/node_modules/")[0]
    return f"node_modules/{name}" in packages


def _platform_entry(name: str, version: str, wanted_by: Entry) -> Entry:
    """The platform is read from the name: @next/swc-win32-x64-msvc."""
    words = re.split(r"[-/]", name)
    entry: Entry = {"version": version, "optional": True}
    if processors := [word for word in words if word in _PROCESSORS]:
        entry["cpu"] = processors
    if wanted_by.get("dev"):
        entry["dev"] = True
    if systems := [word for word in words if word in _SYSTEMS]:
        entry["os"] = systems
    return entry


def fix(file: Path) -> bool:
    """Rewrite the file if something was missing or too much; says whether it did."""
    before = file.read_text()
    lock = json.loads(before)
    lock["packages"] = complete(lock["packages"])
    after = json.dumps(lock, indent=2, ensure_ascii=False) + "\n"
    if after == before:
        return False
    file.write_text(after)
    return True


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__)
        return 2
    for argument in arguments:
        print(f"{argument}: {'fixed' if fix(Path(argument)) else 'nothing to fix'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
