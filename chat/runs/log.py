"""A run's frames, numbered 1, 2, 3 ..., kept in memory for any number of readers.

A frame is the bytes of one SSE event without its `id:` line. Logs of finished runs stay for
`KEEP_SECONDS`, so that a client that lost its connection can read the rest.
"""

import asyncio
import time
from collections.abc import Iterator

KEEP_SECONDS = 600.0


class RunLog:
    """Frames in order, and the run's final status once it has one."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.status: str | None = None
        self.finished_at = 0.0
        self._changed = asyncio.Event()

    @property
    def last_id(self) -> int:
        return len(self.frames)

    def append(self, frame: bytes) -> None:
        self.frames.append(b"id: %d\n%b" % (len(self.frames) + 1, frame))
        self._wake()

    def finish(self, status: str) -> None:
        self.status = status
        self.finished_at = time.monotonic()
        self._wake()

    def after(self, last_id: int) -> bytes:
        """Every frame past `last_id`, joined."""
        return b"".join(self.frames[last_id:])

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


class Logs:
    """The process's logs by run id."""

    def __init__(self) -> None:
        self._logs: dict[str, RunLog] = {}

    def open(self, run_id: str) -> RunLog:
        self._forget_old()
        log = self._logs[run_id] = RunLog()
        return log

    def get(self, run_id: str) -> RunLog | None:
        return self._logs.get(run_id)

    def _forget_old(self) -> None:
        for run_id in list(self._old()):
            del self._logs[run_id]

    def _old(self) -> Iterator[str]:
        limit = time.monotonic() - KEEP_SECONDS
        for run_id, log in self._logs.items():
            if log.status is not None and log.finished_at < limit:
                yield run_id
