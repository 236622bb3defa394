"""Who goes first when much is to be done at once: first words before further words.

Work that is ready shares the event loop in turn, so that of thirty messages at once each would
have its first words when all have theirs; and what a model sends at once would be read to its
end before its first word left. So two kinds of work wait until the loop has nothing else to do:
new messages, which begin one by one in the order in which they came, and behind them the further
words of replies whose first words are out, a few at a time.
"""

import asyncio
import time
from collections import deque
from weakref import WeakKeyDictionary

# Of the event loop, from an event of the model to bytes on the socket: the SDK's queue, the
# run's events, the log, its reader, the server's writer.
STEPS_TO_CLIENT = 6
PIECE = 8  # events
# A round of the event loop that takes longer had something else to do; it is asked again after
# a while, for to ask costs a round.
IDLE_SECONDS = 0.0003
AGAIN_SECONDS = 0.001
# However busy the loop is, somebody goes on after this; and words that waited so long.
BUSY_SECONDS = 0.02
LONGEST_SECONDS = 0.25


class Usher:
    """Of one event loop: lets those who wait go on, one at a time."""

    def __init__(self) -> None:
        self._messages: deque[asyncio.Future[None]] = deque()
        self._words: deque[tuple[float, asyncio.Future[None]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def message(self) -> None:
        """Wait for the turn of a new message."""
        turn = asyncio.get_running_loop().create_future()
        self._messages.append(turn)
        await self._wait(turn)

    async def words(self) -> None:
        """Wait for the turn of a reply that has spoken."""
        turn = asyncio.get_running_loop().create_future()
        self._words.append((time.monotonic() + LONGEST_SECONDS, turn))
        await self._wait(turn)

    async def _wait(self, turn: asyncio.Future[None]) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._usher())
        await turn

    async def _usher(self) -> None:
        while self._messages or self._words:
            await _idle()
            turn = self._next()
            if not turn.done():  # who waited may have been stopped
                turn.set_result(None)

    def _next(self) -> asyncio.Future[None]:
        overdue = self._words and self._words[0][0] < time.monotonic()
        if self._messages and not overdue:
            return self._messages.popleft()
        return self._words.popleft()[1]


async def _idle() -> None:
    """Until the loop has nothing else to do, or has been busy for too long."""
    began = now = time.monotonic()
    while now - began < BUSY_SECONDS:
        await asyncio.sleep(0)
        after = time.monotonic()
        if after - now < IDLE_SECONDS:
            return
        await asyncio.sleep(AGAIN_SECONDS)
        now = time.monotonic()


# Tests have many event loops.
_ushers: WeakKeyDictionary[asyncio.AbstractEventLoop, Usher] = WeakKeyDictionary()


def usher() -> Usher:
    """Of the running event loop."""
    return _ushers.setdefault(asyncio.get_running_loop(), Usher())


class Pace:
    """Of one answer of the model: `after` each event it may let others go on."""

    def __init__(self) -> None:
        self._spoke = False
        self._since = 0

    async def after(self, *, has_words: bool) -> None:
        self._since += 1
        if has_words and not self._spoke:
            self._spoke = True
            for _ in range(STEPS_TO_CLIENT):
                await asyncio.sleep(0)
        elif self._spoke and self._since >= PIECE:
            self._since = 0
            await usher().words()
