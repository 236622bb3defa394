"""Processes whose clocks are wrong, or stand still."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import services
from tests.cluster import cluster as clusters
from tests.cluster.client import Person, Reply
from tests.cluster.cluster import Cluster, wait_until
from tests.cluster.conftest import BY
from tests.cluster.invariants import status_of, stored_run, violations
from tests.cluster.storm import a_name
from tests.cluster.tally import Faults
from tests.components import named_if_missing


@pytest.fixture(autouse=True)
def _needs_libfaketime() -> None:
    with named_if_missing():
        if shutil.which("faketime") is None:
            raise services.Missing("libfaketime is not installed (Debian: apt install faketime)")


@pytest.fixture
def frozen(tmp_path: Path) -> Iterator[Cluster]:
    """One process for which it is always the same moment."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    with clusters.cluster(tmp_path, members=1, postgres=False, by=BY, clocks=[now]) as running:
        yield running


@pytest.fixture(params=["+1h", pytest.param("-1h", marks=pytest.mark.slow)])
def shifted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cluster]:
    """Two processes, of which the first is an hour wrong."""
    with clusters.cluster(tmp_path, by=BY, clocks=[request.param, ""]) as running:
        yield running


def test_p01_a_frozen_clock_numbers_frames_as_ever(frozen: Cluster, faults: Faults) -> None:
    person = Person(frozen.url)
    replies = [person.send(f"{a_name()} words=40 pause=0.005 tasks=2").begin() for _ in range(3)]
    for reply in replies:
        assert reply.receive().end == "completed"
        faults.found(violations(frozen, person, reply))
    faults.made_one("frozen clock")


def test_p23_an_hour_wrong_changes_no_lease_order_or_window(
    shifted: Cluster, faults: Faults
) -> None:
    wrong, right = shifted.members
    there = Person(wrong.url)
    here = there.at(right.url)
    faults.made_one("clock an hour wrong")
    assert abs(clock_of(there) - clock_of(here)) > 3500

    # Neither takes the other's living runs for dead.
    replies = [
        owner.send(f"{a_name()} words=150 pause=0.03 tasks=1").begin() for owner in (there, here)
    ]
    for reply, other in zip(replies, (here, there), strict=True):
        follower = Reply(other, reply.body, reply.text)
        follower.received.run_id = reply.run_id
        assert follower.receive().end == "completed"
        assert reply.receive().data == follower.received.data

    # Each settles the other's dead ones in time.
    for victim, owner, other in ((wrong, there, here), (right, here, there)):
        reply = owner.send(f"{a_name()} words=400 pause=0.02").begin()
        reply.read(lambda received: len(received.frames) > 5)
        victim.kill()
        faults.made_one("kill -9")
        killed_at = time.monotonic()
        follower = Reply(other, reply.body, reply.text)
        follower.received.run_id = reply.run_id
        assert follower.receive().end == "interrupted"
        reply.leave()
        took = time.monotonic() - killed_at
        assert took <= shifted.times.settled + 1, took
        victim.start()

    # Both keep frames for 24 hours of the database's.
    old, young = replies
    for reply, hours in ((old, 24.5), (young, 23.5)):
        finished_at = datetime.now(UTC) - timedelta(hours=hours)
        sql = "UPDATE chat_run SET finished_at = ? WHERE id = ?"
        shifted.execute(sql, finished_at, reply.run_id)
    wait_until(lambda: not stored_run(shifted, old.run_id).frames, 10, "old frames are pruned")
    time.sleep(2.5)
    assert stored_run(shifted, young.run_id).frames
    assert status_of(shifted, young.run_id) == "completed"


def clock_of(person: Person) -> float:
    """What its process takes for the time, in seconds."""
    path = f"/api/{person.id}/tasks"
    made = person.request("POST", path, {"title": "what time is it"}).json["created_at"]
    return datetime.fromisoformat(made).timestamp()
