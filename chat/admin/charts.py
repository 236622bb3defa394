"""Charts of days as plain numbers, which the template draws: SVG under a grid of days, no script.

A chart is `10 * days` wide and 100 high, whatever its size on the page.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor, log10

WIDTH = 10.0
BAR = 7.0
HEIGHT = 100.0


@dataclass(frozen=True)
class Series:
    """One value a day; None where there is none. `kind` is its colour: a class of the style."""

    name: str
    kind: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Day:
    """A column: where it leads, and what it shows when pointed at."""

    name: str
    link: str
    cells: Sequence[tuple[Series, str]]


@dataclass(frozen=True)
class Rect:
    kind: str
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Path:
    kind: str
    d: str


@dataclass(frozen=True)
class Tick:
    label: str
    y: float


@dataclass
class Chart:
    """`headline` and `detail` say in words what the whole span came to."""

    slug: str
    title: str
    headline: str
    detail: str
    series: Sequence[Series]
    days: Sequence[Day]
    ticks: Sequence[Tick]
    rects: Sequence[Rect] = field(default_factory=list)
    paths: Sequence[Path] = field(default_factory=list)

    @property
    def width(self) -> float:
        return WIDTH * len(self.days)

    @property
    def bar(self) -> float:
        return BAR

    @property
    def newest_first(self) -> Sequence[Day]:
        return self.days[::-1]

    @property
    def ends(self) -> tuple[str, str, str]:
        """What stands under the chart: its first, middle and last day."""
        names = [day.name for day in self.days]
        return names[0], names[len(names) // 2], names[-1]


def top_of(highest: float, *, whole: bool) -> float:
    """A round number that is at least `highest`, with a round half; `whole`: both integers."""
    if highest <= 0:
        return 2.0 if whole else 1.0
    power = 10.0 ** floor(log10(highest))
    steps = (1, 2, 4, 6, 8, 10) if whole and power == 1 else (1, 2, 3, 4, 5, 6, 8, 10)
    top = next(step * power for step in steps if step * power >= highest)
    return max(top, 2.0) if whole else top


def stacked(series: Sequence[Series], top: float) -> list[Rect]:
    """Bars, the first series at the bottom."""
    rects = []
    for column, values in enumerate(zip(*(each.values for each in series), strict=True)):
        below = 0.0
        for each, value in zip(series, values, strict=True):
            if value:
                height = value / top * HEIGHT
                x = column * WIDTH + (WIDTH - BAR) / 2
                rects.append(Rect(each.kind, x, HEIGHT - below - height, height))
                below += height
    return rects


def line(series: Series, top: float) -> Path:
    """A line that breaks where there is no value; a day alone becomes a dot."""
    parts = []
    pen_down = False
    for column, value in enumerate(series.values):
        if value is None:
            pen_down = False
            continue
        x, y = (column + 0.5) * WIDTH, HEIGHT - value / top * HEIGHT
        parts.append(f"L{x:.1f} {y:.2f}" if pen_down else f"M{x:.1f} {y:.2f}h.01")
        pen_down = True
    return Path(series.kind, "".join(parts))


def short_date(day: dt.date) -> str:
    return f"{day.day} {day:%b}"
