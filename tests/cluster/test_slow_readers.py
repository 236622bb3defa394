"""Readers that take nothing: what they cost the process, and everybody else."""

import itertools
import select
import socket
import time
from contextlib import ExitStack, closing

from tests.cluster.client import Person, silent_reader
from tests.cluster.cluster import Cluster, wait_until
from tests.cluster.storm import a_name
from tests.cluster.tally import FULL, Faults

READERS = 200 if FULL else 20
WORDS = 12_000  # a log of some 3 MB
UNSENT = 256_000
LATE = 0.05
PAUSE = 0.02
# What else a request costs, and what the log itself takes.
OTHER_MEMORY = 60_000 * READERS + 20_000_000


def test_p20_silent_readers_are_bounded_and_cut_and_nobody_waits_for_them(
    single: Cluster, faults: Faults
) -> None:
    person = Person(single.url)
    large = person.send(f"{a_name()} words={WORDS}")
    assert large.receive().end == "completed"
    time.sleep(1)  # its connection is closed by now
    memory, files = single.one.memory(), single.one.open_files()
    threads = single.one.threads()
    with ExitStack() as stack:
        silent = [
            stack.enter_context(closing(silent_reader(person, single.one.url, large.run_id)))
            for _ in range(READERS)
        ]
        faults.made_one("silent reader", READERS)
        wait_until(lambda: single.one.open_files() >= files + READERS, 30, "they are connected")
        time.sleep(1)
        late = min(lateness(person, single.one.url) for _ in range(3))
        grown = single.one.memory() - memory
        assert single.one.threads() <= threads + 2, "a reader has a thread"
        kept = single.one.unsent()
        started = time.monotonic()
        limit = single.times.silent + 5
        wait_until(lambda: all(map(is_cut, silent)), limit, "they are cut")
        wait_until(lambda: single.one.open_files() < files + 5, 5, "none of them is left open")
        assert time.monotonic() - started < limit
        assert not any(said_end(reader) for reader in silent)
    assert kept < READERS * UNSENT, f"{kept / 1e6:.0f} MB in the kernel"
    assert grown < READERS * UNSENT + OTHER_MEMORY, f"{grown / 1e6:.0f} MB"
    assert late < LATE, f"{late * 1000:.0f} ms late"


def lateness(person: Person, url: str) -> float:
    """How much later than the model's pace the frames of another reply come, p99."""
    reply = person.send(f"{a_name()} words=100 pause={PAUSE}", url=url)
    times = reply.receive().frame_times
    gaps = sorted(later - sooner - PAUSE for sooner, later in itertools.pairwise(times))
    return gaps[int(len(gaps) * 0.99)]


def is_cut(reader: socket.socket) -> bool:
    """Seen without reading: who reads is silent no longer."""
    poll = select.poll()
    poll.register(reader, 0)
    return bool(poll.poll(0))


def said_end(reader: socket.socket) -> bool:
    reader.settimeout(5)
    data = b""
    try:
        while more := reader.recv(1_000_000):
            data = (data + more)[-100:]
    except OSError:
        pass
    return b": end" in data
