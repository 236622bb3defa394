"""What a serving process does beside serving."""

import gc
import weakref

import pytest

from chat.runs import storage
from chat.runs.runner import runner
from taskchat_site import serve


class Thing:
    """Garbage, once nobody has it: it refers to itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.parametrize("replies", [0, 1])
def test_old_garbage_is_looked_for_when_no_reply_is_under_way(monkeypatch, replies):
    monkeypatch.setattr(serve, "settle_dead_runs", lambda: None)
    monkeypatch.setattr(storage, "prune", lambda: False)
    monkeypatch.setattr(runner, "_tasks", dict.fromkeys(range(replies)))
    thing = Thing()
    old = weakref.ref(thing)
    gc.collect()  # now it is old
    del thing
    gc.collect(1)

    serve.Sweep()()

    assert (old() is None) == (replies == 0)
