"""What readers who come at once, and read nothing, cost: `python -m bench.silent_readers`.

A server as the tests of the cluster start it, on SQLite. 200 connections ask for a stored reply of
3 MB and take none of it, while another reply goes on with a word every 20 ms. Prints how late its
words were in each second (the longest of each; the model's own pace taken off), and what the
readers cost the server in CPU, and the kernel in memory.
"""

import itertools
import tempfile
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path

from scripts.console import say
from tests.cluster import cluster as clusters
from tests.cluster.client import Person, silent_reader
from tests.cluster.cluster import Cluster

READERS = 200
STORED = "Stored words=12000"
BEFORE, SECONDS = 1.0, 10
PAUSE = 0.02
GOES_ON = f"Goes-on words={int((BEFORE + SECONDS) / PAUSE)} pause={PAUSE}"
TICKS_PER_SECOND = 100


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        by = 2.5  # the tests' clock; nobody is cut within ten seconds
        with clusters.cluster(Path(folder), members=1, postgres=False, by=by) as cluster:
            _measure(cluster)


def _measure(cluster: Cluster) -> None:
    person = Person(cluster.one.url)
    stored = person.send(STORED)
    stored.receive()
    other = person.send(GOES_ON)
    listener = threading.Thread(target=other.receive)
    listener.start()
    time.sleep(BEFORE)
    used, began = _cpu(cluster), time.monotonic()
    with ExitStack() as stack:
        for _ in range(READERS):
            reader = silent_reader(person, cluster.one.url, stored.run_id)
            stack.enter_context(closing(reader))
        for second in range(1, SECONDS):
            time.sleep(began + second - time.monotonic())
            say(f"after {second} s: {_cpu(cluster) - used:5.2f} s of CPU")
        say(f"in the kernel: {cluster.one.unsent() / READERS / 1000:.0f} kB a reader")
        listener.join()
    times = [at - began for at in other.received.frame_times]
    for second in range(SECONDS):
        late = [
            later - sooner - PAUSE
            for sooner, later in itertools.pairwise(times)
            if second <= later < second + 1
        ]
        if late:
            say(f"second {second + 1}: at most {max(late) * 1000:4.0f} ms late")


def _cpu(cluster: Cluster) -> float:
    """Seconds that the server has computed."""
    fields = Path(f"/proc/{cluster.one.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


if __name__ == "__main__":
    main()
