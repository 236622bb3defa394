"""The provider's HTTP client: what it keeps between two messages."""

import asyncio
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync

from chat.bounded_http import bounded_client

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_who_thinks_for_a_while_needs_no_new_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr("httpcore2._async.http11.time", clock)
    connections: list[asyncio.Task[None]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
        writer.close()
        await writer.wait_closed()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(asyncio.create_task(answer(reader, writer)))

    async def ask() -> list[int]:
        nonlocal now
        seen = []
        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, bounded_client(5, trust_env=False) as client:
            for pause in (0, 40, 60):
                now += pause
                assert (await client.get(f"http://127.0.0.1:{port}/")).text == "ok"
                seen.append(len(connections))
        await asyncio.gather(*connections)
        return seen

    assert async_to_sync(ask)() == [1, 1, 2]
