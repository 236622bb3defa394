"""One server for the session, one page for each file, one element and one user for each test."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from scripts.paths import ELEMENT, ROOT
from tests import services
from tests.browser.conformance.chat import Chat

PAGES = ROOT / "tests" / "element_server" / "page"


@pytest.fixture(scope="session")
def element_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a ChatKit server that knows nothing of TaskChat."""
    script = ELEMENT / "dist" / "chatkit.js"
    assert script.exists(), f"{script} is not built: npm run build"
    port = services.free_port()
    files = {"/page": PAGES, "/chatkit": script.parent}
    mounts = [word for pair in files.items() for word in ("--files", pair[0], str(pair[1]))]
    command = [sys.executable, "-m", "tests.element_server.app", "--port", str(port), *mounts]

    def listens() -> bool:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return True

    log = tmp_path_factory.mktemp("element-server") / "server.log"
    with services.process(command, log, listens, cwd=ROOT):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def plain_page(browser: Browser, element_server: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 460, "height": 720}, locale="en-US")
    page = context.new_page()
    page.goto(f"{element_server}/page/")
    yield page
    context.close()


@pytest.fixture
def chat(plain_page: Page, element_server: str) -> Iterator[Chat]:
    """An element that is yet to be mounted. No error may reach the page during the test."""
    chat = Chat(plain_page, element_server)
    problems: list[str] = []

    def note_console(message: object) -> None:
        # A response that is an error is written there by the browser itself.
        text = str(getattr(message, "text", ""))
        if getattr(message, "type", "") == "error" and "Failed to load resource" not in text:
            problems.append(text)

    def note_error(error: object) -> None:
        problems.append(str(error))

    plain_page.on("request", chat.note)
    plain_page.on("console", note_console)
    plain_page.on("pageerror", note_error)
    yield chat
    plain_page.remove_listener("request", chat.note)
    plain_page.remove_listener("console", note_console)
    plain_page.remove_listener("pageerror", note_error)
    assert problems == []
