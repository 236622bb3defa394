"""Processes die by kill -9, or sleep for longer than their lease."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cluster.client import Person
from tests.cluster.cluster import Cluster, Member, wait_until
from tests.cluster.invariants import status_of, stored_run, violations
from tests.cluster.storm import Storm, a_name
from tests.cluster.tally import FULL, Faults

# What a loaded machine may add to a time that was divided; real times have none.
SLACK = 3.0


@pytest.fixture
def storm(cluster: Cluster, person: Person) -> Iterator[Storm]:
    with ThreadPoolExecutor(16) as pool:
        yield Storm(cluster, person, pool)


def crash(member: Member) -> float:
    """Kill it and start it again; when it was killed, in the clock of everybody."""
    member.kill()
    killed_at = time.time()
    member.begin()
    return killed_at


def late_ends(storm: Storm, member: Member, killed_at: float) -> list[str]:
    """Interrupted runs of the killed `member` that were settled too late."""
    limit = storm.cluster.times.settled + SLACK
    found = []
    for sent in storm.ended():
        if sent.member is member and sent.end == "interrupted":
            took = finished_at(storm.cluster, sent.reply.run_id) - killed_at
            if took > limit:
                found.append(f"P15: interrupted {took:.1f} s after the kill, limit {limit:.1f}")
    return found


def false_ends(storm: Storm, alive: Member) -> list[str]:
    return [
        f"P15: a run of a living process ended as {sent.end} [{sent.reply.run_id}]"
        for sent in storm.ended()
        if sent.member is alive and sent.end != "completed"
    ]


def finished_at(cluster: Cluster, run_id: str) -> float:
    if cluster.database is None:
        sql = "SELECT (julianday(finished_at) - 2440587.5) * 86400.0 FROM chat_run WHERE id = ?"
    else:
        sql = "SELECT extract(epoch FROM finished_at) FROM chat_run WHERE id = ?"
    return float(cluster.rows(sql, run_id)[0][0])


def test_p03_p10_p12_p15_p17_kill_9_at_any_moment(
    cluster: Cluster, person: Person, faults: Faults
) -> None:
    seed = random.Random(1)
    alone = len(cluster.members) == 1
    for number in faults.rounds(2, 30 if alone else 65):
        with ThreadPoolExecutor(12) as pool:
            storm = Storm(cluster, person, pool)
            storm.send_some(4, cluster.members, seed)
            time.sleep(seed.uniform(0.0, 1.2))
            victim = cluster.members[number % len(cluster.members)]
            killed_at = crash(victim)
            faults.made_one("kill -9")
            victim.wait_until_ready()
            faults.found(storm.violations())
            if not alone:
                faults.found(late_ends(storm, victim, killed_at))
                survivor = next(member for member in cluster.members if member is not victim)
                faults.found(false_ends(storm, survivor))


@pytest.mark.parametrize("tasks", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_p17_killed_around_each_call_and_tried_again(
    storm: Storm, faults: Faults, tasks: int
) -> None:
    """The model asks again for what was done; killed where the call's frames come to the client."""
    seen = (b"workflow", b'"complete"', b"Added")
    for number in faults.rounds(1, 5):
        sent = storm.send(storm.cluster.one, tasks=tasks, words=20, pause=0.02, stubborn="1")
        mark = seen[number % len(seen)]
        give_up_at = time.monotonic() + 5
        while not any(mark in frame for frame in list(sent.reply.frames)):
            assert time.monotonic() < give_up_at
            time.sleep(0.005)
        crash(storm.cluster.one)
        faults.made_one("kill -9")
        storm.cluster.one.wait_until_ready()
        faults.found(storm.violations())
        storm.sent.clear()


def test_p16_a_process_that_slept_past_its_lease_writes_nothing(
    two: Cluster, faults: Faults
) -> None:
    person = Person(two.url)
    for number in faults.rounds(1, 28):
        sleeper, other = two.members[number % 2], two.members[(number + 1) % 2]
        with ThreadPoolExecutor(12) as pool:
            # Who asks a process that sleeps gives up after a while and asks another.
            storm = Storm(two, person, pool, front=other.url, patience=1.0)
            sent = [
                storm.send(sleeper, tasks=2, words=400, pause=0.02),
                storm.send(sleeper, tasks=0, words=400, pause=0.02),
            ]
            storm.wait_until_begun()
            time.sleep(0.1 + number % 7 / 10)
            sleeper.freeze()
            faults.made_one("SIGSTOP")
            try:
                for one in sent:
                    run_id = one.reply.run_id
                    wait_until(
                        lambda run_id=run_id: status_of(two, run_id) == "interrupted",
                        two.times.settled + SLACK,
                        "the sleeper's run is interrupted",
                    )
                before = [everything_of(two, one.reply.run_id) for one in sent]
            finally:
                sleeper.thaw()
            sleeper.wait_until_ready()
            time.sleep(0.5)
            after = [everything_of(two, one.reply.run_id) for one in sent]
            if before != after:
                faults.found([f"P16: written after fencing: {before} became {after}"])
            faults.found(storm.violations())


def everything_of(cluster: Cluster, run_id: str) -> tuple[object, ...]:
    run = stored_run(cluster, run_id)
    items = (
        "SELECT item_id, text, removed_at IS NULL FROM chat_item WHERE thread_id = ? ORDER BY id"
    )
    calls = "SELECT id, call_id FROM chat_toolcall WHERE run_id = ? ORDER BY id"
    return run, cluster.rows(items, run.thread_id), cluster.rows(calls, run_id)


def test_p15_p16_a_short_sleep_ends_no_run(
    cluster: Cluster, person: Person, faults: Faults
) -> None:
    for number in faults.rounds(1, 10):
        member = cluster.members[number % len(cluster.members)]
        with ThreadPoolExecutor(8) as pool:
            storm = Storm(cluster, person, pool)
            storm.send(member, tasks=1, words=50)
            storm.send(member, words=50)
            storm.wait_until_begun()
            time.sleep(0.2)
            member.freeze()
            faults.made_one("SIGSTOP")
            time.sleep(cluster.times.lease * 0.4)
            member.thaw()
            faults.found(storm.violations())
            faults.found(false_ends(storm, member))


def test_p15_many_busy_replies_lose_no_lease(
    cluster: Cluster, person: Person, faults: Faults
) -> None:
    """The process has no moment to spare, and its database thread a long queue."""
    count = 200 if FULL else 20
    with ThreadPoolExecutor(count) as pool:
        storm = Storm(cluster, person, pool, front=cluster.one.url, patience=120.0)
        for _ in range(count):
            storm.send(cluster.one, tasks=1, words=100, pause=0.01)
        faults.found(false_ends(storm, cluster.one))


def test_p15_a_single_process_that_slept_finds_its_runs_alive(
    single: Cluster, faults: Faults
) -> None:
    """Nobody else could have taken them."""
    person = Person(single.url)
    for _ in faults.rounds(1, 3):
        with ThreadPoolExecutor(8) as pool:
            storm = Storm(single, person, pool)
            storm.send(single.one, tasks=1, words=50)
            storm.wait_until_begun()
            single.one.freeze()
            faults.made_one("SIGSTOP")
            time.sleep(single.times.lease * 1.5)
            single.one.thaw()
            faults.found(storm.violations())


def test_p11_a_reply_needs_no_reader(cluster: Cluster, person: Person) -> None:
    reply = person.send(f"{a_name()} words=30 pause=0.01 tasks=1", url=cluster.one.url).begin()
    reply.leave()
    wait_until(lambda: status_of(cluster, reply.run_id) == "completed", 10, "it completes")
    assert reply.receive().end == "completed"
    assert violations(cluster, person, reply) == []
