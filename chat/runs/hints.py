"""What one process tells the others of runs: there are new frames, an end, a wish to stop.

Hints only: every one may be lost, and whoever needs to know looks into the database every two
seconds regardless. Without Redis there is no other process to tell.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from typing import Any, Literal

from channels.layers import InMemoryChannelLayer

from taskchat_site import live

logger = logging.getLogger(__name__)

GROUP = "runs"
LISTEN_AGAIN_SECONDS = 2.0

Kind = Literal["frames", "stop"]


def tell(kind: Kind, run_ids: Iterable[str]) -> None:
    """Tell the other processes, after commit; from any thread."""
    ids = list(run_ids)
    if ids and _others():
        live.hints.send(GROUP, {"type": "runs.hint", "kind": kind, "ids": ids})


def _others() -> bool:
    return not isinstance(live.channel_layer(), InMemoryChannelLayer)


class Listener:
    """The process's one subscription; it calls `on_hint` with what the others tell."""

    def __init__(self, on_hint: Callable[[Kind, list[str]], None]) -> None:
        self._on_hint = on_hint
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if _others():
            self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        layer = live.channel_layer()
        while True:
            try:
                async with asyncio.timeout(LISTEN_AGAIN_SECONDS):
                    channel = await layer.new_channel()
                    await layer.group_add(GROUP, channel)
                while True:
                    self._hear(await layer.receive(channel))
            except Exception:
                logger.warning("hints of runs are not heard; readers poll", exc_info=True)
                await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    def _hear(self, message: dict[str, Any]) -> None:
        self._on_hint(message["kind"], message["ids"])
