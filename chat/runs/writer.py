"""One grouped writer a process: the new frames of all its runs in one transaction.

A frame is stored within about `PACK_SECONDS`; one that readers wait for at once, and then
whatever came while the transaction before it was under way goes with it.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable

from django.db import DatabaseError, IntegrityError

from chat.runs import hints, storage
from chat.runs.log import Batch, RunLog
from taskchat_site import database, trace

logger = logging.getLogger(__name__)

PACK_SECONDS = 0.05
RETRY_SECONDS = 0.2


def never() -> bool:
    return False


class Writer:
    """`on_fenced` hears of a run whose frames were refused: it is another's by now."""

    def __init__(self, on_fenced: Callable[[str], None]) -> None:
        self._on_fenced = on_fenced
        self._dirty: dict[RunLog, None] = {}  # in the order in which they came
        self._flying: set[RunLog] = set()
        self._flight: asyncio.Future[set[str]] | None = None
        self._hurry = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def note(self, log: RunLog, within: float) -> None:
        """`log` has new frames, which readers wait to be stored `within` so many seconds."""
        self._dirty[log] = None
        if self._task is None or self._task.done():
            self._hurry = asyncio.Event()
            with (
                trace.nobodys(),
                database.patient(never),
            ):  # the frames of a retry are not those of the first try
                self._task = asyncio.create_task(self._write())
        if not within:
            self._hurry.set()
        elif within < PACK_SECONDS:
            asyncio.get_running_loop().call_later(within, self._hurry.set)

    async def detach(self, log: RunLog) -> Batch | None:
        """Leave the last frames of `log`, which gets no more, to the caller."""
        while log in self._flying and self._flight is not None:
            await asyncio.wait([self._flight])
            await asyncio.sleep(0)  # let the writer take note of it
        self._dirty.pop(log, None)
        if not self._dirty:
            self._hurry.set()
        return log.unstored()

    async def _write(self) -> None:
        while self._dirty:
            await self._pack()
            batches = {log: batch for log in self._dirty if (batch := log.unstored())}
            self._dirty.clear()
            if not batches:
                return
            try:
                self._settle(batches, await self._store(batches))
            except IntegrityError:  # the connection broke while it committed, and it had committed
                await self._recount(batches)
            except DatabaseError:
                logger.warning("frames are not stored yet", exc_info=True)
                self._dirty = dict.fromkeys(batches) | self._dirty
                await asyncio.sleep(RETRY_SECONDS)

    async def _store(self, batches: dict[RunLog, Batch]) -> set[str]:
        self._flying = set(batches)
        self._flight = asyncio.ensure_future(database.run(storage.store, batches.values()))
        try:
            return await self._flight
        finally:
            self._flying.clear()

    async def _pack(self) -> None:
        """Give more frames time to come, unless somebody waits for one."""
        try:
            async with asyncio.timeout(PACK_SECONDS):
                await self._hurry.wait()
        except TimeoutError:
            pass
        self._hurry.clear()

    async def _recount(self, batches: Iterable[RunLog]) -> None:
        for log in batches:
            log.stored(await database.run(storage.last_stored_id, log.lease.run_id))
            self._dirty[log] = None

    def _settle(self, batches: dict[RunLog, Batch], held: set[str]) -> None:
        for log, batch in batches.items():
            if batch.lease.run_id in held:
                log.stored(batch.last_id)
            else:
                self._on_fenced(batch.lease.run_id)
        hints.tell("frames", held)
