"""Executes runs in tasks of their own, so that a reply outlives the request that asked for it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from chat.runs.follower import Followers
from chat.runs.keeper import Keeper
from chat.runs.lease import Fenced
from chat.runs.log import Batch, Frame, RunLog
from chat.runs.models import Run
from chat.runs.reader import read, read_ended
from chat.runs.writer import Writer
from taskchat_site import database

logger = logging.getLogger(__name__)

MAX_SECONDS = 600.0
STOP_SECONDS = 5.0
MAX_LOG_BYTES = 4_000_000


class RunFailed(Exception):
    """The producer of frames has told the user; the run ends as failed, for `code`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Outcome:
    """How a run ended: `status` as in the database, with the reason of a failure."""

    status: str
    code: str = ""
    detail: str = ""


# Stores the end of the run together with its last frames.
Finish = Callable[[Outcome, Batch | None], Awaitable[None]]

# Why a run is ended early.
CANCELLED, INTERRUPTED, LOST, TOO_LONG = "cancelled", "interrupted", "lost", "too_long"


class Runner:
    """The process's running runs."""

    def __init__(self) -> None:
        self.closing = False
        self.followers = Followers()
        self.writer = Writer(self.lose)
        self.keeper = Keeper(lost=self.lose, stop=self._stop)
        self._logs: dict[str, RunLog] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._reasons: dict[str, str] = {}

    def start(self, log: RunLog, frames: AsyncIterator[Frame], finish: Finish) -> None:
        """Run `frames` into `log` to its end and store the outcome by `finish`."""
        run_id = log.lease.run_id
        self._logs[run_id] = log
        task = self._tasks[run_id] = asyncio.create_task(self._execute(log, frames, finish))
        task.add_done_callback(lambda _: self._forget(log))
        self.keeper.hold(log.lease)

    @property
    def count(self) -> int:
        """How many runs are executed here."""
        return len(self._tasks)

    def log(self, run_id: str) -> RunLog | None:
        """The log of a run that is executed here."""
        return self._logs.get(run_id)

    async def read(self, run: Run, after: int) -> AsyncIterator[bytes]:
        """The frames of `run` past `after`, wherever it is executed, and its end."""
        if log := self._logs.get(run.pk):
            chunks = read(log, after)
        elif run.status != Run.Status.RUNNING:
            chunks = read_ended(run, after)
        else:
            chunks = self._read_followed(run.pk, after)
        async with aclosing(chunks):
            async for chunk in chunks:
                yield chunk

    async def _read_followed(self, run_id: str, after: int) -> AsyncGenerator[bytes]:
        async with self.followers.log(run_id) as log:
            async for chunk in read(log, after):
                yield chunk

    async def cancel(self, run_id: str, reason: str = CANCELLED) -> bool:
        """Stop a run and wait until its end is stored; False when it does not run here."""
        task = self._tasks.get(run_id)
        if task is None:
            return False
        await asyncio.sleep(0)  # a task that is cancelled before its first step stores no end
        self._end_early(run_id, reason)
        await asyncio.wait([task], timeout=STOP_SECONDS)
        return True

    def lose(self, run_id: str) -> None:
        """Give up a run that is another's by now: nothing more is written, its readers are cut."""
        if log := self._logs.get(run_id):
            log.cut_off()
        self._end_early(run_id, LOST)

    def reason(self, run_id: str) -> str | None:
        """Why a run is being ended early, or how it has ended; None while it runs."""
        return self._reasons.get(run_id)

    async def drain(self, seconds: float) -> None:
        """Take no new run, give those that run `seconds`, and end the rest as interrupted."""
        self.closing = True
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=seconds)
        await self.stop()

    async def stop(self) -> None:
        """End every run as interrupted: the process is going away."""
        await asyncio.gather(*(self.cancel(run_id, INTERRUPTED) for run_id in list(self._tasks)))

    def _end_early(self, run_id: str, reason: str) -> None:
        task = self._tasks.get(run_id)
        # A second cancel, or one while the end is stored, would break into what the first began.
        if task is not None and (run_id not in self._reasons):
            self._reasons[run_id] = reason
            task.cancel()

    def _stop(self, run_id: str) -> None:
        self._end_early(run_id, CANCELLED)

    def on_hint(self, hint: dict[str, Any]) -> None:
        """What another process tells of runs (`chat.runs.hints`)."""
        react = self._stop if hint["kind"] == "stop" else self.followers.wake
        for run_id in hint["ids"]:
            react(run_id)

    async def _execute(self, log: RunLog, frames: AsyncIterator[Frame], finish: Finish) -> None:
        run_id = log.lease.run_id
        with database.patient(lambda: log.lease.held and self.reason(run_id) != LOST):
            outcome = await self._outcome(log, frames)
            if outcome.status == LOST:
                return
            self._reasons.setdefault(run_id, outcome.status)  # it has ended: nothing to cancel
            last = await self.writer.detach(log)
            try:
                await finish(outcome, last)
            except Fenced:
                logger.warning("run %s was another's when it ended", run_id)
            except Exception:
                logger.exception("the end of run %s could not be stored", run_id)
            else:
                log.stored(len(log.frames))
                log.finish(outcome.status)

    def _forget(self, log: RunLog) -> None:
        run_id = log.lease.run_id
        self.keeper.release(log.lease)
        self._logs.pop(run_id, None)
        self._tasks.pop(run_id, None)
        self._reasons.pop(run_id, None)
        if log.status is None:  # no reader may wait for an end that will not come
            log.cut_off()

    async def _outcome(self, log: RunLog, frames: AsyncIterator[Frame]) -> Outcome:
        run_id = log.lease.run_id
        try:
            async with asyncio.timeout(MAX_SECONDS):
                async for frame in frames:
                    self.writer.note(log, log.append(frame))
                    if log.size > MAX_LOG_BYTES:
                        self._end_early(run_id, TOO_LONG)
        except RunFailed as failure:
            return Outcome("failed", failure.code, failure.detail)
        except TimeoutError:
            return Outcome("failed", "too_slow", "The reply took longer than ten minutes.")
        except asyncio.CancelledError:
            reason = self._reasons.get(run_id, INTERRUPTED)
            if reason == TOO_LONG:
                return Outcome("failed", TOO_LONG, "The reply grew past 4 MB.")
            return Outcome(reason)
        except Fenced:
            return Outcome(LOST)
        except Exception:
            logger.exception("run %s failed", run_id)
            return Outcome("failed", "internal", "A fault of the server; see its log.")
        return Outcome("completed")


runner = Runner()
