"""Is the process alive, and can it work? For people, proxies and `make run`."""

import asyncio
import logging
import time
from collections.abc import Awaitable

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import get_resolver

from chat.providers import provider
from chat.runs.runner import runner
from chat.warm_up import warm_up as warm_up_chat
from taskchat_site import database
from taskchat_site.hints import hints

logger = logging.getLogger(__name__)

CHECK_SECONDS = 3.0
# A database that starts beside us, or a busy machine, is no reason to give up.
START_SECONDS = 30.0

_state = {"warm": False}


async def warm_up() -> None:
    """Pay for imports, connections and caches before the first user does."""
    give_up_at = time.monotonic() + START_SECONDS
    with database.patient(lambda: time.monotonic() < give_up_at):
        await database.run(_ask_database)
    get_resolver().url_patterns  # noqa: B018  # else the first request imports every view
    provider()
    await warm_up_chat()
    _state["warm"] = True


async def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


async def readyz(request: HttpRequest) -> JsonResponse:
    """200 when requests can be served, also `degraded`: without Redis what other processes do is
    seen up to two seconds late. 503 names what is missing.
    """
    started = time.monotonic()
    checks = {
        "warm": _state["warm"] and not runner.closing,
        "database": await _works(database.run(_ask_database)),
        "assistant": provider().name,
    }
    ready = all(checks.values())
    checks["channel_layer"] = await _works(hints.probe())
    status = "ready" if checks["channel_layer"] else "degraded"
    body = {
        "status": status if ready else "not ready",
        "checks": checks,
        "ms": round((time.monotonic() - started) * 1000),
    }
    return JsonResponse(body, status=200 if ready else 503)


async def _works(check: Awaitable[None]) -> bool:
    try:
        await asyncio.wait_for(check, CHECK_SECONDS)
    except Exception as error:  # noqa: BLE001  # whatever it is, this part does not work
        logger.warning("not ready: %s", error)
        return False
    return True


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
