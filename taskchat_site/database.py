"""The one door from async code to the database.

Django gives each request a thread of its own, and with it a new connection: 1.4 to 5.6 ms for
the first query. `run` uses a few threads that live as long as the process and keep their
connection, so a hop costs about 0.1 ms.
"""

import asyncio
import functools
import logging
import select
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async  # noqa: TID251  # this is the door
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections, reset_queries

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

# A request is not kept waiting for longer by a database that does not answer.
ANSWER_SECONDS = 4.5
RETRY_SECONDS = 0.25

# Calls that have not come back.
_under_way: set[asyncio.Future[Any]] = set()

_patience: ContextVar[Callable[[], bool] | None] = ContextVar("_patience", default=None)


@functools.cache
def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")


async def run(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the sync `fn`, with all the queries it makes, in one hop.

    Raises OperationalError or InterfaceError when the database does not answer, at the latest
    after `ANSWER_SECONDS`; inside `patient` it tries again. Tests run it on the thread that holds
    their transaction.
    """
    call = functools.partial(fn, *args, **kwargs)
    patience = _patience.get()
    while True:
        try:
            return await _hop(call)
        except (OperationalError, InterfaceError) as error:
            if patience is None or not patience():
                raise
            logger.warning("the database does not answer, trying again: %s", error)
        await asyncio.sleep(RETRY_SECONDS)


def is_busy() -> bool:
    """Does anybody wait for the database? Its threads need the interpreter as the loop does."""
    return bool(_under_way)


@contextmanager
def patient(patience: Callable[[], bool]) -> Iterator[None]:
    """In this context, and in tasks that it starts, `run` tries again while `patience()` holds.

    For functions that may run twice: a connection that breaks while it commits leaves open
    whether it did.
    """
    token = _patience.set(patience)
    try:
        yield
    finally:
        _patience.reset(token)


async def _hop(call: Callable[[], T]) -> T:
    if settings.TESTING:
        return await sync_to_async(call, thread_sensitive=True)()
    future = asyncio.get_running_loop().run_in_executor(
        _executor(), copy_context().run, _on_healthy_connection, call
    )
    _under_way.add(future)
    future.add_done_callback(_under_way.discard)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await future  # cancelled with us: a call that has not begun never does
    except TimeoutError:
        raise OperationalError("no answer in time") from None


def _on_healthy_connection(call: Callable[[], T]) -> T:
    connection.close_at = None  # this thread keeps it
    reset_queries()  # with DEBUG, Django keeps the last 9,000, and forgets them at each request
    connection.close_if_unusable_or_obsolete()
    _close_if_hung_up()
    try:
        return call()
    finally:
        if connection.in_atomic_block:  # a bug of `call`: never hand its transaction on
            connection.close()


def _close_if_hung_up() -> None:
    """A server that went away has closed its end, which can be seen without asking it.

    Between our calls PostgreSQL says nothing, so what can be read is the end, or a farewell.
    """
    if connection.vendor == "postgresql" and connection.connection is not None:
        raw = connection.connection
        poll = select.poll()
        if not raw.closed:
            poll.register(raw.fileno(), select.POLLIN)
        if raw.closed or poll.poll(0):
            connection.close()


def close() -> None:
    """Close every kept connection and end the threads."""
    executor = _executor()
    for _ in range(settings.DATABASE_THREADS):
        executor.submit(connections.close_all)
    executor.shutdown(wait=True)
    _executor.cache_clear()
