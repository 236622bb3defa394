"""docs/requirements.md has every line of the specification, each with tests that exist."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import ROOT

DOCUMENT = (ROOT / "docs" / "requirements.md").read_text()

# The specification gives T040 to T049 in its fourth phase, and other lines as such in its fifth.
TWICE = range(40, 50)
LINES = [
    *(f"T{number:03}" for number in range(1, 40)),
    *(f"{phase}/T{number:03}" for phase in (4, 5) for number in TWICE),
    *(f"T{number:03}" for number in range(50, 61)),
]

ROW = re.compile(r"\| (?P<line>(?:\d/)?T\d+) \| (?P<meaning>[^|]*) \| (?P<tests>.*) \|")
TEST = re.compile(r"`([^`]+?)::([^`]+)`")


def problems(document: str) -> Iterator[str]:
    """What is wrong with the table, a line for each."""
    rows = [row for text in document.splitlines() if (row := ROW.fullmatch(text))]
    numbers = [row["line"] for row in rows]
    yield from (f"{line} is missing" for line in LINES if line not in numbers)
    yield from (f"{line} is no line of it" for line in numbers if line not in LINES)
    if len(set(numbers)) < len(numbers):
        yield "a line is there twice"
    for row in rows:
        if not row["meaning"].strip():
            yield f"{row['line']} says nothing"
        tests = TEST.findall(row["tests"])
        if not tests or TEST.sub("", row["tests"]).replace("<br>", "").strip():
            yield f"{row['line']} has no test, or something that is none"
        for file, name in tests:
            if name not in names_in(ROOT / file):
                yield f"{row['line']}: there is no {file}::{name}"


@functools.cache
def names_in(file: Path) -> frozenset[str]:
    """The tests of a Python file, or the titles of a vitest one as they stand in it."""
    if not file.is_file():
        return frozenset()
    text = file.read_text()
    if file.suffix == ".py":
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        made = (node for node in ast.parse(text).body if isinstance(node, kinds))
        return frozenset(node.name for node in made if node.name.startswith("test_"))
    # `test("title"`, or a table's `])("title"`; `test.skip("title"` is none.
    titles = re.findall(r"""(?:\btest|\bit|\))\(\s*(["'`])(.*?)(?<!\\)\1""", text)
    return frozenset(title for _, title in titles)


def test_every_line_has_its_tests() -> None:
    assert list(problems(DOCUMENT)) == []


@pytest.mark.parametrize(
    ("found", "put", "problem"),
    [
        (r"\| T013 .*\n", "", "T013 is missing"),
        (r"\| 5/T047 .*\n", "", "5/T047 is missing"),
        (r"\| T014 ", "| T061 ", "T061 is no line of it"),
        (r"\| T014 ", "| T013 ", "a line is there twice"),
        (r"(\| T020 )\|[^|]*\|", r"\1|  |", "T020 says nothing"),
        (r"(\| T020 .* \| ).* \|", r"\1by hand |", "T020 has no test, or something that is none"),
        (
            r"the_panel_fills_a_phone",
            "x",
            "T021: there is no tests/browser/test_main_job.py::test_x",
        ),
        (r"lib/token.test.ts", "lib/x.test.ts", "T009: there is no frontend/src/lib/x.test.ts::"),
        (r"::errors reach onError", "::no errors", "react.test.ts::no errors as an Error"),
    ],
)
def test_what_is_missing_is_named(found: str, put: str, problem: str) -> None:
    changed, count = re.subn(found, put, DOCUMENT, count=1)
    assert count == 1
    assert any(problem in text for text in problems(changed))
