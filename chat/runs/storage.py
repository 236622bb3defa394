"""The stored log: packed frames in, frames out. Sync; one call is one hop."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Now

from chat.runs.lease import held_runs
from chat.runs.log import Batch
from chat.runs.models import FrameBatch, Run

KEEP = timedelta(hours=24)
PAGE_BATCHES = 50
PAGE_BYTES = 131_072  # what a reader who takes nothing keeps in memory
PRUNE_ROWS = 500
END_OF_FRAME = b"\n\n"


class Stored(NamedTuple):
    """Frames past the asked one, and the run's status as it was before they were read."""

    status: str
    frames: list[bytes]
    last_id: int


def store(batches: Iterable[Batch]) -> set[str]:
    """Store the batches of the runs that are still held; the ids of those runs.

    One transaction for all of them, in which a run that was lost keeps no other from its batch.
    """
    batches = list(batches)
    with transaction.atomic():
        held = held_runs([batch.lease for batch in batches])
        rows = [_row(batch) for batch in batches if batch.lease.run_id in held]
        FrameBatch.objects.bulk_create(rows)
    return set(held)


def add(batch: Batch) -> None:
    """The first or last frames of a run, in the transaction that begins or ends it."""
    _row(batch).save(force_insert=True)


def _row(batch: Batch) -> FrameBatch:
    return FrameBatch(
        run_id=batch.lease.run_id,
        first_id=batch.first_id,
        last_id=batch.last_id,
        data=batch.data,
    )


def frames_after(run_id: str, after: int) -> Stored:
    """The next stored frames past `after`: a page of them, complete when it is empty.

    The status is read first: what is stored after a final one is nothing.
    """
    status = Run.objects.values_list("status", flat=True).get(pk=run_id)
    batches = FrameBatch.objects.filter(run_id=run_id, last_id__gt=after)
    frames: list[bytes] = []
    size = 0
    for first_id, data in batches.values_list("first_id", "data")[:PAGE_BATCHES]:
        next_id = after + len(frames) + 1
        if first_id > next_id:  # pruned away under the reader
            break
        for frame in split(bytes(data))[next_id - first_id :]:
            size += len(frame)
            if frames and size > PAGE_BYTES:
                return Stored(status, frames, after + len(frames))
            frames.append(frame)
    return Stored(status, frames, after + len(frames))


def split(data: bytes) -> list[bytes]:
    """Packed frames one by one: an SSE event ends with its only empty line."""
    return [part + END_OF_FRAME for part in data.split(END_OF_FRAME)[:-1]]


def last_stored_id(run_id: str) -> int:
    found = FrameBatch.objects.filter(run_id=run_id).aggregate(last=Max("last_id"))["last"]
    return found or 0


def is_pruned(run: Run) -> bool:
    """Did the ended `run` have frames that are gone?"""
    return run.last_event_id > 0 and not FrameBatch.objects.filter(run=run).exists()


def prune() -> int:
    """Drop some frames, and the keys, of runs that ended over 24 h ago; how many rows."""
    old = Run.objects.filter(finished_at__lt=Now() - KEEP)
    old.filter(idempotency_key__isnull=False).update(idempotency_key=None)
    rows = _some(FrameBatch.objects.filter(run__in=old))
    deleted, _ = FrameBatch.objects.filter(pk__in=rows).delete()
    return deleted


def _some(rows: QuerySet[FrameBatch]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:PRUNE_ROWS])
