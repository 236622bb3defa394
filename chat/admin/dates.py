"""The ways to a day in a long list: today, yesterday, months; in a year its months, then days.

Django's own date hierarchy looks through the whole list for the days that have rows. This one
knows the first and the last moment only, which an index tells, and offers all days between.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import dateformat

MONTHS = 12  # of them are offered at first; what is older by its year

Lookup = dict[str, int]  # year, month, day


@dataclass(frozen=True)
class Choice:
    title: str
    lookup: Lookup
    chosen: bool = False


def choices(first: date, last: date, today: date, chosen: Lookup) -> list[Choice]:
    """What to offer in a list from `first` to `last` when `chosen` is looked at."""
    match chosen:
        case {"year": year, "month": month}:
            days = [day for day in _days(first, last) if (day.year, day.month) == (year, month)]
            return [
                Choice(dateformat.format(day, "D j"), _day(day), day.day == chosen.get("day"))
                for day in days
            ]
        case {"year": year}:
            return [_month(month) for month in _months(first, last) if month.year == year]
        case _:
            return [*_recent(first, last, today), *_long_ago(first, last)]


def back(chosen: Lookup) -> Choice | None:
    """The way one step up, or None at the top."""
    match chosen:
        case {"year": year, "month": month, "day": _}:
            return _month(date(year, month, 1))
        case {"year": year, "month": _}:
            return Choice(str(year), {"year": year})
        case {"year": _}:
            return Choice("All dates", {})
        case _:
            return None


def _recent(first: date, last: date, today: date) -> Iterator[Choice]:
    for title, day in (("Today", today), ("Yesterday", today - timedelta(days=1))):
        if first <= day <= last:
            yield Choice(title, _day(day))


def _long_ago(first: date, last: date) -> Iterator[Choice]:
    months = list(_months(first, last))
    yield from map(_month, months[:MONTHS])
    for year in sorted({month.year for month in months[MONTHS:]}, reverse=True):
        yield Choice(str(year), {"year": year})


def _months(first: date, last: date) -> Iterator[date]:
    """The first days of the months, the newest first."""
    month = last.replace(day=1)
    while month >= first.replace(day=1):
        yield month
        month = (month - timedelta(days=1)).replace(day=1)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _day(day: date) -> Lookup:
    return {"year": day.year, "month": day.month, "day": day.day}


def _month(month: date) -> Choice:
    return Choice(dateformat.format(month, "F Y"), {"year": month.year, "month": month.month})
