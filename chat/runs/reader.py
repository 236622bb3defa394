"""Turns a run's log, from any frame on, into the bytes of a response.

The first response of a run is a reader that starts at 0; a resumed one starts elsewhere, in the
process that executes the run or in another. All carry the same bytes, comments aside, and end
with `: end <status>`. A response without that comment was cut.
"""

from collections.abc import AsyncGenerator, Iterable, Iterator

from chat.runs import storage
from chat.runs.log import Log
from chat.runs.models import Run
from taskchat_site import database

HEARTBEAT_SECONDS = 15.0
HEARTBEAT = b": ping\n\n"
# What is handed on at once: a client that does not read leaves no more than this unsent.
PIECE_BYTES = 65_536


async def read(log: Log, after: int = 0) -> AsyncGenerator[bytes]:
    """Frames past `after` as they come, heartbeats in silence, then the end."""
    while True:
        frames = log.after(after)
        if frames:
            after += len(frames)
            for piece in _pieces(frames):
                yield piece
        elif log.cut:
            return
        elif log.status is not None:
            yield _end(log.status)
            return
        elif not await log.changed(HEARTBEAT_SECONDS):
            yield HEARTBEAT


async def read_ended(run: Run, after: int = 0) -> AsyncGenerator[bytes]:
    """The stored frames of a run that has ended."""
    while after < run.last_event_id:
        data, after = await database.run(storage.page_after, run.pk, after)
        if not data:  # pruned meanwhile: no end can be proven
            return
        yield data
    yield _end(run.status)


def _pieces(frames: Iterable[bytes]) -> Iterator[bytes]:
    piece = bytearray()
    for frame in frames:
        if piece and len(piece) + len(frame) > PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
        piece += frame
    yield bytes(piece)


def _end(status: str) -> bytes:
    return b": end %b\n\n" % status.encode()
