from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from mcp_tools.context import ToolContext
from mcp_tools.results import ToolResult
from mcp_tools.tools import call_tool
from taskchat_site.accounts.models import User
from tasks import actions
from tasks.models import Task

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday, 10:30 in Berlin


@pytest.fixture
def owner(db) -> User:
    return User.objects.create_user("owner@example.com", time_zone="Europe/Berlin")


@pytest.fixture
def stranger(db) -> User:
    return User.objects.create_user("stranger@example.com")


@pytest.fixture
def acting(owner: User) -> ToolContext:
    return ToolContext(owner, NOW)


@pytest.fixture
def call(acting: ToolContext) -> Callable[..., ToolResult]:
    """`call("add_task", title="x")` as the owner's assistant."""

    def call_as_owner(name: str, /, **arguments: Any) -> ToolResult:
        return call_tool(acting, name, arguments)

    return call_as_owner


@pytest.fixture
def add(owner: User) -> Callable[..., Task]:
    """Tasks from titles; the last one is returned."""

    def add_tasks(*titles: str, **fields: Any) -> Task:
        return [actions.add_task(owner, title=title, **fields) for title in titles][-1]

    return add_tasks
