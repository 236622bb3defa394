"""Two turns with a language model, over each of OpenAI's APIs and in both protocols.

Which words the model says and whether it calls a tool is its own affair; that they arrive whole,
are kept, and are known in the next turn is ours.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jwt
import pytest

from tests import services
from tests.mcp.clients import new_accounts
from tests.services import TaskChatServer

SECONDS = 120
APIS = ("responses", "chat_completions")
DELTA = "assistant_message.content_part.text_delta"


@pytest.fixture(scope="module", params=APIS)
def server(
    request: pytest.FixtureRequest, llama_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TaskChatServer]:
    variables = {"OPENAI_BASE_URL": llama_url, "OPENAI_API": request.param}
    with services.taskchat(tmp_path_factory.mktemp("taskchat"), **variables) as running:
        yield running


@dataclass(frozen=True)
class Reply:
    """The data of a stream's frames, and the run that it belongs to."""

    run_id: str
    frames: list[dict[str, Any]]
    end: str

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == kind]


@dataclass(frozen=True)
class Talker:
    server: TaskChatServer
    path: str
    token: str

    def send(self, body: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        url = self.server.url + self.path
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        return urllib.request.urlopen(request, timeout=SECONDS)

    def say(self, body: dict[str, Any]) -> Reply:
        with self.send(body) as response:
            blocks = response.read().decode().split("\n\n")
            lines = [line for block in blocks for line in block.split("\n")]
            data = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
            return Reply(response.headers["X-Run-Id"], data, blocks[-2])

    def items(self, thread_id: str) -> list[dict[str, Any]]:
        params = {"thread_id": thread_id, "order": "asc"}
        with self.send({"type": "items.list", "params": params}) as response:
            items: list[dict[str, Any]] = json.load(response)["data"]
            return items

    def stored_run(self, run_id: str) -> dict[str, Any]:
        code = (
            "import json; from chat.models import Run; "
            f"print(json.dumps(Run.objects.filter(id={run_id!r}).values("
            "'status', 'provider', 'first_delta_ms', 'input_tokens', 'output_tokens').get()))"
        )
        printed = self.server.manage("shell", "--verbosity=0", "--command", code)
        stored: dict[str, Any] = json.loads(printed.splitlines()[-1])
        return stored


@pytest.fixture
def talker(server: TaskChatServer) -> Talker:
    (account,) = new_accounts(server, 1)
    return Talker(server, f"/api/{_subject(account.token)}/chat", account.token)


def _subject(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


def user_message(text: str) -> dict[str, Any]:
    content = [{"type": "input_text", "text": text}]
    return {"content": content, "attachments": [], "inference_options": {}}


def said(items: list[dict[str, Any]]) -> list[str]:
    spoken = [item for item in items if item["type"] in {"user_message", "assistant_message"}]
    return ["".join(part["text"] for part in item["content"]) for item in spoken]


def check_run(talker: Talker, reply: Reply) -> None:
    assert reply.end == ": end completed"
    run = talker.stored_run(reply.run_id)
    assert (run["status"], run["provider"]) == ("completed", "compatible")
    assert min(run["first_delta_ms"], run["input_tokens"], run["output_tokens"]) > 0


def test_two_turns_in_chatkits_protocol(talker: Talker) -> None:
    body = {"type": "threads.create", "params": {"input": user_message("Hello! Who are you?")}}
    first = talker.say(body)
    check_run(talker, first)
    thread_id = first.of("thread.created")[0]["thread"]["id"]
    body = {
        "type": "threads.add_user_message",
        "params": {"thread_id": thread_id, "input": user_message("And what can you do?")},
    }
    second = talker.say(body)
    check_run(talker, second)
    spoken = said(talker.items(thread_id))
    assert spoken == ["Hello! Who are you?", words(first), "And what can you do?", words(second)]
    assert all(spoken)
    before, after = (talker.stored_run(reply.run_id)["input_tokens"] for reply in (first, second))
    assert after > before  # the model read the first turn


def words(reply: Reply) -> str:
    updates = [frame["update"] for frame in reply.of("thread.item.updated")]
    return "".join(update["delta"] for update in updates if update["type"] == DELTA)


def test_two_turns_in_the_plain_protocol(talker: Talker) -> None:
    first = talker.say({"message": "Hello! Who are you?", "thread_id": None})
    check_run(talker, first)
    (done,) = first.of("done")
    second = talker.say({"message": "And what can you do?", "thread_id": done["thread_id"]})
    check_run(talker, second)
    for reply in (first, second):
        chunks = [frame["content"] for frame in reply.of("chunk")]
        assert len(chunks) > 1
        assert "".join(chunks) == reply.of("done")[0]["content"]
    spoken = said(talker.items(done["thread_id"]))
    assert spoken[1::2] == [reply.of("done")[0]["content"] for reply in (first, second)]
