"""The plain protocol: frames as scripts read them, on the URL, runs and promises of ChatKit's."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from chat.models import Item, Run, Thread
from chat.tests.conftest import Person


@dataclass(frozen=True)
class Frame:
    id: int
    event: str | None
    data: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def frames(self) -> list[Frame]:
        return [_frame(part) for part in self.raw.decode().split("\n\n") if part.startswith("id: ")]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [frame.data for frame in self.frames if frame.data["type"] == kind]

    @property
    def words(self) -> str:
        return "".join(chunk["content"] for chunk in self.of("chunk"))

    @property
    def done(self) -> dict[str, Any]:
        return self.frames[-1].data


def _frame(text: str) -> Frame:
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    return Frame(int(fields["id"]), fields.get("event"), json.loads(fields["data"]))


def say(person: Person, message: Any, thread_id: str | None = None, **headers: str) -> Answer:
    return post(person, {"message": message, "thread_id": thread_id}, **headers)


def post(person: Person, body: Any, **headers: str) -> Answer:
    async def send() -> Answer:
        response: Any = await person.client.post(
            f"/api/{person.user.public_id}/chat",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {person.token}", **headers},
        )
        if not response.streaming:
            return Answer(response.status_code, dict(response.headers), response.content)
        raw = b"".join([chunk async for chunk in response.streaming_content])
        return Answer(response.status_code, dict(response.headers), raw)

    return async_to_sync(send)()


def test_words_come_as_chunks_and_the_last_frame_is_done(owner: Person) -> None:
    answer = say(owner, "hello")
    assert len(answer.of("chunk")) > 1
    assert all(
        frame.event is None and set(frame.data) == {"type", "content"}
        for frame in answer.frames[:-1]
    )
    thread = Thread.objects.get()
    assert answer.frames[-1].event == "done"
    assert answer.done == {
        "type": "done",
        "thread_id": thread.id,
        "run_id": answer.headers["X-Run-Id"],
        "content": answer.words,
    }


def test_the_thread_holds_what_the_chunks_said(owner: Person) -> None:
    answer = say(owner, "hello")
    assert Item.objects.get(type="assistant_message").text == answer.words


def test_a_tool_call_shows_twice(owner: Person) -> None:
    answer = say(owner, "Create a task to buy groceries")
    started, completed = [frame for frame in answer.frames if frame.event == "mcp_tool"]
    assert started.data["status"] == "started"
    assert started.data["result"] is None
    assert completed.data["status"] == "completed"
    assert completed.data["result"]["tasks"][0]["title"] == "buy groceries"
    for key in ("call_id", "name", "arguments"):
        assert started.data[key] == completed.data[key]
    assert started.data["name"] == "add_task"
    assert started.data["arguments"]["title"] == "buy groceries"
    assert set(owner.tasks()) == {"buy groceries"}


def test_the_call_shows_before_the_words_about_it(owner: Person) -> None:
    kinds = [frame.data["type"] for frame in say(owner, "Create a task to buy groceries").frames]
    assert kinds[:2] == ["mcp_tool", "mcp_tool"]
    assert kinds[2] == "chunk"
    assert kinds[-1] == "done"


def test_a_second_message_continues_the_conversation(owner: Person) -> None:
    first = say(owner, "Create a task to buy groceries")
    second = say(owner, "Mark it as complete", first.done["thread_id"])
    assert second.done["thread_id"] == first.done["thread_id"]
    assert owner.tasks()["buy groceries"].completed
    assert Thread.objects.count() == 1


def test_both_protocols_share_a_conversation(owner: Person) -> None:
    owner.thread_id = say(owner, "Create a task to buy groceries").done["thread_id"]
    assert owner.say("Mark it as complete").tool_lines == ["Completed buy groceries"]


def test_a_confirmation_keeps_its_handle_and_hears_the_next_yes(owner: Person) -> None:
    owner.add("a", "b")
    asked = say(owner, "Delete all tasks")
    needs = asked.of("mcp_tool")[-1]["result"]["needs_confirmation"]
    assert needs["count"] == 2
    assert "confirmation_id" not in needs
    say(owner, "yes", asked.done["thread_id"])
    assert owner.tasks() == {}


def test_a_stream_carries_the_same_headers_ids_and_end(owner: Person) -> None:
    answer = say(owner, "hello")
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-cache, no-transform"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert [frame.id for frame in answer.frames] == list(range(1, len(answer.frames) + 1))
    assert answer.raw.endswith(b": end completed\n\n")
    assert Run.objects.get().status == "completed"


def test_p02_a_finished_run_reads_the_same_bytes_again(owner: Person) -> None:
    answer = say(owner, "Create a task to buy groceries")
    path = f"/api/{{me}}/chat/runs/{answer.headers['X-Run-Id']}/events"
    response = owner.request("GET", path, **{"Last-Event-ID": "2"})

    async def drain() -> bytes:
        return b"".join([chunk async for chunk in response.streaming_content])

    rest = async_to_sync(drain)()
    assert rest.startswith(b"id: 3\n")
    assert answer.raw.endswith(rest)


def test_p13_the_same_key_and_body_join_one_run(owner: Person) -> None:
    key = {"Idempotency-Key": "one"}
    first = say(owner, "Create a task to buy groceries", **key)
    second = say(owner, "Create a task to buy groceries", **key)
    assert second.raw == first.raw
    assert len(owner.tasks()) == 1
    assert say(owner, "hello", **key).status == 422


def test_p14_a_second_message_while_a_run_is_going_is_409(owner: Person) -> None:
    thread_id = say(owner, "hello").done["thread_id"]
    thread = Thread.objects.get()
    run = Run.objects.create(
        owner=owner.user, thread=thread, request_type="t", started_at=thread.created_at
    )
    answer = say(owner, "hello", thread_id)
    assert answer.status == 409
    assert json.loads(answer.raw)["run_id"] == run.id


def test_anothers_thread_is_not_found(owner: Person, stranger: Person) -> None:
    thread_id = say(owner, "hello").done["thread_id"]
    answer = say(stranger, "hello", thread_id)
    assert answer.status == 404
    assert json.loads(answer.raw)["code"] == "not_found"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "message"),
        ({"message": 7}, "message"),
        ({"message": None}, "message"),
        ({"message": "hi", "thread_id": 7}, "thread_id"),
        ({"message": "hi", "thread": "x"}, "thread"),
        ({"message": "  "}, "empty"),
    ],
)
def test_a_wrong_body_is_refused_in_words(owner: Person, body: Any, words: str) -> None:
    answer = post(owner, body)
    assert answer.status == 422
    assert words in json.loads(answer.raw)["detail"]
    assert Thread.objects.count() == 0


def test_thread_id_may_be_left_out(owner: Person) -> None:
    assert post(owner, {"message": "hello"}).status == 200
