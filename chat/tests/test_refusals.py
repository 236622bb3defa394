"""What cannot be done is refused before the first byte, in words, and never with a 500."""

from typing import Any

import pytest

from chat.models import Run
from chat.tests.conftest import Person

CLICK = {"type": "task.set_completed", "payload": {}}


def refused(person: Person, kind: str, params: dict[str, Any]) -> tuple[int, str]:
    response = person.request("POST", "/api/{me}/chat", {"type": kind, "params": params})
    assert not response.streaming
    body = response.json()
    assert body["detail"]
    return response.status_code, body["code"]


@pytest.mark.parametrize(
    ("kind", "params", "code"),
    [
        ("attachments.create", {"name": "a", "size": 1, "mime_type": "x/y"}, "not_supported"),
        ("attachments.delete", {"attachment_id": "atc_1"}, "not_supported"),
        ("input.transcribe", {"audio_base64": "", "mime_type": "audio/webm"}, "not_supported"),
    ],
)
def test_what_is_not_offered_is_422(
    owner: Person, kind: str, params: dict[str, Any], code: str
) -> None:
    assert refused(owner, kind, params) == (422, code)


@pytest.mark.parametrize("kind", ["threads.custom_action", "threads.sync_custom_action"])
def test_a_click_needs_a_widget_of_the_thread_and_an_action_of_ours(
    owner: Person, kind: str
) -> None:
    owner.say("hello")
    params: dict[str, Any] = {"thread_id": owner.thread_id, "action": CLICK}
    params["item_id"] = owner.items()[0]["id"]
    assert refused(owner, kind, params) == (404, "not_found")
    params["item_id"] = "x" * 100
    assert refused(owner, kind, params) == (404, "not_found")
    other = {"thread_id": owner.thread_id, "action": {"type": "world.end", "payload": {}}}
    assert refused(owner, kind, other) == (422, "unknown_action")
    assert Run.objects.count() == 1


def test_a_result_that_no_tool_waits_for_is_422(owner: Person) -> None:
    owner.say("hello")
    params: dict[str, Any] = {"thread_id": owner.thread_id, "result": {}}
    assert refused(owner, "threads.add_client_tool_output", params) == (422, "nothing_pending")


def test_completed_must_be_a_truth_value(owner: Person) -> None:
    task = owner.add("buy milk")[0]
    owner.say("hello")
    click = {**CLICK, "payload": {"task_id": task.id, "completed": "false"}}
    params = {"thread_id": owner.thread_id, "action": click}
    assert refused(owner, "threads.sync_custom_action", params) == (422, "invalid")
    assert not owner.tasks()["buy milk"].completed


def test_a_message_that_is_too_long_is_422_and_not_stored(owner: Person) -> None:
    reply = owner.say("x" * 20_001)
    assert reply.status == 422
    assert b"message_too_long" in reply.raw


@pytest.mark.parametrize("path", ["runs/%00/events", "threads/%00/run", "runs/%ED%A0%80/cancel"])
def test_ids_that_no_database_takes_are_404(owner: Person, path: str) -> None:
    method = "POST" if path.endswith("cancel") else "GET"
    assert owner.request(method, f"/api/{{me}}/chat/{path}").status_code == 404


def test_a_cursor_of_thousands_of_digits_is_400(owner: Person) -> None:
    run_id = owner.say("hello").headers["X-Run-Id"]
    path = f"/api/{{me}}/chat/runs/{run_id}/events?after={'9' * 5000}"
    assert owner.request("GET", path).status_code == 400
