"""A burst of the model does not hold up its own first words, nor anybody else."""

import asyncio
from types import SimpleNamespace
from typing import Any

from asgiref.sync import async_to_sync

from chat.guarded_model import MAX_AT_ONCE, STEPS_TO_CLIENT, _Turns

DELTA: Any = SimpleNamespace(type="response.output_text.delta")


async def _steps_of_the_loop_during(events: int) -> list[int]:
    """How many steps of the event loop had passed when each event was asked for."""
    steps = 0

    async def count() -> None:
        nonlocal steps
        while True:
            await asyncio.sleep(0)
            steps += 1

    counter = asyncio.create_task(count())
    turns = _Turns()
    seen = []
    for _ in range(events):
        seen.append(steps)
        await turns.after(DELTA)
    counter.cancel()
    return seen


def test_the_first_words_get_to_the_client_before_the_next_are_read() -> None:
    seen = async_to_sync(_steps_of_the_loop_during)(3)
    assert seen[1] - seen[0] >= STEPS_TO_CLIENT - 1
    assert seen[2] == seen[1]


def test_others_get_their_turn_during_a_burst() -> None:
    seen = async_to_sync(_steps_of_the_loop_during)(10 * MAX_AT_ONCE)
    assert len(set(seen)) >= 10
