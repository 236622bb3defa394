"""Finds where a title ends and its due date begins: "call mum | tomorrow at 5pm". Pure.

The grammar here proposes, the one that the tools read dates with decides: what it cannot read
stays in the title.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tasks import due_words

_WEEKDAY = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|thurs|fri|sat(?:ur)?|sun)(?:day)?|weds|wendesday|wensday"
)
_FULL_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NUMBER = (
    r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|a\ couple(?:\ of)?)"
)
_TOMORROW = r"(?:tomorrow|tommorow|tomorow|tommorrow|tomorrrow|tomorro|tmrw?|tmw|2moro)"
_DAYTIME = r"(?:morning|noon|midday|lunchtime|afternoon|evening|night)"

# Days that need no word before them, and those that do ("sun" and "the 5th" may be anything).
_CLEAR_DAY = rf"""(?:(?:the\ )?day\ after\ tomorrow|today|tonight|to-?night|{_TOMORROW}
    |this\ (?:morning|afternoon|evening|weekend|week|month|year|(?:coming\ )?(?:{_WEEKDAY}))
    |(?:the\ )?(?:next|coming)\ (?:week|month|year|weekend
        |(?:{_WEEKDAY}))(?:\ on\ (?:{_FULL_WEEKDAY}))?
    |(?:the\ |at\ the\ )?end\ of\ (?:the\ |this\ |next\ )?(?:day|week|month|year)|eod|eow|eom|eoy
        |cob
    |(?:(?:the\ )?end\ of\ (?:the\ )?day|eod|cob|close\ of\ business)\ (?:on\ )?(?:{_FULL_WEEKDAY}
        |{_TOMORROW}|today)
    |in\ {_NUMBER}\ (?:minute|min|hour|hr|day|week|month|year)s?(?:'?\ time)?|in\ half\ an\ hour
    |{_NUMBER}\ (?:minute|hour|day|week|month)s?\ from\ (?:now|today)
    |{_FULL_WEEKDAY}(?:\ next\ week)?|\d{{4}}-\d{{2}}-\d{{2}}(?:[T\ ]\d{{2}}:\d{{2}}(?::\d{{2}})?)?
    |{_MONTH}\.?\ \d{{1,2}}(?:st|nd|rd|th)?(?:,?\ \d{{4}})?
    |(?:the\ )?\d{{1,2}}(?:st|nd|rd|th)?\ (?:of\ )?{_MONTH}\.?(?:,?\ \d{{4}})?
    |\d{{1,2}}/\d{{1,2}}/\d{{2,4}}|\d{{1,2}}\.\d{{1,2}}\.\d{{4}})"""
_VAGUE_DAY = rf"""(?:{_WEEKDAY}|the\ \d{{1,2}}(?:st|nd|rd|th)|\d{{1,2}}(?:st|nd|rd|th)|the\ weekend
    |\d{{1,2}}/\d{{1,2}}|\d{{1,2}}\.\d{{1,2}}\.)"""
_CLOCK = r"""(?:\d{1,2}(?:[:.]\d{2})?\ ?(?:am|pm|a\.m\.?|p\.m\.?)|\d{1,2}:\d{2}(?::\d{2})?|noon
        |midnight|midday
    |\d{1,2}\ o'?clock)"""
_LOOSE_CLOCK = rf"(?:{_CLOCK}|(?:at\ |@\ ?)\d{{1,2}})"
_AT = r"(?:(?:at|by|around|@|before)\ ?)"
_BEFORE_DAY = (
    r"(?:(?:due(?:\ date)?(?:\ is)?:?\ (?:on|by|at)?|deadline:?|by|on|before|for|from|starting"
    r"|no\ later\ than|not\ later\ than|latest\ by|until|till)\ *)"
)
_DAY_THEN_TIME = rf"""(?:(?:{_BEFORE_DAY}?{_CLEAR_DAY}|{_BEFORE_DAY}{_VAGUE_DAY})
    (?:,?\ (?:in\ the\ )?{_DAYTIME})?(?:,?\ {_AT}?{_LOOSE_CLOCK})?(?:\ in\ the\ {_DAYTIME})?)"""
_TIME_THEN_DAY = rf"""(?:(?:due\ )?{_AT}?{_LOOSE_CLOCK},?\ (?:(?:{_BEFORE_DAY})?{_CLEAR_DAY}
    |{_BEFORE_DAY}{_VAGUE_DAY})(?:\ {_DAYTIME})?)"""
_TIME_ALONE = (
    rf"(?:(?:due\ )?{_AT}{_CLOCK}|at\ (?:1\d|2[0-3]|[1-9])|in\ the\ {_DAYTIME}"
    rf"|\d{{1,2}}(?::\d{{2}})?\ ?[ap]m)"
)
_DUE = rf"(?:{_DAY_THEN_TIME}|{_TIME_THEN_DAY}|{_TIME_ALONE})"

_FLAGS = re.IGNORECASE | re.VERBOSE
_AT_END = re.compile(rf"(?P<gap>(?:^|[\s,;:(\-\u2013\u2014]+))(?P<due>{_DUE})\)?$", _FLAGS)
_AT_START = re.compile(rf"(?P<due>{_DUE})(?P<gap>[\s,:\-\u2013\u2014]+)(?=\S)", _FLAGS)
_ANY_DAY = rf"{_BEFORE_DAY}?(?:{_CLEAR_DAY}|{_VAGUE_DAY}|{_TOMORROW}|\d{{1,2}}(?:st|nd|rd|th)?)"
_WHOLE = re.compile(
    rf"""(?:{_DUE}|{_ANY_DAY}(?:\ {_DAYTIME})?(?:,?\ {_AT}?{_LOOSE_CLOCK})?
    |{_LOOSE_CLOCK}(?:,?\ {_ANY_DAY})?|now|later\ today|next\ \w+)""",
    _FLAGS,
)
_CANDIDATE = re.compile(
    rf"\d|today|night|{_TOMORROW}|day|week|month|year|eo[dwmy]|morning|noon|evening|hour"
    r"|mid|sat|sun"
    r"|mon|tue|wed|thu|fri",
    re.IGNORECASE,
)

# After these, a day is part of the sentence: "every Monday", "Black Friday", "the story of today".
_BINDS = re.compile(
    r"""(?:^|[\s(])(?:every|each|all|since|last|until|till|of|per|than|like|about|is|are|was
        |called|named
    |good|black|casual|ash|cyber|freaky|super|happy|same|an?|the|my|our|his|her|their|your|between
        |and|or
    |watch|song|movie|film|from|to|not|no|any|some|for\ the|plan|review|prepare|organi[sz]e|schedule
    |next|this|through|thru|via|with|what's|whats|&|\+|-)$""",
    re.IGNORECASE | re.VERBOSE,
)
# "-" and the like end such a gap too: "Monday - Friday" is a span.
_REPEATS = re.compile(
    r"\b(?:every(?: other| second| \d+\w*)?|each) (?:day|week|month|year|morning|afternoon"
    r"|evening|night"
    rf"|hour|weekday|weekend|(?:{_WEEKDAY})s?|other)\b|\b(?:daily|weekly|monthly|yearly"
    r"|annually|biweekly"
    r"|fortnightly)$|\bonce an? (?:day|week|month|year)\b",
    re.IGNORECASE,
)
_LEADING_WORDS = re.compile(
    r"^(?:(?:due(?: date)?(?: is)?:?|deadline:?|by|on|before|for|from|starting|no later than"
    r"|not later than|latest by|until|till) +)+",
    re.IGNORECASE,
)
_SLIPS = re.compile(r"\b(?:tommorrow|tomorrrow|tomorro|tmw|2moro)\b", re.IGNORECASE)
_WEDNESDAY = re.compile(r"\bwe(?:ndesday|nsday)\b", re.IGNORECASE)
# Whether words are a date does not depend on when they are said.
_SOME_TIME = datetime(2026, 1, 15, 8, 0, tzinfo=UTC)


def as_due(text: str) -> str | None:
    """`text` as the tools read it, if all of it is a day or a time."""
    text = " ".join(text.split())
    return _readable(text) if len(text) < 60 and _WHOLE.fullmatch(text) else None


def split_end(text: str) -> tuple[str, str | None]:
    """A title and the due date at its end: "call mum, due friday" is "call mum" and "friday"."""
    tail_from = max(0, len(text) - 80)
    if not _CANDIDATE.search(text, tail_from):
        return text, None
    for found in _ends(text, tail_from):
        title = text[: found.start()].rstrip(" ,;:-(\u2013\u2014")
        due = _readable(found.group("due"))
        if (
            due is None
            or not title
            or (found.group("due").startswith("before") and _OFFSET.search(title))
            or (_BINDS.search(title) and not _is_worded(found.group("due")))
        ):
            break  # a shorter reading would tear "the day after | tomorrow" apart
        if not _unfinished(title):
            return title, due
    return text, None


def split_start(text: str) -> tuple[str | None, str]:
    """The due date at the start of `text`, and the rest: "tomorrow, call mum"."""
    found = _AT_START.match(text)
    due = _readable(found.group("due")) if found else None
    if not found or not due or text[found.end("due") : found.end("due") + 1] == "'":
        return None, text
    return due, text[found.end() :]


def repeats(text: str) -> bool:
    """Whether it names a repetition ("every Monday"), which is beyond the tools."""
    return bool(_REPEATS.search(text))


def _ends(text: str, tail_from: int) -> list[re.Match[str]]:
    """The phrases that may be a date at the end, the longest first."""
    found = []
    position = tail_from
    while match := _AT_END.search(text, position):
        found.append(match)
        position = match.start("due") + 1
    return found


def _is_worded(due: str) -> bool:
    return bool(re.match(r"due|deadline|by\b|on\b|in\b", due, re.IGNORECASE))


def _unfinished(title: str) -> bool:
    """ "finish the report by" lost its end: no title stops at such a word."""
    return bool(
        re.search(r"\b(?:by|on|at|for|before|due|in|until|till|from|the)$", title, re.IGNORECASE)
    )


def _readable(text: str) -> str | None:
    text = _WEDNESDAY.sub("wednesday", _SLIPS.sub("tomorrow", text.strip(" ,")))
    text = _LEADING_WORDS.sub("", re.sub(r"\bto-night\b", "tonight", text))
    text = re.sub(r"^(?:the )?(?:coming) ", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^the (?=next|day after|weekend|end)", "", text, flags=re.IGNORECASE)
    text = re.sub(
        r"^(?:(?:the )?end of (?:the )?day|eod|cob|close of business) (?:on )?(?=\w)",
        "",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(r"^cob$", "eod", text, flags=re.IGNORECASE)
    text = re.sub(r"^at the end", "end", text, flags=re.IGNORECASE)
    text = re.sub(r"'? time$", "", text)
    if re.fullmatch(r"\d{1,2}", text):
        return None
    try:
        due_words.understand(text, _SOME_TIME)
    except (ValueError, OverflowError, KeyError):
        return _iso(text)
    return text


def _iso(text: str) -> str | None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text


_LOOKS_LIKE_A_DATE = re.compile(
    rf"(?:^|\s)(?P<words>(?:(?:on|by|before|for|due) )?(?:\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?"
    rf"|yesterday|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?"
    r"|christmas(?: eve| day)?|new year'?s? ?(?:eve|day)?|easter(?: sunday| monday)?|thanksgiving"
    r"|halloween|valentine'?s day|boxing day"
    r"|\S+ (?:minute|hour|day|week|month)s? (?:before|after) \S+(?: \S+)?))$",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"\b(?:minute|hour|day|week|month)s?(?: (?:before|after))?$", re.IGNORECASE)


def unread(title: str) -> str:
    """The words at the end of a title that look like a date and were read as none."""
    found = _LOOKS_LIKE_A_DATE.search(title)
    return found.group("words") if found else ""


def looks_like_one(text: str) -> bool:
    """Whether it is meant for a date, though nobody can read it: "31 February"."""
    found = _LOOKS_LIKE_A_DATE.match(text.strip())
    return bool(found and found.group("words") == text.strip())
