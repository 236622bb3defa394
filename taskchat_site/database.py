"""The one door from async code to the database.

Django gives each request a thread of its own, and with it a new connection: 1.4 to 5.6 ms for
the first query. `run` uses a few threads that live as long as the process and keep their
connection, so a hop costs about 0.1 ms.
"""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async  # noqa: TID251  # this is the door
from django.conf import settings
from django.db import connection, connections

P = ParamSpec("P")
T = TypeVar("T")


@functools.cache
def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")


async def run(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the sync `fn`, with all the queries it makes, in one hop.

    Tests run it on the thread that holds their transaction.
    """
    if settings.TESTING:
        return await sync_to_async(fn, thread_sensitive=True)(*args, **kwargs)
    call = functools.partial(_on_healthy_connection, functools.partial(fn, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_executor(), call)


def _on_healthy_connection(call: Callable[[], T]) -> T:
    connection.close_at = None  # this thread keeps it
    connection.close_if_unusable_or_obsolete()
    try:
        return call()
    finally:
        if connection.in_atomic_block:  # a bug of `call`: never hand its transaction on
            connection.close()


def close() -> None:
    """Close every kept connection and end the threads."""
    executor = _executor()
    for _ in range(settings.DATABASE_THREADS):
        executor.submit(connections.close_all)
    executor.shutdown(wait=True)
    _executor.cache_clear()
