"""People with HTTP clients that lose their connections, and get every byte nevertheless."""

from __future__ import annotations

import copy
import http.client
import json
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

PASSWORD = "correct horse 42"
# An access token holds for 15 minutes.
RENEW_SECONDS = 600.0
ANSWER_SECONDS = 75.0
PAUSE = 0.05
END_OF_FRAME = b"\n\n"
# http.client takes headers that break off for whole ones.
RUN_ID = re.compile("run_[0-9a-f]{32}")

Lost = (OSError, http.client.HTTPException)


@dataclass
class Answer:
    """A response that was read to its end, or to where it broke."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool = True

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of an error in our JSON."""
        return str(self.json.get("code", ""))


@dataclass
class Received:
    """What a client has of one run: whole frames alone, comments aside."""

    run_id: str = ""
    frames: list[bytes] = field(default_factory=list)
    end: str | None = None
    # What no client should ever see; each is a violation.
    faults: list[str] = field(default_factory=list)
    connections: int = 0
    statuses: list[int] = field(default_factory=list)
    frame_times: list[float] = field(default_factory=list)
    ended_at: float = 0.0
    _rest: bytes = b""

    @property
    def data(self) -> bytes:
        return b"".join(self.frames)

    def connected(self) -> None:
        """A new response: half a frame of the one before is forgotten."""
        self._rest = b""
        self.connections += 1

    def feed(self, data: bytes) -> None:
        self._rest += data
        while END_OF_FRAME in self._rest:
            frame, self._rest = self._rest.split(END_OF_FRAME, 1)
            self._take(frame + END_OF_FRAME)

    def _take(self, frame: bytes) -> None:
        if self.end is not None:
            self.faults.append(f"P5: something after the end: {frame[:80]!r}")
        elif frame.startswith(b": end "):
            self.end = frame[6:].strip().decode()
            self.ended_at = time.monotonic()
        elif frame.startswith(b"id: "):
            expected = len(self.frames) + 1
            if not frame.startswith(b"id: %d\n" % expected):
                self.faults.append(f"P1: frame {expected} begins with {frame[:40]!r}")
            self.frames.append(frame)
            self.frame_times.append(time.monotonic())
        elif not frame.startswith(b": "):
            self.faults.append(f"P1: a frame without an id: {frame[:80]!r}")


class Stream:
    """A response that is under way."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection
        self._socket = connection.sock
        self._response = connection.getresponse()
        self.status = self._response.status
        self.headers = {name.lower(): text for name, text in self._response.getheaders()}

    def chunks(self) -> Iterator[bytes]:
        """What comes, as it comes; raises one of `Lost` where the connection breaks."""
        while data := self._response.read1(65536):
            yield data

    def cut(self) -> None:
        """As a lost network does; whoever reads finds out, in whatever thread."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._response.close()
        self._connection.close()


class Person:
    """A user with an account of their own; `url` is where their requests go by default."""

    def __init__(self, url: str, email: str | None = None) -> None:
        self.url = url
        self.email = email or f"{secrets.token_hex(8)}@example.com"
        body = {"email": self.email, "password": PASSWORD, "name": "Petra"}
        answer = self.persistently("POST", "/api/auth/sign-up/email", body, token="")
        self.id: str = answer.json["user"]["id"]
        self._renew_token()

    @property
    def token(self) -> str:
        if time.monotonic() - self._token_at > RENEW_SECONDS:
            self._renew_token()
        return self._token

    def at(self, url: str) -> Person:
        """The same user with a token from another process."""
        other = copy.copy(self)
        other.url = url
        other._renew_token()
        return other

    def _renew_token(self) -> None:
        body = {"email": self.email, "password": PASSWORD}
        answer = self.persistently("POST", "/api/token", body, token="")
        self._token: str = answer.json["access"]
        self._token_at = time.monotonic()

    # --- Requests --------------------------------------------------------------------------

    def open(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        url: str | None = None,
        token: str | None = None,
        timeout: float = ANSWER_SECONDS,
        **headers: str,
    ) -> Stream:
        """Send a request and read the answer's headers; `x_resume="1"` is `X-Resume: 1`."""
        token = self.token if token is None else token
        target = urlsplit(url or self.url)
        connection = http.client.HTTPConnection(target.netloc, timeout=timeout)
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, path, data, sent)
            return Stream(connection)
        except BaseException:
            connection.close()
            raise

    def request(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """As `open`, read to the end; raises one of `Lost` when there is no answer at all."""
        with closing(self.open(method, path, body, **options)) as stream:
            data, whole = bytearray(), True
            try:
                for chunk in stream.chunks():
                    data += chunk
            except Lost:
                whole = False
            return Answer(stream.status, stream.headers, bytes(data), whole)

    def persistently(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """As `request`, again and again until a server answers with something but a 5xx."""
        give_up_at = time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                answer = self.request(method, path, body, **options)
                if answer.whole and answer.status < 500:
                    return answer
                problem = f"{answer.status} {answer.body[:200]!r}"
            except Lost as error:
                problem = repr(error)
            if time.monotonic() > give_up_at:
                raise AssertionError(f"{method} {path}: {problem}")
            time.sleep(PAUSE)

    @property
    def chat(self) -> str:
        return f"/api/{self.id}/chat"

    # --- Replies ---------------------------------------------------------------------------

    def send(self, text: str, thread_id: str | None = None, **options: Any) -> Reply:
        """A message that is on its way; `receive` reads the reply."""
        return Reply(self, message(text, thread_id), text, **options)

    def retry(self, thread_id: str, item_id: str, text: str, **options: Any) -> Reply:
        """ChatKit's retry of the reply to the user's message `item_id`."""
        params = {"thread_id": thread_id, "item_id": item_id}
        return Reply(self, {"type": "threads.retry_after_item", "params": params}, text, **options)

    def cancel(self, run_id: str, **options: Any) -> Answer:
        return self.request("POST", f"{self.chat}/runs/{run_id}/cancel", **options)

    def events(self, run_id: str, after: int | str | None = None, **options: Any) -> Answer:
        if after is not None:
            options["last_event_id"] = str(after)
        return self.request("GET", f"{self.chat}/runs/{run_id}/events", **options)

    def items(self, thread_id: str, **options: Any) -> list[dict[str, Any]]:
        """The thread's items as its owner sees them, the oldest first."""
        params = {"thread_id": thread_id, "limit": 100, "order": "asc"}
        body = {"type": "items.list", "params": params}
        data: list[dict[str, Any]] = self.persistently("POST", self.chat, body, **options).json[
            "data"
        ]
        return data

    def run_of(self, thread_id: str, **options: Any) -> Answer:
        return self.request("GET", f"{self.chat}/threads/{thread_id}/run", **options)

    def task_titles(self) -> list[str]:
        path = f"/api/{self.id}/tasks?limit=100"
        return [task["title"] for task in self.persistently("GET", path).json["items"]]


class Reply:
    """One reply as one client gets it, over as many connections as that takes."""

    def __init__(
        self,
        person: Person,
        body: dict[str, Any],
        text: str,
        *,
        url: str | None = None,
        resumes: bool = True,
        key: str | None = None,
        patience: float = ANSWER_SECONDS,
    ) -> None:
        self.person = person
        self.body = body
        self.text = text
        self.url = url
        self.key = key or secrets.token_hex(16)
        self.patience = patience  # with a silent connection
        self.received = Received()
        self._headers = {"x_resume": "1"} if resumes else {}
        self._stream: Stream | None = None

    @property
    def run_id(self) -> str:
        return self.received.run_id

    @property
    def frames(self) -> list[bytes]:
        return self.received.frames

    @property
    def thread_id(self) -> str:
        return thread_of(self.received.frames) or self.body["params"].get("thread_id", "")

    def begin(self) -> Reply:
        """Send it until a server has taken it; its frames are read later."""
        give_up_at = time.monotonic() + ANSWER_SECONDS
        while self._stream is None:
            if time.monotonic() > give_up_at:
                raise AssertionError(f"not taken: {self.received.statuses[-5:]}")
            try:
                stream = self._post()
            except Lost:
                time.sleep(PAUSE)
                continue
            self.received.statuses.append(stream.status)
            run_id = stream.headers.get("x-run-id", "")
            if stream.status == 200 and RUN_ID.fullmatch(run_id):
                self._stream = stream
                self.received.connected()
                self.received.run_id = run_id
            else:
                stream.close()
                if 200 < stream.status < 500:
                    raise AssertionError(f"not taken: {stream.status}")
                time.sleep(PAUSE)
        return self

    def read(self, until: Callable[[Received], bool] = lambda _: False) -> bool:
        """Read this connection until it ends, breaks, or `until` holds; was the end seen?"""
        if self._stream is None:
            raise RuntimeError("not begun")
        try:
            for chunk in self._stream.chunks():
                self.received.feed(chunk)
                if until(self.received):
                    break
            else:
                self.leave()
        except Lost:
            self.leave()
        return self.received.end is not None

    def leave(self) -> None:
        """Close the connection, as a closed tab does."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def cut(self) -> None:
        if (stream := self._stream) is not None:
            stream.cut()

    def resume(self) -> int:
        """Connect again after the last whole frame; the status."""
        stream = self.person.open(
            "GET",
            f"{self.person.chat}/runs/{self.run_id}/events",
            url=self.url,
            timeout=self.patience,
            last_event_id=str(len(self.received.frames)),
        )
        self.received.statuses.append(stream.status)
        if stream.status == 200:
            self._stream = stream
            self.received.connected()
        else:
            stream.close()
        return stream.status

    def receive(self, within: float = ANSWER_SECONDS) -> Received:
        """Everything to the proven end, through any number of lost connections."""
        give_up_at = time.monotonic() + within
        if not self.run_id:
            self.begin()
        while self._stream is None or not self.read():
            if time.monotonic() > give_up_at:
                self.received.faults.append(f"P5: no end within {within:.0f} s")
                break
            try:
                status = self.resume()
            except Lost:
                time.sleep(PAUSE)
                continue
            if status >= 500:
                time.sleep(PAUSE)
            elif status != 200:
                self.received.faults.append(f"P6: {status} for a resume after {len(self.frames)}")
                break
        self.leave()
        return self.received

    def _post(self) -> Stream:
        headers: dict[str, Any] = {**self._headers, "idempotency_key": self.key}
        return self.person.open(
            "POST", self.person.chat, self.body, url=self.url, timeout=self.patience, **headers
        )


def message(text: str, thread_id: str | None = None) -> dict[str, Any]:
    """A body of ChatKit's protocol."""
    content = {
        "content": [{"type": "input_text", "text": text}],
        "attachments": [],
        "inference_options": {},
    }
    if thread_id is None:
        return {"type": "threads.create", "params": {"input": content}}
    params = {"input": content, "thread_id": thread_id}
    return {"type": "threads.add_user_message", "params": params}


def events_of(frames: list[bytes]) -> list[dict[str, Any]]:
    """The ChatKit events in `frames`."""
    return [json.loads(frame.split(b"\n", 1)[1].removeprefix(b"data: ")) for frame in frames]


def thread_of(frames: list[bytes]) -> str:
    for event in events_of(frames[:2]):
        if event["type"] == "thread.created":
            return str(event["thread"]["id"])
        if event["type"] == "thread.item.done":
            return str(event["item"]["thread_id"])
    return ""


def silent_reader(person: Person, url: str, run_id: str) -> socket.socket:
    """A connection that asks for a run's frames and reads nothing of them."""
    target = urlsplit(url)
    silent = socket.socket()
    silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    silent.connect((target.hostname or "127.0.0.1", target.port or 80))
    lines = [
        f"GET {person.chat}/runs/{run_id}/events HTTP/1.1",
        f"Host: {target.netloc}",
        f"Authorization: Bearer {person.token}",
    ]
    silent.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return silent
