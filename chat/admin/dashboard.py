"""The admin's first page: what the assistant did, how fast, for how many, and what it cost.

Figures alone, for those who may see runs; what people wrote is not in it.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.utils import quote
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from chat import daily
from chat.admin.charts import HEIGHT, Chart, Day, Series, Tick, line, short_date, stacked, top_of
from chat.daily import Figures, ModelFigures
from chat.models import Run

SPANS = (7, 30, 90)
USUAL_SPAN = 30

Days = Mapping[dt.date, Figures]
Value = Callable[[Figures], float | None]


@dataclass(frozen=True)
class Stat:
    """A number of today, and what to compare it with."""

    title: str
    value: str
    note: str
    link: str
    alarming: bool = False


@dataclass(frozen=True)
class Reason:
    """Why runs failed, how often, and the list of them."""

    code: str
    runs: int
    link: str


@dataclass(frozen=True)
class ModelRow:
    """A model's month. `numbers`: replies, tokens in, cached, out; replies without a price."""

    name: str
    cost: str
    numbers: Sequence[str]
    link: str


@dataclass(frozen=True)
class Slow:
    """A run whose first delta took long."""

    started_at: dt.datetime
    first_delta: str
    user: str
    model: str
    ended: str
    failed: bool
    link: str


def add_figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The theme's hook: the first page's context, with figures for those who may see them."""
    if request.user.has_perm("chat.view_run"):
        span = _span(request)
        context["dashboard"] = dashboard(timezone.now().astimezone(dt.UTC).date(), span)
        context["spans"] = [(days, days == span) for days in SPANS]
    return context


def dashboard(today: dt.date, span: int) -> dict[str, Any]:
    """All that the page shows of the `span` days up to `today`."""
    first = today - dt.timedelta(days=span - 1)
    first_of_month = today.replace(day=1)
    known = daily.figures_of(min(first, first_of_month, today - dt.timedelta(days=1)), today)
    days = {day: figures for day, figures in known.items() if day >= first}
    month = _models(figures for day, figures in known.items() if day >= first_of_month)
    return {
        "stats": _stats(today, known, month),
        "charts": _charts(days) if any(figures.runs for figures in known.values()) else [],
        "month": f"{today:%B}",
        "models": _model_rows(month, today),
        "month_cost": money(sum((model.cost for model in month.values()), Decimal(0))),
        "reasons": _reasons(days),
        "slowest": _slowest(days),
        "span": span,
    }


def money(usd: Decimal) -> str:
    """Dollars as people write them; of small sums as many digits as say something."""
    if usd == 0 or usd >= Decimal("0.1"):
        return f"${usd:,.2f}"
    return f"${usd:.4f}" if usd >= Decimal("0.0001") else "under $0.0001"


def _span(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in map(str, SPANS) else USUAL_SPAN


def _stats(today: dt.date, known: Days, month: Mapping[str, ModelFigures]) -> list[Stat]:
    now, before = known[today], known[today - dt.timedelta(days=1)]
    failed_share = f"{now.failed / now.total:.1%}; " if now.failed else ""
    monthly = sum((model.cost for model in month.values()), Decimal(0))
    return [
        Stat("Runs today", f"{now.total:,}", f"{before.total:,} yesterday", _runs_on(today)),
        Stat(
            "First delta, p90",
            _ms(now.first_delta_p90),
            f"p50 {_ms(now.first_delta_p50)}; yesterday p90 {_ms(before.first_delta_p90)}",
            "#slowest",
        ),
        Stat(
            "Failed today",
            f"{now.failed:,}",
            f"{failed_share}{before.failed:,} yesterday",
            _runs_on(today, status__exact="failed"),
            alarming=now.failed > 0,
        ),
        Stat(
            "Active users today", f"{now.people:,}", f"{before.people:,} yesterday", _runs_on(today)
        ),
        Stat(f"Cost in {today:%B}", money(monthly), f"{money(now.cost)} today", "#models"),
    ]


def _charts(days: Days) -> list[Chart]:
    span = f"in {len(days)} days"
    total = sum(figures.total for figures in days.values())
    failed = sum(figures.failed for figures in days.values())
    cost = sum((figures.cost for figures in days.values()), Decimal(0))
    people = max(figures.people for figures in days.values())
    slowest = max((figures.first_delta_p90 or 0 for figures in days.values()), default=0)
    return [
        _bars(
            ("runs", "Runs", f"{total:,}", span),
            days,
            [
                _series("Completed", "good", days, _runs_that("completed")),
                _series("Cancelled", "calm", days, _runs_that("cancelled")),
                _series("Interrupted", "warning", days, _runs_that("interrupted")),
                _series("Failed", "bad", days, _runs_that("failed")),
            ],
        ),
        _lines(
            ("first-delta", "First delta", _ms(slowest or None), "p90 of the slowest day"),
            days,
            [
                _series("p50", "good", days, lambda figures: figures.first_delta_p50),
                _series("p90", "second", days, lambda figures: figures.first_delta_p90),
            ],
        ),
        _bars(
            ("failed", "Failed runs", f"{failed:,}", f"{failed / (total or 1):.1%} {span}"),
            days,
            [_series("Failed", "bad", days, lambda figures: figures.failed)],
            status__exact="failed",
        ),
        _bars(
            ("users", "Active users", f"{people:,}", "on the busiest day"),
            days,
            [_series("Active users", "good", days, lambda figures: figures.people)],
        ),
        _bars(
            ("cost", "Cost", money(cost), span),
            days,
            [_series("Cost", "good", days, lambda figures: float(figures.cost))],
            show=lambda usd: money(Decimal(str(usd))),
            whole=False,
        ),
    ]


def _series(name: str, kind: str, days: Days, value: Value) -> Series:
    return Series(name, kind, [value(figures) for figures in days.values()])


def _runs_that(status: str) -> Value:
    return lambda figures: figures.runs.get(status, 0)


def _bars(
    words: tuple[str, str, str, str],
    days: Days,
    series: Sequence[Series],
    show: Callable[[float], str] = "{:,.0f}".format,
    *,
    whole: bool = True,
    **filters: str,
) -> Chart:
    values = zip(*(each.values for each in series), strict=True)
    heights = [sum(filter(None, of_day)) for of_day in values]
    top = top_of(max(heights), whole=whole)
    columns = _columns(days, series, show, filters)
    return Chart(*words, series, columns, _ticks(top, show), rects=stacked(series, top))


def _lines(words: tuple[str, str, str, str], days: Days, series: Sequence[Series]) -> Chart:
    values = [value for each in series for value in each.values if value is not None]
    top = top_of(max(values, default=0), whole=True)
    columns = _columns(days, series, _ms, {})
    paths = [line(each, top) for each in series]
    return Chart(*words, series, columns, _ticks(top, _ms), paths=paths)


def _columns(
    days: Days,
    series: Sequence[Series],
    show: Callable[[float], str],
    filters: Mapping[str, str],
) -> list[Day]:
    columns = []
    for number, day in enumerate(days):
        values = [(each, each.values[number]) for each in series]
        cells = [(each, "none" if value is None else show(value)) for each, value in values]
        columns.append(Day(short_date(day), _runs_on(day, **filters), cells))
    return columns


def _ticks(top: float, show: Callable[[float], str]) -> list[Tick]:
    return [Tick(show(top * share), HEIGHT * (1 - share)) for share in (1, 0.5, 0)]


def _models(days: Any) -> dict[str, ModelFigures]:
    """The days' models added up, the dearest first."""
    models: dict[str, ModelFigures] = {}
    for figures in days:
        for name, model in figures.models.items():
            models.setdefault(name, ModelFigures()).add(model)
    return dict(sorted(models.items(), key=lambda item: (-item[1].cost, -item[1].runs)))


def _model_rows(models: Mapping[str, ModelFigures], today: dt.date) -> list[ModelRow]:
    months = {"started_at__year": str(today.year), "started_at__month": str(today.month)}
    return [
        ModelRow(
            name=name or "unknown",
            cost="no price" if model.unpriced == model.runs else money(model.cost),
            numbers=[
                f"{number:,}"
                for number in (
                    model.runs,
                    model.input_tokens,
                    model.cached_tokens,
                    model.output_tokens,
                    model.unpriced,
                )
            ],
            link=_runs(model=name, **months),
        )
        for name, model in models.items()
    ]


def _reasons(days: Days) -> list[Reason]:
    counts: dict[str, int] = {}
    for figures in days.values():
        for code, count in figures.codes.items():
            counts[code] = counts.get(code, 0) + count
    commonest = sorted(counts.items(), key=lambda item: -item[1])[:8]
    return [
        Reason(code.replace("_", " "), count, _runs(status__exact="failed", code=code))
        for code, count in commonest
    ]


def _slowest(days: Days) -> list[Slow]:
    """The runs of these days whose first words took longest, without those that are gone."""
    found = sorted((run for figures in days.values() for run in figures.slowest), reverse=True)
    ids = [run_id for _, run_id in found[: daily.SLOWEST]]
    runs = Run.objects.filter(pk__in=ids).select_related("owner")
    return [
        Slow(
            started_at=run.started_at,
            first_delta=_ms(run.first_delta_ms),
            user=str(run.owner),
            model=run.model,
            ended=f"{run.get_status_display()} ({run.code})"
            if run.code
            else run.get_status_display(),
            failed=run.status == Run.Status.FAILED,
            link=reverse("admin:chat_run_change", args=[quote(run.pk)]),
        )
        for run in runs.order_by("-first_delta_ms")
    ]


def _ms(milliseconds: float | None) -> str:
    return "none" if milliseconds is None else f"{milliseconds:,.0f} ms"


def _runs_on(day: dt.date, **filters: str) -> str:
    parts = {"year": day.year, "month": day.month, "day": day.day}
    return _runs(**{f"started_at__{name}": str(part) for name, part in parts.items()}, **filters)


def _runs(**filters: str) -> str:
    """The list of runs that these leave."""
    return f"{reverse('admin:chat_run_changelist')}?{urlencode(filters)}"
