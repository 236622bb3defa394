"""T052: the token expires in the middle of a conversation."""

from __future__ import annotations

import time

import jwt
from playwright.sync_api import Page, Response, Route, expect

from tests.browser.conftest import PASSWORD, NewVisitor, Sidebar, requests_to, task
from tests.browser.story import STORY, WORDS, tell
from tests.fakes.model_server import FakeModel, Turn
from tests.fakes.proxy import FaultyProxy
from tests.services import TaskChatServer


def test_t052_expired_token_is_renewed_unnoticed(
    server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor(expect_problems=True)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("add milk")
    renewals = requests_to(page, "**/api/auth/token")
    refused = _count_answers(page, 401)
    _expire_the_next_token(page, server)
    sidebar.say("add eggs")
    sidebar.expect_text("Added eggs")
    expect(task(page, "eggs")).to_have_count(1)
    assert (len(refused), len(renewals)) == (1, 1)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(sidebar.failure).to_have_count(0)


def test_t052_expired_token_in_the_middle_of_a_reply_is_renewed_unnoticed(
    model: FakeModel,
    proxy: FaultyProxy,
    behind_proxy: TaskChatServer,
    new_visitor: NewVisitor,
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.01)]
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    proxy.cuts.append(6000)
    _expire_the_next_token(page, behind_proxy, "**/chat/runs/*/events")
    tell(sidebar)
    assert sidebar.answers() == [STORY]


def test_t052_expired_token_without_a_session_asks_to_sign_in_and_keeps_the_text(
    server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor(expect_problems=True)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("add milk")
    visitor.context.clear_cookies()
    _expire_the_next_token(page, server)
    sidebar.send("add eggs")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    expect(sidebar.element.get_by_text("add eggs")).to_be_visible()
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    sidebar.expect_text("Added eggs")
    expect(task(page, "eggs")).to_have_count(1)
    assert sidebar.said_by_the_user().count("add eggs") == 1


def test_t052_expired_token_and_no_sign_in_leaves_the_text_in_the_composer(
    server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor(expect_problems=True)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("add milk")
    visitor.context.clear_cookies()
    _expire_the_next_token(page, server)
    sidebar.send("add eggs")
    page.get_by_role("button", name="Not now").click()
    expect(sidebar.failure).to_contain_text("You are signed out")
    expect(sidebar.composer).to_have_value("add eggs")
    page.get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_have_count(0)
    sidebar.retry()
    sidebar.expect_text("Added eggs")
    expect(sidebar.composer).to_have_value("")


def _expire_the_next_token(page: Page, server: TaskChatServer, url: str = "**/chat") -> None:
    """The next request there carries a token of the same session whose time is over."""
    key = (server.folder / "jwt_private_key.pem").read_text()

    def expire(route: Route) -> None:
        headers = route.request.all_headers()
        token = headers["authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, options={"verify_signature": False})
        claims |= {"iat": claims["iat"] - 3600, "exp": int(time.time()) - 60}
        kid = jwt.get_unverified_header(token)["kid"]
        expired = jwt.encode(claims, key, algorithm="ES256", headers={"kid": kid})
        route.continue_(headers={**headers, "authorization": f"Bearer {expired}"})

    page.route(url, expire, times=1)


def _count_answers(page: Page, status: int) -> list[str]:
    seen: list[str] = []

    def note(answer: Response) -> None:
        if answer.status == status:
            seen.append(answer.url)

    page.on("response", note)
    return seen
