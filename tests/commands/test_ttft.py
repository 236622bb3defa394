"""`manage.py ttft`: T040 to T043 of the specification's fifth phase, as a command."""

import json
from collections.abc import Iterator

import pytest

from tests import services
from tests.commands.test_chat import demo, run
from tests.fakes.model_server import FakeModel, Turn, fake_model
from tests.services import TaskChatServer

__all__ = ["demo"]


@pytest.fixture(scope="module")
def model() -> Iterator[FakeModel]:
    with fake_model() as fake:
        yield fake


@pytest.fixture(scope="module")
def with_model(
    model: FakeModel, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TaskChatServer]:
    folder = tmp_path_factory.mktemp("server")
    with services.taskchat(folder, OPENAI_BASE_URL=model.url) as running:
        running.manage("createdemo")
        yield running


def test_t041_ten_messages_are_sent_in_process(demo: TaskChatServer) -> None:
    done = run(demo, "ttft", "--json", "--limit-ms", "30000")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["count"] == 10
    assert report["share_under_limit"] == 1
    assert 0 < report["p50"] <= report["p90"] <= report["p99"]
    assert all(request["run_id"] for request in report["requests"])


def test_t043_each_slow_message_says_where_its_time_went(
    with_model: TaskChatServer, model: FakeModel
) -> None:
    model.turns = [Turn(words=("Hello.",), first_pause=0.4)]
    arguments = ("--url", with_model.url, "--count", "3", "--limit-ms", "300")
    done = run(with_model, "ttft", *arguments)
    assert done.returncode == 1
    rows = [line for line in done.stdout.splitlines() if "run_" in line]
    assert len(rows) == 3
    assert "Under 300 ms: 0 of 3 (0%; wanted 90%)" in done.stdout
    assert "way   auth  start  frame  delta" in done.stdout
    model_ms = [float(row.split()[6]) for row in rows]
    # From the first frame to the first word: less, where that frame was read late.
    assert min(model_ms) >= 300


def test_t042_a_server_with_a_quick_model_is_under_the_limit(
    with_model: TaskChatServer, model: FakeModel
) -> None:
    model.turns = [Turn(words=("Hello.",))]
    arguments = ("--url", with_model.url, "--count", "20", "--concurrency", "10")
    done = run(with_model, "ttft", *arguments, "--limit-ms", "30000", "--json")
    assert done.returncode == 0, done.stderr
    for request in json.loads(done.stdout)["requests"]:
        assert request["auth"] > 0
        assert request["start"] > 0
