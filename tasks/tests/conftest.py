import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from taskchat_site import live
from taskchat_site.accounts import sign_ins
from taskchat_site.accounts.models import User


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def owner(db) -> User:
    return User.objects.create_user("owner@example.com", name="Olga Owner")


@pytest.fixture
def stranger(db) -> User:
    return User.objects.create_user("stranger@example.com", name="Sven Stranger")


@pytest.fixture
def announced(monkeypatch) -> list[tuple[User, dict[str, Any]]]:
    """What was announced, beside being announced."""
    events = []
    announce = live.announce

    def remember(user: User, event: dict[str, Any]) -> None:
        events.append((user, event))
        announce(user, event)

    monkeypatch.setattr(live, "announce", remember)
    return events


@dataclass
class Rest:
    """A user's own REST client: `rest.get("/task_1")`, `rest.post(title="x")`."""

    user: User
    token: str
    zone: str | None = None

    def request(self, method: str, path: str = "", body: Any = None, query: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        if self.zone:
            headers["X-Time-Zone"] = self.zone
        return Client().generic(
            method,
            f"/api/{self.user.public_id}/tasks{path}",
            data=body if isinstance(body, str) else json.dumps(body),
            content_type="application/json",
            query_params=query,
            headers=headers,
        )

    def get(self, path: str = "", **query: Any) -> Any:
        return self.request("GET", path, "", query)

    def post(self, path: str = "", **body: Any) -> Any:
        return self.request("POST", path, body)

    def patch(self, task_id: str, **body: Any) -> Any:
        return self.request("PATCH", f"/{task_id}", body)

    def delete(self, task_id: str) -> Any:
        return self.request("DELETE", f"/{task_id}", "")

    def add(self, title: str, **body: Any) -> dict[str, Any]:
        response = self.post(title=title, **body)
        assert response.status_code == 201, response.content
        task: dict[str, Any] = response.json()
        return task

    def titles(self, **query: Any) -> list[str]:
        response = self.get(**query)
        assert response.status_code == 200, response.content
        return [task["title"] for task in response.json()["items"]]


@pytest.fixture
def rest(owner: User) -> Rest:
    return Rest(owner, sign_ins.program_token(owner))


@pytest.fixture
def strangers_rest(stranger: User) -> Rest:
    return Rest(stranger, sign_ins.program_token(stranger))


@pytest.fixture
def at_once(transactional_db, owner: User, tmp_path: Path) -> Iterator[Callable[..., list[Any]]]:
    """Call a function with each of some values, all at the same time, each on a connection of
    its own. SQLite in memory can't be shared like that, so its threads get a copy in a file."""
    settings = connections.settings["default"]
    name = settings["NAME"]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(tmp_path / "threads.sqlite3")])
        settings["NAME"] = str(tmp_path / "threads.sqlite3")

    def call(function: Callable[[Any], Any], values: list[Any]) -> list[Any]:
        together = threading.Barrier(len(values))

        def one(value: Any) -> Any:
            try:
                connection.ensure_connection()
                together.wait(timeout=10)
                return function(value)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(values)) as pool:
            return list(pool.map(one, values))

    yield call
    settings["NAME"] = name
