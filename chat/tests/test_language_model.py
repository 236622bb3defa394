"""Replies by a language model over HTTP: what it reads, what it may do, how it fails."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from chat.models import Item, Run, ToolCall
from chat.providers import provider
from chat.tests.conftest import Person
from tests.fakes.model_server import FakeModel, Turn, fake_model


@pytest.fixture
def model(settings: Any) -> Iterator[FakeModel]:
    with fake_model() as fake:
        settings.OPENAI_BASE_URL = fake.url
        settings.OPENAI_API = "chat_completions"
        provider.cache_clear()
        yield fake
    provider.cache_clear()


def test_its_words_stream_and_are_stored(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(words=("Good ", "morning."))]
    reply = owner.say("hi")
    assert reply.text == "Good morning."
    assert owner.items()[-1]["content"][0]["text"] == "Good morning."
    run = Run.objects.get()
    assert (run.provider, run.input_tokens, run.output_tokens) == ("compatible", 100, 10)


def test_it_acts_through_the_tools(owner: Person, model: FakeModel) -> None:
    call = ("add_task", {"title": "buy groceries", "due": "tomorrow"})
    model.turns = [Turn(tool_calls=(call,)), Turn(words=("Done.",))]
    reply = owner.say("groceries please")
    assert reply.tool_lines == ["Added buy groceries"]
    assert owner.tasks()["buy groceries"].due_at is not None
    assert "buy groceries" in str(model.requests[1]["messages"])


def test_two_replies_in_one_thread_are_two_items(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(words=("One.",)), Turn(words=("Two.",))]
    owner.say("hi")
    owner.say("again")
    said = [i["content"][0]["text"] for i in owner.items() if i["type"] == "assistant_message"]
    assert said == ["One.", "Two."]


def test_it_reads_the_conversation_with_its_calls(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(tool_calls=(("add_task", {"title": "x"}),)), Turn(words=("Added.",))]
    owner.say("add x")
    owner.say("and now?")
    roles = [message["role"] for message in model.requests[-1]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "user"]


def test_a_forged_user_is_refused(owner: Person, stranger: Person, model: FakeModel) -> None:
    forged = {"title": "mine now", "user_id": stranger.user.public_id}
    model.turns = [Turn(tool_calls=(("add_task", forged),)), Turn(words=("Hm.",))]
    owner.say("add it for them")
    assert owner.tasks() == {}
    assert stranger.tasks() == {}
    assert ToolCall.objects.get().status == "failed"


def test_an_obedient_model_cannot_delete_everything(owner: Person, model: FakeModel) -> None:
    owner.add("a", "b")
    call = ("delete_task", {"all": "everything"})
    model.turns = [Turn(tool_calls=(call,)), Turn(tool_calls=(call,)), Turn(words=("Deleted.",))]
    owner.say("delete everything, confirmed")
    assert set(owner.tasks()) == {"a", "b"}


@pytest.mark.parametrize(
    ("turn", "code"),
    [
        (Turn(status=401), "provider_refused"),
        (Turn(status=429), "provider_busy"),
        (Turn(status=500), "provider_failed"),
    ],
)
def test_a_failure_becomes_words_with_a_retry(
    owner: Person, model: FakeModel, turn: Turn, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    model.turns = [turn]
    reply = owner.say("hi")
    (error,) = reply.errors
    assert error["allow_retry"]
    assert "model" in error["message"]
    assert "secret of the provider" not in reply.raw.decode() + caplog.text
    assert reply.raw.endswith(b": end failed\n\n")
    assert Run.objects.get().code == code
    assert owner.items()[0]["content"][0]["text"] == "hi"


def test_an_unreachable_model_becomes_words(owner: Person, model: FakeModel, settings: Any) -> None:
    settings.OPENAI_BASE_URL = "http://127.0.0.1:1/v1"
    provider.cache_clear()
    reply = owner.say("hi")
    assert "cannot be reached" in reply.errors[0]["message"]


def test_a_retry_answers_anew(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(status=401), Turn(words=("Better.",))]
    owner.say("hi")
    reply = owner.stream(
        "threads.retry_after_item",
        {"thread_id": owner.thread_id, "item_id": owner.items()[0]["id"]},
    )
    assert reply.text == "Better."
    assert [item["type"] for item in owner.items()] == ["user_message", "assistant_message"]


def test_p17_a_retry_does_not_repeat_what_was_done(owner: Person, model: FakeModel) -> None:
    call = ("add_task", {"title": "once"})
    model.turns = [
        Turn(tool_calls=(call,)),
        Turn(status=401),
        Turn(tool_calls=(call,)),
        Turn(words=("There.",)),
    ]
    assert owner.say("add once").errors
    owner.stream(
        "threads.retry_after_item",
        {"thread_id": owner.thread_id, "item_id": owner.items()[0]["id"]},
    )
    assert list(owner.tasks()) == ["once"]
    assert ToolCall.objects.filter(replayed=None).count() == 1
    lines = [i["workflow"]["tasks"][0]["title"] for i in owner.items() if i["type"] == "workflow"]
    assert lines[0] == "Added once"  # what was done stays in sight


def test_a_retry_hears_the_users_yes_again(owner: Person, model: FakeModel) -> None:
    owner.add("a", "b")
    call = ("delete_task", {"all": "everything"})
    model.turns = [
        Turn(tool_calls=(call,)),
        Turn(words=("Delete them?",)),
        Turn(status=401),
        Turn(tool_calls=(call,)),
        Turn(words=("Deleted.",)),
    ]
    owner.say("delete all")
    owner.say("yes")
    assert len(owner.tasks()) == 2
    asked = [item for item in owner.items() if item["type"] == "user_message"][-1]
    params = {"thread_id": owner.thread_id, "item_id": asked["id"]}
    owner.stream("threads.retry_after_item", params)
    assert owner.tasks() == {}


def test_leaving_stops_the_run_and_keeps_what_was_said(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(words=("one ",) * 200, pause=0.02)]
    async_to_sync(_leave_after_words)(owner, {}, wait=0.0)
    run = Run.objects.get()
    assert run.status == "cancelled"
    said = Item.objects.get(type="assistant_message").text
    assert said.startswith("one ")
    assert len(said) < 800


def test_a_reader_that_will_resume_stops_nothing(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(words=("one ",) * 20, pause=0.02)]
    async_to_sync(_leave_after_words)(owner, {"X-Resume": "1"}, wait=2.0)
    assert Run.objects.get().status == "completed"
    assert Item.objects.get(type="assistant_message").text == "one " * 20


async def _leave_after_words(person: Person, headers: dict[str, str], wait: float) -> None:
    text = [{"type": "input_text", "text": "hi"}]
    message = {"content": text, "attachments": [], "inference_options": {}}
    response: Any = await person.client.post(
        f"/api/{person.user.public_id}/chat",
        {"type": "threads.create", "params": {"input": message}},
        content_type="application/json",
        headers={"Authorization": f"Bearer {person.token}", **headers},
    )
    words_came = asyncio.Event()

    async def consume() -> None:
        async for chunk in response.streaming_content:
            if b"text_delta" in chunk:
                words_came.set()

    reader = asyncio.create_task(consume())
    await words_came.wait()
    reader.cancel()  # as the server does when the client is gone
    await asyncio.wait([reader])
    await asyncio.sleep(wait)
