"""Who goes first when much is to be done at once: first words before further words.

What a model sends at once is read without a wait, so a reply would hold the event loop from its
first word to its last, and its own first word would leave after them. Here each reply that has
its first words out reads on in pieces, one piece of one reply at a time, and only when the loop
has nothing else to do: whoever still waits for a first word, or to be heard at all, passes.
"""

import asyncio
import time
from collections import deque
from weakref import WeakKeyDictionary

from taskchat_site import database

# Of the event loop, from an event of the model to bytes on the socket: the SDK's queue, the
# run's events, the log, its reader, the server's writer.
STEPS_TO_CLIENT = 6
PIECE = 8  # words
# A model that lets so long pass has sent no burst: what it says goes on at once.
PAUSE_SECONDS = 0.01
# A round of the event loop that takes longer had something else to do; it is asked again after
# a while, for to ask costs a round.
IDLE_SECONDS = 0.0003
AGAIN_SECONDS = 0.001
# However busy the loop is, one of the replies goes on after this.
BUSY_SECONDS = 0.1


class Usher:
    """Of one event loop: lets the replies that wait go on, one after the other."""

    def __init__(self) -> None:
        self._turns: deque[asyncio.Future[None]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def turn(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._usher())
        await turn

    async def _usher(self) -> None:
        while self._turns:
            await _idle()
            turn = self._turns.popleft()
            if not turn.done():  # its reply may have been stopped
                turn.set_result(None)


async def _idle() -> None:
    """Until the loop and the database have nothing else to do, or for too long."""
    began = now = time.monotonic()
    while now - began < BUSY_SECONDS:
        await asyncio.sleep(0)
        after = time.monotonic()
        if after - now < IDLE_SECONDS and not database.is_busy():
            return
        await asyncio.sleep(AGAIN_SECONDS)
        now = time.monotonic()


# Tests have many event loops.
_ushers: WeakKeyDictionary[asyncio.AbstractEventLoop, Usher] = WeakKeyDictionary()


class Pace:
    """Of one answer of the model: `after` each event, of so many `words`, others may go on."""

    def __init__(self) -> None:
        self._spoke = False
        self._since = 0
        self._last_at = 0.0

    async def after(self, words: int) -> None:
        if time.monotonic() - self._last_at > PAUSE_SECONDS:
            self._since = 0
        self._since += words or PIECE  # what comes without words ends something: it can wait
        if words and not self._spoke:
            self._spoke = True
            for _ in range(STEPS_TO_CLIENT):
                await asyncio.sleep(0)
        elif not self._spoke or self._since < PIECE:
            self._last_at = time.monotonic()
            return
        self._since = 0
        await _ushers.setdefault(asyncio.get_running_loop(), Usher()).turn()
        self._last_at = time.monotonic()
