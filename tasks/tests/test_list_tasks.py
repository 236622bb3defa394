import base64
import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest

from taskchat_site.errors import ApiError
from tasks import actions, queries
from tasks.queries import TaskFilters

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
SORTS = ["created", "-created", "due", "-due", "priority", "-priority", "title", "-title"]


def titles(owner, **filters):
    return [t.title for t in queries.list_tasks(owner, TaskFilters(now=NOW, **filters)).items]


def all_pages(owner, **filters):
    """Titles page by page until there is no next page."""
    cursor, pages = None, []
    while True:
        page = queries.list_tasks(owner, TaskFilters(cursor=cursor, **filters))
        pages.append([task.title for task in page.items])
        cursor = page.next_cursor
        if cursor is None:
            return pages


@pytest.fixture
def mixed(owner, stranger):
    """Tasks with ties in every sort, and a stranger's."""
    due = [None, NOW, NOW, NOW + timedelta(days=1), None, NOW - timedelta(days=1)]
    priorities = ["none", "high", "none", "low", "high", "none"]
    for title, due_at, priority in zip("bBaÄza", due, priorities, strict=True):
        actions.add_task(owner, title=title, due_at=due_at, priority=priority)
    actions.add_task(stranger, title="stranger's", due_at=NOW)


def test_each_sort_puts_ties_in_order_of_creation(owner, mixed):
    assert titles(owner, sort="created") == ["b", "B", "a", "Ä", "z", "a"]
    assert titles(owner, sort="-created") == ["a", "z", "Ä", "a", "B", "b"]
    assert titles(owner, sort="due") == ["a", "B", "a", "Ä", "b", "z"]
    assert titles(owner, sort="priority") == ["b", "a", "a", "Ä", "B", "z"]
    assert titles(owner, sort="-priority") == ["z", "B", "Ä", "a", "a", "b"]


def test_tasks_without_a_due_date_come_last_both_ways(owner, mixed):
    assert titles(owner, sort="due")[-2:] == ["b", "z"]
    assert titles(owner, sort="-due")[-2:] == ["z", "b"]


def test_the_newest_comes_first_by_default(owner, mixed):
    assert titles(owner) == titles(owner, sort="-created")


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 2, 5, 6, 7])
def test_pages_put_together_are_the_whole_list(owner, mixed, sort, limit):
    whole = titles(owner, sort=sort)
    pages = all_pages(owner, sort=sort, limit=limit)
    assert list(itertools.chain(*pages)) == whole
    assert all(len(page) == limit for page in pages[:-1])
    assert pages[-1]


@pytest.mark.parametrize("sort", SORTS)
def test_what_comes_and_goes_between_pages_neither_repeats_nor_hides_others(owner, mixed, sort):
    whole = queries.list_tasks(owner, TaskFilters(sort=sort)).items
    first = queries.list_tasks(owner, TaskFilters(sort=sort, limit=3))
    actions.delete_task(owner, first.items[0].id)
    actions.delete_task(owner, first.items[2].id)  # the row that the cursor names
    rest = queries.list_tasks(owner, TaskFilters(sort=sort, cursor=first.next_cursor))
    assert [t.id for t in rest.items] == [t.id for t in whole[3:]]


def test_status_chooses_open_completed_or_both(owner):
    done, gone, _ = (actions.add_task(owner, title=title) for title in ("done", "gone", "open"))
    actions.complete_task(owner, done.id)
    actions.delete_task(owner, gone.id)
    assert titles(owner, status="open") == ["open"]
    assert titles(owner, status="completed") == ["done"]
    assert titles(owner, status="all") == ["open", "done"]
    assert titles(owner, status="trash") == ["gone"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("GROCERIES", ["Buy groceries"]),
        ("milk buy", ["Buy groceries"]),
        ("ÄPFEL", ["Äpfel pflücken"]),
        ("100%", ["be 100% sure"]),
        ("_", []),
        ("%", ["be 100% sure"]),
        ("  ", ["be 100% sure", "Äpfel pflücken", "Buy groceries"]),
        ("buy milk bread", []),
    ],
)
def test_q_finds_every_word_in_title_or_description_whatever_its_case(owner, q, found):
    actions.add_task(owner, title="Buy groceries", description="Milk")
    actions.add_task(owner, title="Äpfel pflücken")
    actions.add_task(owner, title="be 100% sure")
    assert titles(owner, q=q) == found


def test_priority_and_label_filter(owner):
    actions.add_task(owner, title="a", priority="high", labels=["Home", "x"])
    actions.add_task(owner, title="b", priority="low", labels=["x"])
    assert titles(owner, priority="high") == ["a"]
    assert titles(owner, priority="none") == []
    assert titles(owner, label="home") == ["a"]
    assert titles(owner, label="X") == ["b", "a"]
    assert titles(owner, label="unknown") == []


@pytest.mark.parametrize(
    ("zone", "due", "found"),
    [
        ("UTC", "overdue", ["done late", "now"]),
        ("UTC", "today", ["now", "tonight"]),
        ("UTC", "tomorrow", ["tomorrow 00:30"]),
        ("UTC", "week", ["now", "tonight", "tomorrow 00:30", "in 6 days"]),
        ("UTC", "upcoming", ["tomorrow 00:30", "in 6 days", "in 7 days"]),
        ("UTC", "any", ["now", "tonight", "tomorrow 00:30", "in 6 days", "in 7 days"]),
        ("UTC", "none", ["never"]),
        # 12:00 UTC is already the next day on Kiritimati (UTC+14).
        ("Pacific/Kiritimati", "today", ["now", "tonight", "tomorrow 00:30"]),
        ("America/Los_Angeles", "today", ["now", "tonight", "tomorrow 00:30"]),
        ("America/Los_Angeles", "upcoming", ["in 6 days", "in 7 days"]),
    ],
)
def test_due_counts_the_days_of_the_owners_zone(owner, zone, due, found):
    owner.time_zone = zone
    for title, due_at in {
        "now": NOW - timedelta(minutes=1),
        "tonight": NOW + timedelta(hours=11),
        "tomorrow 00:30": NOW + timedelta(hours=12, minutes=30),
        "in 6 days": NOW + timedelta(days=6),
        "in 7 days": NOW + timedelta(days=7),
        "never": None,
    }.items():
        actions.add_task(owner, title=title, due_at=due_at)
    done = actions.add_task(owner, title="done late", due_at=NOW - timedelta(days=3))
    actions.complete_task(owner, done.id)
    status = "open" if due == "any" else "all"
    expected = [title for title in found if title != "done late"]
    assert titles(owner, due=due, status=status, sort="created") == expected


def test_a_stranger_sees_and_counts_nothing(owner, stranger, mixed):
    assert titles(stranger, status="all") == ["stranger's"]
    assert queries.count_tasks(stranger, TaskFilters()) == 1
    assert queries.count_tasks(owner, TaskFilters(limit=1)) == 6


def packed(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "ä",
        "!!!!",
        packed(None),
        packed([1, 2]),
        packed(["-created", 3, "3"]),
        packed(["-created", "3", 3]),
        packed(["-created", None, 3]),
        packed(["-created", True, 3]),
        packed(["-created", -1, 3]),
        packed(["-created", 2**80, 3]),
        packed(["-created", {"a": 1}, 3]),
        packed(["-created", 3, 2**80]),
    ],
)
def test_a_cursor_that_no_list_gave_is_refused(owner, cursor):
    with pytest.raises(ApiError, match="cursor is not one that a list gave") as refused:
        titles(owner, cursor=cursor)
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("sort", "value"),
    [("due", "today"), ("due", "2026-01-01"), ("due", 3), ("title", None), ("title", "\0")],
)
def test_a_forged_value_in_a_cursor_is_refused(owner, sort, value):
    with pytest.raises(ApiError, match="cursor is not one that a list gave"):
        titles(owner, sort=sort, cursor=packed([sort, value, 1]))


def test_a_cursor_of_another_sort_is_refused(owner, mixed):
    cursor = queries.list_tasks(owner, TaskFilters(sort="due", limit=1)).next_cursor
    with pytest.raises(ApiError, match="cursor belongs to another sort"):
        titles(owner, sort="title", cursor=cursor)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"limit": 0}, "limit must be from 1 to 100."),
        ({"limit": 101}, "limit must be from 1 to 100."),
        ({"sort": "owner__password"}, f"sort must be one of {', '.join(SORTS)}."),
        ({"status": "mine"}, "status must be one of open, completed, all, trash."),
        ({"priority": "p1"}, "priority must be one of none, low, medium, high."),
        ({"q": "x" * 201}, "q must be at most 200 characters."),
        ({"q": "a\0"}, "q must not contain control characters."),
        ({"label": "a\ud800"}, "label must not contain control characters."),
    ],
)
def test_bad_filters_are_refused_in_words(owner, filters, words):
    with pytest.raises(ApiError) as refused:
        titles(owner, **filters)
    assert refused.value.detail == words


def test_a_list_takes_two_queries_however_long_it_is(owner, django_assert_num_queries):
    for number in range(5):
        actions.add_task(owner, title=f"{number}", labels=["a", f"l{number}"])
    with django_assert_num_queries(2):
        page = queries.list_tasks(owner, TaskFilters(label="a"))
        assert len([queries.task_json(task) for task in page.items]) == 5


def test_a_task_takes_two_queries(owner, django_assert_num_queries):
    task = actions.add_task(owner, title="x", labels=["a", "b"])
    with django_assert_num_queries(2):
        queries.task_json(queries.get_task(owner, task.id))
