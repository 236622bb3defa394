"""The element on a plain page against TaskChat's own server, for what that offers."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conformance.chat import Chat
from tests.browser.conformance.conftest import PAGES
from tests.element_server.app import POLICY
from tests.services import TaskChatServer


@dataclass
class OurChat(Chat):
    token: str = ""

    @property
    def url(self) -> str:
        return f"{self.server}/api/{self.user}/chat"

    @property
    def api(self) -> str:
        headers = f"{{ ...init.headers, Authorization: 'Bearer {self.token}' }}"
        fetch = f"(input, init) => fetch(input, {{ ...init, headers: {headers} }})"
        return f"{{ url: {self.url!r}, domainKey: 'any', fetch: {fetch} }}"


@pytest.fixture(scope="module")
def signed_in(browser: Browser, server: TaskChatServer) -> Iterator[OurChat]:
    """A new account, and a page of its own on the product's origin."""
    context = browser.new_context(viewport={"width": 460, "height": 720}, locale="en-US")
    page = context.new_page()
    base = f"{server.url}/page/"

    def serve(route, request):
        name = request.url.removeprefix(base) or "index.html"
        route.fulfill(path=PAGES / name, headers={"Content-Security-Policy": POLICY})

    page.route(f"{base}**", serve)
    account = {"name": "Ann", "email": f"{secrets.token_hex(6)}@example.com"}
    headers = {"Origin": server.url}
    sign_up = page.request.post(
        f"{server.url}/api/auth/sign-up/email",
        data={**account, "password": "correct horse 42"},
        headers=headers,
    )
    token = page.request.get(f"{server.url}/api/auth/token", headers=headers).json()["token"]
    page.goto(base)
    yield OurChat(page, server.url, sign_up.json()["user"]["id"], token=token)
    context.close()


@pytest.fixture
def chat(signed_in: OurChat) -> Iterator[OurChat]:
    signed_in.requests.clear()
    problems: list[str] = []

    def note_error(error: object) -> None:
        problems.append(str(error))

    signed_in.page.on("request", signed_in.note)
    signed_in.page.on("pageerror", note_error)
    yield signed_in
    signed_in.page.remove_listener("request", signed_in.note)
    signed_in.page.remove_listener("pageerror", note_error)
    assert problems == []


def types(chat: Chat) -> list[Any]:
    return [request["type"] for request in chat.requests]


def test_a_conversation_and_its_tools(chat: OurChat) -> None:
    """Both ways to send a message, the steps of the assistant, and its words."""
    chat.mount()
    chat.say("add green tea")
    expect(chat.element.locator(".step, .card").first).to_be_visible()
    expect(chat.answers.last).to_contain_text("green tea")
    chat.say("hello")
    assert types(chat)[:2] == ["threads.create", "threads.add_user_message"]


def test_a_widget_acts_on_the_server(chat: OurChat) -> None:
    chat.mount()
    chat.say("add black tea")
    chat.say("show my tasks")
    box = chat.element.get_by_role("checkbox", name=re.compile("black tea"))
    box.click()
    expect(box).to_be_checked()
    assert {"threads.custom_action", "threads.sync_custom_action"} & set(types(chat))


def test_threads_are_listed_opened_renamed_and_deleted(chat: OurChat) -> None:
    chat.mount()
    chat.say("hello there")
    thread = chat.events("thread.change")[0]["threadId"]
    chat.mount(f"{{ initialThread: {json.dumps(thread)} }}")
    chat.sees("hello there")
    chat.button("History").click()
    chat.element.get_by_role("button", name="Rename: hello there").click()
    chat.element.get_by_role("textbox", name="Title").fill("Greeting")
    chat.button("Save").click()
    chat.element.get_by_role("button", name="Delete: Greeting").click()
    chat.button("Delete").click()
    expect(chat.element.get_by_role("button", name="Delete: Greeting")).to_have_count(0)
    asked = {"threads.get_by_id", "threads.list", "threads.update", "threads.delete"}
    assert asked <= set(types(chat))


def test_answers_are_rated_and_asked_for_again(chat: OurChat) -> None:
    chat.mount("{ threadItemActions: { feedback: true, retry: true } }")
    chat.say("hello")
    chat.button("Good response").click()
    expect(chat.button("Good response")).to_have_attribute("aria-pressed", "true")
    chat.button("Try again").click()
    chat.wait_for_event("response.end", 2)
    expect(chat.answers).to_have_count(1)
    assert {"items.feedback", "threads.retry_after_item"} <= set(types(chat))


def test_a_token_that_is_not_good_is_said_so(chat: OurChat) -> None:
    chat.mount(f"{{ api: {{ url: {chat.url!r}, domainKey: 'any' }} }}")
    chat.send("hello")
    expect(chat.element.get_by_role("alert")).to_contain_text("You are signed out")
    expect(chat.composer).to_have_value("hello")
