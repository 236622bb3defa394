"""Messages that come at once are begun one after the other, and none waits for a slow one."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import async_to_sync

from chat import beginnings
from chat.beginnings import AT_ONCE, LONGEST_SECONDS, in_turn

Begin = Callable[[int], Awaitable[None]]


def serve(begin: Begin, count: int, path: str = "/api/u/chat", method: str = "POST") -> list[Any]:
    """`count` requests at once; what each of them came to."""

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await begin(scope["number"])

    async def all_at_once() -> list[Any]:
        entry = in_turn(application)
        scopes = [{"path": path, "method": method, "number": number} for number in range(count)]
        requests = [entry(scope, None, None) for scope in scopes]
        return await asyncio.gather(*requests, return_exceptions=True)

    return async_to_sync(all_at_once)()


def test_the_model_is_asked_for_the_first_before_the_third_is_looked_at() -> None:
    steps: list[tuple[str, int]] = []

    async def begin(number: int) -> None:
        steps.append(("begun", number))
        for _ in range(5):
            await asyncio.sleep(0)
        steps.append(("asked", number))
        beginnings.over()
        await asyncio.sleep(0.05)

    serve(begin, 10)
    for number in range(10 - AT_ONCE):
        assert steps.index(("asked", number)) < steps.index(("begun", number + AT_ONCE))
    assert [number for step, number in steps if step == "begun"] == list(range(10))


def test_a_task_of_the_request_tells_that_it_has_begun() -> None:
    """As a run does, which outlives what started it."""
    begun: list[float] = []

    async def begin(number: int) -> None:
        begun.append(time.monotonic())

        async def run() -> None:
            beginnings.over()

        await asyncio.create_task(run())
        await asyncio.sleep(1)

    serve(begin, 6)
    assert begun[-1] - begun[0] < LONGEST_SECONDS


def test_one_that_waits_for_the_database_does_not_keep_the_others() -> None:
    begun: list[float] = []

    async def begin(number: int) -> None:
        begun.append(time.monotonic())
        await asyncio.sleep(1)

    serve(begin, 3 * AT_ONCE)
    assert 2 * LONGEST_SECONDS * 0.9 < begun[-1] - begun[0] < 0.5


def test_a_failure_ends_the_turn() -> None:
    async def begin(number: int) -> None:
        raise ValueError(number)

    assert [error.args for error in serve(begin, 4)] == [(0,), (1,), (2,), (3,)]


def test_other_requests_wait_for_nobody() -> None:
    for path, method in (("/api/u/tasks", "POST"), ("/api/u/chat", "OPTIONS")):
        begun: list[float] = []

        async def begin(number: int, begun: list[float] = begun) -> None:
            begun.append(time.monotonic())
            await asyncio.sleep(0.1)

        serve(begin, 3 * AT_ONCE, path, method)
        assert begun[-1] - begun[0] < LONGEST_SECONDS
