"""A run always ends: in the log for its readers, in the database for its thread."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError
from django.utils import timezone

from chat import replies, settling
from chat.models import Run, Thread
from chat.runs import runner as runner_module
from chat.runs import storage
from chat.runs.lease import Lease
from chat.runs.log import Batch, Frame, RunLog
from chat.runs.reader import read
from chat.runs.runner import Outcome, Runner
from chat.tests.conftest import Person
from taskchat_site import database


@pytest.fixture
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every frame counts as stored."""
    monkeypatch.setattr(storage, "store", lambda batches: {batch.lease.run_id for batch in batches})


async def endless() -> AsyncIterator[Frame]:
    while True:
        await asyncio.sleep(0.01)
        yield Frame(b"data: x\n\n")


async def short() -> AsyncIterator[Frame]:
    yield Frame(b"data: x\n\n")


@pytest.mark.usefixtures("_no_database")
def test_a_cancel_while_the_end_is_stored_breaks_nothing() -> None:
    stored: list[str] = []

    async def test() -> None:
        runner = Runner()
        storing = asyncio.Event()

        async def finish(outcome: Outcome, last: Batch | None) -> None:
            storing.set()
            await asyncio.sleep(0.05)
            stored.append(outcome.status)

        log = RunLog(Lease("run_1"))
        runner.start(log, short(), finish)
        await storing.wait()
        await runner.cancel("run_1")
        assert log.status == "completed"

    async_to_sync(test)()
    assert stored == ["completed"]


@pytest.mark.usefixtures("_no_database")
def test_a_cancel_before_the_first_step_stores_an_end() -> None:
    stored: list[str] = []

    async def test() -> None:
        runner = Runner()

        async def finish(outcome: Outcome, last: Batch | None) -> None:
            stored.append(outcome.status)

        log = RunLog(Lease("run_1"))
        runner.start(log, endless(), finish)
        await runner.cancel("run_1")
        assert log.status == "cancelled"
        assert runner.log("run_1") is None

    async_to_sync(test)()
    assert stored == ["cancelled"]


@pytest.mark.usefixtures("_no_database")
def test_a_reader_is_cut_off_when_the_end_cannot_be_stored() -> None:
    async def test() -> None:
        runner = Runner()

        async def finish(outcome: Outcome, last: Batch | None) -> None:
            raise RuntimeError("no database")

        log = RunLog(Lease("run_1"))
        runner.start(log, short(), finish)
        chunks = [chunk async for chunk in read(log)]
        assert log.cut
        assert not any(chunk.startswith(b": end") for chunk in chunks)

    async_to_sync(test)()


@pytest.fixture
def _flaky_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database refuses the first end of a run."""
    store_end = replies._store_end
    failures = iter([OperationalError("locked")])

    def once_broken(*arguments: Any) -> None:
        for failure in failures:
            raise failure
        store_end(*arguments)

    monkeypatch.setattr(replies, "_store_end", once_broken)
    monkeypatch.setattr(database, "RETRY_SECONDS", 0.01)


@pytest.mark.usefixtures("_flaky_end")
def test_an_end_is_stored_once_the_database_is_back(owner: Person) -> None:
    owner.say("hello")
    assert Run.objects.get().status == "completed"
    assert owner.say("thanks").status == 200


def test_a_client_that_leaves_while_its_message_is_stored_does_not_block_the_thread(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.say("hello")
    store_start = replies._store_start

    async def leave() -> None:
        left = asyncio.Event()
        loop = asyncio.get_running_loop()

        def slow(*arguments: Any) -> Any:
            result = store_start(*arguments)
            loop.call_soon_threadsafe(left.set)
            return result

        monkeypatch.setattr(replies, "_store_start", slow)
        body = {"content": [{"type": "input_text", "text": "again"}], "attachments": []}
        request = asyncio.ensure_future(
            owner.client.post(
                f"/api/{owner.user.public_id}/chat",
                {
                    "type": "threads.add_user_message",
                    "params": {
                        "thread_id": owner.thread_id,
                        "input": {**body, "inference_options": {}},
                    },
                },
                content_type="application/json",
                headers={"Authorization": f"Bearer {owner.token}"},
            )
        )
        await left.wait()
        request.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await request
        monkeypatch.setattr(replies, "_store_start", store_start)

    async_to_sync(leave)()
    assert not Run.objects.filter(status="running").exists()
    assert owner.say("thanks").status == 200


def _dead_run(person: Person, since: timedelta) -> Run:
    """A run whose process is gone, and whose lease ran out `since` ago."""
    person.say("hello")
    return Run.objects.create(
        owner=person.user,
        thread=Thread.objects.get(),
        request_type="t",
        started_at=timezone.now() - timedelta(minutes=1),
        lease_until=timezone.now() - since,
    )


AGO, AHEAD = timedelta(seconds=1), timedelta(seconds=-5)


def test_a_dead_run_is_settled_by_the_next_message(owner: Person) -> None:
    run = _dead_run(owner, AGO)
    assert owner.say("thanks").status == 409
    run.refresh_from_db()
    assert (run.status, run.code) == ("interrupted", "process_gone")
    assert owner.say("thanks").status == 200


def test_stop_settles_a_dead_run(owner: Person) -> None:
    run = _dead_run(owner, AGO)
    response = owner.request("POST", f"/api/{{me}}/chat/runs/{run.id}/cancel")
    assert response.json()["status"] == "interrupted"


def test_reading_the_thread_settles_its_dead_run(owner: Person) -> None:
    run = _dead_run(owner, AGO)
    owner.items()
    run.refresh_from_db()
    assert run.status == "interrupted"


def test_the_sweep_leaves_a_run_alone_while_its_lease_lasts(owner: Person) -> None:
    run = _dead_run(owner, AHEAD)
    settling.settle_dead_runs()
    run.refresh_from_db()
    assert run.status == "running"
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - AGO)
    settling.settle_dead_runs()
    run.refresh_from_db()
    assert (run.status, run.epoch) == ("interrupted", 2)


def test_p20_a_reply_that_grows_past_the_bound_fails_and_keeps_what_it_said(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "MAX_LOG_BYTES", 2_500)
    reply = owner.say("What can you do?")
    assert reply.raw.endswith(b": end failed\n\n")
    run = Run.objects.get()
    assert (run.status, run.code) == ("failed", "too_long")
    said = [item for item in owner.items() if item["type"] == "assistant_message"]
    assert reply.text
    assert "".join(item["content"][0]["text"] for item in said) == reply.text


class Calls:
    """The database's calls of a reply, by function and how often it came, of which one breaks.

    Not by their number alone: how often frames are stored depends on the clock.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[tuple[str, int]] = []
        self.broken: tuple[str, int] | None = None
        self._run = database.run
        monkeypatch.setattr(database, "run", self)

    async def __call__(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        name = function.__qualname__
        call = (name, sum(earlier == name for earlier, _ in self.seen) + 1)
        self.seen.append(call)
        if call == self.broken:
            raise RuntimeError("broken")
        return await self._run(function, *args, **kwargs)


def test_p05_whichever_call_of_the_database_breaks_the_reply_ends(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls(monkeypatch)
    owner.client.raise_request_exception = False
    assert owner.say("Create a task to buy groceries").raw.endswith(b": end completed\n\n")
    ends = {}
    for broken in calls.seen.copy():
        calls.seen, calls.broken, owner.thread_id = [], broken, None
        reply = owner.say("Create a task to buy groceries")
        assert reply.status in (200, 500), broken
        end = reply.raw.rpartition(b": end ")[2].strip() if b": end " in reply.raw else b""
        ends[broken] = end
        if reply.status == 200 and not end:  # the end is not stored: somebody settles it
            Run.objects.filter(status="running").update(lease_until=timezone.now() - AGO)
            settling.settle_dead_runs()
    assert not Run.objects.filter(status="running").exists()
    assert ends["put_item", 1] == b"failed"
    assert set(ends.values()) <= {b"failed", b"completed", b""}


@pytest.mark.parametrize("broken", [1, 2, 3])
def test_p05_a_reader_that_breaks_is_cut_and_stops_nothing(
    owner: Person, monkeypatch: pytest.MonkeyPatch, broken: int
) -> None:
    chunks = itertools.count(1)

    async def read_until_it_breaks(log: RunLog, after: int) -> AsyncIterator[bytes]:
        async for chunk in read(log, after):
            if next(chunks) == broken:
                raise RuntimeError("broken")
            yield chunk

    monkeypatch.setattr(runner_module, "read", read_until_it_breaks)
    reply = owner.say("Create a task to buy groceries", **{"X-Resume": "1"})
    assert b": end" not in reply.raw
    assert Run.objects.get().status != "cancelled"
