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
PATIENCE_SECONDS = 0.2


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


class Turns:
    """Of one line in one event loop. `heads` are set when nobody waits for a turn."""

    def __init__(self, at_once: int) -> None:
        self.waiting = 0
        self.heads: set[asyncio.Event] = set()
        self._free = asyncio.Semaphore(at_once)

    async def take(self) -> "Turn":
        self.waiting += 1
        try:
            await self._free.acquire()
        finally:
            self.waiting -= 1
            if not self.waiting:
                for head in self.heads:
                    head.set()
        return Turn(self)

    def release(self) -> None:
        self._free.release()


class Turn:
    """Held until `over`, which may be told more than once."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._is_over = False
        self._timer = asyncio.get_running_loop().call_later(LONGEST_SECONDS, self.over)
        self._head = asyncio.Event()

    def over(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._timer.cancel()
            self._turns.release()

    def answered(self) -> None:
        self.over()
        self._head.set()

    async def others_first(self) -> None:
        if not self._turns.waiting:
            return
        self._turns.heads.add(self._head)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._head.wait()
        except TimeoutError:
            pass
        finally:
            self._turns.heads.discard(self._head)


_turn: ContextVar[Turn | None] = ContextVar("turn to begin", default=None)
# Tests have many event loops.
_turns: dict[Line, WeakKeyDictionary[asyncio.AbstractEventLoop, Turns]] = {
    line: WeakKeyDictionary() for line in LINES
}


def over() -> None:
    """What this happens for has begun; the next may."""
    if turn := _turn.get():
        turn.over()


def answered() -> None:
    """What this happens for has something to tell."""
    if turn := _turn.get():
        turn.answered()


async def others_first() -> None:
    """Until what this happens for has something to tell, or nobody waits for a turn any more.

    A reply's head and its opening are a tenth of what a message costs before its model is asked.
    """
    if turn := _turn.get():
        await turn.others_first()


def in_turn(application: Application) -> Application:
    """The ASGI `application`, to which requests of `LINES` come in turn."""

    async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
        line = _line(scope)
        if line is None:
            await application(scope, receive, send)
            return
        turns = _turns[line].setdefault(asyncio.get_running_loop(), Turns(line.at_once))
        turn = await turns.take()
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
