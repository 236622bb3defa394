"""Which process executes a run: it holds the run by a lease with an epoch.

Times are the database's, so that no process's own clock decides. Whoever finds a lease run out
ends the run and raises its epoch; from then on nothing of the former holder is written, because
each of its transactions calls `require` first (Kleppmann, "How to do distributed locking": a
fencing token).
"""

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from chat.runs.models import Run

LEASE_SECONDS = 10.0

# By their keys alone: SQLite would look through all that run. In one order, so that two who lock
# several do not wait for each other.
LOCK_RUNS = f"""
    SELECT id, epoch, status, stop_asked_at FROM {Run._meta.db_table}
    WHERE id IN ({{marks}}) ORDER BY id {{lock}}
"""  # noqa: S608, SLF001  # of names alone


class Fenced(Exception):
    """The run is no longer this process's; nothing may be written for it."""


class StopAsked(Exception):
    """The user has stopped the run, through another process; nothing new may begin."""


@dataclass(eq=False)
class Lease:
    """A run held by this process; `good_until` is a monotonic time on the safe side."""

    run_id: str
    epoch: int = 1
    good_until: float = field(default_factory=lambda: time.monotonic() + LEASE_SECONDS)

    @property
    def held(self) -> bool:
        """False once nobody can have renewed it in time; True promises nothing."""
        return time.monotonic() < self.good_until


@cache
def lease_end() -> Now:
    """`lease_until` of a lease that begins, or is renewed, now."""
    return Now() + timedelta(seconds=LEASE_SECONDS)  # type: ignore[return-value]


def held_runs(leases: Collection[Lease]) -> dict[str, bool]:
    """Of the runs that are still held, whether their user asked for a stop.

    They are locked until the end of the transaction. Each write of a run begins with this, and
    the ORM takes longer to write the query than the database to answer it.
    """
    epochs = {lease.run_id: lease.epoch for lease in leases}
    if not epochs:
        return {}
    lock = "FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
    text = LOCK_RUNS.format(marks=", ".join(["%s"] * len(epochs)), lock=lock)
    with connection.cursor() as cursor:
        cursor.execute(text, list(epochs))
        rows = cursor.fetchall()
    return {
        run_id: asked_at is not None
        for run_id, epoch, status, asked_at in rows
        if status == Run.Status.RUNNING and epoch == epochs[run_id]
    }


def end(lease: Lease, **final: Any) -> None:
    """Store a run's `final` state unless it is another's by now; raises Fenced."""
    ours = Run.objects.filter(pk=lease.run_id, epoch=lease.epoch, status="running")
    if not ours.update(finished_at=Now(), **final):
        raise Fenced(lease.run_id)


def require(lease: Lease | None, *, begins: bool = False) -> None:
    """Inside a transaction that writes for the run: it is still ours, and stays so to the end.

    Raises Fenced; StopAsked when something new `begins` in a run that its user has stopped. What
    is written without a run needs no lease.
    """
    if lease is None:
        return
    stop_asked = held_runs([lease]).get(lease.run_id)
    if stop_asked is None:
        raise Fenced(lease.run_id)
    if begins and stop_asked:
        raise StopAsked(lease.run_id)


def renew(leases: Collection[Lease]) -> set[str]:
    """Hold on to all of them; the ids of those that could be held."""
    good_until = time.monotonic() + LEASE_SECONDS  # before the database's clock is read
    with transaction.atomic():
        held = set(held_runs(leases))
        Run.objects.filter(pk__in=held).update(lease_until=lease_end())
    for lease in leases:
        if lease.run_id in held:
            lease.good_until = good_until
    return held


def asked_to_stop(leases: Collection[Lease]) -> list[str]:
    ids = [lease.run_id for lease in leases]
    rows = Run.objects.filter(pk__in=ids, status="running", stop_asked_at__isnull=False)
    return list(rows.values_list("pk", flat=True))


def ask_to_stop(run_id: str) -> None:
    Run.objects.filter(pk=run_id, status="running", stop_asked_at=None).update(stop_asked_at=Now())


def dead_runs() -> QuerySet[Run]:
    """Running in name only: whoever held them has let the lease run out."""
    return Run.objects.filter(status="running", lease_until__lt=Now())


def take(run_id: str) -> bool:
    """Fence off a dead run's holder and end it as interrupted; False when it is alive or ended."""
    taken = dead_runs().filter(pk=run_id)
    return bool(
        taken.update(
            epoch=F("epoch") + 1,
            status=Run.Status.INTERRUPTED,
            code="process_gone",
            finished_at=Now(),
        )
    )
