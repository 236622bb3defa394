"""Fixtures for what crosses processes: a real server, real databases, a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests import databases, services
from tests.components import named_if_missing

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium makes two pages of its own for the address bar of each window, though none is shown:
# six tenths of the CPU that a window takes. And a process for the site that is visited next, which
# each window brings along: an eighth of what is left. It heeds the last list alone: Playwright's is
# in it.
DISABLED_FEATURES = """
    WebUIOmniboxAimPopup WebUIOmniboxPopup SpareRendererForSitePerProcess

    AimEnabled AvoidCorsURLLoaderRestartOnRedirect AvoidUnnecessaryBeforeUnloadCheckSync
    DestroyProfileOnBrowserClose HttpsFirstBalancedModeAutoEnable HttpsUpgrades LensOverlay
    MediaRouter NetworkTimeServiceQuerying OptimizationHints PaintHolding PreconnectToSearch
    TcpPortRandomizationWin ThirdPartyStoragePartitioning msEdgeUpdateLaunchServicesPreferredVersion
    msForceBrowserSignIn
""".split()
CHROMIUM_ARGUMENTS = (
    f"--disable-features={','.join(DISABLED_FEATURES)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

StartServer = Callable[..., services.TaskChatServer]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[services.TaskChatServer]:
    """One real server for the session. Tests share its database: each makes users of its own."""
    with services.taskchat(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Start further servers, each with its environment: `start_server(OPENAI_BASE_URL=...)`."""
    with ExitStack() as stack:
        count = 0

        def start(**variables: str) -> services.TaskChatServer:
            nonlocal count
            count += 1
            return stack.enter_context(services.taskchat(tmp_path / f"server-{count}", **variables))

        yield start


@pytest.fixture(autouse=True)
def _server_log_on_failure(request: pytest.FixtureRequest) -> Iterator[None]:
    """A failed test shows what the server said meanwhile."""
    running = request.getfixturevalue("server") if "server" in request.fixturenames else None
    start = len(running.log()) if running else 0
    yield
    failed = getattr(request.node, "failed", False)
    if running and failed:
        print(f"--- server log\n{running.log()[start:][-8000:]}")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `--dist=loadgroup`: what shares a file's servers stays together, all else is spread.

    What is started for the whole session is started by each worker.
    """
    for item in items:
        if group := _group(item):
            item.add_marker(pytest.mark.xdist_group(group))


def _group(item: pytest.Item) -> str:
    """The file, and which of its servers the test shares, if it shares one."""
    fixtures = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009  # pytest has no other way
    shared = [name for name, found in fixtures.items() if found and found[-1].scope == "module"]
    if not shared:
        return ""
    numbers = item.callspec.indices if hasattr(item, "callspec") else {}
    which = [f"{name}{numbers[name]}" for name in sorted(shared) if name in numbers]
    return "-".join([item.path.stem, *which])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
    return report


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An empty PostgreSQL, for servers under test (DATABASE_URL)."""
    with named_if_missing(), databases.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis, for servers under test (REDIS_URL)."""
    with named_if_missing(), databases.redis() as url:
        yield url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright drives the machine's own Chromium (or CHROMIUM=/path/to/it)."""
    with named_if_missing():
        return {
            **browser_type_launch_args,
            "executable_path": _chromium(),
            "args": list(CHROMIUM_ARGUMENTS),
        }


def _chromium() -> str:
    chosen = os.environ.get("CHROMIUM")
    found = chosen or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None or not Path(found).exists():
        raise services.Missing(
            "Chromium is not installed (Debian: apt install chromium; or set CHROMIUM to its path)"
        )
    return found
