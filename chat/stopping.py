"""Stops a run through any process, and sees it ended."""

import asyncio

from chat.models import Run
from chat.runs import hints
from chat.runs.lease import ask_to_stop
from chat.runs.runner import STOP_SECONDS, runner
from chat.settling import settle
from taskchat_site import database

LOOK_SECONDS = 0.2


async def stop_run(run_id: str) -> None:
    """Stop the run and wait until its end is stored, wherever it is executed.

    The process that executes it hears of it by a hint, or finds the wish within a second. A run
    that nobody executes any more is settled.
    """
    if await runner.cancel(run_id):
        return
    await database.run(ask_to_stop, run_id)
    hints.tell("stop", [run_id])
    for _ in range(round(STOP_SECONDS / LOOK_SECONDS)):
        if not await database.run(_still_running, run_id):
            return
        await asyncio.sleep(LOOK_SECONDS)


def _still_running(run_id: str) -> bool:
    running = Run.objects.filter(pk=run_id, status="running").exists()
    return running and not settle(run_id)
