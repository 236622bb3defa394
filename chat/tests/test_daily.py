"""What a day came to, and that it stays so when its runs are gone."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from chat.daily import Figures, ModelFigures, figures_of, measure
from chat.models import DayFigures, Run, Thread
from chat.retention import old_threads, prune_some
from taskchat_site.accounts.models import User

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 10)
NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("owner@example.com", "correct horse 42")


def add_run(owner: User, at: dt.datetime = NOON, **fields: Any) -> Run:
    thread = Thread.objects.create(owner=owner, created_at=at, updated_at=at)
    made = {"status": "completed", "model": "m", "cost": Decimal("0.01"), **fields}
    return Run.objects.create(owner=owner, thread=thread, started_at=at, **made)


def test_a_day_is_added_up_by_end_reason_person_and_model(owner: User) -> None:
    other = User.objects.create_user("other@example.com", "correct horse 42")
    add_run(owner, input_tokens=100, cached_tokens=40, output_tokens=7)
    add_run(owner, input_tokens=50)
    add_run(other, model="dear", cost=Decimal("1.5"))
    add_run(owner, status="failed", code="provider_busy", cost=None)
    figures = measure(DAY)
    assert figures.runs == {"completed": 3, "failed": 1}
    assert (figures.total, figures.failed, figures.people) == (4, 1, 2)
    assert figures.codes == {"provider_busy": 1}
    assert figures.models["m"] == ModelFigures(3, 150, 40, 7, Decimal("0.02"), unpriced=1)
    assert figures.cost == Decimal("1.52")


@pytest.mark.parametrize(
    ("times", "p50", "p90"),
    [([], None, None), ([300], 300, 300), ([1, 2], 1, 2), (list(range(1, 101)), 50, 90)],
)
def test_percentiles_are_by_nearest_rank(
    owner: User, times: list[int], p50: int | None, p90: int | None
) -> None:
    for time in [*times, None]:
        add_run(owner, first_delta_ms=time)
    figures = measure(DAY)
    assert (figures.first_delta_p50, figures.first_delta_p90) == (p50, p90)


def test_the_ten_slowest_are_named(owner: User) -> None:
    runs = {time: add_run(owner, first_delta_ms=time).pk for time in range(1, 13)}
    assert measure(DAY).slowest == [(time, runs[time]) for time in range(12, 2, -1)]


def test_a_run_belongs_to_the_day_of_utc_on_which_it_started(owner: User) -> None:
    midnight = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
    for at in (midnight, midnight + dt.timedelta(hours=23, minutes=59, seconds=59)):
        add_run(owner, at)
    for at in (midnight - dt.timedelta(microseconds=1), midnight + dt.timedelta(days=1)):
        add_run(owner, at)
    assert measure(DAY).total == 2


def test_a_day_that_is_over_outlives_its_runs(owner: User) -> None:
    add_run(owner, first_delta_ms=123, status="failed", code="internal")
    before = figures_of(DAY, DAY)
    Run.objects.all().delete()
    after = figures_of(DAY, DAY)
    assert after == before
    assert after[DAY].first_delta_p90 == 123


def test_retention_keeps_the_figures_of_the_days_that_it_empties(owner: User) -> None:
    add_run(owner, first_delta_ms=123)
    add_run(owner, NOON + dt.timedelta(days=1))
    whole = measure(DAY)
    while prune_some(old_threads(NOON + dt.timedelta(days=30), flagged=True), "test").conversations:
        pass
    assert not Run.objects.exists()
    days = figures_of(DAY, DAY + dt.timedelta(days=1))
    assert days[DAY] == whole
    assert days[DAY + dt.timedelta(days=1)].total == 1


def test_today_is_added_up_anew(owner: User) -> None:
    now = timezone.now()
    add_run(owner, now)
    assert figures_of(now.date(), now.date())[now.date()].total == 1
    add_run(owner, now)
    assert figures_of(now.date(), now.date())[now.date()].total == 2
    assert not DayFigures.objects.exists()


def test_a_run_that_may_still_be_going_on_keeps_its_day_open(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_run(owner)
    midnight = dt.datetime(2026, 3, 11, tzinfo=dt.UTC)
    for minutes, kept in ((5, False), (30, True)):
        now = midnight + dt.timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        figures_of(DAY, DAY)
        assert DayFigures.objects.exists() is kept


def test_days_without_runs_are_empty_and_open_to_an_import(owner: User) -> None:
    first = DAY - dt.timedelta(days=2)
    add_run(owner)
    assert figures_of(first, DAY)[first] == Figures()
    add_run(owner, NOON - dt.timedelta(days=2))
    assert figures_of(first, DAY)[first].total == 1


def test_kept_days_take_no_query_of_runs(owner: User, django_assert_max_num_queries: Any) -> None:
    days = [DAY + dt.timedelta(days=number) for number in range(30)]
    for day in days:
        add_run(owner, dt.datetime.combine(day, dt.time(12), dt.UTC))
    figures_of(days[0], days[-1])
    with django_assert_max_num_queries(3):
        figures_of(days[0], days[-1])
