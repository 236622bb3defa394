"""Models are sloppy; what is meant beyond doubt is taken, and nothing else."""

import pytest

from tasks import queries
from tasks.models import Task
from tasks.queries import TaskFilters


@pytest.mark.parametrize(
    ("sent", "priority"),
    [
        ("urgent", "high"),
        ("P1", "high"),
        ("HIGH", "high"),
        ("critical", "high"),
        ("p2", "medium"),
        ("normal", "medium"),
        ("p3", "low"),
        ("p4", "none"),
        (" none ", "none"),
    ],
)
def test_other_words_for_a_priority(call, sent, priority):
    assert not call("add_task", title="x", priority=sent).is_error
    assert Task.objects.get().priority == priority


@pytest.mark.parametrize(
    "arguments",
    [
        {"tasks": ["t1"]},
        {"tasks": "t1"},
        {"tasks": ["T1"]},
        {"tasks": "#1"},
        {"tasks": "1"},
        {"tasks": 1},
        {"tasks": [1]},
        {"tasks": "task://t1"},
        {"tasks": " t1 "},
        {"tasks": '["t1"]'},
        {"task": "t1"},
        {"id": "t1"},
        {"id": 1},
        {"ids": ["t1"]},
        {"task_id": "t1"},
        {"tasks": None, "task": "t1"},
        {"tasks": ["t1", "T1", "buy groceries"]},
    ],
)
def test_ways_to_name_one_task(call, add, arguments):
    add("buy groceries")
    result = call("complete_task", **arguments)
    assert result.text == 'Completed t1 "buy groceries".'


@pytest.mark.parametrize("tasks", ["t1, t2", "1,2", "#1, #2", '["t1", "t2"]', ["t1", "two"]])
def test_ways_to_name_two_tasks(call, add, tasks):
    add("one", "two")
    assert call("complete_task", tasks=tasks).text == 'Completed 2 tasks: t1 "one", t2 "two".'


def test_a_comma_in_a_title_is_no_list(call, add):
    add("milk, eggs")
    assert call("complete_task", tasks="milk, eggs").text == 'Completed t1 "milk, eggs".'


def test_the_opaque_id_is_read_too(call, add):
    task = add("x")
    assert not call("complete_task", tasks=[task.id]).is_error


def test_a_number_that_is_a_title_is_a_title_when_no_task_has_it(call, add):
    add("2026")
    assert call("complete_task", tasks=["2026"]).text == 'Completed t1 "2026".'


def test_task_3_is_a_title(call, add):
    add("task 2", "task 1", "task 3")
    assert call("complete_task", tasks=["task 1"]).text == 'Completed t2 "task 1".'


def test_an_id_goes_before_a_title(call, add):
    add("t2", "other")
    assert call("complete_task", tasks=["t2"]).text == 'Completed t2 "other".'


def test_one_label_is_a_list_of_one(call):
    call("add_task", title="x", labels="home")
    assert Task.objects.get().label_names == ["home"]


def test_fields_may_have_the_names_of_the_rest_interface(call):
    call("add_task", title="x", due_at="2026-12-01", tags=["home"])
    assert Task.objects.get().due_at is not None
    assert call("list_tasks", q="x").structured["total"] == 1


def test_every_field_sent_as_null_means_that_none_was_sent(call, add, owner):
    add("x", description="d", priority="low", labels=["l"])
    nothing = dict.fromkeys(["title", "description", "due", "priority", "labels", "status"])
    assert call("update_task", tasks=["t1"], **nothing).is_error
    assert not call("update_task", tasks=["t1"], **{**nothing, "due": "friday"}).is_error
    [task] = queries.list_tasks(owner, TaskFilters()).items
    assert (task.title, task.description, task.priority) == ("x", "d", "low")
    assert task.label_names == ["l"]
    filters = dict.fromkeys(["status", "query", "due", "priority", "label", "limit", "cursor"])
    assert call("list_tasks", **filters).structured["applied"] == {"status": "open"}
    assert not call("delete_task", tasks=["t1"], all=None).is_error


@pytest.mark.parametrize("half", [{"tasks": []}, {"tasks": None}])
def test_the_other_half_of_tasks_or_all_may_be_empty(call, half):
    assert not call("delete_task", all="completed", **half).is_error


def test_all_may_be_false(call, add):
    add("x")
    assert call("delete_task", tasks=["t1"], all=False).text.startswith('Deleted t1 "x".')


@pytest.mark.parametrize(
    ("sent", "status"), [("done", "completed"), ("TODO", "open"), ("any", "all")]
)
def test_other_words_for_a_status(call, sent, status):
    assert call("list_tasks", status=sent).structured["applied"] == {"status": status}


def test_a_limit_may_be_a_text(call, add):
    add("a", "b", "c")
    assert len(call("list_tasks", limit="2").structured["tasks"]) == 2


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("add_task", "title"),
        ("add_task", "due"),
        ("add_task", "labels"),
        ("add_task", "priority"),
        ("list_tasks", "query"),
        ("list_tasks", "cursor"),
        ("complete_task", "tasks"),
        ("delete_task", "all"),
    ],
)
def test_what_no_database_takes_is_refused_before_it_gets_there(call, name, field, bad):
    result = call(name, **{"title": "x", field: bad} if name == "add_task" else {field: bad})
    assert result.text == f"{field} must not contain control characters."
    result = call(name, **{bad: "x"})
    result.text.encode()
