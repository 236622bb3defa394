"""Who goes first when much is to be done at once: first words before further words.

What a model sends at once is read without a wait, so a reply would hold the event loop from its
first word to its last, and its own first word would leave after them. Here each reply that has
its first words out reads on in small pieces, and of all of them one piece at a time: whoever
still waits for a first word, or to be heard at all, passes in between.
"""

import asyncio
from weakref import WeakKeyDictionary

# Of the event loop, from an event of the model to bytes on the socket: the SDK's queue, the
# run's events, the log, its reader, the server's writer.
STEPS_TO_CLIENT = 6
PIECE = 8  # events

# A lock belongs to one event loop; tests have many.
_reading: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


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
        elif self._since >= PIECE:
            self._since = 0
            async with _reading.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
                await asyncio.sleep(0)
