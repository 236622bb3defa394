import json
from datetime import datetime, timedelta

import pytest

from tasks.models import Task

FIELDS = [
    "id",
    "number",
    "title",
    "description",
    "completed",
    "priority",
    "due_at",
    "labels",
    "created_at",
    "updated_at",
    "completed_at",
]


def test_a_task_is_added_read_changed_deleted_and_restored(rest):
    added = rest.add("buy groceries", priority="high", labels=["home"])
    assert list(added) == FIELDS
    path = f"/{added['id']}"
    assert rest.get(path).json() == added
    changed = rest.patch(added["id"], completed=True).json()
    assert changed["completed"]
    assert changed["completed_at"] == changed["updated_at"]
    assert rest.titles(status="completed") == ["buy groceries"]
    response = rest.delete(added["id"])
    assert (response.status_code, response.content) == (204, b"")
    assert rest.get(path).status_code == 404
    assert rest.titles(status="all") == []
    restored = rest.post(f"{path}/restore").json()
    assert restored["id"] == added["id"]
    assert rest.titles(status="all") == ["buy groceries"]


def test_a_new_task_says_what_was_not_given(rest):
    task = rest.add("x")
    assert {name: task[name] for name in FIELDS[1:8]} == {
        "number": 1,
        "title": "x",
        "description": "",
        "completed": False,
        "priority": "none",
        "due_at": None,
        "labels": [],
    }
    assert task["completed_at"] is None
    assert datetime.fromisoformat(task["created_at"]).utcoffset() == timedelta(0)
    assert task["created_at"].endswith("Z")


def test_null_clears_and_absent_leaves(rest):
    body = {"description": "d", "priority": "low", "due_at": "2026-12-01", "labels": ["a"]}
    task = rest.add("x", **body)
    assert rest.patch(task["id"]).json() == task
    cleared = rest.patch(task["id"], **dict.fromkeys(body)).json()
    assert {name: cleared[name] for name in body} == {
        "description": "",
        "priority": "none",
        "due_at": None,
        "labels": [],
    }
    assert cleared["title"] == "x"
    assert rest.add("y", **dict.fromkeys(body))["labels"] == []


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2026-12-01T17:00:00Z", "2026-12-01T17:00:00Z"),
        ("2026-12-01T17:00:00.987Z", "2026-12-01T17:00:00Z"),
        ("2026-12-01T17:00:00+02:00", "2026-12-01T15:00:00Z"),
        ("2026-12-01T17:00", "2026-12-01T16:00:00Z"),
        ("2026-12-01 17:00", "2026-12-01T16:00:00Z"),
        ("2026-12-01", "2026-12-01T22:59:59Z"),
        ("2026-07-01", "2026-07-01T21:59:59Z"),
    ],
)
def test_due_at_is_a_time_or_the_end_of_a_day_where_the_user_is(rest, sent, stored):
    rest.zone = "Europe/Berlin"
    assert rest.add("x", due_at=sent)["due_at"] == stored


def test_today_is_the_day_where_the_user_is(rest):
    rest.add("x", due_at="2026-12-01")
    rest.zone = "Asia/Tokyo"
    assert rest.add("y", due_at="2026-12-01")["due_at"] == "2026-12-01T14:59:59Z"
    rest.zone = None
    assert rest.add("z", due_at="2026-12-01")["due_at"] == "2026-12-01T14:59:59Z"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "title: Field required"),
        ({"title": None}, "title: Input should be a valid string"),
        ({"title": 3}, "title: Input should be a valid string"),
        ({"title": " "}, "title must not be empty."),
        ({"title": "x" * 501}, "title must be at most 500 characters, not 501."),
        ({"title": "a\0"}, "title must not contain control characters."),
        ({"title": "x", "titel": "y"}, "Unknown field 'titel'. There are: title, description, "),
        ({"title": "x", "owner": 1}, "Unknown field 'owner'"),
        ({"title": "x", "user_id": "u"}, "Unknown field 'user_id'"),
        ({"title": "x", "number": 7}, "Unknown field 'number'"),
        ({"title": "x", "description": 1}, "description: Input should be a valid string"),
        ({"title": "x", "priority": "p1"}, "priority: Input should be 'none', 'low', 'medium' or"),
        ({"title": "x", "labels": "home"}, "labels: Input should be a valid list"),
        ({"title": "x", "labels": [1]}, "labels.0: Input should be a valid string"),
        ({"title": "x", "labels": ["a" * 51]}, "labels must be at most 50 characters, not 51."),
        ({"title": "x", "due_at": "soon"}, "due_at must be an ISO 8601 date or time"),
        ({"title": "x", "due_at": 1764600000}, "due_at: Input should be a valid string"),
        ({"title": "x", "due_at": "2026-02-30"}, "due_at must be an ISO 8601 date or time"),
        ({"title": "x", "due_at": "9999-12-31"}, "due_at must be an ISO 8601 date or time"),
        ({"title": "x", "due_at": "0001-01-01"}, "due_at must be an ISO 8601 date or time"),
        ({"title": "x", "due_at": ""}, "due_at must be an ISO 8601 date or time"),
        ([], "Input should be"),
        ("text", "Input should be"),
        (None, "Input should be"),
    ],
)
def test_a_wrong_body_is_422_in_words_that_name_the_field(rest, body, words):
    response = rest.request("POST", "", json.dumps(body))
    assert response.status_code == 422, response.content
    answer = response.json()
    assert answer.keys() == {"detail", "code"}
    assert words in answer["detail"]
    assert not Task.objects.exists()


@pytest.mark.parametrize("body", ["{", '{"title": "x"', "\xff", '{"title": NaN'])
def test_a_body_that_is_no_json_is_400(rest, body):
    response = rest.request("POST", "", body)
    assert response.status_code == 400, response.content
    assert response.json()["code"] == "malformed"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"title": None}, "title"),
        ({"title": ""}, "title must not be empty."),
        ({"completed": None}, "completed"),
        ({"completed": "yes"}, "completed"),
        ({"completed": 1}, "completed"),
        ({"done": True}, "Unknown field 'done'. There are: title, description, priority, "),
        ({"due_at": "tomorrow"}, "due_at must be"),
    ],
)
def test_a_wrong_change_is_422_and_changes_nothing(rest, body, words):
    task = rest.add("x")
    response = rest.patch(task["id"], **{"description": "new", **body})
    assert response.status_code == 422, response.content
    assert words in response.json()["detail"]
    assert rest.get(f"/{task['id']}").json() == task


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"limit": "0"}, "limit: Input should be greater than or equal to 1"),
        ({"limit": "101"}, "limit: Input should be less than or equal to 100"),
        ({"limit": "many"}, "limit: Input should be a valid integer"),
        ({"sort": "owner"}, "sort: Input should be 'created', '-created', 'due'"),
        ({"status": "done"}, "status: Input should be 'open', 'completed', 'all' or 'trash'"),
        ({"due": "soon"}, "due: Input should be 'overdue', 'today'"),
        ({"priority": "1"}, "priority: Input should be 'none', 'low', 'medium' or 'high'"),
        ({"cursor": "x"}, "cursor is not one that a list gave"),
        ({"q": "a\0"}, "q must not contain control characters."),
    ],
)
def test_a_wrong_filter_is_422_in_words_that_name_it(rest, query, words):
    response = rest.get(**query)
    assert response.status_code == 422, response.content
    assert words in response.json()["detail"]


def test_an_empty_filter_is_none(rest):
    rest.add("x")
    names = ["status", "q", "priority", "label", "due", "sort", "limit", "cursor"]
    assert rest.titles(**dict.fromkeys(names, "")) == ["x"]


def test_pages_of_a_list(rest):
    for number in range(5):
        rest.add(f"{number}")
    first = rest.get(limit=3, sort="title").json()
    assert [task["title"] for task in first["items"]] == ["0", "1", "2"]
    second = rest.get(limit=3, sort="title", cursor=first["next_cursor"]).json()
    assert [task["title"] for task in second["items"]] == ["3", "4"]
    assert second["next_cursor"] is None


def test_a_stranger_gets_403_by_path_and_404_by_id(rest, strangers_rest):
    task = rest.add("secret")
    path = f"/{task['id']}"
    for method, at, body in (
        ("GET", path, ""),
        ("PATCH", path, {"title": "mine"}),
        ("DELETE", path, ""),
        ("POST", f"{path}/restore", ""),
    ):
        response = strangers_rest.request(method, at, body)
        assert (response.status_code, response.json()["code"]) == (404, "not_found"), method
    strangers_rest.user = rest.user  # the owner's path with the stranger's token
    for method, at in (("GET", ""), ("POST", ""), ("GET", path), ("DELETE", path)):
        assert strangers_rest.request(method, at, {"title": "x"}).status_code == 403
    assert rest.get(path).json() == task


def test_nobody_gets_401_with_a_challenge(rest, client):
    path = f"/api/{rest.user.public_id}/tasks"
    for response in (client.get(path), client.post(path), client.get(f"{path}/task_1")):
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("task_id", ["task_0", "1", "t1", "%00", "x" * 300, "%ED%A0%80", "🎉"])
def test_an_id_that_is_none_is_404(rest, task_id):
    assert rest.get(f"/{task_id}").status_code == 404


def test_deleting_again_is_no_error(rest):
    task = rest.add("x")
    assert [rest.delete(task["id"]).status_code for _ in range(2)] == [204, 204]
    assert rest.post(f"/{task['id']}/restore").status_code == 200
    assert rest.post(f"/{task['id']}/restore").status_code == 200


def test_timestamps_have_as_many_digits_each_so_that_they_compare_as_text(rest):
    task = rest.add("x")
    later = rest.patch(task["id"], title="y").json()
    assert len(task["updated_at"]) == len(later["updated_at"]) == len("2026-11-24T12:00:00.000000Z")
    assert later["updated_at"] > task["updated_at"]
