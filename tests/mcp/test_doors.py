"""Who gets to `/mcp` of a real server: bytes on the wire, as a browser or a stranger sends them."""

from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from tests.mcp.clients import CLIENTS, new_accounts

PING = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'


@pytest.fixture
def send(server):
    """`send("POST", Origin="https://evil.example")` answers (response, its body)."""
    netloc = urlsplit(server.url).netloc

    def send_to_server(method: str, body: bytes = b"", **headers: str) -> tuple[HTTPResponse, str]:
        connection = HTTPConnection(netloc, timeout=30)
        connection.putrequest(method, "/mcp", skip_host=True)
        given = {
            "Host": netloc,
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "Content-Length": str(len(body)),
            **headers,
        }
        for name, value in given.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response, text

    return send_to_server


def test_a_good_token_is_let_in(send, account):
    response, body = send("POST", PING, Authorization=f"Bearer {account.token}")
    assert response.status == 200
    assert '"result"' in body


def test_no_token_is_401_with_the_way_to_one(server, send):
    response, _ = send("POST", PING)
    assert response.status == 401
    metadata = f"{server.url}/.well-known/oauth-protected-resource/mcp"
    assert response.headers["WWW-Authenticate"] == f'Bearer resource_metadata="{metadata}"'


def test_a_bad_token_is_401_invalid_token(send, account):
    response, _ = send("POST", PING, Authorization=f"Bearer {account.token}x")
    assert response.status == 401
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
def test_a_name_that_is_not_ours_is_421(send, account, host):
    response, _ = send("POST", PING, Authorization=f"Bearer {account.token}", Host=host)
    assert response.status == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_foreign_page_is_403(send, account, origin):
    response, _ = send("POST", PING, Authorization=f"Bearer {account.token}", Origin=origin)
    assert response.status == 403


def test_our_own_page_is_let_in(server, send, account):
    response, _ = send("POST", PING, Authorization=f"Bearer {account.token}", Origin=server.url)
    assert response.status == 200


@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_get_is_405_at_once_instead_of_a_stream(send, account, method, version):
    headers = {"Authorization": f"Bearer {account.token}", "MCP_Protocol_Version": version}
    response, _ = send(method, **headers)
    assert response.status == 405
    assert response.headers["Allow"] == "POST"


def test_a_version_that_nobody_speaks_is_told_the_known_ones(send, account):
    version = {"MCP_Protocol_Version": "2031-01-01", "Mcp_Method": "tools/list"}
    headers = {"Authorization": f"Bearer {account.token}", **version}
    body = (
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {'
        b'"io.modelcontextprotocol/protocolVersion": "2031-01-01", '
        b'"io.modelcontextprotocol/clientCapabilities": {}}}}'
    )
    response, text = send("POST", body, **headers)
    assert response.status == 400
    assert "2026-07-28" in text


def test_the_server_ends_soon_though_it_has_served_clients(start_server):
    """A session manager that outlives its request would keep the process alive for ever."""
    server = start_server()
    account = new_accounts(server, 1)[0]
    for client in CLIENTS[:2]:
        assert not client.play(server, account, ("list_tasks", {})).results[0].is_error
    server.process.terminate()
    assert server.process.wait(10) == 0
