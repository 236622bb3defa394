"""The admin's first page: its figures, its charts, and who sees them."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from chat.admin.charts import Series, line, stacked, top_of
from chat.admin.dashboard import money
from chat.tests.test_daily import add_run
from taskchat_site.accounts.models import User

pytestmark = pytest.mark.django_db

TITLE = "Cost by model"


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("owner@example.com", "correct horse 42")


@pytest.fixture
def staff() -> User:
    return User.objects.create_superuser("boss@example.com", "correct horse 42")


def page(user: User, query: str = "") -> str:
    client = Client()
    client.force_login(user)
    response = client.get(f"/admin/{query}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_an_empty_product_says_so(staff: User) -> None:
    assert "No runs in these days." in page(staff)


def test_today_and_yesterday_are_told(staff: User, owner: User) -> None:
    now = timezone.now()
    add_run(owner, now, first_delta_ms=420)
    add_run(owner, now, status="failed", code="provider_busy", cost=None)
    add_run(owner, now - dt.timedelta(days=1))
    words = text_of(page(staff))
    assert "Runs today 2 1 yesterday" in words
    assert "First delta, p90 420 ms p50 420 ms" in words
    assert "Failed today 1 50.0%; 0 yesterday" in words
    assert "Active users today 1 1 yesterday" in words
    assert f"Cost in {now:%B}" in words


def test_every_chart_is_a_table_too(staff: User, owner: User) -> None:
    add_run(owner, timezone.now(), first_delta_ms=420)
    html = page(staff)
    for title in ("Runs", "First delta", "Failed runs", "Active users", "Cost"):
        (table,) = re.findall(rf"{title} as a table</summary>(.*?)</table>", html, re.DOTALL)
        assert table.count("<tr>") == 31
        assert table.count('scope="row"') == 30


def test_a_model_is_told_with_its_cost_this_month(staff: User, owner: User) -> None:
    add_run(owner, timezone.now(), model="gpt-x", cost=Decimal("2.50"), input_tokens=1234)
    add_run(owner, timezone.now(), model="home-made", cost=None)
    words = text_of(page(staff))
    assert "gpt-x $2.50 1 1,234 0 0 0" in words
    assert "home-made no price 1 0 0 0 1" in words


def test_the_slowest_first_deltas_are_named(staff: User, owner: User) -> None:
    for time in (100, 9_000):
        add_run(owner, timezone.now(), first_delta_ms=time)
    words = text_of(page(staff))
    assert "9,000 ms owner@example.com m Completed" in words
    assert words.index("9,000 ms owner") < words.index("100 ms owner")


@pytest.mark.parametrize(("query", "days"), [("?days=7", 7), ("?days=90", 90), ("?days=x", 30)])
def test_the_span_can_be_chosen(staff: User, owner: User, query: str, days: int) -> None:
    add_run(owner, timezone.now())
    words = text_of(page(staff, query))
    assert f"1 in {days} days" in words


def test_every_link_leads_to_the_runs_that_it_counts(staff: User, owner: User) -> None:
    now = timezone.now()
    # The admin reads "_24" in an address as "$".
    failed = add_run(
        owner, now, id="run_24", status="failed", code="provider_busy", first_delta_ms=1
    )
    add_run(owner, now - dt.timedelta(days=1), model="other model")
    html = page(staff)
    links = set(re.findall(r'href="(/admin/chat/run/[^"]*)"', html))
    assert len(links) > 30
    client = Client()
    client.force_login(staff)
    for link in links:
        assert client.get(link).status_code == 200, link
    (reason,) = re.findall(r'href="([^"]*)">provider busy<', html)
    runs = client.get(reason).context["cl"].result_list
    assert [run.pk for run in runs] == [failed.pk]


def test_whoever_may_not_see_runs_sees_no_figure(owner: User) -> None:
    add_run(owner, timezone.now())
    clerk = User.objects.create_user("clerk@example.com", "correct horse 42", is_staff=True)
    assert TITLE not in page(clerk)
    assert "owner@example.com" not in page(clerk)
    clerk.user_permissions.add(Permission.objects.get(codename="view_run"))
    assert TITLE in page(User.objects.get(pk=clerk.pk))


def test_a_users_hostile_name_is_text(staff: User, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(email="<b>x</b>@example.com")
    add_run(owner, timezone.now(), first_delta_ms=5, model="<script>alert(1)</script>")
    client = Client()
    client.force_login(staff)
    html = client.get("/admin/").content.decode()
    assert "<script>alert" not in html
    assert "<b>x</b>" not in html


def test_the_page_takes_few_queries(
    staff: User, owner: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        add_run(owner, timezone.now() - dt.timedelta(days=number))
    page(staff)
    client = Client()
    client.force_login(staff)
    with django_assert_max_num_queries(16):
        client.get("/admin/")


@pytest.mark.parametrize(
    ("usd", "words"),
    [
        ("0", "$0.00"),
        ("0.00001", "under $0.0001"),
        ("0.0123", "$0.0123"),
        ("0.5", "$0.50"),
        ("1234.5", "$1,234.50"),
    ],
)
def test_money_is_told_in_as_many_digits_as_it_needs(usd: str, words: str) -> None:
    assert money(Decimal(usd)) == words


@pytest.mark.parametrize(
    ("highest", "whole", "top"),
    [(0, True, 2), (1, True, 2), (3, True, 4), (5, True, 6), (430, True, 500), (0.13, False, 0.2)],
)
def test_a_chart_ends_at_a_round_number(highest: float, whole: bool, top: float) -> None:
    assert top_of(highest, whole=whole) == pytest.approx(top)


def test_bars_stand_on_each_other() -> None:
    lower, upper = Series("a", "good", [2, 0]), Series("b", "bad", [1, 4])
    rects = stacked([lower, upper], top=4)
    assert [(rect.kind, rect.y, rect.height) for rect in rects] == [
        ("good", 50, 50),
        ("bad", 25, 25),
        ("bad", 0, 100),
    ]


def test_a_line_breaks_where_nothing_was_measured() -> None:
    path = line(Series("p50", "good", [10, 5, None, 10]), top=10)
    assert path.d == "M5.0 0.00h.01L15.0 50.00M35.0 0.00h.01"
