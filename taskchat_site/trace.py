"""Under what something happens: the request, its user and the run that it began.

One `Trace` a connection. Tasks and database hops that a request starts inherit it, so that a run,
which outlives its request, is logged under the id of the request that asked for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Trace:
    """Ids, filled in as they become known; `route` is the pattern of the address, without ids."""

    request_id: str
    user_id: str = ""
    run_id: str = ""
    route: str = ""

    @property
    def ids(self) -> dict[str, str]:
        """Those that are known."""
        ids = {"request_id": self.request_id, "user_id": self.user_id, "run_id": self.run_id}
        return {name: value for name, value in ids.items() if value}


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def begin(request_id: str) -> Trace:
    """A new trace, current for the rest of this task and for those that it starts."""
    trace = Trace(request_id)
    _current.set(trace)
    return trace


@contextmanager
def nobodys() -> Iterator[None]:
    """For starting a task that serves the whole process, not the request that happens to need it
    first."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Trace | None:
    """The trace of what is going on; None in commands and in the process's own tasks."""
    return _current.get()


def request_id() -> str:
    """The id of the request under which this happens, or nothing."""
    trace = _current.get()
    return trace.request_id if trace else ""


def bind(*, user_id: str | None = None, run_id: str | None = None, route: str = "") -> None:
    """Note what has become known of the current request."""
    trace = _current.get()
    if trace is not None:
        trace.user_id = user_id or trace.user_id
        trace.run_id = run_id or trace.run_id
        trace.route = route or trace.route
