"""Logs of runs that another process executes, followed in the database.

One follower a run and process feeds any number of readers. It reads on at each hint, and every
two seconds without one: a hint is a hint, the database is the truth.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.db import DatabaseError

from chat.runs import storage
from chat.runs.log import Log
from taskchat_site import database, trace

logger = logging.getLogger(__name__)

POLL_SECONDS = 2.0


class FollowedLog(Log):
    """A log that grows as its run's stored one does."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.readers = 0
        self.woken = asyncio.Event()
        self._run_id = run_id
        with trace.nobodys():
            self._task = asyncio.create_task(self._follow())

    def leave(self) -> None:
        self._task.cancel()

    async def _follow(self) -> None:
        try:
            while self.status is None:
                self.woken.clear()  # before reading: a hint that comes meanwhile counts
                if not await self._read_on() and self.status is None:
                    await self._wait()
        except Exception:
            logger.exception("run %s cannot be followed", self._run_id)
            self.cut_off()

    async def _read_on(self) -> bool:
        """Take the next page; False when there is no more for now."""
        try:
            stored = await database.run(storage.frames_after, self._run_id, len(self.frames))
        except DatabaseError:
            logger.warning("the log of run %s is not read now", self._run_id, exc_info=True)
            return False
        if stored.frames:
            self.frames += stored.frames
            self.readable = len(self.frames)
            self._wake()
        elif stored.status != "running":
            self.finish(stored.status)
        return bool(stored.frames)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self.woken.wait()
        except TimeoutError:
            pass


class Followers:
    """The process's followed logs, each for as long as somebody reads it."""

    def __init__(self) -> None:
        self._logs: dict[str, FollowedLog] = {}

    @asynccontextmanager
    async def log(self, run_id: str) -> AsyncIterator[Log]:
        log = self._logs.get(run_id)
        if log is None:
            log = self._logs[run_id] = FollowedLog(run_id)
        log.readers += 1
        try:
            yield log
        finally:
            log.readers -= 1
            if not log.readers:
                del self._logs[run_id]
                log.leave()

    def wake(self, run_id: str) -> None:
        if log := self._logs.get(run_id):
            log.woken.set()
