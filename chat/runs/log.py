"""A run's frames, numbered 1, 2, 3 ..., in memory for any number of readers in this process.

A frame is the bytes of one SSE event; the log puts its `id:` line in front. Frames are readable
only once they are stored: what a client has seen of them must have happened even if the process
dies now. Frames that carry words alone may leave early.
"""

import asyncio
import math
from collections import deque
from typing import NamedTuple

from chat.runs.lease import Lease

UNHURRIED = math.inf


class Frame(NamedTuple):
    """One SSE event without its `id:` line.

    `early`: it may leave before it is stored. `within`: nobody misses it for so many seconds, so it
    may be stored with what follows; with `UNHURRIED` until something does.
    """

    data: bytes
    early: bool = False
    within: float = 0.0


class Batch(NamedTuple):
    """Frames of a run from `first_id` on, as they are stored: packed into one value."""

    lease: Lease
    first_id: int
    last_id: int
    data: bytes


class Log:
    """Frames in order, and how they end: with the run's final `status`, or `cut`.

    A cut log says nothing of the run; its readers must ask again.
    """

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.readable = 0
        self.status: str | None = None
        self.cut = False
        self._changed = asyncio.Event()

    def after(self, last_id: int) -> list[bytes]:
        """Every readable frame past `last_id`."""
        return self.frames[last_id : self.readable]

    def finish(self, status: str) -> None:
        self.status = status
        self._wake()

    def cut_off(self) -> None:
        self.cut = True
        self._wake()

    async def changed(self, within: float) -> bool:
        """Wait for the next frame or the end; False when neither came `within` so many seconds."""
        # Not `wait_for`: before Python 3.12 it may swallow the cancellation of a lost reader.
        try:
            async with asyncio.timeout(within):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def _wake(self) -> None:
        # A fresh event for whoever waits next: readers need no queue and no bookkeeping.
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


class RunLog(Log):
    """The log of a run that this process executes."""

    def __init__(self, lease: Lease) -> None:
        super().__init__()
        self.lease = lease
        self.size = 0
        self.stored_id = 0
        self._held: deque[int] = deque()  # ids of frames that wait to be stored
        self._wanted = 0  # the last of them that somebody is known to wait for

    def append(self, frame: Frame) -> float:
        """In so many seconds readers begin to wait for frames to be stored."""
        number = len(self.frames) + 1
        numbered = b"id: %d\n%b" % (number, frame.data)
        self.frames.append(numbered)
        self.size += len(numbered)
        if not frame.early:
            self._held.append(number)
        self._show()
        if frame.within == UNHURRIED or not self._held or self._wanted == self._held[-1]:
            return UNHURRIED
        self._wanted = self._held[-1]
        return frame.within

    def unstored(self) -> Batch | None:
        if self.stored_id == len(self.frames):
            return None
        data = b"".join(self.frames[self.stored_id :])
        return Batch(self.lease, self.stored_id + 1, len(self.frames), data)

    def stored(self, last_id: int) -> None:
        """Every frame up to `last_id` is in the database."""
        self.stored_id = last_id
        while self._held and self._held[0] <= last_id:
            self._held.popleft()
        self._show()

    def _show(self) -> None:
        readable = self._held[0] - 1 if self._held else len(self.frames)
        if readable != self.readable:
            self.readable = readable
            self._wake()
