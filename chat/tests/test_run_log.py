"""Frames in memory and in the database: what may be seen when, and what is found again."""

import json
import time
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    ThreadItemUpdatedEvent,
)
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.models import Run
from chat.replies import CHATKIT
from chat.runs import lease as leases
from chat.runs import storage
from chat.runs.lease import Fenced, Lease, StopAsked
from chat.runs.log import UNHURRIED, Batch, Frame, RunLog
from chat.runs.models import FrameBatch
from chat.runs.writer import PACK_SECONDS, Writer
from chat.server import END_SECONDS
from chat.tests.conftest import Person

WORDS, EFFECT = Frame(b"data: w\n\n", early=True), Frame(b"data: e\n\n")


def run_of(person: Person) -> Run:
    person.say("hello")
    Run.objects.update(status="running", last_event_id=0)
    FrameBatch.objects.all().delete()
    return Run.objects.get()


def batch(run: Run, first: int, last: int) -> Batch:
    data = b"".join(b"id: %d\ndata: %d\n\n" % (number, number) for number in range(first, last + 1))
    return Batch(Lease(run.pk, run.epoch), first, last, data)


def test_p03_words_leave_at_once_and_effects_once_they_are_stored() -> None:
    log = RunLog(Lease("run_1"))
    log.append(WORDS)
    assert log.readable == 1
    log.append(EFFECT)
    log.append(WORDS)
    assert log.readable == 1, "what follows an effect waits with it"
    log.stored(1)
    assert log.readable == 1
    log.stored(2)
    assert log.readable == 3
    assert log.after(2) == [b"id: 3\ndata: w\n\n"]


def test_p03_what_opens_a_message_is_stored_with_its_first_words() -> None:
    log = RunLog(Lease("run_1"))
    opening = Frame(b"data: o\n\n", within=UNHURRIED)
    assert log.append(opening) == UNHURRIED
    assert log.readable == 0
    assert log.append(WORDS) == 0, "readers wait for the words"
    assert log.append(WORDS) == UNHURRIED, "they were told of"
    log.stored(3)
    assert log.readable == 3
    assert log.append(opening) == UNHURRIED
    assert log.append(EFFECT) == 0


def test_p10_a_stream_opens_in_the_transaction_of_its_message(owner: Person) -> None:
    owner.say("hello")
    first = FrameBatch.objects.earliest("first_id")
    kinds = [
        json.loads(frame.split(b"data: ")[1])["type"] for frame in storage.split(bytes(first.data))
    ]
    assert kinds == ["thread.created", "thread.item.done", "stream_options"]


def test_p01_ids_come_from_the_runs_counter() -> None:
    log = RunLog(Lease("run_1"))
    for _ in range(3):
        log.append(WORDS)
    assert [frame.split(b"\n")[0] for frame in log.after(0)] == [b"id: 1", b"id: 2", b"id: 3"]


def test_p02_frames_are_found_from_any_number_on_also_inside_a_batch(owner: Person) -> None:
    run = run_of(owner)
    storage.store([batch(run, 1, 4)])
    storage.store([batch(run, 5, 6)])
    whole = storage.frames_after(run.pk, 0).frames
    assert len(whole) == 6
    for after in range(7):
        assert storage.frames_after(run.pk, after).frames == whole[after:]


@pytest.mark.parametrize("after", [0, 2])
def test_p02_what_is_pruned_while_a_page_is_read_leaves_no_hole(
    owner: Person, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    run = run_of(owner)
    storage.store([batch(run, 1, 4), batch(run, 5, 6)])
    last_batch = storage._last_batch

    def pruned_meanwhile(sizes: list[tuple[int, int, int]], after: int) -> int | None:
        FrameBatch.objects.filter(run=run, first_id=1).delete()
        return last_batch(sizes, after)

    monkeypatch.setattr(storage, "_last_batch", pruned_meanwhile)
    assert storage.page_after(run.pk, after) == (b"", after)


def test_p07_frames_and_keys_go_24_hours_after_the_end(owner: Person) -> None:
    owner.say("hello", **{"Idempotency-Key": "k"})
    run = Run.objects.get()
    path = f"/api/{{me}}/chat/runs/{run.pk}/events"
    Run.objects.update(finished_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert storage.prune() == 0
    assert owner.request("GET", path).status_code == 200
    Run.objects.update(finished_at=timezone.now() - timedelta(hours=24, minutes=1))
    assert storage.prune() > 0
    assert owner.request("GET", path).status_code == 410
    run.refresh_from_db()
    assert run.idempotency_key is None


def test_p16_nothing_is_stored_for_a_run_that_is_anothers(owner: Person) -> None:
    run = run_of(owner)
    mine = batch(run, 1, 2)
    Run.objects.update(epoch=2)
    assert storage.store([mine]) == set()
    assert not FrameBatch.objects.exists()
    with pytest.raises(Fenced), transaction.atomic():
        leases.require(mine.lease)


def test_p16_one_fenced_run_keeps_no_other_from_its_frames(owner: Person, stranger: Person) -> None:
    run = run_of(owner)
    stranger.say("hello")
    lost = Run.objects.get(owner=stranger.user)
    FrameBatch.objects.all().delete()
    assert storage.store([batch(lost, 1, 1), batch(run, 1, 1)]) == {run.pk}
    assert FrameBatch.objects.get().run_id == run.pk


def test_p18_nothing_new_begins_in_a_run_that_was_stopped(owner: Person) -> None:
    run = run_of(owner)
    leases.ask_to_stop(run.pk)
    with transaction.atomic():
        leases.require(Lease(run.pk))
    with pytest.raises(StopAsked), transaction.atomic():
        leases.require(Lease(run.pk), begins=True)


def test_p15_a_lease_is_renewed_by_the_databases_clock(owner: Person) -> None:
    run = run_of(owner)
    Run.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    mine, theirs = Lease(run.pk, 1, good_until=0.0), Lease(run.pk, 7, good_until=0.0)
    assert leases.renew([theirs]) == set()
    assert not theirs.held
    assert leases.renew([mine]) == {run.pk}
    assert mine.held
    run.refresh_from_db()
    left = (run.lease_until - timezone.now()).total_seconds()
    assert 8 < left <= 10


def test_p22_a_commit_that_was_not_heard_of_is_not_repeated(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks while it commits; the retry holds more frames, with the same ids."""
    run = run_of(owner)
    log = RunLog(Lease(run.pk))
    store = storage.store
    tries: list[int] = []

    def committed_unheard(batches: Any) -> set[str]:
        tries.append(1)
        if len(tries) == 1:
            store(batches)
            log.append(WORDS)
            raise IntegrityError("as if it had been sent again")
        return store(batches)

    monkeypatch.setattr(storage, "store", committed_unheard)

    async def test() -> None:
        writer = Writer(on_fenced=pytest.fail)
        log.append(EFFECT)
        writer.note(log, 0)
        while log.stored_id < 2:
            await log.changed(0.05)
        assert await writer.detach(log) is None

    async_to_sync(test)()
    frames = storage.frames_after(run.pk, 0).frames
    assert [frame.split(b"\n")[0] for frame in frames] == [b"id: 1", b"id: 2"]


def test_words_are_in_a_hurry_and_what_frames_their_message_is_not() -> None:
    part = AssistantMessageContentPartTextDelta(content_index=0, delta="word")
    words = ThreadItemUpdatedEvent(item_id="msg_1", update=part)
    content = AssistantMessageContent(text="")
    begun = AssistantMessageContentPartAdded(content_index=0, content=content)
    opening = ThreadItemUpdatedEvent(item_id="msg_1", update=begun)
    ended = AssistantMessageContentPartDone(content_index=0, content=content)
    ending = ThreadItemUpdatedEvent(item_id="msg_1", update=ended)
    frames = list(CHATKIT.opening(iter([words, opening, ending])))
    assert [frame.early for frame in frames] == [True, False, False]
    assert [frame.within for frame in frames] == [0, UNHURRIED, END_SECONDS]


def test_what_may_wait_a_moment_is_stored_with_what_follows(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And after that moment by itself."""
    log = RunLog(Lease(run_of(owner).pk))
    sizes: list[int] = []
    store = storage.store

    def counted(batches: Collection[Batch]) -> set[str]:
        sizes.extend(batch.last_id - batch.first_id + 1 for batch in batches)
        return store(batches)

    monkeypatch.setattr(storage, "store", counted)

    async def test() -> None:
        writer = Writer(on_fenced=pytest.fail)
        for _ in range(2):
            writer.note(log, log.append(Frame(b"data: e\n\n", within=0.01)))
        writer.note(log, log.append(EFFECT))
        while log.stored_id < 3:
            await log.changed(0.05)
        began = time.monotonic()
        writer.note(log, log.append(Frame(b"data: e\n\n", within=0.01)))
        while log.stored_id < 4:
            await log.changed(0.05)
        assert 0.01 <= time.monotonic() - began < PACK_SECONDS
        await writer.detach(log)

    async_to_sync(test)()
    assert sizes == [3, 1]
