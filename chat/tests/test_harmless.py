"""What people wrote does no harm where it is shown."""

import csv
import io
import json

import pytest

from chat.harmless import csv_cell, json_line, markdown_block, markdown_text, one_line, printable
from chat.tests.records import NASTY

OBEYED = [chr(code) for code in (0x00, 0x07, 0x08, 0x0D, 0x1B, 0x7F, 0x9B)]
TURNING = list("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@pytest.mark.parametrize("harmful", [*OBEYED, *TURNING, "\u2028"])
def test_what_a_terminal_obeys_or_turns_around_is_not_printed(harmful: str) -> None:
    assert printable(f"a{harmful}b") == "a\N{REPLACEMENT CHARACTER}b"


def test_words_in_any_language_stay() -> None:
    words = "Grüße, שלום, مرحبا, 你好, 👋🏽 zero\u200djoiner\n\tindented"
    assert printable(words) == words
    assert one_line(words).endswith("zero\u200djoiner indented")


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@sum", " =1", "\t=1", "\uff1d1", "\ufeff=1", "\n=1"]
)
def test_a_cell_that_begins_like_a_formula_is_text(formula: str) -> None:
    assert csv_cell(formula) == f"'{formula}"


@pytest.mark.parametrize("value", ["buy milk", "1 = 1", "", -3, 0.5, None])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert csv_cell(value) == value


def test_a_csv_row_reads_back_as_one_row() -> None:
    out = io.StringIO()
    csv.writer(out).writerow([csv_cell(NASTY), 'say "hi", bye'])
    ((first, second),) = csv.reader(io.StringIO(out.getvalue()))
    assert first.startswith("'=HYPERLINK(")
    assert second == 'say "hi", bye'


def test_a_json_line_loses_nothing_and_shows_nothing_harmful() -> None:
    line = json_line({"text": NASTY, "é": "\u2028"})
    assert json.loads(line) == {"text": NASTY, "é": "\u2028"}
    assert line == printable(line)
    assert "\n" not in line


def test_a_heading_of_markdown_holds_no_markup() -> None:
    assert markdown_text("![x](http://y) <b>\n# z") == (r"\!\[x\](http\://y) \<b\> \# z")


def test_a_block_of_markdown_is_not_left() -> None:
    block = markdown_block("a\n```\n````\n<script>")
    assert block.startswith("`````text\n")
    assert block.endswith("\n`````")
