"""Messages that come at once are begun one after the other, and none waits for a slow one."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from chat import beginnings
from chat.beginnings import LONGEST_SECONDS, MESSAGES, PATIENCE_SECONDS, READERS, in_turn

AT_ONCE = MESSAGES.at_once
EVENTS = "/api/u/chat/runs/run_1/events"

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


def test_what_can_wait_is_done_when_all_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginnings, "PATIENCE_SECONDS", 30)
    steps: list[str] = []

    async def begin(number: int) -> None:
        steps.append("begun")
        await asyncio.sleep(0.002)
        beginnings.over()
        await beginnings.others_first()
        steps.append("head")

    serve(begin, 10)
    assert steps == ["begun"] * 10 + ["head"] * 10


def test_who_has_something_to_tell_does_not_wait() -> None:
    steps: list[str] = []

    async def begin(number: int) -> None:
        steps.append(f"begun {number}")
        await asyncio.sleep(0.002)
        asyncio.get_running_loop().call_soon(beginnings.answered)
        await beginnings.others_first()
        steps.append(f"head {number}")

    serve(begin, 10)
    assert steps.index("head 0") < steps.index(f"begun {3 * AT_ONCE}")


def test_what_can_wait_does_not_wait_for_ever() -> None:
    waited: list[float] = []

    async def begin(number: int) -> None:
        if number:
            await asyncio.sleep(0.1)  # and so each two keep the line for 30 ms
            return
        await asyncio.sleep(0.001)  # the others come
        beginnings.over()
        began = time.monotonic()
        await beginnings.others_first()
        waited.append(time.monotonic() - began)

    serve(begin, 100)
    assert PATIENCE_SECONDS * 0.9 < waited[0] < 1


def test_who_came_by_no_line_waits_for_nobody() -> None:
    async_to_sync(beginnings.others_first)()


def test_a_failure_ends_the_turn() -> None:
    async def begin(number: int) -> None:
        raise ValueError(number)

    assert [error.args for error in serve(begin, 4)] == [(0,), (1,), (2,), (3,)]


def test_readers_come_one_after_the_other_and_what_else_there_is_to_do_goes_on_between() -> None:
    steps: list[str] = []
    others: list[asyncio.Task[None]] = []

    async def begin(number: int) -> None:
        others.append(asyncio.create_task(other(number)))
        steps.append(f"reader {number}")
        await asyncio.sleep(0.001)
        beginnings.over()
        await asyncio.sleep(0.05)

    async def other(number: int) -> None:
        steps.append(f"other {number}")

    serve(begin, 5, EVENTS, "GET")
    assert READERS.at_once == 1
    assert steps == [f"{who} {number}" for number in range(5) for who in ("reader", "other")]


def test_messages_do_not_wait_for_readers() -> None:
    begun: list[str] = []

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        begun.append(scope["method"])
        await asyncio.sleep(LONGEST_SECONDS / 2)

    async def readers_and_a_message() -> None:
        entry = in_turn(application)
        scopes = [{"path": EVENTS, "method": "GET"}] * 5
        scopes.append({"path": "/api/u/chat", "method": "POST"})
        await asyncio.gather(*(entry(scope, None, None) for scope in scopes))

    async_to_sync(readers_and_a_message)()
    assert begun[:2] == ["GET", "POST"]


def test_other_requests_wait_for_nobody() -> None:
    for path, method in (("/api/u/tasks", "POST"), ("/api/u/chat", "OPTIONS"), (EVENTS, "HEAD")):
        begun: list[float] = []

        async def begin(number: int, begun: list[float] = begun) -> None:
            begun.append(time.monotonic())
            await asyncio.sleep(0.1)

        serve(begin, 3 * AT_ONCE, path, method)
        assert begun[-1] - begun[0] < LONGEST_SECONDS
