"""A server's users with their tokens, and the TypeScript client's packages."""

from collections.abc import Iterator

import pytest

from tests.components import node_with
from tests.mcp.clients import CLIENTS, HERE, Account, OfficialClient, new_accounts
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
    node_with("@modelcontextprotocol", HERE)
