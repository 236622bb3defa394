"""Times on a command line: `2026-11-01`, `today`, `yesterday`, or an age such as `7d`. UTC."""

import argparse
import re
from datetime import UTC, datetime, timedelta

from django.utils import timezone

AGE = re.compile(r"(\d{1,5})([hdwy])")
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
UNITS["y"] = timedelta(days=365)
WANTED = "a day such as 2026-11-01, today, yesterday, or an age such as 12h, 30d, 8w, 1y"


def moment(text: str) -> datetime:
    """A day is its first moment, an age so long before now. For argparse."""
    now = timezone.now()
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        match text:
            case "today":
                return today
            case "yesterday":
                return today - timedelta(days=1)
        if age := AGE.fullmatch(text):
            return now - int(age[1]) * UNITS[age[2]]
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is not {WANTED}") from None


def end_of_day(text: str) -> datetime:
    """As `moment`, but a day that is named belongs to the period that ends with it."""
    return moment(text) + (timedelta() if AGE.fullmatch(text) else timedelta(days=1))
