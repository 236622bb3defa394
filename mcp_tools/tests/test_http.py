"""`/mcp` as the ASGI application serves it, without a server around it."""

import json
from typing import Any

import httpx2
import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from mcp_tools import http, server
from taskchat_site.accounts import sign_ins
from taskchat_site.asgi import application
from taskchat_site.errors import ApiError
from tasks.models import Task

BASE = "http://localhost:8000"
METADATA = f"{BASE}/.well-known/oauth-protected-resource"
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


@pytest.fixture
def token(owner) -> str:
    return sign_ins.program_token(owner)


def http_client(**headers: str) -> httpx2.AsyncClient:
    encoded = {name.encode(): value.encode() for name, value in {**HEADERS, **headers}.items()}
    transport = httpx2.ASGITransport(app=application)  # type: ignore[arg-type]
    return httpx2.AsyncClient(transport=transport, base_url=BASE, headers=encoded)


def request(method: str, path: str, content: Any = PING, **headers: str) -> httpx2.Response:
    async def send() -> httpx2.Response:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        async with http_client(**headers) as client:
            return await client.request(method, path, content=body)

    return async_to_sync(send)()


def post(content: Any = PING, **headers: str) -> httpx2.Response:
    return request("POST", "/mcp", content, **headers)


def words_of(response: httpx2.Response) -> str:
    body = response.json()
    assert body.keys() == {"detail", "code"}
    assert response.headers["Cache-Control"] == "no-store"
    code: str = body["code"]
    return code


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_adds_a_task_without_any_startup_of_ours(token, mode):
    async def add() -> Any:
        async with (
            http_client(Authorization=f"Bearer {token}") as client,
            Client(
                streamable_http_client(f"{BASE}/mcp", http_client=client), mode=mode
            ) as connected,
        ):
            return await connected.call_tool("add_task", {"title": "buy milk"})

    for number in (1, 2):  # each in an event loop of its own
        result = async_to_sync(add)()
        assert result.content[0].text == f'Added t{number} "buy milk".'
    assert Task.objects.count() == 2


def test_without_a_token_the_challenge_names_the_metadata_and_no_error(db):
    for headers in ({}, {"Authorization": "Basic dTpw"}, {"Authorization": "Bearer "}):
        response = post(**headers)
        assert response.status_code == 401
        assert words_of(response) == "token_invalid"
        assert response.headers["WWW-Authenticate"] == (
            f'Bearer resource_metadata="{METADATA}/mcp"'
        )


def test_a_bad_token_is_told_from_a_missing_one(owner, token):
    ended = sign_ins.program_token(owner)
    owner.sign_out_everywhere()
    for bad in ("x", "é", token[:-4], ended):
        response = post(Authorization=f"Bearer {bad}")
        assert response.status_code == 401
        assert words_of(response) == "token_invalid"
        assert response.headers["WWW-Authenticate"] == (
            f'Bearer error="invalid_token", resource_metadata="{METADATA}/mcp"'
        )


@pytest.mark.parametrize("path", ["/mcp", METADATA, f"{METADATA}/mcp"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "localhost.evil", "", "a b"])
def test_an_unknown_host_is_421(db, path, host):
    for method in ("GET", "POST"):
        response = request(method, path, Host=host)
        assert response.status_code == 421
        assert words_of(response) == "wrong_host"


FOREIGN = ["https://evil.example", "null", "http://localhost:8001", "https://localhost:8000"]


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_of_an_unknown_origin_is_403_even_with_a_token(token, origin):
    response = post(Authorization=f"Bearer {token}", Origin=origin)
    assert response.status_code == 403
    assert words_of(response) == "wrong_origin"


def test_pages_of_ours_and_of_trusted_origins_may_call(token, settings):
    settings.PUBLIC_URL = None
    for origin in (BASE, *settings.TRUSTED_ORIGINS):
        response = post(Authorization=f"Bearer {token}", Origin=origin)
        assert response.status_code == 200, origin


def test_a_trusted_page_is_let_through_by_its_browser(db, settings):
    origin = settings.TRUSTED_ORIGINS[0]
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "mcp-method"}
    allowed = request("OPTIONS", "/mcp", Origin=origin, **ask)
    assert allowed.status_code == 200
    assert allowed.headers["Access-Control-Allow-Origin"] == origin
    assert "mcp-method" in allowed.headers["Access-Control-Allow-Headers"]
    foreign = request("OPTIONS", "/mcp", Origin="https://evil.example", **ask)
    assert "Access-Control-Allow-Origin" not in foreign.headers


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "HEAD"])
def test_there_is_no_stream_to_get_and_no_session_to_delete(token, method):
    response = request(method, "/mcp", Authorization=f"Bearer {token}")
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"


def test_the_metadata_says_what_is_true_today(db, settings):
    for path in (METADATA, f"{METADATA}/mcp"):
        assert request("GET", path).json() == {
            "resource": f"{BASE}/mcp",
            "resource_name": "TaskChat",
            "bearer_methods_supported": ["header"],
        }
        assert request("POST", path).status_code == 405
    settings.PUBLIC_URL = "https://tasks.example"
    settings.ALLOWED_HOSTS = [".tasks.example"]
    document = request("GET", f"{METADATA}/mcp", Host="tasks.example").json()
    assert document["resource"] == "https://tasks.example/mcp"
    challenge = post(Host="eu.tasks.example").headers["WWW-Authenticate"]
    assert '"https://tasks.example/.well-known/oauth-protected-resource/mcp"' in challenge


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"[1]", b"\xff", b'"x"', b"[" * 100_000])
@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28", "1999-01-01"])
def test_a_body_that_is_no_message_is_400(token, content, version):
    response = post(content, Authorization=f"Bearer {token}", **{"MCP-Protocol-Version": version})
    assert response.status_code == 400


def test_a_large_body_is_413(token, settings):
    response = post(b"x" * 1_000_001, Authorization=f"Bearer {token}")
    assert response.status_code == 413


def test_a_failing_tool_is_told_in_words_and_not_in_detail(token, monkeypatch, caplog):
    def fail(*args: Any) -> Any:
        raise OperationalError("secret host") if args[2] else RuntimeError("secret detail")

    monkeypatch.setattr(server, "call_tool", fail)
    for arguments, words in (({}, server.BUG), ({"title": "x"}, server.DATABASE_GONE)):
        call = {"name": "add_task", "arguments": arguments}
        response = post(
            {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
            Authorization=f"Bearer {token}",
        )
        result = response.json()["result"]
        assert result["isError"] is True
        assert result["content"][0]["text"] == words
        assert "secret" not in response.text
    assert "secret detail" in caplog.text


def test_a_database_that_is_gone_is_503(db, monkeypatch):
    async def fail(token: str) -> Any:
        raise OperationalError("secret host")

    monkeypatch.setattr(http, "authenticate", fail)
    response = post(Authorization="Bearer x")
    assert response.status_code == 503
    assert words_of(response) == "database_gone"
    assert "secret" not in response.text


def test_another_refusal_keeps_its_status(db, monkeypatch):
    async def refuse(token: str) -> Any:
        raise ApiError(429, "too_many", "Slow down.", {"Retry-After": "7"})

    monkeypatch.setattr(http, "authenticate", refuse)
    response = post(Authorization="Bearer x")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "7"
    assert "WWW-Authenticate" not in response.headers


def test_a_bug_of_ours_is_500_without_detail(db, monkeypatch, caplog):
    async def fail(token: str) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(http, "authenticate", fail)
    response = post(Authorization="Bearer x")
    assert response.status_code == 500
    assert words_of(response) == "internal"
    assert "secret" not in response.text
    assert "secret detail" in caplog.text


def test_everything_else_is_not_ours(db):
    for path in ("/mcp/", "/mcp/x", "/.well-known/oauth-protected-resource/x"):
        assert request("GET", path).status_code == 404
