"""Turns a run's log, from any frame on, into the bytes of a response.

The first response of a run is a reader that starts at 0; a resumed one starts elsewhere. Both
carry the same bytes, comments aside, and end with `: end <status>`. A response without that
comment was cut.
"""

from collections.abc import AsyncIterator

from chat.runs.log import RunLog

HEARTBEAT_SECONDS = 15.0
HEARTBEAT = b": ping\n\n"


async def read(log: RunLog, after: int = 0) -> AsyncIterator[bytes]:
    """Frames past `after` as they come, heartbeats in silence, then the end."""
    while True:
        frames = log.after(after)
        if frames:
            after = log.last_id
            yield frames
        elif log.status is not None:
            yield b": end %b\n\n" % log.status.encode()
            return
        elif not await log.changed(HEARTBEAT_SECONDS):
            yield HEARTBEAT
