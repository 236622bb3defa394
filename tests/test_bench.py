"""`make bench` measures what it says, and fails when a reply was not whole."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bench.admin import Measured as Page
from bench.admin import Query, shortened
from bench.load import Failed, Measured, Person, measure
from bench.model_server import DELTAS
from bench.profile import tables
from bench.results import Turn, as_json, table
from tests.services import ROOT

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
DELTA = b'data: {"update":{"type":"assistant_message.content_part.text_delta"}}\n\n'
DONE = b'data: {"type":"thread.item.done"}\n\n'
PAUSE = 0.1
WHOLE = DELTA * DELTAS + DONE * 2


def chunked(body: bytes) -> bytes:
    """In chunks of a size that cuts frames, as a real server's do."""
    pieces = [body[start : start + 1000] for start in range(0, len(body), 1000)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def answers(response: bytes, count: int = 1) -> Measured:
    """What is measured at a server that gives `response` to each of `count` messages."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            for _ in range(count):
                while not connection.recv(65536).endswith(b"}}}"):
                    pass
                connection.sendall(response[:-20])
                time.sleep(PAUSE)
                connection.sendall(response[-20:])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve)
        server.start()
        try:
            person = Person(listener.getsockname()[1], "/chatkit")
            return asyncio.run(measure([person], "Hello", count))
        finally:
            server.join()


def test_the_first_delta_is_timed_and_not_the_end() -> None:
    measured = answers(HEAD + chunked(WHOLE), 3)
    assert measured.seconds > 3 * PAUSE
    assert len(measured.first_delta_ms) == 3
    assert 0 < min(measured.first_delta_ms) < PAUSE * 1000


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 500 Internal Server Error\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + chunked(WHOLE.replace(DELTA, b"", 1)),
        HEAD + chunked(WHOLE.replace(DONE, b"", 1)),
        HEAD + chunked(WHOLE + b'data: {"type":"error","code":"x"}\n\n'),
        HEAD + chunked(WHOLE)[:-5],
    ],
    ids=["status", "a delta short", "an item short", "error", "cut"],
)
def test_a_reply_that_is_not_whole_fails(response: bytes) -> None:
    with pytest.raises(Failed):
        answers(response)


def turn(name: str, number: int, ms: float) -> Turn:
    return Turn(name, number, [ms] * 4, [ms * 10] * 4, 1000 / ms, ms / 2, ms / 2, None, 0.3)


def test_contestants_are_compared_round_by_round() -> None:
    """The machine was twice as slow in the second round, for both."""
    turns = [turn("ours", 1, 10), turn("peer", 1, 20), turn("ours", 2, 22), turn("peer", 2, 40)]
    report = as_json(turns)
    ratio = report["ratios"]["ours"]["first delta, 1"]
    assert ratio == {"median": 0.525, "lowest": 0.5, "highest": 0.55}
    assert report["differences"]["ours"]["CPU a stream, 10"]["lowest"] == -9
    assert report["figures"]["ours"]["alone_p50"] == 10
    rows = [line for line in table(turns) if line.startswith("  first delta, 1 ")]
    assert "0.53 (0.50..0.55)" in rows[0]


def test_a_profile_says_who_works_and_who_asked() -> None:
    samples = [
        "run (asyncio/runners.py:1);respond (chat/server.py:9);dump (pydantic/main.py:2) 3",
        "run (asyncio/runners.py:1);respond (chat/server.py:9);dumps (json/__init__.py:1) 1",
    ]
    lines = "\n".join(tables(samples, 40.0))
    assert "75.0%  30.00 ms  pydantic" in lines
    assert "25.0%  10.00 ms  chat " in lines
    assert "100.0%  40.00 ms  chat/server.py" in lines
    assert lines.splitlines()[3].endswith("  dump")


def test_a_short_benchmark_prints_its_table(tmp_path: Path) -> None:
    options = "--contestants sqlite --scenarios at-once --rounds 1 --messages 3 --output".split()
    command = [sys.executable, "-m", "bench", *options, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        try:
            printed, _ = running.communicate(timeout=120)
        finally:
            running.send_signal(signal.SIGTERM)  # it ends what it started
    assert running.returncode == 0, printed
    assert "first delta, 10" in printed
    (file,) = tmp_path.glob("*.json")
    (measured,) = json.loads(file.read_text())["at-once"]["turns"]
    assert len(measured["alone_ms"]) == len(measured["together_ms"]) == 3
    assert measured["alone_cpu_ms"] > 0


def test_a_page_of_the_admin_is_told_by_its_middle_request_and_the_query_that_finds_its_rows():
    rows = 'SELECT "t"."id" AS "pk" FROM "t" ORDER BY "t"."at" DESC LIMIT 101'
    page = Page("list", "/", 25)
    for ms in (1.0, 90.0, 2.0):
        page.requests.append([Query(rows, (), ms), Query("SELECT 1", (), 5.0)])
    assert [query.ms for query in page.queries] == [2.0, 5.0]
    assert [query.sql for query in page.telling] == [rows, "SELECT 1"]


def test_a_long_query_is_printed_without_its_columns_and_values():
    columns = ", ".join(f'"t"."column{number}"' for number in range(9))
    inner = "SELECT 1 FROM u WHERE k IN (%s, %s, %s, %s, %s)"
    sql = f"SELECT {columns} FROM t WHERE EXISTS({inner})"
    assert shortened(sql) == "SELECT ... FROM t WHERE EXISTS(SELECT 1 FROM u WHERE k IN (%s, ...))"
    assert shortened("SELECT id FROM t") == "SELECT id FROM t"
    assert shortened("k = ANY ('{a,b,c,d}')") == "k = ANY ('{a,b,...}')"
