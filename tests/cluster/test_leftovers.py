"""What two thousand replies with lost connections leave behind: nothing."""

import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cluster.client import Person
from tests.cluster.cluster import Cluster, Member, wait_until
from tests.cluster.storm import a_name
from tests.cluster.tally import Faults

AT_ONCE = 8
# Allocators keep some; a leak of one frame log a run (10 kB) would be 15 MB in full.
MEMORY_SLACK = 6_000_000
# The database's threads, eight at most, start and connect when they are first needed; a leak of one
# thread or file a run would be thousands.
FILES_SLACK = THREADS_SLACK = 8


def cut_reply(person: Person, seed: random.Random) -> None:
    """A reply whose client leaves in the middle, and reads the rest by another connection."""
    words = seed.randint(5, 40)
    reply = person.send(f"{a_name()} words={words} pause=0.002").begin()
    frames = seed.randint(1, words)
    reply.read(until=lambda received: len(received.frames) >= frames)
    reply.leave()
    assert reply.receive().end == "completed"


def own_memory(member: Member) -> int:
    """Resident bytes that are in no file."""
    status = Path(f"/proc/{member.process.pid}/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) * 1024


@pytest.mark.slow
def test_p20_memory_threads_and_files_are_flat_over_many_runs_with_cuts(
    two: Cluster, faults: Faults
) -> None:
    """On PostgreSQL: SQLite keeps up to 20 MB of its pages in the process, as the data grows."""
    seed = random.Random(4)
    people = [Person(two.url) for _ in range(AT_ONCE)]

    def many(count: int) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for done in [
                pool.submit(cut_reply, people[number % AT_ONCE], random.Random(seed.random()))
                for number in range(count)
            ]:
                done.result()
        faults.made_one("cut by the client", count)

    def quiet(limits: list[int]) -> bool:
        open_files = [member.open_files() for member in two.members]
        return all(count <= limit for count, limit in zip(open_files, limits, strict=True))

    many(300)  # what is made once and kept
    wait_until(lambda: quiet([80, 80]), 10, "connections are closed")
    memory = [own_memory(member) for member in two.members]
    threads = [member.threads() + THREADS_SLACK for member in two.members]
    files = [member.open_files() + FILES_SLACK for member in two.members]
    for number in faults.rounds(1, 20):
        many(100)
        grown = [own_memory(member) - was for member, was in zip(two.members, memory, strict=True)]
        print(f"after {number + 1}00 runs: {grown[0]:+,} and {grown[1]:+,} bytes")
    wait_until(lambda: quiet(files), 5, "no file is left open")
    assert max(grown) < MEMORY_SLACK
    for member, limit in zip(two.members, threads, strict=True):
        assert member.threads() <= limit


def test_p19_the_process_exits_cleanly_with_streams_open(single: Cluster) -> None:
    person = Person(single.url)
    replies = [
        person.send(f"{a_name()} words=2000 pause=0.05", url=single.one.url).begin()
        for _ in range(5)
    ]
    member = single.one
    asked_at = time.monotonic()
    member.process.send_signal(signal.SIGTERM)
    assert member.process.wait(single.times.drain + 6) == 0
    assert time.monotonic() - asked_at <= single.times.drain + 5
    assert "Traceback" not in member.log()
    for reply in replies:
        reply.read()
        assert reply.received.end == "interrupted"


def test_p19_a_second_signal_ends_it_at_once_with_what_was_said_stored(single: Cluster) -> None:
    person = Person(single.url)
    reply = person.send(f"{a_name()} words=2000 pause=0.05", url=single.one.url).begin()
    reply.read(until=lambda received: len(received.frames) > 8)
    reply.leave()
    single.one.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    asked_at = time.monotonic()
    single.one.process.send_signal(signal.SIGINT)
    assert single.one.process.wait(5) == 0
    assert time.monotonic() - asked_at < 3
    assert "Stopping: 1 reply is under way" in single.one.log()
    single.heal()
    assert reply.receive().end == "interrupted"
