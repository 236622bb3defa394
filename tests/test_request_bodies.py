"""Bodies of any size at a real server: 413 before the application, and flat memory and disk."""

import json
import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests import services

LIMIT = 1_000_000
HUGE = 300_000_000
CHUNK = b" " * 1_000_000
FEW_BYTES = 40_000_000


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with services.taskchat(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def connection(running) -> Iterator[socket.socket]:
    address = urlsplit(running.url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        yield connection


@pytest.fixture
def peak(running):
    """The most memory that the server has held so far, in bytes."""

    def read() -> int:
        lines = Path(f"/proc/{running.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    return read


def head(*headers: str, path: str = "/api/token") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_response(connection: socket.socket) -> tuple[int, dict[str, str], Any]:
    """The next response: status, headers, JSON."""
    with HTTPResponse(connection) as response:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return response.status, headers, json.loads(response.read())


def refused(response: tuple[int, dict[str, str], Any]) -> None:
    status, headers, body = response
    assert status == 413
    assert headers["connection"] == "close"
    assert body["code"] == "too_large"
    assert body["detail"] == body["message"] == "The body is too large; at most 1000 kB are taken."


def works(running) -> None:
    address = urlsplit(running.url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        body = b'{"email": "a@example.com", "password": "x"}'
        connection.sendall(head(f"Content-Length: {len(body)}") + body)
        assert read_response(connection)[0] == 401


def test_a_true_length_is_refused_by_the_headers(running, connection, peak):
    before = peak()
    connection.sendall(head(f"Content-Length: {HUGE}"))
    response = read_response(connection)

    refused(response)
    assert peak() - before < FEW_BYTES
    works(running)


def test_a_client_that_sends_all_before_it_reads_gets_the_answer(running, connection, peak):
    before = peak()
    connection.sendall(head(f"Content-Length: {HUGE}"))
    for _ in range(HUGE // len(CHUNK)):
        connection.sendall(CHUNK)

    refused(read_response(connection))
    assert connection.recv(1) == b""
    assert peak() - before < FEW_BYTES
    works(running)


def test_no_length_is_counted(running, connection, peak):
    before = peak()
    connection.sendall(head("Transfer-Encoding: chunked"))
    for _ in range(HUGE // len(CHUNK)):
        connection.sendall(b"%x\r\n%b\r\n" % (len(CHUNK), CHUNK))
    connection.sendall(b"0\r\n\r\n")

    refused(read_response(connection))
    assert peak() - before < FEW_BYTES
    works(running)


def test_a_false_length_does_not_let_more_in(running, connection, peak):
    """What follows ten bytes is another request, and no good one."""
    before = peak()
    connection.sendall(head("Content-Length: 10"))
    try:
        for _ in range(HUGE // len(CHUNK)):
            connection.sendall(CHUNK)
    except OSError:
        pass  # it did not listen so long

    assert peak() - before < FEW_BYTES
    works(running)


def test_who_asks_first_is_told_without_sending(connection):
    connection.sendall(head(f"Content-Length: {LIMIT + 1}", "Expect: 100-continue"))

    refused(read_response(connection))


def test_who_asks_first_and_is_small_may_send(connection):
    body = b'{"email": "a@example.com", "password": "x"}'
    connection.sendall(head(f"Content-Length: {len(body)}", "Expect: 100-continue"))
    assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(body)

    assert read_response(connection)[0] == 401


@pytest.mark.parametrize("path", ["/", "/api/auth/sign-in/email", "/admin/login/", "/mcp"])
def test_every_address_is_bounded(connection, path):
    connection.sendall(head(f"Content-Length: {LIMIT + 1}", path=path))

    refused(read_response(connection))


def test_the_largest_body_reaches_the_application_and_the_connection_goes_on(connection):
    body = b'{"email": "a@example.com", "password": "x"}'
    for _ in range(2):
        connection.sendall(head(f"Content-Length: {LIMIT}") + body.ljust(LIMIT))
        assert read_response(connection)[0] == 401
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (LIMIT, body.ljust(LIMIT))
    connection.sendall(head("Transfer-Encoding: chunked") + chunks)
    assert read_response(connection)[0] == 401


def test_a_client_that_leaves_in_mid_body_leaves_nothing_behind(running):
    address = urlsplit(running.url)
    for start in (head(f"Content-Length: {LIMIT + 1}"), head(f"Content-Length: {LIMIT}")):
        with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
            connection.sendall(start + b"x" * 1000)
    works(running)

    assert "Traceback" not in running.log()
