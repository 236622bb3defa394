"""Each request has an id, which its answer tells and its line in the log carries."""

import logging
from typing import Any

import pytest

from taskchat_site.tests.door import get

PROXY = "10.9.8.7"


@pytest.mark.parametrize("path", ["/healthz", "/api/nobody/tasks", "/mcp", "/nothing", "/api/no"])
def test_every_answer_tells_its_own_id(db: None, path: str) -> None:
    first, second = get(path), get(path)
    assert first.headers["X-Request-Id"].startswith("req_")
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


def test_a_strangers_id_is_not_taken(db: None) -> None:
    assert get("/healthz", {"X-Request-Id": "forged-id-1"}).headers["X-Request-Id"] != "forged-id-1"


def test_a_trusted_proxys_id_is_taken_if_it_is_one(db: None, settings: Any) -> None:
    settings.TRUSTED_PROXIES = [PROXY]
    taken = get("/healthz", {"X-Request-Id": "edge-00000001"}, PROXY)
    assert taken.headers["X-Request-Id"] == "edge-00000001"
    for nonsense in ("short", "x" * 65, "with space 1"):
        answer = get("/healthz", {"X-Request-Id": nonsense}, PROXY)
        assert answer.headers["X-Request-Id"].startswith("req_")


def test_a_request_is_one_line_without_its_query(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "taskchat_site.requests")
    get("/api/nobody/tasks?q=my+secret+search")
    (line,) = [r for r in caplog.records if r.name == "taskchat_site.requests"]
    assert line.getMessage().startswith("GET /api/nobody/tasks 401 in ")
    fields: dict[str, Any] = line.fields  # type: ignore[attr-defined]
    assert fields["route"] == "api/<user_id>/tasks"
    assert fields["status"] == 401
    assert "secret" not in str(fields)


def test_what_machines_ask_every_few_seconds_is_no_line(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "taskchat_site.requests")
    get("/healthz")
    get("/static/admin/css/base.css")
    assert not [r for r in caplog.records if r.name == "taskchat_site.requests"]
