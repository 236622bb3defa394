"""CONFORMANCE.md lists all that the types promise, and each row's test is there.

The names come from the types' own files: the vendor's `.d.ts`, by the TypeScript compiler, and
the unions of the `chatkit` package.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from chatkit import types

from scripts.paths import ELEMENT
from tests.components import node_with

with warnings.catch_warnings():
    # The package deprecates its own classes for templates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from chatkit import widgets

TABLE = ELEMENT / "CONFORMANCE.md"
TESTS = Path(__file__).parent
ROW = re.compile(r"^\| `(?P<name>[^`]+)` \| (?P<shown>.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


@cache
def rows() -> dict[str, dict[str, str]]:
    """What each row says shows its name, by section."""
    sections = re.split(r"^## ", TABLE.read_text(), flags=re.MULTILINE)[1:]
    found: dict[str, dict[str, str]] = {}
    for section in sections:
        title, _, body = section.partition("\n")
        matches = [(match["name"], match["shown"]) for match in ROW.finditer(body)]
        assert len(matches) == len(dict(matches)), f"{title} has a row twice"
        found[title] = dict(matches)
    return found


@cache
def vendor_types() -> dict[str, list[str]]:
    """The names in the `.d.ts` files."""
    node = node_with("typescript", ELEMENT)
    command = [node, str(ELEMENT / "scripts" / "list-types.mjs")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return dict(json.loads(done.stdout))


def kinds(union: Any) -> Iterator[str]:
    """The `type` of each member of a pydantic union, however it is nested."""
    if hasattr(union, "model_fields"):
        yield union.model_fields["type"].default
        return
    for member in get_args(union):
        if not isinstance(member, str):  # what `Annotated` adds has no members either
            yield from kinds(member)


# What every item has, and what tells the members of a union apart.
_EVERYWHERE = {"id", "type", "thread_id", "created_at"}
# They never leave the server.
_NOT_SENT = {"HiddenContextItem", "SDKHiddenContextItem"}


def fields(annotation: Any, seen: set[Any]) -> Iterator[str]:
    """`Model.field` of each model that is reachable from there."""
    if not hasattr(annotation, "model_fields"):
        for member in get_args(annotation):
            yield from fields(member, seen)
        return
    if annotation in seen or annotation.__module__ != types.__name__:
        return
    seen.add(annotation)
    annotation.model_rebuild()
    for name, field in annotation.model_fields.items():
        own = name not in _EVERYWHERE and "[" not in annotation.__name__  # generic pages
        if own and annotation.__name__ not in _NOT_SENT:
            yield f"{annotation.__name__}.{name}"
        yield from fields(field.annotation, seen)


SECTIONS = {
    "Options": lambda: vendor_types()["options"],
    "Methods": lambda: vendor_types()["methods"],
    "Events": lambda: vendor_types()["events"],
    "Requests": lambda: kinds(types.ChatKitReq),
    "Stream events": lambda: kinds(types.ThreadStreamEvent),
    "Item updates": lambda: kinds(types.ThreadItemUpdate),
    "Thread items": lambda: kinds(types.ThreadItem),
    "Fields of items": lambda: fields(types.Thread, set()),
    "Widgets": lambda: [
        *vendor_types()["widgets"],
        *kinds(widgets.StrictWidgetComponent),
        *kinds(widgets.StrictWidgetRoot),
    ],
}
# So many there were when this was written: a reader of types that finds less is broken.
AT_LEAST = {
    "Options": 75,
    "Methods": 23,
    "Events": 13,
    "Requests": 16,
    "Stream events": 12,
    "Item updates": 10,
    "Thread items": 11,
    "Fields of items": 90,
    "Widgets": 30,
}


@pytest.mark.parametrize("section", SECTIONS)
def test_each_name_of_the_types_has_a_row(section: str) -> None:
    promised = set(SECTIONS[section]())
    assert len(promised) >= AT_LEAST[section]
    listed = set(rows()[section])
    assert promised - listed == set(), "has no row"
    assert listed - promised == set(), "is in no type"


@pytest.mark.parametrize("section", rows())
def test_each_row_names_a_test_that_is_there_or_what_is_missing(section: str) -> None:
    for name, shown in rows()[section].items():
        named = TEST.findall(shown)
        missing = re.match(r"missing: \S+", shown)
        assert named or missing, f"{name}: {shown}"
        for file, test in named:
            assert test in names_of_tests(TESTS / file), f"{name} names {file}::{test}"


@cache
def names_of_tests(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_what_is_missing_is_counted_in_the_table_itself() -> None:
    count = sum(
        shown.startswith("missing:") for section in rows().values() for shown in section.values()
    )
    assert f"{count} missing" in TABLE.read_text().replace("**", "")


def test_the_readme_leads_to_the_table() -> None:
    assert "(CONFORMANCE.md)" in (ELEMENT / "README.md").read_text()
