from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tasks import dates

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=BERLIN)  # a Tuesday


def local(text, now=NOW, zone=BERLIN):
    """What `text` means, as wall time; a whole day without its time."""
    moment = dates.parse_due(text, now=now, zone=zone)
    assert moment.tzinfo is UTC
    here = moment.astimezone(zone)
    return f"{here:%Y-%m-%d}" if dates.is_whole_day(here) else f"{here:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("today", "2026-11-24"),
        ("Today!", "2026-11-24"),
        ("tomorrow", "2026-11-25"),
        ("tmr", "2026-11-25"),
        ("yesterday", "2026-11-23"),
        ("the day after tomorrow", "2026-11-26"),
        ("end of day", "2026-11-24"),
        # Weekdays: the next to come; "next" is the one in the week that begins on Monday.
        ("friday", "2026-11-27"),
        ("Fri", "2026-11-27"),
        ("on Friday", "2026-11-27"),
        ("by friday", "2026-11-27"),
        ("this friday", "2026-11-27"),
        ("monday", "2026-11-30"),
        ("tuesday", "2026-12-01"),
        ("this tuesday", "2026-11-24"),
        ("next friday", "2026-12-04"),
        ("next tuesday", "2026-12-01"),
        ("friday next week", "2026-12-04"),
        ("next week on friday", "2026-12-04"),
        ("in 3 days", "2026-11-27"),
        ("in two weeks", "2026-12-08"),
        ("a week from now", "2026-12-01"),
        ("in a couple of days", "2026-11-26"),
        ("in a month", "2026-12-24"),
        ("in 3 months", "2027-02-24"),
        ("in a year", "2027-11-24"),
        ("next week", "2026-11-30"),
        ("this week", "2026-11-29"),
        ("end of the week", "2026-11-29"),
        ("this weekend", "2026-11-28"),
        ("next weekend", "2026-12-05"),
        ("next month", "2026-12-01"),
        ("end of the month", "2026-11-30"),
        ("end of next month", "2026-12-31"),
        ("end of the year", "2026-12-31"),
        # Dates: without a year the next one to come.
        ("2026-12-01", "2026-12-01"),
        ("27 Nov", "2026-11-27"),
        ("27. November", "2026-11-27"),
        ("Nov 27th", "2026-11-27"),
        ("Fri 27 Nov", "2026-11-27"),
        ("the 1st of March", "2027-03-01"),
        ("March 1, 2028", "2028-03-01"),
        ("24 November", "2026-11-24"),
        ("23 Nov", "2027-11-23"),
        ("29 feb", "2028-02-29"),
        ("the 15th", "2026-12-15"),
        ("31st", "2026-12-31"),
        ("24.12.", "2026-12-24"),
        ("1.12.2027", "2027-12-01"),
        ("12/25", "2026-12-25"),
        ("25/12/27", "2027-12-25"),
        ("1/1/2027", "2027-01-01"),
        # With a time.
        ("tomorrow 17:00", "2026-11-25 17:00"),
        ("tomorrow at 5pm", "2026-11-25 17:00"),
        ("tomorrow at 5 p.m.", "2026-11-25 17:00"),
        ("tomorrow at 5", "2026-11-25 17:00"),
        ("tomorrow at 9", "2026-11-25 09:00"),
        ("at 9 tomorrow", "2026-11-25 09:00"),
        ("5:30pm on friday", "2026-11-27 17:30"),
        ("friday, 8:15", "2026-11-27 08:15"),
        ("next friday at 12am", "2026-12-04 00:00"),
        ("friday at noon", "2026-11-27 12:00"),
        ("tomorrow morning", "2026-11-25 09:00"),
        ("tomorrow morning at 6", "2026-11-25 06:00"),
        ("friday at 8 in the evening", "2026-11-27 20:00"),
        ("tonight", "2026-11-24 20:00"),
        ("this afternoon", "2026-11-24 15:00"),
        ("tomorrow midnight", "2026-11-25"),
        ("Dec 1 at 5pm", "2026-12-01 17:00"),
        ("2026-12-01 17:00", "2026-12-01 17:00"),
        ("2026-12-01T17:00", "2026-12-01 17:00"),
        ("2026-12-01T17:00:00Z", "2026-12-01 18:00"),
        ("2026-12-01t17:00:00+01:00", "2026-12-01 17:00"),
        ("2026-12-01 at 5pm", "2026-12-01 17:00"),
        # A time alone is the next one.
        ("17:00", "2026-11-24 17:00"),
        ("5pm", "2026-11-24 17:00"),
        ("at 9am", "2026-11-25 09:00"),
        ("10:30", "2026-11-25 10:30"),
        ("noon", "2026-11-24 12:00"),
        ("in 3 hours", "2026-11-24 13:30"),
        ("in an hour", "2026-11-24 11:30"),
        ("in half an hour", "2026-11-24 11:00"),
        ("45 minutes from now", "2026-11-24 11:15"),
    ],
)
def test_words_for_a_time_are_understood(text, meaning):
    assert local(text) == meaning


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "someday soon",
        "every friday",
        "friday or saturday",
        "not tomorrow",
        "5/6",
        "13/13",
        "31 Nov",
        "30 feb 2027",
        "2026-02-30",
        "2026-13-01",
        "25:00",
        "tomorrow 17:60",
        "13pm",
        "0am",
        "99",
        "in 9999 years",
        "tomorrow tomorrow",
        "1 Jan 9999",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "tomorrow\0",
        "🎉",
        "x" * 10_000,
        "in " * 3_000 + "3 days",
        "1" * 5_000,
    ],
)
def test_what_is_not_understood_is_an_error_with_words(text):
    with pytest.raises(ValueError, match=r"^Can't read due .* Use e\.g\. "):
        dates.parse_due(text, now=NOW, zone=BERLIN)


def test_the_error_quotes_what_it_could_not_read():
    with pytest.raises(ValueError, match="Can't read due") as error:
        dates.parse_due("someday  soon", now=NOW, zone=BERLIN)
    assert str(error.value) == (
        'Can\'t read due "someday soon". Use e.g. "tomorrow 17:00", "2026-12-01" or "none".'
    )


def test_said_on_a_weekend_next_friday_is_in_the_week_to_come():
    sunday = datetime(2026, 11, 29, 12, tzinfo=BERLIN)
    assert local("next friday", sunday) == "2026-12-04"
    assert local("this weekend", sunday) == "2026-11-29"
    assert local("weekend", sunday - timedelta(days=1)) == "2026-11-28"


def test_today_is_the_day_of_the_zone_and_not_of_utc():
    evening = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert local("today", evening, BERLIN) == "2026-11-25"
    assert local("today", evening, ZoneInfo("America/New_York")) == "2026-11-24"


def test_an_hour_is_an_hour_also_where_summer_time_ends():
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Berlin, for the first time
    later = dates.parse_due("in 2 hours", now=before, zone=BERLIN)
    assert later - before == timedelta(hours=2)


def test_a_wall_time_that_summer_time_skips_is_still_a_time():
    now = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    due = dates.parse_due("tomorrow 2:30", now=now, zone=BERLIN)
    assert due == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_the_last_of_a_month_stays_in_the_month():
    now = datetime(2027, 1, 31, 12, tzinfo=BERLIN)
    assert local("in a month", now) == "2027-02-28"
    assert local("end of next month", now) == "2027-02-28"


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("today", "today"),
        ("tomorrow", "tomorrow"),
        ("tomorrow 17:00", "tomorrow 17:00"),
        ("yesterday", "yesterday"),
        ("2026-11-27", "Fri 27 Nov"),
        ("2026-11-27 9:05", "Fri 27 Nov 09:05"),
        ("2026-12-01", "Tue 1 Dec"),
        ("2027-12-01", "Wed 1 Dec 2027"),
    ],
)
def test_due_is_told_in_words_that_show_a_misunderstanding(due, words):
    due_at = dates.parse_due(due, now=NOW, zone=BERLIN)
    assert dates.describe_due(due_at, now=NOW, zone=BERLIN) == words
    assert local(words) == local(due)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "yesterday"), (2, "Sun"), (6, "Wed"), (7, "Tue 17 Nov"), (365, None)],
)
def test_a_past_day_of_the_last_week_is_told_by_its_name(days, words):
    moment = NOW - timedelta(days=days)
    expected = words or "Mon 24 Nov 2025"
    assert dates.describe_past_day(moment, now=NOW, zone=BERLIN) == expected


def test_a_day_ends_with_its_last_second():
    assert dates.end_of_day(date(2026, 12, 1), BERLIN).isoformat() == "2026-12-01T23:59:59+01:00"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("tonight", "2026-11-24"),
        ("this morning", "2026-11-24"),
        ("this evening", "2026-11-24"),
        ("today at 9:00", "2026-11-24 09:00"),
        ("tomorrow night", "2026-11-25 20:00"),
    ],
)
def test_a_part_of_today_that_has_passed_is_the_rest_of_today(text, due):
    assert local(text, now=datetime(2026, 11, 24, 23, 49, tzinfo=BERLIN)) == due
