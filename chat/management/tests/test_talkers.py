"""Reaching the assistant in this process, and reading its frames however they are cut."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from chat.management.talkers import Frame, InProcess, NotAnswered, parse
from chat.management.ttft import Report, Sample, measure, percentile
from chat.models import Run, Thread
from chat.tests.conftest import new_person, owner
from taskchat_site.accounts.models import User

__all__ = ["new_person", "owner"]

STREAM = (
    b'id: 1\ndata: {"type": "chunk", "content": "\xc3\xa9"}\n\n: ping\n\n'
    b'id: 2\nevent: done\ndata: {"type": "done"}\n\n: end completed\n\n'
)


def read(*chunks: bytes) -> list[Frame]:
    async def source() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    async def collect() -> list[Frame]:
        return [frame async for frame in parse(source())]

    return async_to_sync(collect)()


def test_frames_are_the_same_wherever_the_stream_is_cut() -> None:
    whole = read(STREAM)
    assert [frame.event for frame in whole] == [None, "done"]
    assert whole[0].data["content"] == "é"
    for cut in range(len(STREAM)):
        assert read(STREAM[:cut], STREAM[cut:]) == whole


def test_a_stream_without_its_end_was_cut() -> None:
    with pytest.raises(NotAnswered, match="lost"):
        read(STREAM[:-5])


def test_a_reply_in_process_is_a_run_like_any_other(owner: Any) -> None:
    async def talk() -> list[Frame]:
        talker = InProcess(owner.user)
        async with talker.talk({"message": "Create a task to buy milk"}) as reply:
            return [frame async for frame in reply.frames]

    frames = async_to_sync(talk)()
    assert frames[-1].data["thread_id"] == Thread.objects.get().id
    assert list(owner.tasks()) == ["buy milk"]
    assert Run.objects.get().status == "completed"


def test_leaving_early_stops_the_run(owner: Any) -> None:
    async def talk() -> None:
        async with InProcess(owner.user).talk({"message": "hello"}):
            pass

    async_to_sync(talk)()
    assert Run.objects.get().status == "cancelled"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": "hi", "thread_id": "thr_nobody"}, "no such conversation"),
        ({"message": " "}, "empty"),
    ],
)
def test_a_refusal_is_in_words(owner: Any, body: dict[str, Any], words: str) -> None:
    async def talk() -> None:
        async with InProcess(owner.user).talk(body):
            pass

    with pytest.raises(NotAnswered, match=words):
        async_to_sync(talk)()


def test_measuring_counts_every_message_and_leaves_no_conversation(
    owner: Any, settings: Any
) -> None:
    settings.CHAT_MESSAGES_PER_MINUTE = settings.CHAT_RUNS_PER_USER = 0

    async def run() -> Report:
        talker = InProcess(owner.user)
        return await measure(talker, "hello", count=4, concurrency=2, limit_ms=60_000)

    report = async_to_sync(run)()
    assert [sample.number for sample in report.samples] == [1, 2, 3, 4]
    assert len({sample.run_id for sample in report.samples}) == 4
    assert report.share_under == 1
    assert Thread.objects.filter(deleted_at=None).count() == 0
    for sample in report.samples:
        parts = sample.way + sample.auth + sample.start + sample.first_frame + sample.first_delta
        assert sample.ttft == pytest.approx(parts, abs=2)


def test_a_message_over_the_users_limit_is_a_failure_with_its_words(
    owner: Any, settings: Any
) -> None:
    settings.CHAT_MESSAGES_PER_MINUTE, settings.CHAT_RUNS_PER_USER = 1, 0

    async def run() -> Report:
        talker = InProcess(owner.user)
        return await measure(talker, "hello", count=2, concurrency=1, limit_ms=60_000)

    report = async_to_sync(run)()
    (failed,) = report.failed
    assert "messages in a minute" in str(failed.error)
    assert report.share_under == 0.5


def test_percentiles_are_times_that_occurred() -> None:
    times = [float(number) for number in range(1, 11)]
    assert percentile(times, 50) == 5
    assert percentile(times, 90) == 9
    assert percentile(times, 99) == 10
    assert percentile([], 50) is None


def test_a_message_without_an_answer_is_not_under_the_limit() -> None:
    samples = [Sample(1, ttft=100.0), Sample(2, error="x"), Sample(3, ttft=500.0)]
    report = Report(limit_ms=500, concurrency=1, seconds=1, samples=samples)
    assert report.share_under == pytest.approx(1 / 3)
    assert [sample.number for sample in report.slow] == [3]
    assert report.as_json()["failed"] == 1


def test_the_user_is_looked_up_anew_for_each_message(owner: Any) -> None:
    User.objects.filter(pk=owner.user.pk).update(time_zone="Asia/Tokyo")

    async def talk() -> list[Frame]:
        async with InProcess(owner.user).talk({"message": "hello"}) as reply:
            return [frame async for frame in reply.frames]

    assert async_to_sync(talk)()
