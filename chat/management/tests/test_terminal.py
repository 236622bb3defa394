"""Tables: for a person, and for a pipe."""

from datetime import UTC, datetime, timedelta

import pytest

from chat.management.periods import end_of_day, moment
from chat.management.terminal import table

ROWS = [("ann", 1200, "$0.5000"), ("b\x1b[2J\u202eob", 7, None)]


def test_in_a_pipe_columns_are_aligned_and_whole() -> None:
    wide = "x" * 300
    shown = table(("user", "runs", "cost"), [*ROWS, (wide, 1, "$1.0000")], drawn=False)
    first, *lines = shown.splitlines()
    assert first.split() == ["user", "runs", "cost"]
    assert [line.split()[1:] for line in lines] == [
        ["1200", "$0.5000"],
        ["7", "-"],
        ["1", "$1.0000"],
    ]
    assert lines[2].startswith(wide)
    assert not any(line.endswith(" ") for line in lines)


def test_numbers_with_their_units_stand_to_the_right() -> None:
    rows = [("accuracy", "96.2%"), ("median", "1,222 ms"), ("cost", "$0.0001"), ("other", None)]
    shown = table(("", "figure"), rows, drawn=False).splitlines()
    assert {len(line) for line in shown} == {len("accuracy  1,222 ms")}


@pytest.mark.parametrize("drawn", [True, False])
def test_a_cell_is_not_obeyed(drawn: bool) -> None:
    shown = table(("user", "runs", "cost"), ROWS, drawn=drawn)
    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown


def test_at_a_terminal_numbers_are_grouped_and_markup_is_text() -> None:
    shown = table(("user", "runs"), [("[bold]ann[/bold]", 1200)], ("total", 1200), drawn=True)
    assert "[bold]ann[/bold]" in shown
    assert "1,200" in shown


def test_a_named_day_begins_and_ends_at_midnight() -> None:
    assert moment("2026-11-01") == datetime(2026, 11, 1, tzinfo=UTC)
    assert end_of_day("2026-11-01") == datetime(2026, 11, 2, tzinfo=UTC)
    assert end_of_day("yesterday") == moment("today")


def test_an_age_counts_back_from_now() -> None:
    assert datetime.now(UTC) - moment("2w") - timedelta(weeks=2) < timedelta(seconds=5)
    assert moment("12h") > moment("1d") > moment("1y")
