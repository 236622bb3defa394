"""Who may read `/metrics`: the operator, and nobody by accident."""

from typing import Any

import pytest

from taskchat_site.tests import door

# The server closes idle connections after each request.
pytestmark = pytest.mark.django_db

TOKEN = "0123456789abcdef-metrics"


def get(address: str = "127.0.0.1", host: str = "localhost", **headers: Any) -> Any:
    return door.get("/metrics", {"Host": host, **headers}, address)


def test_this_machine_reads_the_figures_of_the_process() -> None:
    answer = get()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert b"# TYPE taskchat_first_delta_seconds histogram" in answer.content
    assert b"taskchat_running_runs 0.0" in answer.content


@pytest.mark.parametrize("host", ["127.0.0.1:9400", "[::1]:80", "localhost:8000"])
def test_this_machines_names_are_known_with_any_port(host: str) -> None:
    assert get(host=host).status_code == 200


@pytest.mark.parametrize(
    "request_of",
    [
        {"address": "192.0.2.1"},
        {"address": ""},
        {"host": "rebound.example"},
        {"X-Forwarded-For": "192.0.2.1"},
        {"Forwarded": "for=192.0.2.1"},
        {"Via": "1.1 proxy"},
        {"Authorization": f"Bearer {TOKEN}"} | {"address": "192.0.2.1"},
    ],
)
def test_nobody_else_does(request_of: dict[str, str]) -> None:
    answer = get(**request_of)
    assert answer.status_code == 403
    assert b"taskchat_" not in answer.content


def test_with_a_token_only_the_token_counts(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert get().status_code == 401
    assert get(Authorization="Bearer wrong").status_code == 401
    assert get(Authorization=f"Basic {TOKEN}").status_code == 401
    answer = get("192.0.2.1", "10.0.0.5:8000", Authorization=f"Bearer {TOKEN}")
    assert answer.status_code == 200
    assert b"taskchat_open_streams" in answer.content


def test_a_wrong_token_of_any_letters_is_a_refusal(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert get(Authorization="Bearer wörd".encode()).status_code == 401
