"""Limits between processes: two servers of one database count together, also at the same moment."""

import json
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests import services

EMAIL, PASSWORD = "olga@example.com", "correct horse 42"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def servers(request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Any]]:
    """Two processes of one database and one key."""
    folder = tmp_path_factory.mktemp("servers")
    if request.param == "postgres":
        database = request.getfixturevalue("postgres_url")
    else:
        database = f"sqlite:///{folder / 'shared.sqlite3'}"
    variables = {
        "DATABASE_URL": database,
        "DJANGO_SECRET_KEY": "one key for both " * 4,
        "PUBLIC_URL": "http://localhost",
        "SIGN_INS_PER_ACCOUNT": "5",
        "CHAT_MESSAGES_PER_MINUTE": "5",
    }
    with services.taskchat(folder / "1", **variables) as first:
        key = (first.folder / "jwt_private_key.pem").read_text()
        with services.taskchat(folder / "2", **variables, JWT_PRIVATE_KEY=key) as second:
            yield [first, second]


def post(url: str, path: str, body: Any, token: str = "") -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"{url}{path}", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            text = response.read()
            return response.status, json.loads(text) if text.startswith(b"{") else {}
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def at_once(count: int, send) -> Counter[int]:
    """How many of `count` requests, started together, got which status."""
    barrier = threading.Barrier(count)

    def one(number: int) -> int:
        barrier.wait()
        return send(number)[0]

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(one, range(count)))


def sign_up(servers) -> str:
    name = {"email": EMAIL, "password": PASSWORD, "name": "Olga"}
    post(servers[0].url, "/api/auth/sign-up/email", name)
    _, pair = post(servers[0].url, "/api/token", {"email": EMAIL, "password": PASSWORD})
    return pair["access"]


def test_guesses_at_two_processes_are_counted_together(servers):
    body = {"email": "nobody@example.com", "password": "a guess of many"}
    statuses = at_once(12, lambda number: post(servers[number % 2].url, "/api/token", body))

    assert statuses == {401: 5, 429: 7}


def test_messages_at_two_processes_are_counted_together(servers):
    token = sign_up(servers)
    user = post(servers[0].url, "/api/auth/sign-in/email", {"email": EMAIL, "password": PASSWORD})
    path = f"/api/{user[1]['user']['id']}/chat"
    message = {
        "content": [{"type": "input_text", "text": "hello"}],
        "attachments": [],
        "inference_options": {},
    }
    body = {"type": "threads.create", "params": {"input": message}}
    statuses = at_once(12, lambda number: post(servers[number % 2].url, path, body, token))

    assert statuses == {200: 5, 429: 7}
