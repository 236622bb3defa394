"""People in browsers: each a context of its own, watched for console errors and foreign hosts."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

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

    def open(self) -> Sidebar:
        self.page.get_by_role("button", name="Open assistant").click()
        expect(self.composer).to_be_visible()
        return self

    def say(self, text: str) -> None:
        """Send and wait until the reply has ended."""
        self.composer.fill(text)
        self.composer.press("Enter")
        expect(self.composer).to_have_value("")
        expect(self.element.get_by_role("button", name="Stop")).to_have_count(0)

    def expect_text(self, text: str) -> None:
        expect(self.element.get_by_text(text).last).to_be_visible()


def task(page: Page, title: str) -> Locator:
    """The checkbox of a task on the page."""
    return page.get_by_role("list", name="Tasks").get_by_role("checkbox", name=title, exact=True)


NewVisitor = Callable[..., Visitor]


@pytest.fixture
def new_visitor(browser: Browser, server: TaskChatServer) -> Iterator[NewVisitor]:
    """Makes visitors; at the end none of them may have seen an error or a foreign host."""
    visitors: list[Visitor] = []
    contexts: list[BrowserContext] = []
    numbers = itertools.count(1)

    def make(
        server: TaskChatServer = server, *, expect_problems: bool = False, **options: Any
    ) -> Visitor:
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
    assert [problem for visitor in visitors for problem in visitor.problems] == []
