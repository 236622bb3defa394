"""Figures as staff read them: durations, tokens, money."""

from datetime import timedelta
from decimal import Decimal


def duration(length: timedelta) -> str:
    """`840 ms`, `2.31 s`, `4 min 5 s`."""
    seconds = length.total_seconds()
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def milliseconds(count: int) -> str:
    return duration(timedelta(milliseconds=count))


def tokens(count: int) -> str:
    return f"{count:,}"


def usd(amount: Decimal | None) -> str:
    """`$1.20`, `$0.000043`; nothing where no price is known."""
    if amount is None:
        return ""
    if amount == 0 or amount >= Decimal("0.1"):
        return f"${amount:,.2f}"
    return f"${amount.normalize():f}"
