"""`manage.py mcp`, the command: whom it serves, what it says and how it ends."""

import asyncio
import signal
import subprocess
import sys

import pytest
from mcp import Client

from tests import nursery
from tests.mcp.clients import CLIENTS, Account, stdio_parameters
from tests.services import ROOT, TaskChatServer

INITIALIZE = (
    '{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": '
    '"2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}\n'
)


def start(server: TaskChatServer, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "mcp", *arguments],
        env=dict(server.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(server: TaskChatServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    return nursery.run(["manage.py", "mcp", *arguments], server.environment)


def test_an_unknown_user_is_named(server):
    done = run(server, "--user", "nobody@example.com")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == "CommandError: There is no user with the e-mail address nobody@example.com.\n"
    )


def test_without_a_user_it_says_how_it_is_called(server):
    done = run(server)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--user" in done.stderr


def test_help_says_what_it_is_for_and_how_it_ends(server):
    help_text = server.manage("mcp", "--help")
    for words in ("--user EMAIL", "MCP tools over standard input and output", "exit status:"):
        assert words in help_text


def test_it_ends_with_0_when_its_client_does(server, account):
    with start(server, "--user", account.email.upper()) as process:
        output, words = process.communicate(INITIALIZE, timeout=60)
    assert (process.returncode, words) == (0, "")
    assert '"name":"taskchat"' in output
    assert len(output.splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_when_told_to(server, account, number):
    with start(server, "--user", account.email) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(INITIALIZE)
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(number)
        assert process.wait(5) == -number


def test_a_closed_account_can_do_nothing_more(server, account):
    close = f"User.objects.filter(email={account.email!r}).update(is_active=False)"

    async def play() -> list[str]:
        async with Client(stdio_parameters(server, account.email)) as client:
            before = await client.call_tool("list_tasks", {})
            await asyncio.to_thread(server.manage, "shell", "--verbosity=0", "--command", close)
            after = await client.call_tool("list_tasks", {})
        assert (before.is_error, after.is_error) == (False, True)
        return [part.text for part in after.content if part.type == "text"]

    assert asyncio.run(play()) == ["This account is closed."]
    done = run(server, "--user", account.email)
    assert (done.returncode, done.stderr) == (
        2,
        f"CommandError: The account of {account.email} is closed.\n",
    )


def test_what_it_adds_is_there_over_http_too(server, account: Account, accounts):
    async def add() -> None:
        async with Client(stdio_parameters(server, account.email)) as client:
            await client.call_tool("add_task", {"title": "from the desktop"})

    asyncio.run(add())
    other = next(accounts)
    assert CLIENTS[0].play(server, account, ("list_tasks", {})).results[0].data["total"] == 1
    assert CLIENTS[0].play(server, other, ("list_tasks", {})).results[0].data["total"] == 0
