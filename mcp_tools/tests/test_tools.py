"""What the five tools do and say."""

from datetime import UTC, datetime, timedelta

import pytest

from mcp_tools import tools
from mcp_tools.context import ToolContext
from mcp_tools.tests.conftest import NOW
from mcp_tools.tools import call_tool
from taskchat_site import live
from tasks import actions
from tasks.models import Task


def ids(result):
    return [task["id"] for task in result.structured["tasks"]]


def test_add_tells_what_was_understood(call):
    result = call(
        "add_task",
        title="buy groceries",
        description="milk\neggs",
        due="tomorrow 5pm",
        priority="high",
        labels=["home", "shop"],
    )
    words = (
        'Added t1 "buy groceries", due tomorrow 17:00, priority high, labels home, shop. '
        "New labels: home, shop."
    )
    assert result.text == words
    assert result.structured == {
        "message": words,
        "tasks": [
            {
                "id": "t1",
                "title": "buy groceries",
                "completed": False,
                "due_at": "2026-11-25T17:00:00+01:00",
                "due_text": "tomorrow 17:00",
                "priority": "high",
                "labels": ["home", "shop"],
                "description": "milk\neggs",
            }
        ],
    }
    assert Task.objects.get().due_at == datetime(2026, 11, 25, 16, tzinfo=UTC)


def test_add_leaves_out_what_is_empty(call):
    result = call("add_task", title="x", due="none", priority="none", labels=[], description="")
    assert result.text == 'Added t1 "x".'
    assert result.structured["tasks"] == [{"id": "t1", "title": "x", "completed": False}]


def test_a_known_label_is_not_called_new(call):
    call("add_task", title="x", labels=["Home"])
    text = call("add_task", title="y", labels=["home", "new"]).text
    assert text == 'Added t2 "y", labels Home, new. New label: new.'


def test_a_date_is_the_end_of_the_day_where_the_user_is(call):
    call("add_task", title="x", due="2026-12-01")
    assert Task.objects.get().due_at == datetime(2026, 12, 1, 22, 59, 59, tzinfo=UTC)


# --- list_tasks ------------------------------------------------------------------------------


def test_a_list_is_compact_lines_with_ids(call, add):
    add("call mum")
    add("pay rent", due_at=NOW - timedelta(days=2), priority="high", labels=["a", "b"])
    add("read", due_at=NOW + timedelta(days=1), description="chapter\n3")
    result = call("list_tasks")
    assert result.text.splitlines() == [
        "3 open tasks.",
        't2 "pay rent" · due Sun 22 Nov 10:30 (overdue) · high · #a #b',
        't3 "read" · due tomorrow 10:30 · chapter 3',
        't1 "call mum"',
    ]
    assert ids(result) == ["t2", "t3", "t1"]
    assert result.structured["total"] == 3
    assert result.structured["applied"] == {"status": "open"}
    assert "next_cursor" not in result.structured


def test_notes_are_cut_at_200_characters(call, add):
    add("x", description="d" * 201)
    result = call("list_tasks")
    assert result.structured["tasks"][0]["description"] == "d" * 199 + "…"
    assert result.text.splitlines()[1] == 't1 "x" · ' + "d" * 199 + "…"


def test_the_next_page_needs_the_cursor_alone(call, add):
    add(*(f"task {n}" for n in range(6)), priority="high")
    add("other")
    first = call("list_tasks", priority="high", limit=4)
    cursor = first.structured["next_cursor"]
    assert first.text.splitlines()[0] == "6 open high-priority tasks."
    assert first.text.splitlines()[-1] == f'4 of 6; next: list_tasks(cursor="{cursor}")'
    second = call("list_tasks", cursor=cursor)
    assert ids(first) + ids(second) == ["t1", "t2", "t3", "t4", "t5", "t6"]
    assert second.structured["applied"] == {"status": "open", "priority": "high"}
    assert "next_cursor" not in second.structured
    repeated = call("list_tasks", cursor=cursor, priority="high", limit=1)
    assert ids(repeated) == ["t5"]
    assert "other filters" in call("list_tasks", cursor=cursor, priority="low").text


def test_25_tasks_a_page_by_default(call, add):
    add(*(f"task {n}" for n in range(26)))
    result = call("list_tasks")
    assert len(result.structured["tasks"]) == 25
    assert "25 of 26; next: list_tasks(cursor=" in result.text


@pytest.mark.parametrize(
    ("arguments", "found", "message"),
    [
        ({}, ["t3", "t4", "t1", "t2"], "4 open tasks."),
        ({"due": "today"}, ["t3"], "1 open task due today."),
        ({"due": "tomorrow"}, ["t4"], "1 open task due tomorrow."),
        ({"due": "week"}, ["t3", "t4"], "2 open tasks due within a week."),
        ({"due": "upcoming"}, ["t4"], "1 open task due after today."),
        ({"due": "overdue"}, [], "No open tasks overdue."),
        ({"due": "none"}, ["t1", "t2"], "2 open tasks without a due date."),
        ({"due": "any"}, ["t3", "t4"], "2 open tasks with a due date."),
        ({"status": "completed"}, ["t5"], "1 completed task."),
        ({"status": "all"}, ["t3", "t4", "t1", "t2", "t5"], "5 tasks."),
        ({"status": "trash"}, ["t6"], "1 task in the trash."),
        ({"query": "milk"}, ["t1"], '1 open task matching "milk".'),
        ({"label": "HOME"}, ["t2"], '1 open task labelled "HOME".'),
        ({"priority": "low", "query": "x"}, [], 'No open low-priority tasks matching "x".'),
    ],
)
def test_filters(call, add, owner, arguments, found, message):
    add("buy milk")
    add("clean", labels=["home"])
    add("due today", due_at=NOW + timedelta(hours=3))
    add("due tomorrow", due_at=NOW + timedelta(days=1))
    actions.complete_task(owner, add("done").id)
    actions.delete_task(owner, add("gone").id)
    result = call("list_tasks", **arguments)
    assert (ids(result), result.structured["message"]) == (found, message)
    assert result.structured["total"] == len(found)


def test_a_list_takes_three_queries_and_no_transaction(
    acting, add, django_assert_num_queries, monkeypatch
):
    add(*(f"task {n}" for n in range(10)), labels=["a"])
    monkeypatch.setattr("django.db.transaction.atomic", lambda: pytest.fail("in a transaction"))
    with django_assert_num_queries(3):
        call_tool(acting, "list_tasks", {})


# --- complete_task ---------------------------------------------------------------------------


def test_complete_several_at_once(call, add):
    add("one", "two", "three")
    result = call("complete_task", tasks=["t1", "two"])
    assert result.text == 'Completed 2 tasks: t1 "one", t2 "two".'
    assert [task["completed"] for task in result.structured["tasks"]] == [True, True]


def test_complete_again_was_already(call, add):
    add("buy groceries", "other")
    call("complete_task", tasks=["groceries"])
    again = call("complete_task", tasks=["groceries"])
    assert (again.is_error, again.text) == (False, 't1 "buy groceries" was already completed.')
    both = call("complete_task", tasks=["t1", "t2"])
    assert both.text == 'Completed t2 "other". t1 "buy groceries" was already completed.'
    assert ids(both) == ["t1", "t2"]


# --- update_task -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"title": "buy food"}, 'renamed from "buy groceries"'),
        ({"due": "friday"}, "due Fri 27 Nov"),
        ({"due": "none"}, "no due date"),
        ({"due": "No due date"}, "no due date"),
        ({"priority": "urgent"}, "priority high"),
        ({"priority": "none"}, "priority none"),
        ({"labels": ["b", "a"]}, "labels a, b"),
        ({"labels": []}, "no labels"),
        ({"description": "new"}, "description changed"),
        ({"description": ""}, "description cleared"),
        ({"status": "completed"}, "completed"),
        (
            {"title": "buy food", "due": "tomorrow", "priority": "low"},
            'renamed from "buy groceries", due tomorrow, priority low',
        ),
    ],
)
def test_update_tells_what_changed(call, add, arguments, what):
    add(
        "buy groceries",
        description="old",
        priority="medium",
        labels=["a"],
        due_at=NOW + timedelta(hours=1),
    )
    result = call("update_task", tasks=["groceries"], **arguments)
    title = arguments.get("title", "buy groceries")
    assert result.text.removesuffix(" New label: b.") == f'Updated t1 "{title}": {what}.'
    assert call("update_task", tasks=["t1"], **arguments).text.startswith(f't1 "{title}" was ')


def test_a_new_due_date_is_relative_to_now_and_never_to_the_old_one(call, add):
    add("x", due_at=NOW + timedelta(days=100))
    text = call("update_task", tasks=["t1"], due="in 2 days").text
    assert text == 'Updated t1 "x": due Thu 26 Nov.'


def test_update_several(call, add):
    add("one", "two")
    text = call("update_task", tasks=["one", "two"], due="tomorrow").text
    assert text == 'Updated 2 tasks: due tomorrow (t1 "one", t2 "two").'


def test_open_reopens_and_restores(call, add, owner):
    done, gone, both = add("done"), add("gone"), add("both")
    for task in (done, both):
        actions.complete_task(owner, task.id)
    for task in (gone, both):
        actions.delete_task(owner, task.id)
    texts = [call("update_task", tasks=[name], status="open").text for name in ("t1", "gone", "t3")]
    assert texts == [
        'Updated t1 "done": reopened.',
        'Updated t2 "gone": restored from the trash.',
        'Updated t3 "both": restored from the trash, still completed.',
    ]
    assert call("update_task", tasks=["t3"], status="open").text == 'Updated t3 "both": reopened.'
    assert call("update_task", tasks=["t1"], status="open").text == 't1 "done" was already open.'
    assert Task.objects.filter(completed_at=None, deleted_at=None).count() == 3


def test_restoring_several_tells_apart_what_was_done(call, add, owner):
    done, gone, open_ = add("done"), add("gone"), add("open")
    actions.complete_task(owner, done.id)
    for task in (done, gone):
        actions.delete_task(owner, task.id)
    assert call("update_task", tasks=["t1", "t2", "t3"], status="open").text == (
        'Updated t1 "done": restored from the trash, still completed. '
        'Updated t2 "gone": restored from the trash. t3 "open" was already open.'
    )
    assert [task.completed for task in Task.objects.order_by("number")] == [True, False, False]
    assert not open_.completed


def test_all_or_nothing_when_one_of_several_is_refused_late(call, add):
    add("one", "two")
    result = call("update_task", tasks=["t1", "t2"], priority="high", labels=["a", "x\ny"])
    assert result.is_error
    assert set(Task.objects.values_list("version", flat=True)) == {1}


# --- delete_task -----------------------------------------------------------------------------


def test_one_named_task_goes_to_the_trash_at_once(call, add):
    add("buy groceries", "other")
    result = call("delete_task", tasks=["groceries"])
    restore = 'update_task(tasks=["t1"], status="open") restores it.'
    assert result.text == f'Deleted t1 "buy groceries".\n{restore}'
    assert result.structured["next"] == restore
    assert ids(result) == ["t1"]
    assert [t.title for t in Task.objects.exclude(deleted_at=None)] == ["buy groceries"]


def test_delete_again_was_already(call, add):
    add("buy groceries")
    call("delete_task", tasks=["t1"])
    for reference in ("t1", "groceries"):
        again = call("delete_task", tasks=[reference])
        assert (again.is_error, again.text) == (False, 't1 "buy groceries" was already deleted.')


def test_delete_all_of_nothing(call):
    assert call("delete_task", all="completed").text == "There is no completed task to delete."
    assert call("delete_task", all="everything").text == "There is no task to delete."


# --- One call, one transaction ---------------------------------------------------------------


@pytest.mark.parametrize("channel", ["assistant", "mcp"])
def test_events_say_through_what_a_task_changed(owner, channel, monkeypatch):
    events = []
    monkeypatch.setattr(live, "announce", lambda user, event: events.append(event["by"]))
    acting = ToolContext(owner, NOW, channel)
    call_tool(acting, "add_task", {"title": "x"})
    call_tool(acting, "complete_task", {"tasks": ["t1"]})
    call_tool(acting, "update_task", {"tasks": ["t1"], "status": "open"})
    call_tool(acting, "delete_task", {"tasks": ["t1"]})
    assert events == [channel] * 4


def test_a_failure_inside_undoes_the_whole_call_and_looks_like_a_bug(call, add, monkeypatch):
    add("one", "two")
    complete = actions.complete_task

    def fails_on_two(owner, task_id, **by):
        task = complete(owner, task_id, **by)
        if task.title == "two":
            raise RuntimeError("a bug")
        return task

    monkeypatch.setattr(actions, "complete_task", fails_on_two)
    with pytest.raises(RuntimeError, match="a bug"):
        call("complete_task", tasks=["t1", "t2"])
    assert not Task.objects.exclude(completed_at=None).exists()


def test_the_surrounding_transaction_survives_an_error(call, add):
    add("one")
    assert call("complete_task", tasks=["t1", "zzz"]).is_error
    assert not call("complete_task", tasks=["t1"]).is_error


def test_a_title_names_one_task_in_a_bounded_number_of_queries(
    acting, add, django_assert_max_num_queries
):
    add("buy groceries", *(f"task {n}" for n in range(50)))
    with django_assert_max_num_queries(16):
        assert not call_tool(acting, "complete_task", {"tasks": ["groceries"]}).is_error


def test_the_registry_holds_a_tool_a_file():
    assert list(tools.TOOLS) == [
        "add_task",
        "list_tasks",
        "complete_task",
        "update_task",
        "delete_task",
    ]
