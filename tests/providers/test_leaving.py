"""Stopping a reply of a real model: quick, complete, and silent in the log."""

import asyncio
import gc
import logging
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from chat.models import Item, Run
from chat.runs.runner import runner
from chat.tests.conftest import Person
from chat.tests.test_plain_protocol import say
from tests.fakes.model_server import FakeModel, Turn

SLOW = Turn(words=("one ",) * 200, pause=0.02)


async def _stop_after(person: Person, words: bytes, *, by_cancel: bool = False) -> bytes:
    """Send a plain message, leave when `words` have come, and let the loop settle."""
    response: Any = await person.client.post(
        f"/api/{person.user.public_id}/chat",
        {"message": "hi"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {person.token}"},
    )
    got = b""
    came = asyncio.Event()

    async def consume() -> None:
        nonlocal got
        async for chunk in response.streaming_content:
            got += chunk
            if words in got:
                came.set()

    reader = asyncio.create_task(consume())
    await came.wait()
    if by_cancel:
        await runner.cancel(response["X-Run-Id"])
        await reader
    else:
        reader.cancel()  # as the server does when the client is gone
        await asyncio.wait([reader])
    gc.collect()
    await asyncio.sleep(0.05)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert [task for task in others if "agents" in repr(task) or "chatkit" in repr(task)] == []
    return got


@pytest.mark.parametrize("by_cancel", [False, True])
def test_a_stop_leaves_nothing_behind(
    owner: Person, model: FakeModel, caplog: pytest.LogCaptureFixture, by_cancel: bool
) -> None:
    caplog.set_level(logging.WARNING)
    model.turns = [SLOW]
    async_to_sync(_stop_after)(owner, b"one", by_cancel=by_cancel)
    gc.collect()
    assert caplog.text == ""
    assert model.gone.wait(2), "the model's connection stayed open"
    assert Run.objects.get().status == "cancelled"
    assert Item.objects.get(type="assistant_message").text.startswith("one ")


def test_a_stop_during_a_tool_call_leaves_nothing_behind(
    owner: Person, model: FakeModel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    model.turns = [Turn(tool_calls=(("add_task", {"title": "x"}),)), Turn(first_pause=0.5)]
    async_to_sync(_stop_after)(owner, b'"completed"')
    gc.collect()
    assert caplog.text == ""
    assert list(owner.tasks()) == ["x"]
    assert Run.objects.get().status == "cancelled"


def test_a_failure_leaves_nothing_behind(
    owner: Person, model: FakeModel, caplog: pytest.LogCaptureFixture
) -> None:
    model.turns = [Turn(words=("one ",) * 8, cut_after=6)]
    say(owner, "hi")
    gc.collect()
    assert [record for record in caplog.records if record.name == "asyncio"] == []


def test_a_cancelled_run_ends_its_plain_stream_with_done(owner: Person, model: FakeModel) -> None:
    model.turns = [SLOW]
    raw = async_to_sync(_stop_after)(owner, b"one", by_cancel=True).decode()
    assert raw.endswith(": end cancelled\n\n")
    done = raw.split("\n\n")[-3]
    assert "event: done" in done
    assert '"content": "one ' in done
