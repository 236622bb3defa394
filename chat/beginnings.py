"""New messages begin in the order in which they come, and the first is with the model first.

Thirty that come in one instant would share the event loop in turn, so that each would reach the
model when all do. A request has its turn until it has asked the model, or is over, or the turn has
lasted long enough: who waits for a slow database keeps nobody else.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

# While one waits for the database, another has the event loop.
AT_ONCE = 2
LONGEST_SECONDS = 0.03
PATH = re.compile(r"/api/[^/]+/chat")

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
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def over() -> None:
    """The reply that this happens for has begun; the next may."""
    if turn := _turn.get():
        turn.over()


def in_turn(application: Application) -> Application:
    """The ASGI `application`, to which requests of the chat come in turn."""

    async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["method"] != "POST" or not PATH.fullmatch(scope["path"]):
            await application(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        turns = _turns.setdefault(loop, asyncio.Semaphore(AT_ONCE))
        await turns.acquire()
        turn = Turn(turns)
        _turn.set(turn)  # the tasks of the run inherit it
        try:
            await application(scope, receive, send)
        finally:
            turn.over()

    return serve
