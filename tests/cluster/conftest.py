"""The clusters that tests break, each started once and whole again before the next test."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from tests.cluster import cluster as clusters
from tests.cluster.client import Person
from tests.cluster.cluster import Cluster
from tests.cluster.tally import FULL, Faults, promises_of, say
from tests.components import named_if_missing

# Real times show once that a promise holds; where volume counts they are divided. Not by more:
# a lease of four seconds is renewed in time also where two cores are shared by many.
BY = 2.5


@pytest.fixture(scope="session")
def _two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with named_if_missing(), clusters.cluster(tmp_path_factory.mktemp("two"), by=BY) as running:
        yield running


@pytest.fixture(scope="session")
def _single(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("single")
    with clusters.cluster(folder, members=1, postgres=False, by=BY) as running:
        yield running


@pytest.fixture
def two(_two: Cluster, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """Two processes on PostgreSQL and Redis behind nginx."""
    yield from _whole(_two, request)


@pytest.fixture
def single(_single: Cluster, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """One process on SQLite."""
    yield from _whole(_single, request)


@pytest.fixture(params=["two", "single"])
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """Either of them."""
    chosen: Cluster = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def person(cluster: Cluster) -> Person:
    return Person(cluster.url)


def _whole(running: Cluster, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    running.heal()
    yield running
    if getattr(request.node, "failed", False):
        print(running.log())


# --- Short and full ---------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: waits for real times; run by `make faults` alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not FULL:
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


@pytest.fixture(autouse=True)
def faults(request: pytest.FixtureRequest) -> Iterator[Faults]:
    """Counts the faults that a test makes; what it finds broken fails the test at its end."""
    counted = Faults(request.node.name, promises_of(request.node.name))
    yield counted
    counted.record(failed=getattr(request.node, "failed", True))  # True: it never came to its call


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if FULL and report.failed:  # at once: the whole of it takes half an hour
        lines = [line for line in report.longreprtext.splitlines() if line.startswith("E ")]
        say(item.name, " / ".join(lines[:4]))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    result = yield
    counted = pyfuncitem.funcargs.get("faults")
    if isinstance(counted, Faults):
        assert counted.violations == []
    return result
