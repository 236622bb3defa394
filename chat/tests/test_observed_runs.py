"""What is known of a run afterwards: its request, its parameters, its cost, its figures, its line.

None of it holds what was said.
"""

import json
import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from prometheus_client import REGISTRY

from chat.models import Run
from chat.tests.conftest import Person
from mcp_tools.context import ToolContext
from mcp_tools.tools import call_tool
from taskchat_site.logs import JsonLines
from taskchat_site.tests import door

CANARY = "canary 7f3e"


def through_the_door(person: Person, text: str) -> Any:
    """A message over HTTP as the server gets it, ids and lines included."""
    headers = {"Authorization": f"Bearer {person.token}"}
    body = {"message": text, "thread_id": None}
    return door.send("POST", f"/api/{person.user.public_id}/chat", headers, body)


@pytest.fixture
def rising() -> Callable[[], dict[str, float]]:
    """How much each figure of ours has risen since the test began."""

    def read() -> dict[str, float]:
        return {
            f"{sample.name} {' '.join(sample.labels.values())}".strip(): sample.value
            for family in REGISTRY.collect()
            if family.name.startswith("taskchat_")
            for sample in family.samples
        }

    before = read()
    return lambda: {
        name: value - before.get(name, 0.0)
        for name, value in read().items()
        if value != before.get(name, 0.0)
    }


def test_a_run_keeps_the_id_of_its_request(owner: Person) -> None:
    answer = through_the_door(owner, "hello")
    assert Run.objects.get().request_id == answer.headers["X-Request-Id"]


def test_a_run_tells_by_one_line_how_it_ended(
    owner: Person, caplog: pytest.LogCaptureFixture
) -> None:
    lines: list[dict[str, Any]] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(json.loads(JsonLines().format(record)))  # type: ignore[method-assign]
    caplog.set_level(logging.INFO, "chat")
    logging.getLogger("chat.run_ends").addHandler(handler)
    try:
        answer = through_the_door(owner, f"Create a task to {CANARY}")
    finally:
        logging.getLogger("chat.run_ends").removeHandler(handler)
    (line,) = lines
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert line["run_id"] == answer.headers["X-Run-Id"]
    assert line["user_id"] == owner.user.public_id
    assert (line["status"], line["model"], line["tool_calls"]) == ("completed", "offline", 1)
    assert line["first_delta_ms"] <= line["ms"]


def test_neither_words_nor_tokens_are_in_logs_or_figures(
    owner: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("asyncio", "httpx2", "httpcore2"):  # the test's own client
        logging.getLogger(name).setLevel(logging.WARNING)
    answer = through_the_door(owner, f"Create a task to {CANARY}")
    assert CANARY in answer.text
    written = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert "the run completed" in written
    figures = str([family.samples for family in REGISTRY.collect()])
    for secret in (CANARY, owner.token, owner.user.email, "correct horse"):
        assert secret not in written
        assert secret not in figures


def test_a_reply_with_a_tool_call_is_counted(
    owner: Person, rising: Callable[[], dict[str, float]]
) -> None:
    owner.say("Create a task to buy groceries")
    rise = rising()
    assert rise["taskchat_runs_total completed offline offline"] == 1
    assert rise["taskchat_first_delta_seconds_count offline offline"] == 1
    assert rise["taskchat_run_seconds_count completed"] == 1
    assert rise["taskchat_tool_seconds_count add_task completed"] == 1
    assert "taskchat_open_streams" not in rise


def test_a_tool_that_nobody_has_is_counted_without_its_name(
    owner: Person, rising: Callable[[], dict[str, float]]
) -> None:
    call_tool(ToolContext(user=owner.user, now=timezone.now(), channel="assistant"), CANARY, {})
    assert rising()["taskchat_tool_seconds_count unknown failed"] == 1


def test_reading_on_is_counted_on_the_run(
    owner: Person, rising: Callable[[], dict[str, float]]
) -> None:
    run_id = owner.say("hello").headers["X-Run-Id"]
    events = f"/api/{{me}}/chat/runs/{run_id}/events"
    for after in ("1", "2"):
        owner.request("GET", events, **{"Last-Event-ID": after})
    owner.request("GET", events, **{"Last-Event-ID": "999"})  # refused: nothing was taken up
    assert Run.objects.get().resumes == 2
    assert rising()["taskchat_resumes_total"] == 2


def test_the_built_in_assistant_costs_nothing(owner: Person) -> None:
    owner.say("hello")
    run = Run.objects.get()
    assert run.cost == Decimal(0)
    assert run.prices == {"input": 0, "cached_input": 0, "output": 0}
    assert run.parameters == {}
