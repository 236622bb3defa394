"""The stored log: packed frames in, frames out. Sync; one call is one hop."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Length, Now
from django.utils import timezone

from chat.runs.lease import held_runs
from chat.runs.log import Batch
from chat.runs.models import FrameBatch, Run
from taskchat_site.inserts import insert

KEEP = timedelta(hours=24)
PAGE_BATCHES = 50
PAGE_BYTES = 65_536  # what a reader who takes nothing keeps in memory
PRUNE_ROWS = 500
END_OF_FRAME = b"\n\n"


class Page(NamedTuple):
    """Whole frames as they are sent, the last of which is `last_id`; none at the log's end."""

    data: bytes
    last_id: int


class Stored(NamedTuple):
    """Frames past the asked one, and the run's status as it was before they were read."""

    status: str
    frames: list[bytes]


def store(batches: Iterable[Batch]) -> set[str]:
    """Store the batches of the runs that are still held; the ids of those runs.

    One transaction for all of them, in which a run that was lost keeps no other from its batch.
    """
    batches = list(batches)
    with transaction.atomic():
        held = held_runs([batch.lease for batch in batches])
        rows = [_row(batch) for batch in batches if batch.lease.run_id in held]
        if rows:
            insert(*rows)
    return set(held)


def add(batch: Batch) -> None:
    """The first or last frames of a run, in the transaction that begins or ends it."""
    insert(_row(batch))


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
    return Stored(status, split(page_after(run_id, after).data))


def page_after(run_id: str, after: int) -> Page:
    """The next stored frames past `after`: up to `PAGE_BYTES`, and one if it is larger."""
    batches = FrameBatch.objects.filter(run_id=run_id, last_id__gt=after)
    sizes = list(batches.values_list("first_id", "last_id", Length("data"))[:PAGE_BATCHES])
    last_batch = _last_batch(sizes, after)
    if last_batch is None:
        return Page(b"", after)
    rows = batches.filter(first_id__lte=last_batch).values_list("data", flat=True)
    data = b"".join(bytes(part) for part in rows)
    start = _start(data, after)
    if start == -1:  # pruned since their lengths were read: what is left begins further on
        return Page(b"", after)
    data = data[start : _end_of_page(data, start)]
    return Page(data, after + data.count(END_OF_FRAME))


def _last_batch(sizes: list[tuple[int, int, int]], after: int) -> int | None:
    """The first id of the last batch that a page needs; a batch before it may be pruned away."""
    found, next_id, size = None, after + 1, 0
    for first_id, last_id, length in sizes:
        if first_id > next_id or size > PAGE_BYTES:
            break
        # Of the first batch a part is read already, how much of it nobody knows.
        size += 0 if first_id < next_id else length
        found, next_id = first_id, last_id + 1
    return found


def _start(data: bytes, after: int) -> int:
    """Where the frame past `after` begins in `data`; -1 when it is not there."""
    line = b"id: %d\n" % (after + 1)
    if data.startswith(line):
        return 0
    found = data.find(END_OF_FRAME + line)
    return found if found == -1 else found + len(END_OF_FRAME)


def _end_of_page(data: bytes, start: int) -> int:
    limit = start + PAGE_BYTES
    if len(data) <= limit:
        return len(data)
    end = data.rfind(END_OF_FRAME, start, limit)
    if end == -1:
        end = data.index(END_OF_FRAME, limit - 1)
    return end + len(END_OF_FRAME)


def split(data: bytes) -> list[bytes]:
    """Packed frames one by one: an SSE event ends with its only empty line."""
    return [part + END_OF_FRAME for part in data.split(END_OF_FRAME)[:-1]]


def last_stored_id(run_id: str) -> int:
    found = FrameBatch.objects.filter(run_id=run_id).aggregate(last=Max("last_id"))["last"]
    return found or 0


def is_pruned(run: Run) -> bool:
    """Did the ended `run` have frames that are gone?"""
    if run.finished_at and timezone.now() - run.finished_at < KEEP / 2:  # no clock is so wrong
        return False
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
