"""Staff look at a conversation in Chromium, with JavaScript and without, and stop what runs."""

from __future__ import annotations

import base64
import json
import re
import secrets
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import quote
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PASSWORD, NewVisitor, Visitor
from tests.fakes.model_server import FakeModel, Turn
from tests.services import TaskChatServer

STAFF = ("staff@example.com", "staff-taskchat-1")


@dataclass
class User:
    """Somebody with an account who talks to the assistant by HTTP."""

    server: TaskChatServer
    email: str
    token: str = ""

    def say(self, text: str, thread_id: str | None = None) -> str:
        """Sends a message; the thread's id, once the reply has ended."""
        subject = json.loads(base64.urlsafe_b64decode(self.token.split(".")[1] + "=="))["sub"]
        body = {"message": text, "thread_id": thread_id}
        headers = {"Authorization": f"Bearer {self.token}"}
        frames = _post(f"{self.server.url}/api/{subject}/chat", body, headers)
        found = re.search(r'"thread_id": ?"(thr_\w+)"', frames)
        return found[1] if found else ""


def new_user(server: TaskChatServer) -> User:
    email = f"user-{secrets.token_hex(4)}@example.com"
    account = {"email": email, "password": PASSWORD}
    origin = {"Origin": server.url}
    _post(f"{server.url}/api/auth/sign-up/email", {**account, "name": "Ann"}, origin)
    token = json.loads(_post(f"{server.url}/api/token", account))["access"]
    return User(server, email, token)


def _post(url: str, body: Any, headers: dict[str, str] | None = None) -> str:
    all_headers = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, json.dumps(body).encode(), all_headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.read().decode()


def staff_page(visitor: Visitor, path: str) -> Page:
    """A tab of somebody who signs in to the administration on the way to `path`."""
    page = visitor.tab(f"/admin/login/?next={path}")
    page.get_by_label("E-mail address").fill(STAFF[0])
    page.get_by_label("Password").fill(STAFF[1])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{path}")
    return page


def open_first(page: Page) -> Locator:
    """From the list to its first conversation; the element that shows it."""
    page.locator("#result_list tbody tr").first.get_by_role("link").first.click()
    return page.locator("openai-chatkit")


def test_staff_see_a_conversation_as_its_user_saw_it_and_can_change_nothing(
    server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    server.manage("createdemo")
    user = new_user(server)
    thread_id = user.say("Add water the plants")
    user.say("Show my tasks", thread_id)

    page = staff_page(new_visitor(), f"/admin/chat/thread/?q={user.email}")
    element = open_first(page)
    expect(element.get_by_text("Show my tasks")).to_be_visible()
    expect(element.get_by_role("checkbox").first).to_be_disabled()
    expect(element.get_by_text("Read only.")).to_be_visible()
    expect(element.get_by_role("textbox")).to_have_count(0)
    expect(page.locator(".tc-text")).to_be_hidden()

    page.get_by_role("button", name="As text").click()
    expect(page.locator(".tc-text").get_by_text("Show my tasks")).to_be_visible()
    expect(element).to_be_hidden()

    timeline = page.locator("#tc-timeline")
    call = timeline.locator("details", has_text="add_task").first
    call.locator("summary").click()
    expect(call.locator("pre").first).to_contain_text('"title": "water the plants"')
    expect(page.locator(".tc-readers")).to_contain_text(STAFF[0])


def test_without_javascript_the_conversation_is_text(
    server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    server.manage("createdemo")
    user = new_user(server)
    thread_id = user.say("Add water the plants")

    visitor = new_visitor(java_script_enabled=False)
    page = staff_page(visitor, f"/admin/chat/thread/{quote(thread_id)}/change/")
    expect(page.locator(".tc-text").get_by_text("Add water the plants")).to_be_visible()
    expect(page.locator("#tc-timeline").get_by_text("add_task").first).to_be_visible()


def test_without_javascript_the_overview_and_the_list_lead_to_a_conversation(
    server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    server.manage("createdemo")
    new_user(server).say("Add water the plants")

    page = staff_page(new_visitor(java_script_enabled=False), "/admin/")
    page.get_by_role("link", name="Conversations").click()
    open_first(page)  # clicks, which something that lies over the links would take
    expect(page.locator(".tc-text").get_by_text("Add water the plants")).to_be_visible()


def test_the_page_of_what_runs_renews_itself_and_stops_a_reply(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model_server.manage("createdemo")
    page = staff_page(new_visitor(server=model_server), "/admin/chat/run/live/")
    expect(page.get_by_text("Nothing is running.")).to_be_visible()

    model.turns = [Turn(words=("word ",) * 600, pause=0.1)]
    user = new_user(model_server)
    with ThreadPoolExecutor(1) as pool:
        reply = pool.submit(user.say, "Tell me a long story")
        row = page.locator(".tc-row", has_text="Tell me a long story")
        expect(row).to_be_visible()
        row.get_by_role("button", name=re.compile("^Stop run")).click()
        expect(page.get_by_text("The run is stopped.")).to_be_visible()
        reply.result(timeout=20)
    expect(page.get_by_text("Nothing is running.")).to_be_visible()
