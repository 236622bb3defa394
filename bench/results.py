"""Figures of turns, how contestants compare, and the table of both. Knows nothing of servers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

NAME_WIDTH = 21
SPREAD_WIDTH = 26
_HEAD = (
    " " * NAME_WIDTH + "first delta, 1      first delta, 10     streams     CPU a stream",
    " " * NAME_WIDTH + "  p50   p90   p99     p50   p90   p99   a second     1    10 database",
)


@dataclass(frozen=True)
class Turn:
    """What one contestant did in one round: first deltas with one and with ten people talking.

    CPU is in milliseconds a stream, of the server and, all in all, of its database if that is a
    process of its own. `other_core_busy` is the share of the core beside the server's.
    """

    name: str
    round: int
    alone_ms: list[float]
    together_ms: list[float]
    streams_a_second: float
    alone_cpu_ms: float
    together_cpu_ms: float
    database_cpu_ms: float | None
    other_core_busy: float


def percentile(values: Iterable[float], share: float) -> float:
    """Nearest rank: a value that occurred."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share / 100 * len(ranked)) - 1)]


# What is compared round by round.
COMPARED: dict[str, Callable[[Turn], float]] = {
    "first delta, 1": lambda turn: percentile(turn.alone_ms, 50),
    "first delta, 10": lambda turn: percentile(turn.together_ms, 50),
    "streams a second": lambda turn: turn.streams_a_second,
    "CPU a stream, 1": lambda turn: turn.alone_cpu_ms,
    "CPU a stream, 10": lambda turn: turn.together_cpu_ms,
}


@dataclass(frozen=True)
class Spread:
    """A figure of several rounds."""

    median: float
    lowest: float
    highest: float

    @staticmethod
    def of(values: Sequence[float]) -> Spread:
        return Spread(median(values), min(values), max(values))

    def words(self, form: str) -> str:
        shown = [format(value, form) for value in (self.median, self.lowest, self.highest)]
        return f"{shown[0]} ({shown[1]}..{shown[2]})"


def names(turns: Iterable[Turn]) -> list[str]:
    """In order of appearance."""
    return list(dict.fromkeys(turn.name for turn in turns))


def figures(turns: Sequence[Turn], name: str) -> dict[str, float | None]:
    """Of one contestant: percentiles over all its rounds, medians of what is one figure a round."""
    own = [turn for turn in turns if turn.name == name]
    alone = [ms for turn in own for ms in turn.alone_ms]
    together = [ms for turn in own for ms in turn.together_ms]
    database = [turn.database_cpu_ms for turn in own if turn.database_cpu_ms is not None]
    return {
        **{f"alone_p{share}": percentile(alone, share) for share in (50, 90, 99)},
        **{f"together_p{share}": percentile(together, share) for share in (50, 90, 99)},
        "streams_a_second": median(turn.streams_a_second for turn in own),
        "alone_cpu_ms": median(turn.alone_cpu_ms for turn in own),
        "together_cpu_ms": median(turn.together_cpu_ms for turn in own),
        "database_cpu_ms": median(database) if database else None,
    }


def against(
    turns: Sequence[Turn], name: str, base: str, compare: Callable[[float, float], float]
) -> dict[str, Spread]:
    """`compare(own, base's)` of each figure, in each round."""
    by_round = {(turn.name, turn.round): turn for turn in turns}
    rounds = sorted({turn.round for turn in turns})
    pairs = [(by_round[name, number], by_round[base, number]) for number in rounds]
    return {
        title: Spread.of([compare(of(own), of(other)) for own, other in pairs])
        for title, of in COMPARED.items()
    }


def ratio(own: float, base: float) -> float:
    return own / base


def difference(own: float, base: float) -> float:
    return own - base


def table(turns: Sequence[Turn]) -> list[str]:
    """The figures, then the ratios and differences to the contestant that came last."""
    lines = list(_HEAD)
    lines += [_row(name, figures(turns, name)) for name in names(turns)]
    *others, base = names(turns)
    for words, form, compare in (
        (f"times {base}", ".2f", ratio),
        (f"minus {base}", "+.1f", difference),
    ):
        if others:
            lines += ["", *_comparison(turns, others, base, words, form, compare)]
    busy = [turn.other_core_busy for turn in turns]
    return [*lines, "", f"The core of people, model and database was busy {_percent(busy)}."]


def _comparison(
    turns: Sequence[Turn],
    others: Sequence[str],
    base: str,
    words: str,
    form: str,
    compare: Callable[[float, float], float],
) -> list[str]:
    """A row for each figure, a column for each contestant: median, lowest and highest round."""
    spreads = [against(turns, name, base, compare) for name in others]
    lines = [words.ljust(NAME_WIDTH) + "".join(f"{name:>{SPREAD_WIDTH}}" for name in others)]
    for title in COMPARED:
        shown = "".join(f"{spread[title].words(form):>{SPREAD_WIDTH}}" for spread in spreads)
        lines.append(f"  {title}".ljust(NAME_WIDTH) + shown)
    return lines


def _percent(shares: Sequence[float]) -> str:
    return f"{min(shares):.0%} to {max(shares):.0%}"


def _row(name: str, values: dict[str, float | None]) -> str:
    form = (*["6.0f"] * 3, "8.0f", *["6.0f"] * 2, "11.1f", "8.1f", "6.1f", "9.1f")
    shown = [
        "-".rjust(9) if value is None else format(value, each)
        for value, each in zip(values.values(), form, strict=True)
    ]
    return name.ljust(NAME_WIDTH) + "".join(shown)


def as_json(turns: Sequence[Turn]) -> dict[str, Any]:
    """Everything that the table shows, and every single time behind it."""
    *others, base = names(turns)
    return {
        "figures": {name: figures(turns, name) for name in names(turns)},
        "base": base,
        "ratios": {name: _spreads(turns, name, base, ratio) for name in others},
        "differences": {name: _spreads(turns, name, base, difference) for name in others},
        "turns": [vars(turn) for turn in turns],
    }


def _spreads(
    turns: Sequence[Turn], name: str, base: str, compare: Callable[[float, float], float]
) -> dict[str, dict[str, float]]:
    spreads = against(turns, name, base, compare)
    return {title: vars(spread) for title, spread in spreads.items()}
