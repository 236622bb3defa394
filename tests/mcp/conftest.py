"""A server's users with their tokens, and the TypeScript client's packages."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.mcp.clients import CLIENTS, HERE, SECONDS, Account, OfficialClient, new_accounts
from tests.services import TaskChatServer


@pytest.fixture(scope="session")
def accounts(server: TaskChatServer) -> Iterator[Account]:
    """Users that nobody else has. Starting a command takes seconds, so it makes many at once."""

    def make() -> Iterator[Account]:
        while True:
            yield from new_accounts(server, 60)

    return make()


@pytest.fixture
def account(accounts: Iterator[Account]) -> Account:
    return next(accounts)


@pytest.fixture(params=CLIENTS, ids=str)
def client(request: pytest.FixtureRequest) -> OfficialClient:
    """Each official client, over each transport, in each era of the protocol."""
    chosen: OfficialClient = request.param
    if chosen.language == "typescript":
        request.getfixturevalue("node_packages")
    return chosen


@pytest.fixture(scope="session")
def node_packages() -> None:
    """Node with the client's packages installed."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        words = "Node.js is not installed (Debian: apt install nodejs npm; or run `make test`)"
        if os.environ.get("CI") == "true":
            pytest.fail(words, pytrace=False)
        pytest.skip(words)
    if not (HERE / "node_modules" / "@modelcontextprotocol").is_dir():
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=HERE, check=True, timeout=5 * SECONDS)
