"""Executes runs in tasks of their own, so that a reply outlives the request that asked for it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from chat.runs.log import Logs, RunLog

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


Finish = Callable[[Outcome], Awaitable[None]]


class Runner:
    """The process's running runs."""

    def __init__(self) -> None:
        self.logs = Logs()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._reasons: dict[str, str] = {}

    def start(self, run_id: str, frames: AsyncIterator[bytes], finish: Finish) -> RunLog:
        """Run `frames` to its end and store the outcome by `finish`; the log to read from."""
        log = self.logs.open(run_id)
        task = asyncio.create_task(self._execute(run_id, frames, finish, log))
        self._tasks[run_id] = task
        task.add_done_callback(lambda _: self._forget(run_id, log))
        return log

    def running(self, run_id: str) -> bool:
        return run_id in self._tasks

    async def cancel(self, run_id: str, reason: str = "cancelled") -> bool:
        """Stop a run and wait until its end is stored; False when it does not run here."""
        task = self._tasks.get(run_id)
        if task is None:
            return False
        await asyncio.sleep(0)  # a task that is cancelled before its first step stores no end
        if run_id not in self._reasons:  # a cancel would break into storing the end
            self._reasons[run_id] = reason
            task.cancel()
        await asyncio.wait([task], timeout=STOP_SECONDS)
        return True

    async def stop(self) -> None:
        """End every run as interrupted: the process is going away."""
        await asyncio.gather(*(self.cancel(run_id, "interrupted") for run_id in list(self._tasks)))

    async def _execute(
        self, run_id: str, frames: AsyncIterator[bytes], finish: Finish, log: RunLog
    ) -> None:
        outcome = await self._outcome(run_id, frames, log)
        self._reasons.setdefault(run_id, outcome.status)  # it has ended: nothing to cancel
        try:
            await finish(outcome)
        except Exception:
            logger.exception("the end of run %s could not be stored", run_id)
        finally:
            log.finish(outcome.status)

    def _forget(self, run_id: str, log: RunLog) -> None:
        self._tasks.pop(run_id, None)
        self._reasons.pop(run_id, None)
        if log.status is None:  # no reader may wait for an end that will not come
            log.finish("interrupted")

    async def _outcome(self, run_id: str, frames: AsyncIterator[bytes], log: RunLog) -> Outcome:
        size = 0
        try:
            async with asyncio.timeout(MAX_SECONDS):
                async for frame in frames:
                    log.append(frame)
                    size += len(frame)
                    if size > MAX_LOG_BYTES:
                        return Outcome("failed", "too_long", "The reply grew past 4 MB.")
        except RunFailed as failure:
            return Outcome("failed", failure.code, failure.detail)
        except TimeoutError:
            return Outcome("failed", "too_slow", "The reply took longer than ten minutes.")
        except asyncio.CancelledError:
            return Outcome(self._reasons.get(run_id, "interrupted"))
        except Exception:
            logger.exception("run %s failed", run_id)
            return Outcome("failed", "internal", "A fault of the server; see its log.")
        return Outcome("completed")


runner = Runner()
