"""Where a title ends and its date begins."""

import pytest

from chat.offline.grammar import due


@pytest.mark.parametrize(
    ("said", "title", "day"),
    [
        ("call mum tomorrow", "call mum", "tomorrow"),
        ("call mum at 5pm tomorrow", "call mum", "at 5pm tomorrow"),
        ("call mum at 5", "call mum", "at 5"),
        ("call mum, due friday", "call mum", "friday"),
        ("pay rent on the 1st", "pay rent", "the 1st"),
        ("pay rent by 1 March 2027", "pay rent", "1 March 2027"),
        ("dentist 2026-12-01 at 10:30", "dentist", "2026-12-01 at 10:30"),
        ("call mum in a couple of days", "call mum", "in a couple of days"),
        ("send it by end of day Friday", "send it", "Friday"),
        ("something tommorrow morning", "something", "tomorrow morning"),
        ("dinner with Ann on sat", "dinner with Ann", "sat"),
    ],
)
def test_a_date_comes_off_the_end(said: str, title: str, day: str) -> None:
    assert due.split_end(said) == (title, day)


@pytest.mark.parametrize(
    "title",
    [
        "prepare tomorrow's report",
        "watch Black Friday",
        "watch The Day After Tomorrow",
        "the day after tomorrow",
        "call Tom",
        "meet sun",
        "read 1984",
        "buy 12 eggs",
        "plan next week",
        "work Monday to Friday",
        "buy the Sunday paper",
        "water the plants every Monday",
        "swim for an hour",
        "pay rent on 5/6",
        "tomorrow",
        "call 555-1234",
        "march in the parade",
    ],
)
def test_a_title_with_a_day_in_it_stays_whole(title: str) -> None:
    assert due.split_end(title) == (title, None)


@pytest.mark.parametrize("words", ["high", "someday", "tom", "a", "the bank", "it", ""])
def test_other_words_are_no_date(words: str) -> None:
    assert due.as_due(words) is None
