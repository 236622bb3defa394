"""English words for a time: "friday at 5pm", "in two weeks", "27 Nov", "end of the month". Pure.

`understand` takes the time of day out of the text first; what is left must be a day, whole.
Whatever it does not know is an error: a wrong guess would be stored silently.
"""

import calendar
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "a couple": 2,
    "a couple of": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
_NUMBER = r"(\d{1,4}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"

_MONTHS = {name.casefold(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: n for name, n in _MONTHS.items()} | {"sept": 9}
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"

_WEEKDAYS = {name.casefold(): n for n, name in enumerate(calendar.day_name)}
_WEEKDAYS |= {name[:3]: n for name, n in _WEEKDAYS.items()}
_WEEKDAYS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_WEEKDAY = "(" + "|".join(sorted(_WEEKDAYS, key=len, reverse=True)) + r")\.?"

_NTH = r"(\d{1,2})(?:st|nd|rd|th)?"

_PARTS_OF_DAY = {
    "morning": time(9),
    "noon": time(12),
    "midday": time(12),
    "lunchtime": time(12),
    "afternoon": time(15),
    "evening": time(19),
    "night": time(20),
    "midnight": time(23, 59, 59),
}
_HALF_DAY = 12

_CLOCKS = [
    re.compile(r"(?:\bat |@ ?)?\b(\d{1,2})(?:[:.](\d{2}))? ?(am|pm|a\.m\.?|p\.m\.?)(?!\w)"),
    re.compile(r"(?:\bat |@ ?)?\b(\d{1,2}):(\d{2})(?::\d{2})?()(?: o'?clock)?(?![\w:])"),
    re.compile(r"(?:\bat |@ ?)(\d{1,2})()()(?: o'?clock)?(?![\w:.])"),
    re.compile(r"\b(\d{1,2})()() o'?clock\b"),
]
_PART_OF_DAY = re.compile(r"\b(?:at |in the |around )?(" + "|".join(_PARTS_OF_DAY) + r")\b")
_EXACT = re.compile(
    rf"(?:in )?{_NUMBER} (minute|min|hour|hr|h)s?(?: from now)?|in (half an hour)", re.IGNORECASE
)
_FILLER = re.compile(r"^(?:due|by|on|before|until|till|for|at|the)\s+")


def understand(text: str, now: datetime) -> datetime | date:
    """A moment in `now`'s zone, or a whole day. Raises ValueError where it can't tell."""
    text = _normal(text)
    if exact := _EXACT.fullmatch(text):
        # By the clock on the wall an hour may not be one where summer time begins or ends.
        return now.astimezone(UTC) + _duration(exact)
    clock, rest = _take_time(text)
    rest = _without_fillers(rest)
    if rest == "today" and _has_passed(clock, now) and not any(c.search(text) for c in _CLOCKS):
        return now.date()  # "tonight" said late at night is what is left of the day
    if not rest:
        if clock is None:
            raise ValueError("no day and no time")
        return _next_at(clock, now)
    day = _day(rest, now.date())
    return day if clock is None else datetime.combine(day, clock, tzinfo=now.tzinfo)


def _normal(text: str) -> str:
    text = " ".join(text.casefold().replace(",", " ").split()).rstrip(" !?")
    text = re.sub(r"\bto ?night\b", "today night", text)
    return re.sub(r"\bthis (morning|afternoon|evening)\b", r"today \1", text)


def _without_fillers(text: str) -> str:
    text = " ".join(text.split())
    while (shorter := _FILLER.sub("", text)) != text:
        text = shorter
    return re.sub(r"(?:^| )(?:on|at|by)$", "", text)


# --- Time of day ---------------------------------------------------------------------------


def _take_time(text: str) -> tuple[time | None, str]:
    """The time of day that `text` names, and `text` without it."""
    part = _PART_OF_DAY.search(text)
    without_part = text[: part.start()] + " " + text[part.end() :] if part else text
    for pattern in _CLOCKS:
        if found := pattern.search(without_part):
            rest = without_part[: found.start()] + " " + without_part[found.end() :]
            return _clock(found, part.group(1) if part else None), rest
    return (_PARTS_OF_DAY[part.group(1)], without_part) if part else (None, text)


def _clock(found: re.Match[str], part: str | None) -> time:
    hour, minute = int(found.group(1)), int(found.group(2) or 0)
    half = found.group(3)[:1]
    if half:
        if not 1 <= hour <= _HALF_DAY:
            raise ValueError("no such hour")
        hour = hour % _HALF_DAY + (_HALF_DAY if half == "p" else 0)
    elif part in ("afternoon", "evening", "night") and hour < _HALF_DAY:
        hour += _HALF_DAY
    elif part is None and not found.group(2) and 1 <= hour <= 7:
        hour += _HALF_DAY  # "at 5" is hardly ever five in the morning
    return time(hour, minute)


def _has_passed(clock: time | None, now: datetime) -> bool:
    return clock is not None and clock <= now.time()


def _next_at(clock: time, now: datetime) -> datetime:
    moment = datetime.combine(now.date(), clock, tzinfo=now.tzinfo)
    return moment if moment > now else moment + timedelta(days=1)


def _duration(found: re.Match[str]) -> timedelta:
    if found.group(3):
        return timedelta(minutes=30)
    count = _number(found.group(1))
    return timedelta(hours=count) if found.group(2)[0] == "h" else timedelta(minutes=count)


def _number(text: str) -> int:
    return _NUMBERS[text] if text in _NUMBERS else int(text)


# --- Days ----------------------------------------------------------------------------------


def _day(text: str, today: date) -> date:
    for pattern, reading in _DAYS:
        if found := pattern.fullmatch(text):
            return reading(today, *found.groups())
    raise ValueError("not a day")


def _weekday(today: date, name: str) -> date:
    """The next such day; said on a Friday, "friday" is in a week: today would be "today"."""
    return today + timedelta(days=(_WEEKDAYS[name] - today.weekday() - 1) % 7 + 1)


def _this_weekday(today: date, name: str) -> date:
    return today + timedelta(days=(_WEEKDAYS[name] - today.weekday()) % 7)


def _weekday_next_week(today: date, name: str) -> date:
    return _monday(today) + timedelta(days=7 + _WEEKDAYS[name])


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


def _weekend(today: date) -> date:
    return today if today.weekday() >= 5 else _monday(today) + timedelta(days=5)


def _after(today: date, count: str, unit: str) -> date:
    number = _number(count)
    match unit:
        case "day":
            return today + timedelta(days=number)
        case "week":
            return today + timedelta(weeks=number)
        case "month":
            return _add_months(today, number)
        case _:
            return _add_months(today, 12 * number)


def _add_months(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _end_of_month(today: date, which: str | None) -> date:
    month = _add_months(today.replace(day=1), 1 if which == "next " else 0)
    return _add_months(month, 1) - timedelta(days=1)


def _month_day(today: date, month: str, day: str, year: str | None) -> date:
    return _dated(today, _MONTHS[month], int(day), year)


def _day_month(today: date, day: str, month: str, year: str | None) -> date:
    return _dated(today, _MONTHS[month], int(day), year)


def _slashed(today: date, first: str, second: str, year: str | None) -> date:
    """Only where one of the two can't be a month: nobody knows what 5/6 is."""
    a, b = int(first), int(second)
    if a <= 12 and b <= 12 and a != b:
        raise ValueError("day or month first?")
    return _dated(today, min(a, b) if a > 12 or b > 12 else a, max(a, b), year)


def _dotted(today: date, day: str, month: str, year: str | None) -> date:
    return _dated(today, int(month), int(day), year)


def _dated(today: date, month: int, day: int, year: str | None) -> date:
    """That day; without a year the next one to come, for 29 February as well."""
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    for ahead in range(9):
        try:
            found = date(today.year + ahead, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError("no such day")


def _ordinal(today: date, day: str) -> date:
    """ "the 15th": the next month's that has one, this month included."""
    for ahead in range(12):
        month = _add_months(today.replace(day=1), ahead)
        try:
            found = month.replace(day=int(day))
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError("no such day")


Reading = Callable[..., date]
_DAYS: list[tuple[re.Pattern[str], Reading]] = [
    (re.compile(pattern), reading)
    for pattern, reading in (
        (r"today|now|eod|end of (?:the )?day|later today", lambda t: t),
        (r"tomorrow|tommorow|tomorow|tmrw?|tom", lambda t: t + timedelta(days=1)),
        (r"yesterday", lambda t: t - timedelta(days=1)),
        (r"day after tomorrow", lambda t: t + timedelta(days=2)),
        (rf"(?:coming )?{_WEEKDAY}", _weekday),
        (rf"this (?:coming )?{_WEEKDAY}", _this_weekday),
        (
            rf"next {_WEEKDAY}|{_WEEKDAY} next week|next week(?: on)? {_WEEKDAY}",
            lambda t, *names: _weekday_next_week(t, next(filter(None, names))),
        ),
        (rf"in {_NUMBER} (day|week|month|year)s?(?: time)?", _after),
        (rf"{_NUMBER} (day|week|month|year)s? from (?:now|today)", _after),
        (r"next week", lambda t: _monday(t) + timedelta(days=7)),
        (r"next month", lambda t: _add_months(t.replace(day=1), 1)),
        (r"next year", lambda t: date(t.year + 1, 1, 1)),
        (r"this week|eow|end of (?:the |this )?week", lambda t: _monday(t) + timedelta(days=6)),
        (r"end of next week", lambda t: _monday(t) + timedelta(days=13)),
        (r"(?:this |the )?weekend", _weekend),
        (r"next weekend", lambda t: _monday(t) + timedelta(days=12)),
        (r"this month|eom", lambda t: _end_of_month(t, None)),
        (r"end of (the |this |next )?month", _end_of_month),
        (r"eoy|this year|end of (?:the |this )?year", lambda t: date(t.year, 12, 31)),
        (
            rf"(?:{_WEEKDAY} )?{_MONTH} {_NTH}(?: (\d{{4}}))?",
            lambda t, _, *rest: _month_day(t, *rest),
        ),
        (
            rf"(?:{_WEEKDAY} )?(?:the )?{_NTH}\.? (?:of )?{_MONTH}(?: (\d{{4}}))?",
            lambda t, _, *rest: _day_month(t, *rest),
        ),
        (r"(?:the )?(\d{1,2})(?:st|nd|rd|th)", _ordinal),
        (r"(\d{4})-(\d{2})-(\d{2})", lambda t, *parts: date(*map(int, parts))),
        (r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?", _slashed),
        (r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})?", _dotted),
    )
]
