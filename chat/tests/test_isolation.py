"""Another user's thread, item and run are not found; another user's path is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import async_to_sync

from chat import permission
from chat.permission import Permission
from chat.tests.conftest import Person
from taskchat_site.accounts.authentication import identify

MESSAGE = {
    "content": [{"type": "input_text", "text": "hello"}],
    "attachments": [],
    "inference_options": {},
}


@pytest.fixture
def thread_of_owner(owner: Person) -> str:
    owner.say("Show my tasks")
    assert owner.thread_id is not None
    return owner.thread_id


REQUESTS = [
    ("threads.get_by_id", {}),
    ("threads.update", {"title": "Mine now"}),
    ("threads.delete", {}),
    ("items.list", {}),
    ("items.feedback", {"item_ids": ["msg_1"], "kind": "positive"}),
    ("threads.add_user_message", {"input": MESSAGE}),
    ("threads.retry_after_item", {"item_id": "msg_1"}),
    ("threads.add_client_tool_output", {"result": {}}),
    ("threads.custom_action", {"action": {"type": "task.set_completed", "payload": {}}}),
    ("threads.sync_custom_action", {"action": {"type": "task.set_completed", "payload": {}}}),
    (
        "threads.add_structured_input",
        {"item_id": "x", "input": {"answers": {}, "status": "skipped"}},
    ),
]


@pytest.mark.parametrize(("kind", "params"), REQUESTS)
def test_a_strangers_thread_is_not_found(
    stranger: Person, thread_of_owner: str, kind: str, params: dict[str, object]
) -> None:
    body = {"type": kind, "params": {"thread_id": thread_of_owner, **params}}
    response = stranger.request("POST", "/api/{me}/chat", body)
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


def test_a_strangers_list_is_empty(stranger: Person, thread_of_owner: str) -> None:
    assert stranger.chatkit("threads.list", {})["data"] == []


def test_a_cursor_of_a_stranger_is_not_found(stranger: Person, thread_of_owner: str) -> None:
    body = {"type": "threads.list", "params": {"after": thread_of_owner}}
    assert stranger.request("POST", "/api/{me}/chat", body).status_code == 404


@pytest.mark.parametrize(("method", "end"), [("GET", "events"), ("POST", "cancel")])
def test_a_strangers_run_is_not_found(
    owner: Person, stranger: Person, method: str, end: str
) -> None:
    run_id = owner.say("hello").headers["X-Run-Id"]
    response = stranger.request(method, f"/api/{{me}}/chat/runs/{run_id}/{end}")
    assert response.status_code == 404


def test_the_run_of_a_strangers_thread_is_not_found(stranger: Person, thread_of_owner: str) -> None:
    response = stranger.request("GET", f"/api/{{me}}/chat/threads/{thread_of_owner}/run")
    assert response.status_code == 404


def test_another_users_path_is_403(owner: Person, stranger: Person) -> None:
    path = f"/api/{owner.user.public_id}/chat"
    response = stranger.request("POST", path, {"type": "threads.list", "params": {}})
    assert response.status_code == 403
    assert response.json()["code"] == "wrong_user"


def test_no_token_is_401(owner: Person) -> None:
    body = {"type": "threads.list", "params": {}}
    response = owner.request("POST", "/api/{me}/chat", body, token="")
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_deleted_thread_is_gone_for_its_owner(owner: Person, thread_of_owner: str) -> None:
    assert owner.chatkit("threads.delete", {"thread_id": thread_of_owner}) == {}
    body = {"type": "threads.get_by_id", "params": {"thread_id": thread_of_owner}}
    assert owner.request("POST", "/api/{me}/chat", body).status_code == 404


@pytest.mark.parametrize("minutes", [-1, 1])
def test_p24_an_expired_token_ends_reading(
    owner: Person, thread_of_owner: str, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    monkeypatch.setattr(permission, "LOOK_SECONDS", 0.0)

    async def may_read() -> bool:
        bearer = await identify(owner.token)
        expires_at = datetime.now(UTC) + timedelta(minutes=minutes)
        return await Permission(replace(bearer, expires_at=expires_at), thread_of_owner)()

    assert async_to_sync(may_read)() == (minutes > 0)
