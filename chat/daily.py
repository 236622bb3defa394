"""What each day came to: runs by their end, first deltas, people, tokens and cost by model.

A day that is over is added up once and kept in `DayFigures`, today anew each time. Days are UTC's,
and a run belongs to the day on which it started.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from itertools import accumulate
from math import ceil
from typing import Any, Self

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from chat.models import DayFigures, Run

SLOWEST = 10
# A run may last ten minutes, and is found dead soon after.
SETTLED_AFTER = dt.timedelta(minutes=20)


@dataclass
class ModelFigures:
    """What a model did; `cost` in USD, of the runs that are not `unpriced`."""

    runs: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)
    unpriced: int = 0

    def add(self, other: Self) -> None:
        self.runs += other.runs
        self.input_tokens += other.input_tokens
        self.cached_tokens += other.cached_tokens
        self.output_tokens += other.output_tokens
        self.cost += other.cost
        self.unpriced += other.unpriced


@dataclass
class Figures:
    """A day. `runs` by status, `codes` of those that failed, times in milliseconds.

    `slowest` holds the runs whose first words took longest, the slowest first: time and id.
    """

    runs: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    people: int = 0
    first_delta_p50: int | None = None
    first_delta_p90: int | None = None
    slowest: list[tuple[int, str]] = field(default_factory=list)
    models: dict[str, ModelFigures] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.runs.values())

    @property
    def failed(self) -> int:
        return self.runs.get(Run.Status.FAILED, 0)

    @property
    def cost(self) -> Decimal:
        return sum((model.cost for model in self.models.values()), Decimal(0))

    def as_json(self) -> dict[str, Any]:
        data = asdict(self)
        for model in data["models"].values():
            model["cost"] = str(model["cost"])
        return data

    @classmethod
    def of_json(cls, data: dict[str, Any]) -> Self:
        models = {
            name: ModelFigures(**{**model, "cost": Decimal(model["cost"])})
            for name, model in data["models"].items()
        }
        slowest = [(ms, run_id) for ms, run_id in data["slowest"]]
        return cls(**{**data, "models": models, "slowest": slowest})


def figures_of(first: dt.date, last: dt.date) -> dict[dt.date, Figures]:
    """The figures of each day from `first` to `last`, the oldest first."""
    return keep([first + dt.timedelta(days=number) for number in range((last - first).days + 1)])


def keep_before_deleting(threads: Collection[str]) -> None:
    """Keep the days of these threads' runs, which are about to go."""
    runs = Run.objects.order_by().filter(thread__in=threads)
    keep({at.astimezone(dt.UTC).date() for at in runs.values_list("started_at", flat=True)})


def keep(days: Collection[dt.date]) -> dict[dt.date, Figures]:
    """The figures of `days`; those of days that are over are kept from now on."""
    kept = {
        row.day: Figures.of_json(row.figures) for row in DayFigures.objects.filter(day__in=days)
    }
    began = _first_day_of_all()
    found, new = {}, []
    for day in days:
        if day in kept:
            found[day] = kept[day]
            continue
        figures = found[day] = measure(day) if began and day >= began else Figures()
        # An empty day is quickly looked at again, and may yet be filled by an import.
        if figures.runs and _is_over(day):
            new.append(DayFigures(day=day, figures=figures.as_json()))
    DayFigures.objects.bulk_create(new, ignore_conflicts=True)
    return found


def measure(day: dt.date) -> Figures:
    """Add up the runs of `day`."""
    runs = Run.objects.order_by().filter(_within(day))
    figures = Figures()
    groups = runs.values("model", "status", "code").annotate(
        runs=Count("pk"),
        priced=Count("cost"),
        cost=Sum("cost"),
        input_tokens=Sum("input_tokens"),
        cached_tokens=Sum("cached_tokens"),
        output_tokens=Sum("output_tokens"),
    )
    for group in groups:
        _add(figures, group)
    if figures.runs:
        figures.people = runs.values("owner").distinct().count()
        told = runs.filter(first_delta_ms__isnull=False)
        figures.first_delta_p50, figures.first_delta_p90 = _percentiles(told, 0.5, 0.9)
        slowest = told.order_by("-first_delta_ms").values_list("first_delta_ms", "pk")[:SLOWEST]
        figures.slowest = [(ms or 0, run_id) for ms, run_id in slowest]
    return figures


def _add(figures: Figures, group: Mapping[str, Any]) -> None:
    count = group["runs"]
    figures.runs[group["status"]] = figures.runs.get(group["status"], 0) + count
    if group["status"] == Run.Status.FAILED:
        code = group["code"] or "unknown"
        figures.codes[code] = figures.codes.get(code, 0) + count
    of_model = ModelFigures(
        runs=count,
        input_tokens=group["input_tokens"] or 0,
        cached_tokens=group["cached_tokens"] or 0,
        output_tokens=group["output_tokens"] or 0,
        cost=group["cost"] or Decimal(0),
        unpriced=count - group["priced"],
    )
    figures.models.setdefault(group["model"], ModelFigures()).add(of_model)


def _percentiles(runs: QuerySet[Run], *shares: float) -> list[int | None]:
    """The first deltas below which each share of the runs lies, by nearest rank.

    Counted by millisecond, so that no database has to know percentiles or send every run.
    """
    times = runs.values_list("first_delta_ms")
    counts = list(times.annotate(runs=Count("pk")).order_by("first_delta_ms"))
    up_to = list(accumulate(count for _, count in counts))
    if not up_to:
        return [None for _ in shares]
    return [counts[bisect_left(up_to, max(1, ceil(share * up_to[-1])))][0] for share in shares]


def _within(day: dt.date) -> Q:
    start = dt.datetime.combine(day, dt.time(), dt.UTC)
    return Q(started_at__gte=start, started_at__lt=start + dt.timedelta(days=1))


def _is_over(day: dt.date) -> bool:
    end = dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(days=1)
    return timezone.now() >= end + SETTLED_AFTER


def _first_day_of_all() -> dt.date | None:
    first = Run.objects.order_by("started_at", "pk").values_list("started_at", flat=True).first()
    return first.astimezone(dt.UTC).date() if first else None
