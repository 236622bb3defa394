"""docs/promises.md cannot lie: every promise has tests, and they are there."""

import re
from pathlib import Path

from tests.services import ROOT

PROMISE = re.compile(r"^- \*\*P(\d+) .*?(?=^- \*\*P|^## |\Z)", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`(test_\w+)`")
DEFINED = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)


def test_every_promise_names_tests_that_exist_and_are_named_after_it() -> None:
    text = (ROOT / "docs" / "promises.md").read_text()
    named = {int(found[1]): NAMED.findall(found[0]) for found in PROMISE.finditer(text)}
    assert list(named) == list(range(1, 26))
    there = {
        name
        for file in Path(__file__).parent.glob("test_*.py")
        for name in DEFINED.findall(file.read_text())
    }
    for number, tests in named.items():
        assert set(tests) <= there, f"P{number} names tests that do not exist"
        assert [name for name in tests if f"_p{number:02d}" in name] == tests, f"P{number}"
        assert tests, f"P{number} has no test"


def test_tests_that_are_named_with_their_file_exist() -> None:
    text = (ROOT / "docs" / "promises.md").read_text()
    for file, name in re.findall(r"`([\w/]+\.py)::(test_\w+)`", text):
        assert name in DEFINED.findall((ROOT / file).read_text()), f"{file}: {name}"


def test_every_test_of_a_promise_is_named_in_the_document() -> None:
    text = (ROOT / "docs" / "promises.md").read_text()
    for file in Path(__file__).parent.glob("test_*.py"):
        for name in DEFINED.findall(file.read_text()):
            if re.match(r"test_p\d\d_", name):
                assert f"`{name}`" in text, f"{file.name}: {name}"
