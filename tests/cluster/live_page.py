"""An open tasks page as the front end is one: a socket of hints, and refetches where it says so."""

from __future__ import annotations

import base64
import json
import secrets
import socket
import struct
import threading
import time
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlsplit

from tests.cluster.client import Lost, Person

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
RECONNECT_SECONDS = 0.2


class LiveSocket:
    """As much of the WebSocket protocol as this needs."""

    def __init__(self, url: str) -> None:
        target = urlsplit(url)
        address = (target.hostname or "127.0.0.1", target.port or 80)
        self._socket = socket.create_connection(address, timeout=30)
        self._rest = b""
        try:
            self._shake_hands(target.netloc)
        except BaseException:
            self._socket.close()
            raise

    def _shake_hands(self, host: str) -> None:
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = [
            "GET /ws/live HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self._rest:
            self._rest += self._received()
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        if b" 101 " not in head:
            raise ConnectionError(head[:100])

    def send(self, message: dict[str, Any]) -> None:
        self._send(TEXT, json.dumps(message).encode())

    def messages(self) -> Any:
        """Until the socket is closed or lost."""
        while True:
            kind, data = self._frame()
            if kind == TEXT:
                yield json.loads(data)
            elif kind == PING:
                self._send(PONG, data)
            elif kind == CLOSE:
                return

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _send(self, kind: int, data: bytes) -> None:
        mask = secrets.token_bytes(4)
        size = (
            bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
        )
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
        self._socket.sendall(bytes([0x80 | kind]) + size + mask + masked)

    def _frame(self) -> tuple[int, bytes]:
        first, size = self._take(2)
        if size == 126:
            (size,) = struct.unpack(">H", self._take(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", self._take(8))
        return first & 15, self._take(size)

    def _take(self, count: int) -> bytes:
        while len(self._rest) < count:
            self._rest += self._received()
        data, self._rest = self._rest[:count], self._rest[count:]
        return data

    def _received(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("closed")
        return data


class Page(threading.Thread):
    """`tasks` is what the page shows, by id; it must soon be what the database has."""

    def __init__(self, person: Person) -> None:
        super().__init__(daemon=True)
        self.person = person
        self.tasks: dict[str, dict[str, Any]] = {}
        self.connections = self.syncs = 0
        self._closing = False
        self._socket: LiveSocket | None = None

    def run(self) -> None:
        while not self._closing:
            with suppress(*Lost), closing(LiveSocket(self.person.url)) as live:
                self._socket = live
                live.send({"type": "auth", "token": self.person.token})
                for event in live.messages():
                    self._hear(event)
            time.sleep(RECONNECT_SECONDS)

    def shows(self) -> dict[str, tuple[str, bool]]:
        return {task_id: (task["title"], task["completed"]) for task_id, task in self.tasks.items()}

    def leave(self) -> None:
        self._closing = True
        if self._socket is not None:
            self._socket.close()
        self.join(10)

    def _hear(self, event: dict[str, Any]) -> None:
        match event:
            case {"type": "ready"}:
                self.connections += 1
                self._refetch()
            case {"type": "sync"}:
                self.syncs += 1
                self._refetch()
            case {"type": "task.deleted", "task": task}:
                self.tasks.pop(task["id"], None)
            case {"type": "task.created" | "task.updated", "task": task}:
                shown = self.tasks.get(task["id"])
                if shown is None or shown["updated_at"] <= task["updated_at"]:
                    self.tasks[task["id"]] = task

    def _refetch(self) -> None:
        path = f"/api/{self.person.id}/tasks?limit=100&status=all"
        answer = self.person.persistently("GET", path)
        self.tasks = {task["id"]: task for task in answer.json["items"]}
