"""What comes at once begins in the order in which it comes: messages, and readers who come back.

Thirty new messages would share the event loop in turn, so that each would reach the model when all
do. A request has its turn until it has asked the model, or is over, or the turn has lasted long
enough: who waits for a slow database keeps nobody else.

Readers who come back (two hundred do when a proxy restarts) have a line of their own, and a turn
until their place in the log is known: replies that are under way go on between them.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

LONGEST_SECONDS = 0.03


class Line(NamedTuple):
    """Requests that wait for each other, and how many of them have their turn `at_once`."""

    method: str
    path: re.Pattern[str]
    at_once: int


# Of messages two: while one waits for the database, another has the event loop.
MESSAGES = Line("POST", re.compile(r"/api/[^/]+/chat"), 2)
READERS = Line("GET", re.compile(r"/api/[^/]+/chat/runs/[^/]+/events"), 1)
LINES = (MESSAGES, READERS)

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class Turn:
    """Held until `over`, which may be told more than once."""

    def __init__(self, turns: asyncio.Semaphore) -> None:
        self._turns: asyncio.Semaphore | None = turns
        self._timer = asyncio.get_running_loop().call_later(LONGEST_SECONDS, self.over)

    def over(self) -> None:
        turns, self._turns = self._turns, None
        if turns is not None:
            self._timer.cancel()
            turns.release()


_turn: ContextVar[Turn | None] = ContextVar("turn to begin", default=None)
# Tests have many event loops.
_turns: dict[Line, WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]] = {
    line: WeakKeyDictionary() for line in LINES
}


def over() -> None:
    """What this happens for has begun; the next may."""
    if turn := _turn.get():
        turn.over()


def in_turn(application: Application) -> Application:
    """The ASGI `application`, to which requests of `LINES` come in turn."""

    async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
        line = _line(scope)
        if line is None:
            await application(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        turns = _turns[line].setdefault(loop, asyncio.Semaphore(line.at_once))
        await turns.acquire()
        turn = Turn(turns)
        _turn.set(turn)  # the tasks of the run inherit it
        try:
            await application(scope, receive, send)
        finally:
            turn.over()

    return serve


def _line(scope: dict[str, Any]) -> Line | None:
    for line in LINES:
        if scope["method"] == line.method and line.path.fullmatch(scope["path"]):
            return line
    return None
