"""A run whose process died: the thread shows what the log had shown, and no more."""

import json
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from chat import partial, settling
from chat.models import Item, Run
from chat.runs.models import FrameBatch
from chat.tests.conftest import Person
from tasks.models import Task


def frames_of(raw: bytes) -> list[bytes]:
    return [part + b"\n\n" for part in raw.split(b"\n\n") if part.startswith(b"id:")]


def died_after(person: Person, frames: list[bytes]) -> Run:
    """The person's last run, as if its process had died when `frames` were stored."""
    run = Run.objects.order_by("-started_at").first()
    assert run is not None
    FrameBatch.objects.filter(run=run).delete()
    if frames:
        FrameBatch.objects.create(run=run, first_id=1, last_id=len(frames), data=b"".join(frames))
    Run.objects.filter(pk=run.pk).update(
        status="running",
        finished_at=None,
        last_event_id=0,
        lease_until=timezone.now() - timedelta(seconds=1),
    )
    return run


def shown_text(frames: list[bytes]) -> str:
    events = [json.loads(frame.split(b"data: ", 1)[1]) for frame in frames]
    return "".join(
        event["update"]["delta"]
        for event in events
        if event["type"] == "thread.item.updated" and "delta" in event["update"]
    )


def test_p12_wherever_it_died_the_thread_shows_what_the_log_showed(owner: Person) -> None:
    frames = frames_of(owner.say("Create a task to buy groceries").raw)
    whole = list(Item.objects.all())
    for count in range(len(frames) + 1):
        Item.objects.bulk_update(whole, ["data", "text", "removed_at"])
        run = died_after(owner, frames[:count])
        settling.settle_dead_runs()
        run.refresh_from_db()
        assert (run.status, run.last_event_id) == ("interrupted", count)
        items = owner.items()
        assert items[0]["type"] == "user_message"
        said = "".join(
            part["text"]
            for item in items
            if item["type"] == "assistant_message"
            for part in item["content"]
        )
        assert said == shown_text(frames[:count])
        assert {item["id"] for item in items} <= {item.item_id for item in whole}
        assert "loading" not in json.dumps(items)
    assert Task.objects.count() == 1


def test_p12_the_plain_protocol_keeps_its_words_too(owner: Person) -> None:
    body = {"message": "Create a task to buy groceries", "thread_id": None}
    frames = frames_of(async_to_sync(owner._stream)(body, {}).raw)
    Item.objects.filter(type="assistant_message").delete()
    words = [json.loads(frame.split(b"data: ", 1)[1]) for frame in frames]
    said = [index for index, event in enumerate(words) if event["type"] == "chunk"]
    died_after(owner, frames[: said[1] + 1])
    settling.settle_dead_runs()
    kept = Item.objects.get(type="assistant_message")
    assert kept.text == words[said[0]]["content"] + words[said[1]]["content"]


def test_p16_a_settled_run_is_settled_once(owner: Person) -> None:
    frames = frames_of(owner.say("hello").raw)
    run = died_after(owner, frames)
    assert settling.settle(run.pk)
    assert not settling.settle(run.pk)
    run.refresh_from_db()
    assert run.epoch == 2


@pytest.mark.parametrize(
    ("words", "stored", "rest"),
    [
        ("One two", [], "One two"),
        ("One two", ["One two"], ""),
        ("One\n\nTwo th", ["One"], "Two th"),
        ("One\n\nTwo\n\nThr", ["One", "Two"], "Thr"),
        ("Two", ["One"], "Two"),
    ],
)
def test_what_was_said_and_not_stored(words: str, stored: list[str], rest: str) -> None:
    assert partial.unsaid(words, stored) == rest
