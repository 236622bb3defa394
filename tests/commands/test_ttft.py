"""`manage.py ttft`: T040 to T043 of the specification's fifth phase, as a command."""

import json

import pytest

from tests.commands.test_chat import demo, model, run
from tests.conftest import StartServer
from tests.fakes.model_server import FakeModel, Turn
from tests.services import TaskChatServer

__all__ = ["demo", "model"]

UNLIMITED = {"CHAT_MESSAGES_PER_MINUTE": "0", "CHAT_RUNS_PER_USER": "0"}


@pytest.fixture
def unlimited(start_server: StartServer, model: FakeModel) -> TaskChatServer:
    server = start_server(OPENAI_BASE_URL=model.url, **UNLIMITED)
    server.manage("createdemo")
    return server


def test_t041_ten_messages_are_sent_in_process(demo: TaskChatServer) -> None:
    done = run(demo, "ttft", "--json", "--limit-ms", "30000")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["count"] == 10
    assert report["share_under_limit"] == 1
    assert 0 < report["p50"] <= report["p90"] <= report["p99"]
    assert all(request["run_id"] for request in report["requests"])


def test_t043_each_slow_message_says_where_its_time_went(
    unlimited: TaskChatServer, model: FakeModel
) -> None:
    model.turns = [Turn(words=("Hello.",), first_pause=0.4)]
    arguments = ("--url", unlimited.url, "--count", "3", "--limit-ms", "300")
    done = run(unlimited, "ttft", *arguments)
    assert done.returncode == 1
    rows = [line for line in done.stdout.splitlines() if "run_" in line]
    assert len(rows) == 3
    assert "Under 300 ms: 0 of 3 (0%; wanted 90%)" in done.stdout
    assert "way   auth  start  frame  delta" in done.stdout
    model_ms = [float(row.split()[6]) for row in rows]
    assert min(model_ms) >= 390


def test_t042_a_server_with_a_quick_model_is_under_the_limit(unlimited: TaskChatServer) -> None:
    arguments = ("--url", unlimited.url, "--count", "20", "--concurrency", "10")
    done = run(unlimited, "ttft", *arguments, "--limit-ms", "30000", "--json")
    assert done.returncode == 0, done.stderr
    for request in json.loads(done.stdout)["requests"]:
        assert request["auth"] > 0
        assert request["start"] > 0
