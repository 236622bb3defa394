"""A burst of the model does not hold up its own first words, nor anybody else."""

import asyncio
import time

from asgiref.sync import async_to_sync

from chat.pacing import BUSY_SECONDS, IDLE_SECONDS, PAUSE_SECONDS, PIECE, STEPS_TO_CLIENT, Pace


class Loop:
    """Counts the steps of the event loop."""

    def __init__(self) -> None:
        self.steps = 0
        self._counter = asyncio.create_task(self._count())

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(0)
            self.steps += 1

    async def read(self, events: int) -> list[int]:
        """Read a burst; the steps that had passed before each of its events."""
        pace = Pace()
        seen = []
        for _ in range(events):
            seen.append(self.steps)
            await pace.after(1)
        return seen

    def stop(self) -> None:
        self._counter.cancel()


async def _read(*bursts: int) -> list[list[int]]:
    loop = Loop()
    try:
        return await asyncio.gather(*(loop.read(events) for events in bursts))
    finally:
        loop.stop()


def test_the_first_words_get_to_the_client_before_the_next_are_read() -> None:
    (seen,) = async_to_sync(_read)(3)
    assert seen[1] - seen[0] >= STEPS_TO_CLIENT - 1
    assert seen[2] == seen[1]


def test_others_get_their_turn_during_a_burst() -> None:
    (seen,) = async_to_sync(_read)(10 * PIECE)
    assert len(set(seen)) >= 10


def test_in_each_step_one_of_many_bursts_reads_on() -> None:
    seen = async_to_sync(_read)(*[10 * PIECE] * 5)
    began = [step for burst in seen for step in sorted(set(burst))[2:]]
    assert len(began) > 30
    assert len(began) - len(set(began)) <= 1


def test_a_reply_that_is_stopped_while_it_waits_holds_nobody_up() -> None:
    async def stop_one() -> list[int]:
        loop = Loop()
        others = [asyncio.create_task(loop.read(5 * PIECE)) for _ in range(3)]
        await asyncio.sleep(0)
        for _ in range(STEPS_TO_CLIENT + 1):
            await asyncio.sleep(0)
        others[1].cancel()
        done = await asyncio.gather(*others, return_exceptions=True)
        loop.stop()
        return [len(steps) for steps in done if isinstance(steps, list)]

    assert async_to_sync(stop_one)() == [5 * PIECE, 5 * PIECE]


class Busy:
    """Keeps the event loop at work."""

    def __init__(self) -> None:
        self._task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while True:
            time.sleep(5 * IDLE_SECONDS)  # noqa: ASYNC251  # to block it is the purpose
            await asyncio.sleep(0)

    def stop(self) -> None:
        self._task.cancel()


async def _read_beside_work(events: int) -> list[float]:
    """When each event was read, in seconds."""
    busy, pace, began = Busy(), Pace(), time.monotonic()
    times = []
    for _ in range(events):
        times.append(time.monotonic() - began)
        await pace.after(1)
    busy.stop()
    return times


def test_further_words_wait_for_other_work_but_not_for_ever() -> None:
    times = async_to_sync(_read_beside_work)(PIECE + 2)
    waits = [times[number + 1] - times[number] for number in (0, PIECE)]
    assert all(BUSY_SECONDS <= wait < 5 * BUSY_SECONDS for wait in waits)


async def _speak_slowly_beside_work(words: int) -> float:
    """The longest wait of a reply whose words come one by one."""
    busy, pace, waits = Busy(), Pace(), []
    for _ in range(words):
        await asyncio.sleep(2 * PAUSE_SECONDS)
        began = time.monotonic()
        await pace.after(1)
        waits.append(time.monotonic() - began)
    busy.stop()
    return max(waits[1:])


def test_words_that_come_one_by_one_wait_for_nobody() -> None:
    assert async_to_sync(_speak_slowly_beside_work)(3 * PIECE) < BUSY_SECONDS / 2
