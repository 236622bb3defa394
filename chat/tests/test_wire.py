"""The wire as scripts see it: headers, numbered frames, a proven end, joining and refusing."""

import re

import pytest

from chat.models import Item, Run, Thread
from chat.tests.conftest import Person


def test_a_stream_carries_its_headers(owner: Person) -> None:
    headers = owner.say("hello").headers
    assert headers["Content-Type"] == "text/event-stream"
    assert headers["Cache-Control"] == "no-cache, no-transform"
    assert headers["X-Accel-Buffering"] == "no"
    assert headers["X-Run-Id"].startswith("run_")


def test_p01_frames_are_numbered_from_one(owner: Person) -> None:
    raw = owner.say("hello").raw.decode()
    numbers = [int(number) for number in re.findall(r"^id: (\d+)$", raw, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == raw.count("\ndata: ")


def test_p05_a_stream_ends_with_its_status(owner: Person) -> None:
    assert owner.say("hello").raw.endswith(b": end completed\n\n")


def test_p02_a_finished_run_reads_the_same_bytes_again(owner: Person) -> None:
    reply = owner.say("Create a task to buy groceries")
    path = f"/api/{{me}}/chat/runs/{reply.headers['X-Run-Id']}/events"
    assert _read(owner, path) == reply.raw
    after_two = _read(owner, path, **{"Last-Event-ID": "2"})
    assert reply.raw.endswith(after_two)
    assert after_two.startswith(b"id: 3\n")


def _read(person: Person, path: str, **headers: str) -> bytes:
    response = person.request("GET", path, **headers)
    chunks: list[bytes] = []

    async def drain() -> None:
        chunks.extend([chunk async for chunk in response.streaming_content])

    from asgiref.sync import async_to_sync

    async_to_sync(drain)()
    return b"".join(chunks)


@pytest.mark.parametrize("cursor", ["x", "-1", "9999"])
def test_p06_a_wrong_cursor_is_refused(owner: Person, cursor: str) -> None:
    reply = owner.say("hello")
    path = f"/api/{{me}}/chat/runs/{reply.headers['X-Run-Id']}/events"
    response = owner.request("GET", path, **{"Last-Event-ID": cursor})
    assert response.status_code == 400
    assert response.json()["detail"]


def test_p13_the_same_key_and_body_join_one_run(owner: Person) -> None:
    key = {"Idempotency-Key": "one"}
    first = owner.say("Create a task to buy groceries", **key)
    owner.thread_id = None
    second = owner.say("Create a task to buy groceries", **key)
    assert second.headers["X-Run-Id"] == first.headers["X-Run-Id"]
    assert second.raw == first.raw
    assert Run.objects.count() == 1
    assert len(owner.tasks()) == 1


def test_p13_the_same_key_with_another_body_is_422(owner: Person) -> None:
    owner.say("hello", **{"Idempotency-Key": "one"})
    reply = owner.say("thanks", **{"Idempotency-Key": "one"})
    assert reply.status == 422
    assert b"idempotency_key_reused" in reply.raw


def test_p14_a_second_message_while_a_run_is_going_is_409(owner: Person) -> None:
    owner.say("hello")
    thread = Thread.objects.get()
    run = Run.objects.create(
        owner=owner.user, thread=thread, request_type="t", started_at=thread.created_at
    )
    before = Item.objects.count()
    reply = owner.say("thanks")
    assert reply.status == 409
    assert b"run_active" in reply.raw
    assert run.id.encode() in reply.raw
    assert Item.objects.count() == before
    found = owner.request("GET", f"/api/{{me}}/chat/threads/{thread.id}/run").json()
    assert found == {"run_id": run.id, "status": "running", "last_event_id": 0}


def test_a_thread_at_rest_has_no_run(owner: Person) -> None:
    owner.say("hello")
    response = owner.request("GET", f"/api/{{me}}/chat/threads/{owner.thread_id}/run")
    assert response.status_code == 204


def test_cancelling_a_finished_run_keeps_its_status(owner: Person) -> None:
    run_id = owner.say("hello").headers["X-Run-Id"]
    response = owner.request("POST", f"/api/{{me}}/chat/runs/{run_id}/cancel")
    assert response.json() == {"run_id": run_id, "status": "completed"}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "not valid JSON"),
        (b"{", 400, "not valid JSON"),
        (b"[]", 422, "body"),
        (b'{"type": "threads.fly"}', 422, "threads.fly"),
        (b'{"type": "threads.create", "params": {}}', 422, "params.input"),
        (b'{"type": "threads.get_by_id", "params": {"thread_id": 7}}', 422, "thread_id"),
        ("\ud800".encode("utf-8", "surrogatepass"), 400, "JSON"),
        (b"\xff\xfe", 400, "JSON"),
    ],
)
def test_a_malformed_body_is_refused_in_words(
    owner: Person, body: bytes, status: int, words: str
) -> None:
    response = owner.request("POST", "/api/{me}/chat", body)
    assert response.status_code == status
    assert words in response.json()["detail"]


def test_an_empty_message_is_refused_and_stores_nothing(owner: Person) -> None:
    reply = owner.say("   ")
    assert reply.status == 422
    assert b"empty" in reply.raw
    assert Thread.objects.count() == 0


@pytest.mark.parametrize("character", ["\0", "\ud800"])
def test_characters_that_no_database_takes_are_refused(owner: Person, character: str) -> None:
    reply = owner.say(f"Create a task to buy{character} milk")
    assert reply.status in (400, 422)


def test_who_answers_is_told(owner: Person) -> None:
    told = owner.request("GET", "/api/{me}/chat/assistant").json()
    assert told["provider"] == "offline"
    assert "without a language model" in told["words"]
