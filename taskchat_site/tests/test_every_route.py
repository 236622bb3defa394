"""Every route of the API, found by asking it: who gets in, and that refusals have words."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from ninja import NinjaAPI

from taskchat_site.accounts import sign_ins
from taskchat_site.accounts.better_auth import auth_api
from taskchat_site.accounts.models import User
from taskchat_site.api import api

# Whoever has no token yet must be able to get one; these check what they are given.
OPEN = {"/api/token", "/api/token/refresh", "/api/token/revoke"}


def routes() -> Iterator[tuple[str, str]]:
    for path, methods in api.get_openapi_schema(path_prefix="/api/")["paths"].items():
        for method in methods:
            yield method.upper(), path


GUARDED = [route for route in routes() if route[1] not in OPEN]


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("owner@example.com", "correct horse 42")


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("stranger@example.com", "correct horse 42")


def send(
    method: str, path: str, user_id: str, body: bytes = b"{}", headers: dict[str, str] | None = None
) -> Any:
    filled = re.sub(r"\{\w+\}", "nothing", path.replace("{user_id}", user_id))

    async def call() -> Any:
        return await AsyncClient().generic(
            method, filled, body, content_type="application/json", headers=headers or {}
        )

    return async_to_sync(call)()


def bearer(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {sign_ins.program_token(user)}"}


def assert_words(response: Any) -> None:
    body = json.loads(response.content)
    assert body["detail"]
    assert body["code"]


def test_there_are_routes_to_test() -> None:
    assert ("POST", "/api/{user_id}/chat") in GUARDED
    assert len(GUARDED) >= 10


@pytest.mark.parametrize("some", [api, auth_api], ids=["api", "auth"])
def test_no_view_is_sync(some: NinjaAPI) -> None:
    """All of them would wait for it: they have no threads of their own (`taskchat_site.asgi`)."""
    operations = [
        operation
        for _, router in some._routers
        for view in router.path_operations.values()
        for operation in view.operations
    ]
    assert operations
    assert [operation.path for operation in operations if not operation.is_async] == []


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_no_token_is_401(owner: User, method: str, path: str) -> None:
    response = send(method, path, owner.public_id)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert_words(response)


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_another_users_path_is_403(owner: User, stranger: User, method: str, path: str) -> None:
    response = send(method, path, owner.public_id, headers=bearer(stranger))
    assert response.status_code == 403
    assert_words(response)


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_a_disabled_user_is_401(owner: User, method: str, path: str) -> None:
    headers = bearer(owner)
    owner.is_active = False
    owner.save()
    assert send(method, path, owner.public_id, headers=headers).status_code == 401


@pytest.mark.parametrize(("method", "path"), GUARDED)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"a":' * 500, b'"x"'])
def test_nonsense_is_4xx_in_words(owner: User, method: str, path: str, body: bytes) -> None:
    response = send(method, path, owner.public_id, body, headers=bearer(owner))
    assert response.status_code < 500 or response.json()["code"] == "not_set_up"
    if response.status_code >= 400:
        assert_words(response)


@pytest.mark.parametrize("path", sorted({path for _, path in GUARDED}))
def test_a_method_that_is_not_taken_is_405_in_words(owner: User, path: str) -> None:
    response = send("PUT", path, owner.public_id, headers=bearer(owner))
    assert response.status_code == 405
    assert_words(response)


def test_an_unknown_address_is_404_in_words(owner: User) -> None:
    response = send("GET", "/api/{user_id}/nothing", owner.public_id, headers=bearer(owner))
    assert response.status_code == 404
    assert_words(response)


def test_a_body_that_is_too_large_is_413(owner: User) -> None:
    body = b'{"title": "' + b"x" * 2_000_000 + b'"}'
    for path in ("/api/{user_id}/chat", "/api/{user_id}/tasks"):
        response = send("POST", path, owner.public_id, body, headers=bearer(owner))
        assert response.status_code == 413
        assert_words(response)


def test_an_unknown_page_is_404_as_a_page(settings: Any) -> None:
    settings.DEBUG = True
    response = send("GET", "/nothing/here", "")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")
    assert b"urlconf" not in response.content
