"""The admin's lists: what they show, what they are narrowed to, how they are searched; and that
none of it counts or reads a whole table."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import filling
from chat.admin import dates, grams, search
from chat.admin.paging import AHEAD, NearbyPaginator
from chat.admin.values import values_of
from chat.management.commands import fillchats
from chat.models import Feedback, Item, Run, Thread, ToolCall
from taskchat_site.accounts.models import User

THREADS = "/admin/chat/thread/"

Make = Callable[..., Thread]


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("staff@example.com"))
    return client


@pytest.fixture
def make(db: None) -> Make:
    """A conversation of `email`, with `said` by its user, and a run of which `run` tells."""

    def make(email: str, said: str = "hello", ago: timedelta = timedelta(), **run: Any) -> Thread:
        owner, _ = User.objects.get_or_create(email=email)
        now = timezone.now() - ago
        thread = Thread.objects.create(owner=owner, title=said[:20], created_at=now, updated_at=now)
        for number, (type, text) in enumerate((("user_message", said), ("workflow", "Done"))):
            Item.objects.create(
                thread=thread, item_id=str(number), type=type, text=text, data={}, created_at=now
            )
        fields = {"status": "completed", "model": "gpt-4.1-nano", **run}
        Run.objects.create(owner=owner, thread=thread, started_at=now, **fields)
        return thread

    return make


def called(thread: Thread, name: str, status: str = "completed") -> None:
    ToolCall.objects.create(
        run=thread.runs.get(),
        thread=thread,
        name=name,
        status=status,
        arguments={},
        result={"text": "", "structured": {}},
        created_at=timezone.now(),
        duration_ms=1,
    )


def listed(client: Client, path: str = THREADS, **query: Any) -> list[Any]:
    """The rows of a page of the list."""
    response = client.get(path, query)
    assert response.status_code == 200, response.headers
    return list(response.context["cl"].result_list)


def cells(client: Client) -> dict[str, str]:
    """The first row of the list of conversations, by its columns."""
    admin = client.get(THREADS).context["cl"].model_admin
    row = listed(client)[0]
    return {name: str(getattr(admin, name)(row)) for name in admin.list_display}


def test_a_row_says_what_the_conversation_took_and_what_went_wrong(staff: Client, make: Make):
    thread = make(
        "ann@example.com",
        "Pay the invoice",
        status="failed",
        input_tokens=1_000,
        output_tokens=234,
        cost=Decimal("0.0123"),
    )
    Run.objects.create(owner=thread.owner, thread=thread, started_at=timezone.now())
    for item, kind in (("a", "positive"), ("b", "negative"), ("c", "negative")):
        Feedback.objects.create(thread=thread, item_id=item, kind=kind, created_at=timezone.now())
    row = cells(staff)
    assert "Pay the invoice" in row["title_or_id"]
    assert "ann@example.com" in row["user"]
    assert (row["messages"], row["runs"]) == ("1", "2")
    assert ">1<" in row["errors"]
    assert row["feedback"] == "1 up, 2 down"
    assert (row["tokens"], row["cost"]) == ("1,234", "$0.0123")
    assert row["last_activity"].startswith(f"{timezone.now():%Y-%m-%d}")


def test_no_price_is_no_cost(staff: Client, make: Make):
    make("ann@example.com")
    assert cells(staff)["cost"] == ""


@pytest.fixture
def three(make: Make) -> dict[str, Thread]:
    """A conversation that went well, one that did not, one that was cut short."""
    good = make("ann@example.com", "Pay the invoice")
    bad = make("ben@example.com", status="failed", code="provider_busy", model="o4-mini")
    cut = make("ann@example.com", status="interrupted", model="gpt-4.1")
    called(good, "add_task")
    called(bad, "delete_task", status="failed")
    Feedback.objects.create(thread=cut, item_id="0", kind="negative", created_at=timezone.now())
    Thread.objects.filter(pk=bad.pk).update(flagged_at=timezone.now())
    Thread.objects.filter(pk=cut.pk).update(deleted_at=timezone.now())
    return {"good": good, "bad": bad, "cut": cut}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"user": "ben@"}, "bad"),
        ({"user": "ANN@EXAMPLE.COM"}, "good cut"),
        ({"error": "any"}, "bad cut"),
        ({"error": "interrupted"}, "cut"),
        ({"error": "cancelled"}, ""),
        ({"error": "tool"}, "bad"),
        ({"error": "code:provider_busy"}, "bad"),
        ({"feedback": "any"}, "cut"),
        ({"feedback": "negative"}, "cut"),
        ({"feedback": "positive"}, ""),
        ({"model": "o4-mini"}, "bad"),
        ({"tool": "add_task"}, "good"),
        ({"state": "flagged"}, "bad"),
        ({"state": "deleted"}, "cut"),
        ({"user": "ann", "error": "any", "model": "gpt-4.1"}, "cut"),
        # As the form sends what nobody chose.
        ({"user": "", "error": "", "feedback": "", "model": "", "tool": "", "state": ""}, "all"),
    ],
)
def test_the_list_is_narrowed(
    staff: Client, three: dict[str, Thread], query: dict[str, str], found: str
):
    names = list(three) if found == "all" else found.split()
    assert {thread.pk for thread in listed(staff, **query)} == {three[name].pk for name in names}


def test_the_filters_offer_what_there_is(staff: Client, three: dict[str, Thread]):
    html = staff.get(THREADS).content.decode()
    for value in ("o4-mini", "delete_task", "code:provider_busy"):
        assert f'value="{value}"' in html


def test_a_day_is_found_by_its_links(staff: Client, make: Make):
    make("ann@example.com", "old", ago=timedelta(days=400))
    make("ann@example.com", "new")
    links = staff.get(THREADS).context["cl"].date_links()
    today = next(choice["link"] for choice in links["choices"] if choice["title"] == "Today")
    response = staff.get(THREADS + today)
    assert [thread.title for thread in response.context["cl"].result_list] == ["new"]
    up = response.context["cl"].date_links()["back"]["link"]
    assert staff.get(THREADS + up).context["cl"].result_count == 1


# --- Search --------------------------------------------------------------------------------


@pytest.fixture(params=["few", "rare", "common", "of many"])
def rareness(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All ways to look for a word."""
    monkeypatch.setattr(search, "FEW", 1_000 if request.param == "few" else 0)
    monkeypatch.setattr(search, "RARE", 5_000 if request.param in ("few", "rare") else 0)
    monkeypatch.setattr(search, "MANY", 0 if request.param == "of many" else 100)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("invoice", ["Pay the INVOICE now"]),
        ("nvoi", ["Pay the INVOICE now"]),
        ("ann@example.com", ["Call Ben", "Pay the INVOICE now"]),
        ("ann ben", ["Call Ben"]),
        ("cleo voice", []),
        ("example ca", ["Call Ben"]),
        ("e l b", ["Call Ben"]),
        ("call call", ["Call Ben"]),
        ("done now", ["Pay the INVOICE now"]),  # in two items
        ("pay passport", []),
        ("zq", []),
        ("100%", ["100% of it"]),
        ("%", ["100% of it"]),
        ("00%", ["100% of it"]),
        ("é", ["税金 à payé"]),
        ("税", ["税金 à payé"]),
        ("税金", ["税金 à payé"]),
        ("金税", []),
        ("_", []),
        ("a\0b", []),
        ("", ["Call Ben", "Pay the INVOICE now", "100% of it", "税金 à payé"]),
    ],
)
def test_each_word_is_in_the_address_the_title_or_a_message(
    staff: Client, make: Make, rareness: None, words: str, found: list[str]
):
    make("ann@example.com", "Pay the INVOICE now")
    make("ann@example.com", "Call Ben")
    make("cleo@example.com", "100% of it")
    make("cleo@example.com", "税金 à payé")
    threads = search.search(Thread.objects.all(), words)
    said = Item.objects.filter(thread__in=threads, type="user_message")
    assert sorted(said.values_list("text", flat=True)) == sorted(found)


def test_what_is_found_is_listed_from_the_newest_on(staff: Client, make: Make, rareness: None):
    for days in (2, 1, 3):
        make("ann@example.com", f"hello {days}", ago=timedelta(days=days))
    found = [thread.title for thread in listed(staff, q="hello")]
    assert found == ["hello 1", "hello 2", "hello 3"]


def test_a_search_keeps_to_the_filters(staff: Client, make: Make, rareness: None):
    failed = make("ann@example.com", "hello", status="failed")
    make("ann@example.com", "hello")
    make("ann@example.com", "goodbye", status="failed")
    for words in ("hello", "ann hello", "he"):
        assert [found.pk for found in listed(staff, q=words, error="any")] == [failed.pk]


def test_words_are_found_where_they_came_to_be(staff: Client, make: Make, rareness: None):
    thread = make("ann@example.com", "hello")
    Thread.objects.filter(pk=thread.pk).update(title="Zebras")
    Item.objects.filter(thread=thread, type="workflow").update(text="A walrus")
    later = Item(thread=thread, item_id="9", type="x", text="Ostrich", data={})
    later.created_at = thread.created_at
    Item.objects.bulk_create([later])
    for words in ("zebra", "walrus", "ostrich", "hello", "zebra walrus ostrich"):
        assert [found.pk for found in search.search(Thread.objects.all(), words)] == [thread.pk]


on_postgres = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only PostgreSQL keeps grams"
)


@on_postgres
@pytest.mark.parametrize("word", ["x", "zq", "invoice", "$50", "é", "税金", "Straße", "\x7f~!"])
def test_the_grams_of_a_word_are_numbered_alike_on_both_sides(db: None, word: str):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bit FROM generate_series(0, 8191) bit WHERE get_bit(chat_grams(%s), bit) = 1",
            [word],
        )
        assert {row[0] for row in cursor.fetchall()} == set(grams.of([word])[0])


@on_postgres
def test_what_can_not_hold_all_words_is_not_looked_at(staff: Client, make: Make):
    one, other = make("ann@example.com", "a zebra"), make("ann@example.com", "a giraffe")
    bits = dict(zip(("zebra", "giraffe"), grams.of(["zebra", "giraffe"]), strict=True))
    assert grams.some_with(bits["zebra"], 9) == [one.pk]
    assert grams.some_with(bits["giraffe"], 9) == [other.pk]
    assert grams.some_with(bits["zebra"] + bits["giraffe"], 9) == []


@on_postgres
def test_nothing_is_left_of_a_conversation_that_is_deleted(make: Make):
    thread = make("ann@example.com", "a zebra")
    thread.runs.all().delete()
    thread.delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM chat_threadgrams")
        assert cursor.fetchone() == (0,)


def test_runs_and_calls_are_found_by_user_and_id(staff: Client, three: dict[str, Thread]):
    bad = three["bad"]
    run = bad.runs.get()
    for words in ("ben@", bad.pk, run.pk):
        assert [found.pk for found in listed(staff, "/admin/chat/run/", q=words)] == [run.pk]
        calls = listed(staff, "/admin/chat/toolcall/", q=words)
        assert [call.name for call in calls] == ["delete_task"]


def test_the_slowest_first_deltas_come_first_and_runs_without_one_last(staff: Client, make: Make):
    for delta in (120, None, 990, 400):
        make("ann@example.com", first_delta_ms=delta)
    runs = "/admin/chat/run/"
    place = staff.get(runs).context["cl"].list_display.index("first_delta")
    rows = listed(staff, runs, o=f"-{place}")
    assert [run.first_delta_ms for run in rows] == [990, 400, 120, None]


def test_a_thumb_down_is_listed_with_the_words_that_got_it(staff: Client, three: dict[str, Thread]):
    html = staff.get("/admin/chat/feedback/", {"kind__exact": "negative"}).content.decode()
    assert "hello" in html


# --- As fast with a million rows -----------------------------------------------------------


def test_a_list_takes_as_many_queries_however_long_it_is_and_counts_nothing_whole(
    staff: Client, make: Make
):
    def statements(**query: Any) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            listed(staff, **query)
        return [query["sql"] for query in captured]

    make("ann@example.com", status="failed")
    statements(q="hello")  # the search is written down once
    few = statements(q="hello", error="any")
    for _ in range(30):
        make("ann@example.com", status="failed")
    many = statements(q="hello", error="any")
    assert len(many) == len(few)
    for sql in many:
        assert "COUNT(*)" not in sql


def pages(rows: Any, near: int, per_page: int = 2) -> NearbyPaginator:
    return NearbyPaginator(rows.order_by("pk"), per_page, near=near, whole=rows)


def test_a_paginator_sees_a_few_pages_ahead(db: None):
    User.objects.bulk_create(User(email=f"{number}@example.com") for number in range(21))
    users = User.objects.all()
    first = pages(users, 1)
    assert (first.count, first.more, first.num_pages) == ((1 + AHEAD) * 2, True, 1 + AHEAD)
    assert [user.email for user in first.page(1)] == ["0@example.com", "1@example.com"]
    last = pages(users, 11)
    assert (last.count, last.more) == (21, False)
    assert [user.email for user in last.page(11)] == ["20@example.com"]
    assert pages(users.none(), 1).count == 0


@pytest.mark.parametrize("page", ["0", "99", "x", "-1"])
def test_a_page_that_is_not_there_leads_back_to_the_list(staff: Client, make: Make, page: str):
    make("ann@example.com")
    response = staff.get(THREADS, {"p": page})
    assert response.status_code in (200, 302)


def test_the_values_of_a_column_are_found_in_one_query(
    make: Make, django_assert_num_queries: Callable[[int], Any]
):
    for model in ("b", "a", "b", "c", ""):
        make("ann@example.com", model=model)
    with django_assert_num_queries(1):
        assert values_of(Run, "model") == ["a", "b", "c"]
    assert values_of(Run, "code") == []


# --- Dates ---------------------------------------------------------------------------------

FIRST, LAST = date(2024, 11, 20), date(2026, 3, 5)


def titles(chosen: dates.Lookup, today: date = LAST) -> list[str]:
    return [choice.title for choice in dates.choices(FIRST, LAST, today, chosen)]


def test_at_first_the_last_months_are_offered_and_the_years_before():
    offered = titles({})
    assert offered[:4] == ["Today", "Yesterday", "March 2026", "February 2026"]
    assert offered[-3:] == ["April 2025", "2025", "2024"]


def test_days_after_the_last_one_are_not_offered():
    assert titles({}, today=date(2026, 3, 20))[0] == "March 2026"
    assert titles({}, today=date(2026, 3, 6))[0] == "Yesterday"


def test_a_year_has_its_months_and_a_month_its_days():
    assert titles({"year": 2024}) == ["December 2024", "November 2024"]
    assert titles({"year": 2026, "month": 3}) == ["Sun 1", "Mon 2", "Tue 3", "Wed 4", "Thu 5"]
    chosen = dates.choices(FIRST, LAST, LAST, {"year": 2026, "month": 3, "day": 2})
    assert [choice.title for choice in chosen if choice.chosen] == ["Mon 2"]


@pytest.mark.parametrize(
    ("chosen", "up"),
    [
        ({"year": 2026, "month": 3, "day": 2}, {"year": 2026, "month": 3}),
        ({"year": 2026, "month": 3}, {"year": 2026}),
        ({"year": 2026}, {}),
    ],
)
def test_a_step_up_leads_to_what_holds_it(chosen: dates.Lookup, up: dates.Lookup):
    back = dates.back(chosen)
    assert back is not None
    assert back.lookup == up
    assert dates.back({}) is None


# --- Made-up conversations -----------------------------------------------------------------


@pytest.mark.django_db
def test_filling_goes_on_where_it_was_stopped(
    settings: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    settings.DEBUG = True
    monkeypatch.setattr(filling, "USERS", 5)
    monkeypatch.setattr(fillchats, "_settle", lambda: None)  # not in a test's transaction
    call_command("fillchats", items=150)
    first = Item.objects.count()
    call_command("fillchats", items=400)
    call_command("fillchats", items=400)
    assert 150 <= first < 400 <= Item.objects.count() < 800
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"Added {first} items; there are {first} made-up ones now."
    assert out[2].startswith("Added 0 items")
    assert Thread.objects.filter(updated_at__gt=timezone.now()).count() == 0


@pytest.mark.django_db
def test_what_is_made_up_has_the_shape_of_what_is_real(staff: Client):
    from chat.threads import item_of

    owner = User.objects.get(email="staff@example.com")
    made = filling.conversation(3, owner, timezone.now())
    assert made.items
    for item in made.items:
        assert item_of(item.data).type == item.type
    filling.store([made])
    assert staff.get(f"{THREADS}{made.thread.pk}/change/").status_code == 200


@pytest.mark.django_db
def test_nothing_is_made_up_in_production(settings: Any):
    from django.core.management import CommandError

    settings.DEBUG = False
    with pytest.raises(CommandError) as refused:
        call_command("fillchats", items=1)
    assert refused.value.returncode == 2
    assert Thread.objects.count() == 0
