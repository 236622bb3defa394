"""People who talk to the assistant through the whole product: HTTP in, database and stream out."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from taskchat_site.accounts.models import User
from tasks import actions
from tasks.models import Task

PASSWORD = "correct horse 42"


@dataclass
class Reply:
    """What a streamed response held."""

    status: int
    headers: dict[str, str]
    raw: bytes
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words that streamed, delta by delta."""
        return "".join(
            event["update"]["delta"]
            for event in self.events
            if event["type"] == "thread.item.updated"
            and event["update"]["type"] == "assistant_message.content_part.text_delta"
        )

    @property
    def done_items(self) -> list[dict[str, Any]]:
        return [event["item"] for event in self.events if event["type"] == "thread.item.done"]

    @property
    def tool_lines(self) -> list[str]:
        """The final titles of the tool calls, as the user sees them."""
        return [
            task["title"]
            for item in self.done_items
            if item["type"] == "workflow"
            for task in item["workflow"]["tasks"]
        ]

    @property
    def widgets(self) -> list[dict[str, Any]]:
        return [item["widget"] for item in self.done_items if item["type"] == "widget"]

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == "error"]


class Person:
    """A user with a token, a thread they talk in, and their tasks."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = AsyncClient()
        self.thread_id: str | None = None
        body = {"email": user.email, "password": PASSWORD}
        self.token = self.request("POST", "/api/token", body, token="").json()["access"]

    def request(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str
    ) -> Any:
        """A plain request; `{me}` in the path is the user's id."""
        token = self.token if token is None else token
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return async_to_sync(self._send)(method, path, b"" if body is None else data, headers)

    async def _send(self, method: str, path: str, data: bytes, headers: dict[str, str]) -> Any:
        path = path.replace("{me}", self.user.public_id)
        return await self.client.generic(
            method, path, data, content_type="application/json", headers=headers
        )

    def chatkit(self, kind: str, params: dict[str, Any], **headers: str) -> Any:
        """A ChatKit request without a stream; its JSON."""
        body = {"type": kind, "params": params}
        response = self.request("POST", "/api/{me}/chat", body, **headers)
        return json.loads(response.content)

    def stream(self, kind: str, params: dict[str, Any], **headers: str) -> Reply:
        return async_to_sync(self._stream)({"type": kind, "params": params}, headers)

    async def _stream(self, body: dict[str, Any], headers: dict[str, str]) -> Reply:
        response: Any = await self.client.post(
            f"/api/{self.user.public_id}/chat",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )
        if not response.streaming:
            return Reply(response.status_code, dict(response.headers), response.content)
        raw = b"".join([chunk async for chunk in response.streaming_content])
        return Reply(response.status_code, dict(response.headers), raw, list(parse_events(raw)))

    def say(self, text: str, **headers: str) -> Reply:
        """Send a message in the person's thread (a new one at first)."""
        message = {
            "content": [{"type": "input_text", "text": text}],
            "attachments": [],
            "inference_options": {},
        }
        if self.thread_id is None:
            reply = self.stream("threads.create", {"input": message}, **headers)
            if reply.events:
                self.thread_id = reply.events[0]["thread"]["id"]
            return reply
        params = {"thread_id": self.thread_id, "input": message}
        return self.stream("threads.add_user_message", params, **headers)

    def items(self) -> list[dict[str, Any]]:
        """The stored thread as the element reads it."""
        params = {"thread_id": self.thread_id}
        return list(self.chatkit("threads.get_by_id", params)["items"]["data"])

    def add(self, *titles: str, **fields: Any) -> list[Task]:
        return [actions.add_task(self.user, title=title, **fields) for title in titles]

    def tasks(self) -> dict[str, Task]:
        """Tasks that are not in the trash, by title."""
        return {task.title: task for task in Task.objects.filter(owner=self.user, deleted_at=None)}


def parse_events(raw: bytes) -> list[dict[str, Any]]:
    """The JSON of each frame of an SSE body."""
    return [
        json.loads(line.removeprefix("data: "))
        for line in raw.decode().splitlines()
        if line.startswith("data: ")
    ]


@pytest.fixture
def new_person(db: None) -> Callable[[str], Person]:
    def make(name: str) -> Person:
        user = User.objects.create_user(f"{name}@example.com", PASSWORD, name=name.title())
        return Person(user)

    return make


@pytest.fixture
def owner(new_person: Callable[[str], Person]) -> Person:
    return new_person("owner")


@pytest.fixture
def stranger(new_person: Callable[[str], Person]) -> Person:
    return new_person("stranger")
