"""People in browsers: each a context of its own, watched for console errors and foreign hosts."""

from __future__ import annotations

import itertools
import re
import secrets
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from tests import services
from tests.browser.element_gallery import serve_gallery
from tests.fakes.model_server import FakeModel, fake_model
from tests.fakes.proxy import FaultyProxy, faulty_proxy
from tests.services import TaskChatServer

PASSWORD = "correct horse 42"

expect.set_options(timeout=10_000)


@dataclass
class Visitor:
    """A person with a browser of their own, and all that went wrong in it."""

    context: BrowserContext
    base: str
    email: str
    problems: list[str] = field(default_factory=list)

    def tab(self, path: str = "/tasks/") -> Page:
        page = self.context.new_page()
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("request", self._note_host)
        page.goto(self.base + path)
        return page

    def fix_jitter(self, share: float) -> None:
        """From the next page on each wait before a new try is `share` of the longest possible."""
        self.context.add_init_script(f"Math.random = () => {share}")

    def sign_up(self) -> Page:
        """A new account by the page; ends on the tasks."""
        page = self.tab("/sign-up/")
        page.get_by_label("Name").fill("Ann")
        page.get_by_label("Email").fill(self.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign up").click()
        page.wait_for_url("**/tasks/")
        expect(page.get_by_role("textbox", name="New task")).to_be_visible()
        return page

    def sign_in(self) -> Page:
        """An account that is there already; ends on the tasks."""
        page = self.tab("/sign-in/")
        page.get_by_label("Email").fill(self.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/tasks/")
        return page

    def _note_console(self, message: Any) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text}")

    def _note_host(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(self.base).netloc:
            self.problems.append(f"foreign request: {request.url}")


class Sidebar:
    """The assistant's panel on the tasks page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.element: Locator = page.locator("openai-chatkit")
        self.composer = self.element.get_by_role("textbox")
        self.failure = self.element.get_by_role("alert")
        self.stop = self.element.get_by_role("button", name="Stop")
        # Tells of a lost connection, above the composer.
        self.connection_line = self.element.locator("> .connection [role=status]")

    def open(self) -> Sidebar:
        self.page.get_by_role("button", name="Open assistant").click()
        expect(self.composer).to_be_visible()
        return self

    def say(self, text: str) -> None:
        """Send and wait until the reply has ended."""
        self.send(text)
        expect(self.composer).to_have_value("")
        expect(self.stop).to_have_count(0)

    def send(self, text: str) -> None:
        """Send without waiting for anything."""
        self.composer.fill(text)
        self.composer.press("Enter")

    def retry(self) -> None:
        """Press the button of the failure that is shown."""
        self.failure.get_by_role("button", name=re.compile("^(Retry|Try again)$")).click()

    def expect_text(self, text: str) -> None:
        expect(self.element.get_by_text(text).last).to_be_visible()

    def answers(self) -> list[str]:
        return [text.strip() for text in self.element.locator(".answer").all_inner_texts()]

    def said_by_the_user(self) -> list[str]:
        texts = self.element.locator(".bubble").all_inner_texts()
        return [text.strip().removeprefix("You said:").strip() for text in texts]


def task(page: Page, title: str) -> Locator:
    """The checkbox of a task on the page."""
    return page.get_by_role("list", name="Tasks").get_by_role("checkbox", name=title, exact=True)


def requests_to(page: Page, url: str) -> list[dict[str, str]]:
    """The headers of each request there, from now on; `**` in `url` is anything."""
    seen: list[dict[str, str]] = []
    pattern = re.compile(re.escape(url).replace(r"\*\*", ".*") + "$")

    def note(request: Request) -> None:
        if pattern.match(request.url):
            seen.append(request.headers)

    page.on("request", note)
    return seen


NewVisitor = Callable[..., Visitor]


@pytest.fixture
def new_visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewVisitor]:
    """Makes visitors; at the end none of them may have seen an error or a foreign host.

    The session's own server is started for the first who asks for no other. A failed test shows
    what the servers said to its visitors.
    """
    visitors: list[Visitor] = []
    contexts: list[BrowserContext] = []
    numbers = itertools.count(1)
    logs: dict[Path, int] = {}

    def make(
        server: TaskChatServer | None = None, *, expect_problems: bool = False, **options: Any
    ) -> Visitor:
        server = server or request.getfixturevalue("server")
        logs.setdefault(server.log_file, server.log_file.stat().st_size)
        options.setdefault("viewport", {"width": 1280, "height": 800})
        email = f"visitor{next(numbers)}-{secrets.token_hex(4)}@example.com"
        visitor = Visitor(browser.new_context(**options), server.url, email)
        if not expect_problems:
            visitors.append(visitor)
        contexts.append(visitor.context)
        return visitor

    yield make
    for context in contexts:
        context.close()
    if getattr(request.node, "failed", False):
        for file, start in logs.items():
            print(f"--- {file}\n{file.read_bytes()[start:][-8000:].decode(errors='replace')}")
    assert [problem for visitor in visitors for problem in visitor.problems] == []


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """Where the chat element's gallery is, served as files."""
    with serve_gallery() as address:
        yield address


@pytest.fixture(scope="session")
def model_port() -> Iterator[int]:
    """A port that nobody else is given, and that refuses connections while no model listens."""
    with socket.socket() as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind(("127.0.0.1", 0))
        yield place.getsockname()[1]


@pytest.fixture
def model(model_port: int) -> Iterator[FakeModel]:
    """What `model_server` asks in this test."""
    with fake_model(model_port) as fake:
        yield fake


@pytest.fixture(scope="session")
def model_server(
    model_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TaskChatServer]:
    """A server whose model is on `model_port`, where each test starts one of its own."""
    variables = {
        "OPENAI_BASE_URL": f"http://127.0.0.1:{model_port}/v1",
        "OPENAI_API": "chat_completions",
    }
    with services.taskchat(tmp_path_factory.mktemp("model-server"), **variables) as running:
        yield running


@pytest.fixture
def proxy(model_server: TaskChatServer) -> Iterator[FaultyProxy]:
    with faulty_proxy(model_server.url) as between:
        yield between


@pytest.fixture
def behind_proxy(
    model: FakeModel, model_server: TaskChatServer, proxy: FaultyProxy
) -> TaskChatServer:
    """The server as its users reach it, with a model."""
    return replace(model_server, url=proxy.url)
