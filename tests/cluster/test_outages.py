"""Redis or the database goes away and comes back, and processes are told to end."""

import itertools
import random
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.cluster import cluster as clusters
from tests.cluster.client import Lost, Person, message
from tests.cluster.cluster import Cluster
from tests.cluster.invariants import status_of, violations
from tests.cluster.storm import Storm, a_name
from tests.cluster.tally import FULL, Faults

FOLLOWED_SECONDS = 2.0
# The short form shares its cores with other tests.
SLACK = 1.0 if FULL else 3.0


def flush_redis(cluster: Cluster) -> None:
    target = urlsplit(cluster.redis_url)
    with socket.create_connection((target.hostname, target.port), timeout=5) as connection:
        connection.sendall(b"FLUSHALL\r\nCLIENT KILL TYPE pubsub\r\n")
        connection.recv(100)


def lose_redis(cluster: Cluster, how: str, seconds: float) -> None:
    assert cluster.redis is not None
    if how == "flush":
        flush_redis(cluster)
    elif how == "pause":
        cluster.redis.freeze()
        time.sleep(seconds)
        cluster.redis.thaw()
    else:
        cluster.redis.kill()
        time.sleep(seconds)
        cluster.redis.start()


def test_p04_p21_redis_goes_in_mid_reply(two: Cluster, faults: Faults) -> None:
    """The owner's readers see no gap, the others are at most 2 s late, no reply ends of it."""
    person = Person(two.url)
    seed = random.Random(3)
    for number in faults.rounds(3, 42):
        how = ("kill", "flush", "pause")[number % 3]
        owner, other = two.members[number % 2], two.members[(number + 1) % 2]
        with ThreadPoolExecutor(16) as pool:
            near = Storm(two, person, pool, front=owner.url)
            far = Storm(two, person, pool, front=other.url)
            near.send(owner, tasks=1, words=60, pause=0.03)
            followed = far.send(owner, tasks=1, words=60, pause=0.03)
            far.wait_until_begun()
            time.sleep(0.3)
            followed.reply.cut()  # and on through the other process
            lose_redis(two, how, seed.uniform(0.2, 1.2))
            faults.made_one(f"Redis outage ({how})")
            begun = near.send(owner, words=5)  # new runs work meanwhile
            near.wait_until_begun()
            for storm, limit in ((near, 0.7), (far, FOLLOWED_SECONDS)):
                for sent in storm.ended():
                    if sent.end != "completed":
                        faults.found([f"P21: {sent.end} while Redis was gone ({how})"])
                    times = sent.reply.received.frame_times
                    gap = max(
                        (later - sooner for sooner, later in itertools.pairwise(times)), default=0
                    )
                    if gap > limit + SLACK:
                        faults.found([f"P21: nothing for {gap:.1f} s ({how}), limit {limit}"])
            assert begun.end == "completed"
            faults.found(near.violations() + far.violations())


def test_p04_no_notice_ever_comes(two: Cluster, faults: Faults) -> None:
    """With every notice dropped nothing is missing, and no frame is more than 2 s late."""
    person = Person(two.url)
    assert two.redis is not None
    two.redis.kill()
    faults.made_one("Redis outage (kill)")
    reply = person.send(f"{a_name()} words=120 pause=0.04", url=two.one.url).begin()
    follower = person.send(reply.text, url=two.other.url)
    follower.received.run_id = reply.run_id
    with ThreadPoolExecutor(2) as pool:
        there, here = pool.submit(follower.receive), pool.submit(reply.receive)
        followed, own = there.result(), here.result()
    assert followed.data == own.data
    late = [
        theirs - ours for ours, theirs in zip(own.frame_times, followed.frame_times, strict=True)
    ]
    assert max(late) < FOLLOWED_SECONDS + 0.5
    assert (
        person.request("GET", "/readyz", url=two.one.url).json["checks"]["channel_layer"]
        is not True
    )
    two.heal()
    assert person.request("GET", "/readyz", url=two.one.url).status == 200


def outage(cluster: Cluster, how: str, seconds: float) -> None:
    assert cluster.database is not None
    if how == "pause":
        cluster.database.freeze()
        time.sleep(seconds)
        cluster.database.thaw()
    else:
        cluster.database.end()
        time.sleep(seconds)
        cluster.database.start()


def asked_meanwhile(person: Person, url: str, after: float) -> list[str]:
    """A request while there is no database: refused in 5 s, in words."""
    time.sleep(after)
    started = time.monotonic()
    try:
        answer = person.request("POST", person.chat, message("hello"), url=url, timeout=20)
    except Lost as error:
        return [f"P22: {error!r} while there is no database"]
    took = time.monotonic() - started
    if answer.status == 503 and took > 5.0 + SLACK:
        return [f"P22: 503 after {took:.1f} s"]
    return [] if answer.status in (200, 503) else [f"P22: {answer.status} without a database"]


def test_p22_the_database_restarts_in_mid_reply(two: Cluster, faults: Faults) -> None:
    """Longer or shorter than the lease: what was seen was stored, or was words alone."""
    person = Person(two.url)
    seed = random.Random(4)
    for number in faults.rounds(2, 16):
        how = ("restart", "pause")[number % 2]
        with ThreadPoolExecutor(16) as pool:
            storm = Storm(two, person, pool)
            storm.send_some(4, two.members, seed)
            storm.wait_until_begun()
            asked = pool.submit(asked_meanwhile, person, two.one.url, 0.1)
            outage(two, how, seed.choice((0.3, 1.0, 3.0)))
            faults.made_one(f"database outage ({how})")
            faults.found(asked.result())
            faults.found(storm.violations())
    assert all(member.is_running for member in two.members)


def test_p03_p22_nothing_but_words_is_seen_before_it_is_stored(
    two: Cluster, faults: Faults
) -> None:
    """The database stands still, then the process dies: what a client had seen was stored."""
    person = Person(two.url)
    assert two.database is not None
    with ThreadPoolExecutor(4) as pool:
        storm = Storm(two, person, pool, front=two.other.url)
        storm.send(two.one, words=20, first="1", pause=0.01)
        storm.wait_until_begun()
        two.database.freeze()
        faults.made_one("database outage (pause)")
        time.sleep(2)
        two.one.kill()
        faults.made_one("kill -9")
        two.database.thaw()
        two.one.begin()
        faults.found(storm.violations())


def test_p22_a_process_that_starts_waits_for_the_database(two: Cluster, faults: Faults) -> None:
    assert two.database is not None
    two.one.kill()
    two.database.freeze()
    faults.made_one("database outage (pause)")
    two.one.begin()
    time.sleep(6)
    assert two.one.is_running
    two.database.thaw()
    two.one.wait_until_ready()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two processes with the product's own times, started as in production."""
    with clusters.cluster(tmp_path_factory.mktemp("real"), as_in_production=True) as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "seconds"), [("restart", 3), ("pause", 3), ("restart", 30), ("pause", 30)]
)
def test_p22_with_real_times(real: Cluster, how: str, seconds: float, faults: Faults) -> None:
    real.heal()
    person = Person(real.url)
    with ThreadPoolExecutor(16) as pool:
        storm = Storm(real, person, pool)
        sent = [
            storm.send(member, tasks=tasks, words=300, pause=0.02)
            for member in real.members
            for tasks in (0, 1)
        ]
        storm.wait_until_begun()
        time.sleep(0.5)
        asked = pool.submit(asked_meanwhile, person, real.one.url, 0.5)
        outage(real, how, seconds)
        faults.made_one(f"database outage ({how}, {seconds:.0f} s)")
        faults.found(asked.result())
        faults.found(storm.violations())
        if seconds < 10 and {one.end for one in sent} != {"completed"}:
            ends = [one.end for one in sent]
            faults.found([f"P22: {ends} after {seconds} s without a database"])


@pytest.mark.slow
def test_p15_with_real_times(real: Cluster, faults: Faults) -> None:
    real.heal()
    person = Person(real.url)
    with ThreadPoolExecutor(16) as pool:
        storm = Storm(real, person, pool)
        sent = [storm.send(real.one, tasks=1, words=900, pause=0.02) for _ in range(4)]
        storm.wait_until_begun()
        time.sleep(1)
        real.one.kill()
        killed_at = time.monotonic()
        faults.made_one("kill -9")
        for one in storm.ended():
            if one.end != "interrupted" or one.reply.received.ended_at - killed_at > 15:
                faults.found(
                    [f"P15: {one.end} after {one.reply.received.ended_at - killed_at:.1f} s"]
                )
        real.one.start()
        faults.found(storm.violations())
        assert len(sent) == 4


@pytest.mark.slow
def test_p16_with_real_times(real: Cluster, faults: Faults) -> None:
    real.heal()
    person = Person(real.url)
    with ThreadPoolExecutor(16) as pool:
        storm = Storm(real, person, pool, front=real.other.url, patience=5.0)
        storm.send(real.one, tasks=1, words=900, pause=0.02)
        storm.wait_until_begun()
        time.sleep(1)
        real.one.freeze()
        faults.made_one("SIGSTOP")
        time.sleep(60)
        before = [status_of(real, sent.reply.run_id) for sent in storm.sent]
        real.one.thaw()
        real.one.wait_until_ready()
        time.sleep(3)
        assert before == [status_of(real, sent.reply.run_id) for sent in storm.sent]
        faults.found(storm.violations())


# --- Told to end --------------------------------------------------------------------------------


def ends_well(cluster: Cluster, member: clusters.Member, started: float) -> list[str]:
    status = member.process.wait(timeout=60)
    took = time.monotonic() - started
    found = [] if status == 0 else [f"P19: it ended with status {status}"]
    limit = cluster.times.drain + 5
    return found + ([f"P19: it took {took:.1f} s to end"] if took > limit else [])


def test_p19_a_rolling_restart_under_load_loses_nothing(cluster: Cluster, faults: Faults) -> None:
    """Replies that fit into the drain come to their end, and new messages find a process."""
    person = Person(cluster.url)
    seed = random.Random(5)
    alone = len(cluster.members) == 1
    for number in faults.rounds(2, 14 if alone else 28):
        member = cluster.members[number % len(cluster.members)]
        with ThreadPoolExecutor(16) as pool:
            storm = Storm(cluster, person, pool)
            storm.send_some(4, cluster.members, seed)
            storm.wait_until_begun()
            time.sleep(seed.uniform(0, 0.5))
            started = time.monotonic()
            member.term()
            faults.made_one("SIGTERM")
            late = person.send(f"{a_name()} words=5 tasks=1")
            taken = pool.submit(late.receive)
            faults.found(ends_well(cluster, member, started))
            member.start()
            for sent in storm.ended():
                if sent.end != "completed":
                    faults.found([f"P19: a reply that fits ended as {sent.end}"])
            faults.found(storm.violations())
            if taken.result().end != "completed":
                faults.found([f"P19: a message during the restart: {taken.result().end}"])
            faults.found(violations(cluster, person, late))


def test_p12_p18_p19_what_does_not_fit_is_interrupted_and_kept(
    cluster: Cluster, faults: Faults
) -> None:
    """Also with a connection of the model that says nothing; nobody says the user cancelled."""
    person = Person(cluster.url)
    for number in faults.rounds(1, 4):
        member = cluster.members[number % len(cluster.members)]
        with ThreadPoolExecutor(16) as pool:
            storm = Storm(cluster, person, pool)
            storm.send(member, tasks=1, words=2000, pause=0.02)
            storm.send(member, tasks=0, words=5, first="30")
            storm.wait_until_begun()
            started = time.monotonic()
            member.term()
            faults.made_one("SIGTERM")
            faults.found(ends_well(cluster, member, started))
            member.start()
            for sent in storm.sent:
                if sent.member is member and status_of(cluster, sent.reply.run_id) != "interrupted":
                    faults.found([f"P19: {status_of(cluster, sent.reply.run_id)} after the drain"])
                hidden = (
                    "SELECT text FROM chat_item i JOIN chat_run r ON r.thread_id = i.thread_id "
                )
                hidden += (
                    "WHERE r.id = ? AND i.type IN ('hidden_context_item', 'sdk_hidden_context')"
                )
                if cluster.rows(hidden, sent.reply.run_id):
                    faults.found(["P18: a shutdown wrote that the user cancelled"])
                faults.found(violations(cluster, person, sent.reply) if sent.reading else [])


@pytest.mark.slow
def test_p19_with_real_times(real: Cluster, faults: Faults) -> None:
    real.heal()
    person = Person(real.url)
    with ThreadPoolExecutor(16) as pool:
        storm = Storm(real, person, pool)
        fits = storm.send(real.one, words=400, pause=0.05)
        too_long = storm.send(real.one, words=1500, pause=0.05)
        storm.wait_until_begun()
        started = time.monotonic()
        real.one.term()
        faults.made_one("SIGTERM")
        faults.found(ends_well(real, real.one, started))
        assert time.monotonic() - started < 35
        real.one.start()
        assert (fits.reply.receive().end, too_long.reply.receive().end) == (
            "completed",
            "interrupted",
        )
