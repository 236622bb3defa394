"""Each error text of the tools, word for word: models act on them."""

from datetime import timedelta
from typing import Any, cast

import pytest

from mcp_tools.tests.conftest import NOW
from mcp_tools.tools import call_tool
from tasks import actions
from tasks.models import Task


def refused(result):
    """The text of an error that is the same for the model and for programs."""
    assert result.is_error
    error = result.structured["error"]
    assert result.structured.keys() == {"error"}
    assert error.keys() == {"code", "message", "candidates"}
    assert error["message"] == result.text
    return error["code"], result.text


def candidates(result):
    return [(task["id"], task["title"]) for task in result.structured["error"]["candidates"]]


def test_not_found_names_the_closest_and_the_next_call(call, add):
    add("walk the dog", "buy groceries", "grocery list")
    result = call("complete_task", tasks=["grocries"])
    words = (
        'No open task "grocries". Closest: t2 "buy groceries", t3 "grocery list". '
        "Call complete_task again with an id."
    )
    assert refused(result) == ("not_found", words)
    assert candidates(result) == [("t2", "buy groceries"), ("t3", "grocery list")]


def test_not_found_with_nothing_close(call, add):
    add("walk the dog")
    assert refused(call("delete_task", tasks=["quarterly report"])) == (
        "not_found",
        'No task "quarterly report". list_tasks shows what there is.',
    )


def test_not_found_by_number(call, add):
    add("walk the dog")
    for reference in ("t99", "99", "#99", "T99", "task://t99"):
        assert refused(call("update_task", tasks=[reference], priority="low")) == (
            "not_found",
            "No task t99. list_tasks shows the ids.",
        )


def test_ambiguous_asks_which(call, add):
    add("write", "x", "call mum", "a", "b", "c", "d", "call bank")
    result = call("complete_task", tasks=["call"])
    assert refused(result) == (
        "ambiguous",
        '2 tasks match "call": t3 "call mum", t8 "call bank". Ask which, then use the id.',
    )
    assert candidates(result) == [("t3", "call mum"), ("t8", "call bank")]


def test_ambiguous_names_five_at_most(call, add):
    add(*(f"call {number}" for number in range(7)))
    result = call("delete_task", tasks=["call"])
    assert result.text.startswith('7 tasks match "call": t1 "call 0", ')
    assert 't5 "call 4" and 2 more. Ask which' in result.text
    assert len(candidates(result)) == 5


def test_a_task_in_the_trash_says_since_when_and_how_to_restore_it(call, add, owner):
    task = add("call mum")
    actions.delete_task(owner, task.id)
    Task.objects.update(deleted_at=NOW - timedelta(days=5))
    words = 't1 is in the trash since Thu. update_task(tasks=["t1"], status="open") restores it.'
    for reference in ("t1", "call mum", "mum"):
        assert refused(call("complete_task", tasks=[reference])) == ("state", words)
        assert refused(call("update_task", tasks=[reference], due="today")) == ("state", words)


def test_an_unreadable_date(call, add):
    add("x")
    words = 'Can\'t read due "someday soon". Use e.g. "tomorrow 17:00", "2026-12-01" or "none".'
    assert refused(call("add_task", title="y", due="someday soon")) == ("invalid", words)
    assert refused(call("update_task", tasks=["t1"], due="someday soon")) == ("invalid", words)


def test_one_error_names_every_bad_reference_and_nothing_changes(call, add):
    add("buy groceries", "call mum", "call bank")
    result = call("complete_task", tasks=["groceries", "call", "dentist", "t77"])
    words = (
        '2 tasks match "call": t2 "call mum", t3 "call bank". Ask which, then use the id.\n'
        'No open task "dentist". list_tasks shows what there is.\n'
        "No task t77. list_tasks shows the ids.\n"
        "Nothing was changed."
    )
    assert refused(result) == ("ambiguous", words)
    assert not Task.objects.exclude(completed_at=None).exists()


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("add_task", {}, "add_task needs title."),
        ("add_task", {"title": None}, "add_task needs title."),
        ("add_task", {"title": ""}, "title must not be empty."),
        ("add_task", {"title": "x" * 501}, "title must have at most 500 characters."),
        ("add_task", {"title": "a\nb"}, "title must be a single line."),
        ("add_task", {"title": 3}, "title: Input should be a valid string, not 3."),
        (
            "add_task",
            {"title": "x", "priority": "sky-high"},
            'priority must be one of none, low, medium, high, not "sky-high".',
        ),
        (
            "add_task",
            {"title": "x", "labels": ["a"] * 21},
            "labels must have at most 20 items.",
        ),
        ("add_task", {"title": "x", "labels": 3.5}, "labels: Input should be a valid list"),
        (
            "list_tasks",
            {"status": "mine"},
            'status must be one of open, completed, all, trash, not "mine".',
        ),
        (
            "list_tasks",
            {"due": "friday"},
            'due must be one of overdue, today, tomorrow, week, upcoming, none, any, not "friday".',
        ),
        ("list_tasks", {"limit": 0}, "limit must be at least 1."),
        ("list_tasks", {"limit": 101}, "limit must be at most 100."),
        ("list_tasks", {"limit": "lots"}, "limit: Input should be a valid integer"),
        (
            "list_tasks",
            {"cursor": "abc"},
            "cursor is not one that list_tasks gave. Leave it out to start again.",
        ),
        ("complete_task", {}, "complete_task needs tasks."),
        ("complete_task", {"tasks": []}, "tasks must have at least 1 item."),
        ("complete_task", {"tasks": ["x"] * 101}, "tasks must have at most 100 items."),
        ("complete_task", {"tasks": [{"id": 1}]}, "tasks.0: Input should be a valid string"),
        (
            "update_task",
            {"tasks": ["t1"]},
            "Nothing to change. Give title, description, due, priority, labels or status.",
        ),
        (
            "update_task",
            {"tasks": ["t1", "t2"], "title": "y"},
            "title can be set for one task only, and 2 are named.",
        ),
        (
            "update_task",
            {"tasks": ["t1"], "status": "trash"},
            'status must be one of open, completed, not "trash".',
        ),
        (
            "delete_task",
            {},
            "Give either tasks, or all: one of completed, open, everything.",
        ),
        (
            "delete_task",
            {"tasks": ["t1"], "all": "open"},
            "Give either tasks, or all: one of completed, open, everything.",
        ),
        (
            "delete_task",
            {"all": "of them"},
            'all must be one of completed, open, everything, not "of them".',
        ),
    ],
)
def test_bad_arguments_name_the_field_and_what_is_allowed(call, add, name, arguments, words):
    add("one", "two")
    result = call(name, **arguments)
    code, text = refused(result)
    assert (code, text[: len(words)]) == ("invalid", words)
    assert Task.objects.filter(completed_at=None, deleted_at=None).count() == 2


def test_an_unknown_tool_names_those_there_are(call):
    words = (
        'No tool "drop_table". There are: add_task, list_tasks, complete_task, update_task, '
        "delete_task."
    )
    assert refused(call("drop_table")) == ("unknown_tool", words)


def test_arguments_that_are_no_object_are_refused(acting):
    assert refused(call_tool(acting, "add_task", cast("Any", ["x"]))) == (
        "invalid",
        "The arguments of add_task must be a JSON object.",
    )
