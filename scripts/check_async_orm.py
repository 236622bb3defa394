"""The one door to the database from async code is `taskchat_site.database`.

Ruff's banned-api keeps `sync_to_async` out elsewhere; this keeps out the ORM's own async methods,
which hop to a thread each and miss the connections and transactions that `database.run` provides.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.paths import ROOT

PACKAGES = ("taskchat_site", "tasks", "mcp_tools", "chat")
THE_DOOR = ROOT / "taskchat_site" / "database.py"
# fmt: off
ASYNC_ORM = frozenset({
    "aadd", "aaggregate", "abulk_create", "abulk_update", "aclear", "acontains",
    "acount", "acreate", "adelete", "aearliest", "aexists", "aexplain",
    "afirst", "aget", "aget_or_create", "ain_bulk", "aiterator", "alast",
    "alatest", "arefresh_from_db", "aremove", "asave", "aset", "aupdate",
    "aupdate_or_create",
})
# fmt: on


def violations(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(), str(file))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ASYNC_ORM
        ):
            place = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
            yield f"{place}:{node.lineno}: .{node.func.attr}() goes around database.run()"


def main() -> int:
    files = (
        file
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*.py"))
        if file != THE_DOOR
    )
    found = [line for file in files for line in violations(file)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
