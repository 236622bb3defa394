"""When a task is due: read from text, told in words, and the days of a time zone. Pure.

A date without a time is the last second of that day in the user's zone.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tasks import due_words
from tasks.text import shortened

END_OF_DAY = time(23, 59, 59)
YEARS = range(1970, 3000)

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}", re.IGNORECASE)


def parse_due(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """What "tomorrow 17:00", "next friday" or an ISO date means at `now` in `zone`.

    Raises ValueError with words for the user.
    """
    unreadable = ValueError(
        f'Can\'t read due "{shortened(text, 60)}". '
        'Use e.g. "tomorrow 17:00", "2026-12-01" or "none".'
    )
    text = text.strip()
    try:
        if _ISO_TIME.match(text):
            try:
                return parse_iso_due(text, zone=zone)
            except ValueError:
                pass  # "2026-12-01 17:00 sharp" is not ISO, yet may be words
        found = due_words.understand(text, now.astimezone(zone))
        moment = found if isinstance(found, datetime) else end_of_day(found, zone)
        return _in_utc(moment)
    except (ValueError, OverflowError):
        raise unreadable from None


def parse_iso_due(text: str, *, zone: ZoneInfo) -> datetime:
    """An ISO 8601 date or time, in `zone` if it names none. Raises ValueError with words."""
    try:
        return _in_utc(_iso(text.strip(), zone))
    except (ValueError, OverflowError):
        raise ValueError(
            "must be an ISO 8601 date or time between "
            f'{YEARS[0]} and {YEARS[-1]}, e.g. "2026-12-01" or "2026-12-01T17:00:00Z", or null'
        ) from None


def describe_due(due_at: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """ "today", "tomorrow 17:00", "Fri 27 Nov": short, and enough to see a misunderstanding."""
    local = due_at.astimezone(zone)
    day = describe_day(local.date(), today=now.astimezone(zone).date())
    return day if is_whole_day(local) else f"{day} {local:%H:%M}"


def describe_day(day: date, *, today: date) -> str:
    names = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    near = names.get((day - today).days)
    if near:
        return near
    written = f"{day:%a} {day.day} {day:%b}"
    return written if day.year == today.year else f"{written} {day.year}"


def describe_past_day(moment: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """ "today", "yesterday", "Tue" within the last week, then the date."""
    day, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    return f"{day:%a}" if 2 <= (today - day).days <= 6 else describe_day(day, today=today)


def is_whole_day(local: datetime) -> bool:
    return local.time().replace(microsecond=0) == END_OF_DAY


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, END_OF_DAY, tzinfo=zone)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def days_ahead(
    first: int, days: int, *, now: datetime, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    """From the start of the day `first` days after today, `days` days long; the end excluded."""
    today = now.astimezone(zone).date()
    start = today + timedelta(days=first)
    return start_of_day(start, zone), start_of_day(start + timedelta(days=days), zone)


def to_iso(moment: datetime, *, timespec: str = "microseconds") -> str:
    """UTC, always with as many digits, so that two such texts compare as their times do."""
    return moment.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def _iso(text: str, zone: ZoneInfo) -> datetime:
    if _ISO_DATE.fullmatch(text):
        return end_of_day(date.fromisoformat(text), zone)
    if not _ISO_TIME.match(text):  # fromisoformat takes weeks and a lone date as well
        raise ValueError("not a date and a time")
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _in_utc(moment: datetime) -> datetime:
    moment = moment.astimezone(UTC).replace(microsecond=0)
    if moment.year not in YEARS:
        raise ValueError("year out of range")
    return moment
