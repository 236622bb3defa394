"""The official MCP clients behind one function each: play calls, return what came of them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from tests.services import ROOT, TaskChatServer

HERE = Path(__file__).resolve().parent
SECONDS = 60

Call = tuple[str, Mapping[str, Any]]
Mode = Literal["auto", "legacy"]
VERSIONS = {"auto": "2026-07-28", "legacy": "2025-11-25"}


@dataclass(frozen=True)
class Account:
    email: str
    token: str


_NEW_ACCOUNTS = """\
import json, uuid
from taskchat_site.accounts.models import User
from taskchat_site.accounts.sign_ins import program_token
users = [User.objects.create_user(f"{uuid.uuid4().hex}@example.com") for _ in range(COUNT)]
print(json.dumps([{"email": user.email, "token": program_token(user)} for user in users]))
"""


def new_accounts(server: TaskChatServer, count: int) -> list[Account]:
    code = _NEW_ACCOUNTS.replace("COUNT", str(count))
    printed = server.manage("shell", "--verbosity=0", "--command", code)
    return [Account(**account) for account in json.loads(printed.splitlines()[-1])]


@dataclass
class Result:
    """What a tool answered: words, data, and whether they tell of an error."""

    text: str
    data: Any
    is_error: bool


@dataclass
class Transcript:
    """One connection. `refused` says why when it did not get through."""

    version: str = ""
    server: str = ""
    instructions: str = ""
    tools: list[dict[str, Any]] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    refused: str = ""


@dataclass(frozen=True)
class OfficialClient:
    """A client, how it reaches us, and which eras of the protocol it may speak."""

    language: Literal["python", "typescript"]
    transport: Literal["http", "stdio"]
    mode: Mode

    def __str__(self) -> str:
        return f"{self.language}-{self.transport}-{self.mode}"

    def play(self, server: TaskChatServer, account: Account, *calls: Call) -> Transcript:
        if self.language == "typescript":
            return _play_typescript(server, account, self.mode, calls)
        return asyncio.run(play_python(server, account, self.mode, calls, self.transport))


CLIENTS = [
    OfficialClient("python", "http", "auto"),
    OfficialClient("python", "http", "legacy"),
    OfficialClient("typescript", "http", "auto"),
    OfficialClient("typescript", "http", "legacy"),
    OfficialClient("python", "stdio", "auto"),
    OfficialClient("python", "stdio", "legacy"),
]


def _play_typescript(
    server: TaskChatServer, account: Account, mode: Mode, calls: Sequence[Call]
) -> Transcript:
    done = subprocess.run(
        [
            "node",
            "typescript_client.mjs",
            f"{server.url}/mcp",
            account.token,
            mode,
            json.dumps(calls),
        ],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    results = [Result(**result) for result in told.pop("results")]
    return Transcript(**told, results=results)


async def play_python(
    server: TaskChatServer,
    account: Account,
    mode: Mode,
    calls: Sequence[Call],
    transport: str = "http",
) -> Transcript:
    async with AsyncExitStack() as stack:
        target: Any
        if transport == "stdio":
            target = stdio_parameters(server, account.email)
        else:
            headers = {"Authorization": f"Bearer {account.token}"} if account.token else {}
            http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers))
            target = streamable_http_client(f"{server.url}/mcp", http_client=http)
        client = await stack.enter_async_context(Client(target, mode=mode))
        session = client.session
        transcript = Transcript(
            version=str(session.protocol_version),
            server=session.server_info.name if session.server_info else "",
            instructions=session.instructions or "",
        )
        listed = await client.list_tools()
        transcript.tools = [
            tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed.tools
        ]
        for name, arguments in calls:
            transcript.results.append(_result(await client.call_tool(name, dict(arguments))))
    return transcript


def stdio_parameters(server: TaskChatServer, email: str) -> StdioServerParameters:
    arguments = [str(ROOT / "manage.py"), "mcp", "--user", email]
    return StdioServerParameters(
        command=sys.executable, args=arguments, env=dict(server.environment), cwd="/"
    )


def _result(result: CallToolResult) -> Result:
    text = "\n".join(part.text for part in result.content if part.type == "text")
    return Result(text, result.structured_content, result.is_error)
