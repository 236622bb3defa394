"""Renews the leases of this process's runs, hears of stops, and sweeps up after dead processes.

A thread with a connection of its own: neither a busy event loop nor a busy database thread may
end a run that is alive.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection

from chat.runs import lease as leases
from chat.runs.lease import Lease

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
RENEW_SECONDS = 3.0
SWEEP_SECONDS = 2.0


class Keeper:
    """`lost` and `stop` are called in the event loop with the id of a run."""

    def __init__(self, lost: Callable[[str], None], stop: Callable[[str], None]) -> None:
        self._lost = lost
        self._stop = stop
        self._leases: dict[str, Lease] = {}
        self._loop: asyncio.AbstractEventLoop
        self._watch = False
        self._sweep: Callable[[], None] | None = None
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()
        self._renewed_at = self._swept_at = 0.0

    def hold(self, lease: Lease) -> None:
        """Renew `lease` until it is released."""
        self._leases[lease.run_id] = lease
        self._start()
        if not self._watch and not settings.TESTING:
            self._let_go()

    def release(self, lease: Lease) -> None:
        self._leases.pop(lease.run_id, None)

    def sweep_with(self, sweep: Callable[[], None]) -> None:
        """Call `sweep` every two seconds, in the thread, with its connection."""
        self._sweep = sweep
        self._start()

    def close(self) -> None:
        self._closing.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _start(self) -> None:
        if settings.TESTING:  # no other connection sees the transaction of a test
            return
        self._loop = asyncio.get_running_loop()
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep, name="leases", daemon=True)
            self._thread.start()

    def _keep(self) -> None:
        while not self._closing.wait(TICK_SECONDS):
            try:
                connection.close_if_unusable_or_obsolete()
                self._tick()
            except DatabaseError as error:
                logger.warning("leases are not renewed: %s", error)
                connection.close()
            except Exception:
                logger.exception("the keeper of leases stumbled")
        connection.close()

    def _tick(self) -> None:
        held = list(self._leases.values())
        now = time.monotonic()
        if held and now - self._renewed_at >= RENEW_SECONDS:
            kept = leases.renew(held)
            self._renewed_at = now
            for lease in held:
                if lease.run_id not in kept:
                    lease.good_until = 0.0
        if held:
            for run_id in leases.asked_to_stop(held):
                self._loop.call_soon_threadsafe(self._stop, run_id)
        # After renewing: a process that slept must not find its own runs dead.
        if self._sweep is not None and now - self._swept_at >= SWEEP_SECONDS:
            self._sweep()
            self._swept_at = now

    def _let_go(self) -> None:
        """Tell of the runs that are ours no longer, or may be another's without our knowing.

        In the event loop: a database that hangs keeps the thread, and must not keep this.
        """
        for run_id, lease in list(self._leases.items()):
            if not lease.held:
                self._lost(run_id)
        self._watch = bool(self._leases)
        if self._watch:
            self._loop.call_later(TICK_SECONDS, self._let_go)
