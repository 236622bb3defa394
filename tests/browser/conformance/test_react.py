"""The unmodified `@openai/chatkit-react` on this element, under React 19's StrictMode.

The page is the package's own example, `examples/react`, as a project would build it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.paths import ELEMENT
from tests.browser.conformance.chat import Chat
from tests.components import node_with
from tests.element_server.app import POLICY

STRICT = {"Content-Security-Policy": POLICY}


@pytest.fixture(scope="module")
def react_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("react-page")
    vite = [node_with("vite", ELEMENT), str(ELEMENT / "node_modules/vite/bin/vite.js")]
    config = str(ELEMENT / "examples/react/vite.config.ts")
    command = [*vite, "build", "--config", config, "--outDir", str(folder), "--emptyOutDir"]
    subprocess.run(command, cwd=ELEMENT, check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def react_page(browser: Browser, react_folder: Path, element_server: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 900, "height": 720}, locale="en-US")
    page = context.new_page()

    def serve(route, request):
        name = request.url.removeprefix(f"{element_server}/react/").split("?")[0]
        route.fulfill(path=react_folder / (name or "index.html"), headers=STRICT)

    page.route(f"{element_server}/react/**", serve)
    yield page
    context.close()


@pytest.fixture
def react(react_page: Page, element_server: str) -> Iterator[Chat]:
    """The page, loaded anew for this test's user."""
    chat = Chat(react_page, element_server)
    problems: list[str] = []

    def note_console(message) -> None:
        if message.type == "error":
            problems.append(message.text)

    def note_error(error) -> None:
        problems.append(str(error))

    react_page.on("request", chat.note)
    react_page.on("console", note_console)
    react_page.on("pageerror", note_error)
    react_page.goto(f"{element_server}/react/?api={chat.url}")
    react_page.evaluate("() => sessionStorage.clear()")
    told(chat, "ready")
    yield chat
    react_page.remove_listener("request", chat.note)
    react_page.remove_listener("console", note_console)
    react_page.remove_listener("pageerror", note_error)
    assert problems == []


def told(chat: Chat, words: str) -> None:
    """What the handlers were called with so far, in order."""
    expect(chat.page.locator("output")).to_have_text(words)


def press(chat: Chat, name: str) -> None:
    chat.page.get_by_role("button", name=name, exact=True).click()


def test_ready_comes_once_and_options_are_there(react: Chat) -> None:
    expect(react.element.get_by_role("heading", name="Which tea today?")).to_be_visible()
    expect(react.element).to_have_count(1)
    told(react, "ready")


def test_a_message_of_the_page_is_sent_once(react: Chat) -> None:
    press(react, "Say hello")
    react.sees("You said: Hello")
    told(react, "ready, response.start, thread, response.end")
    assert len(react.asked("threads.create")) == 1


def test_a_change_of_state_changes_the_options_and_keeps_the_thread(react: Chat) -> None:
    react.send("Hello")
    react.sees("You said: Hello")
    react.composer.fill("Half a sen")
    press(react, "Other theme")
    expect(react.element.get_by_role("region")).to_have_css("color-scheme", "dark")
    react.sees("You said: Hello")
    expect(react.composer).to_have_value("Half a sen")


def test_a_client_tool_sees_the_state_as_it_is_now(react: Chat) -> None:
    press(react, "Another cup")
    press(react, "Another cup")
    react.send("show item client_tool_call")
    react.sees('The page says {"cups": 2}.')


def test_every_method_reaches_the_element(react: Chat) -> None:
    press(react, "Write a draft")
    expect(react.composer).to_have_value("A draft")
    press(react, "Focus")
    expect(react.composer).to_be_focused()
    react.composer.press("Enter")
    react.sees("You said: A draft")
    press(react, "Shake")
    react.sees("Did shake with null")
    press(react, "Refresh")
    press(react, "Show history")
    expect(react.element.locator(".history-open")).to_have_count(1)
    press(react, "Hide history")
    press(react, "Start anew")
    expect(react.element.get_by_role("heading", name="Which tea today?")).to_be_visible()
    expect(react.page.locator("output")).to_contain_text("history.open, history.close, no thread")


def test_what_the_server_and_its_text_tell_the_page(react: Chat) -> None:
    react.send("show effect")
    expect(react.page.locator("output")).to_contain_text("effect confetti")
    react.send("show error final")
    expect(react.page.locator("output")).to_contain_text("error The oven is cold.")
    react.send("show say [Open](chatkit-link://task?id=7)")
    react.answers.last.get_by_text("Open").click()
    expect(react.page.locator("output")).to_contain_text("deeplink task")
