"""Error scenarios and whole flows in Chromium (T052 to T060), against real servers.

The network's faults are made by a proxy that cuts connections, the server's by ending it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import jwt
import pytest
from playwright.sync_api import Locator, Page, Request, Response, Route, expect

from tests.browser.conftest import PASSWORD, NewVisitor, Sidebar, task
from tests.conftest import StartServer
from tests.fakes.model_server import FakeModel, Turn, fake_model
from tests.fakes.proxy import FaultyProxy, faulty_proxy
from tests.services import ROOT, TaskChatServer

# Also characters of two to four bytes: a cut may fall inside of one.
WORDS = tuple(f"w{n} ä買👩‍🌾 " for n in range(120))
STORY = "".join(WORDS).strip()


@pytest.fixture
def model() -> Iterator[FakeModel]:
    with fake_model() as fake:
        yield fake


@pytest.fixture
def model_server(model: FakeModel, start_server: StartServer) -> TaskChatServer:
    return start_server(OPENAI_BASE_URL=model.url, OPENAI_API="chat_completions")


@pytest.fixture
def proxy(model_server: TaskChatServer) -> Iterator[FaultyProxy]:
    with faulty_proxy(model_server.url) as between:
        yield between


@pytest.fixture
def behind_proxy(model_server: TaskChatServer, proxy: FaultyProxy) -> TaskChatServer:
    """The server as its users reach it."""
    return replace(model_server, url=proxy.url)


# --- T052: the token expires ------------------------------------------------------------------


def test_t052_expired_token_is_renewed_unnoticed(
    server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor(expect_problems=True)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("add milk")
    renewals = _count(page, "**/api/auth/token")
    refused = _count_answers(page, 401)
    _expire_the_next_token(page, server)
    sidebar.say("add eggs")
    sidebar.expect_text("Added eggs")
    expect(task(page, "eggs")).to_have_count(1)
    assert (len(refused), len(renewals)) == (1, 1)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(_failures(sidebar)).to_have_count(0)


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
    _tell(sidebar)
    assert _answers(sidebar) == [STORY]


def test_t052_expired_token_without_a_session_asks_to_sign_in_and_keeps_the_text(
    server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor(expect_problems=True)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("add milk")
    visitor.context.clear_cookies()
    _expire_the_next_token(page, server)
    _send(sidebar, "add eggs")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    expect(sidebar.element.get_by_text("add eggs")).to_be_visible()
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    sidebar.expect_text("Added eggs")
    expect(task(page, "eggs")).to_have_count(1)
    assert _said_by_the_user(sidebar).count("add eggs") == 1


def test_t052_expired_token_and_no_sign_in_leaves_the_text_in_the_composer(
    server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor(expect_problems=True)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("add milk")
    visitor.context.clear_cookies()
    _expire_the_next_token(page, server)
    _send(sidebar, "add eggs")
    page.get_by_role("button", name="Not now").click()
    expect(_failures(sidebar)).to_contain_text("You are signed out")
    expect(sidebar.composer).to_have_value("add eggs")
    page.get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_have_count(0)
    _retry(sidebar)
    sidebar.expect_text("Added eggs")
    expect(sidebar.composer).to_have_value("")


# --- T053: the network fails --------------------------------------------------------------------


def test_t053_network_error_is_said_counts_down_and_goes_on_by_itself(
    proxy: FaultyProxy, behind_proxy: TaskChatServer, new_visitor: NewVisitor
) -> None:
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    tries = _count(page, "**/chat")
    proxy.down = True
    proxy.hang_up()
    _send(sidebar, "hello")
    expect(_line(sidebar)).to_contain_text(
        re.compile(r"Connection lost\. +Trying again in \d+ s\.")
    )
    page.wait_for_timeout(5000)
    # With full jitter, 0.5 s doubling: more than a few tries, and no storm.
    assert 3 <= len(tries) <= 15
    assert _keys(tries) == 1
    proxy.down = False
    sidebar.expect_text("Hello.")
    expect(_line(sidebar)).to_be_empty()
    assert _said_by_the_user(sidebar) == ["hello"]


def test_t053_network_error_try_now_does_not_wait(
    proxy: FaultyProxy, behind_proxy: TaskChatServer, new_visitor: NewVisitor
) -> None:
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    _no_jitter(page)
    sidebar = Sidebar(page).open()
    proxy.down = True
    proxy.hang_up()
    _send(sidebar, "hello")
    # The fourth wait is of 4 s: long enough to see that nobody waits for it.
    expect(_line(sidebar)).to_contain_text("Trying again in 4 s.", timeout=20_000)
    proxy.down = False
    sidebar.element.get_by_role("button", name="Try now").click()
    expect(sidebar.element.get_by_text("Hello.").last).to_be_visible(timeout=3500)


def test_t053_network_error_can_be_given_up_and_keeps_the_text(
    proxy: FaultyProxy, behind_proxy: TaskChatServer, new_visitor: NewVisitor
) -> None:
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    tries = _count(page, "**/chat")
    proxy.down = True
    proxy.hang_up()
    _send(sidebar, "hello")
    sidebar.element.get_by_role("button", name="Give up").click()
    expect(_failures(sidebar)).to_contain_text("Check your connection")
    expect(sidebar.composer).to_have_value("hello")
    expect(_line(sidebar)).to_be_empty()
    made = len(tries)
    page.wait_for_timeout(2000)
    assert len(tries) == made
    proxy.down = False
    _retry(sidebar)
    sidebar.expect_text("Hello.")
    assert _said_by_the_user(sidebar) == ["hello"]
    assert _keys(tries) == 1


def test_t053_network_error_of_the_browser_itself_says_offline(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(expect_problems=True)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    visitor.context.set_offline(True)
    _send(sidebar, "add milk")
    expect(_line(sidebar)).to_contain_text("You are offline")
    visitor.context.set_offline(False)
    sidebar.expect_text("Added milk")
    expect(task(page, "milk")).to_have_count(1)


def test_t053_network_error_that_swallows_the_answer_does_not_double_the_message(
    proxy: FaultyProxy, behind_proxy: TaskChatServer, new_visitor: NewVisitor
) -> None:
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    _swallow_the_next_answer(page)
    _send(sidebar, "hello")
    sidebar.expect_text("Hello.")
    page.reload()
    sidebar.expect_text("Hello.")
    assert _said_by_the_user(sidebar) == ["hello"]


def test_t053_network_error_and_a_reload_keep_the_text_and_send_it_once(
    new_visitor: NewVisitor,
) -> None:
    page = new_visitor(expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    tries = _count(page, "**/chat")
    page.route("**/chat", lambda route: route.abort("connectionreset"))
    _send(sidebar, "add milk")
    expect(_line(sidebar)).to_contain_text("Connection lost.")
    page.unroute_all()
    page.reload()
    expect(sidebar.composer).to_have_value("add milk")
    sidebar.composer.press("Enter")
    sidebar.expect_text("Added milk")
    assert _keys(tries) == 1
    assert _said_by_the_user(sidebar) == ["add milk"]


# --- T054: the backend is down ------------------------------------------------------------------


def test_t054_backend_down_keeps_the_text_and_retry_works_once_it_is_back(
    start_server: StartServer, new_visitor: NewVisitor
) -> None:
    running = start_server()
    page = new_visitor(server=running, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("add milk")
    _kill(running)
    _send(sidebar, "add eggs")
    expect(sidebar.element.get_by_role("button", name="Try now")).to_be_visible()
    expect(sidebar.element.get_by_text("add eggs")).to_be_visible()
    # Nobody presses anything: it ends by itself with the reason and a button.
    expect(_failures(sidebar)).to_be_visible(timeout=45_000)
    expect(sidebar.composer).to_have_value("add eggs")
    with _started_again(running):
        _retry(sidebar)
        sidebar.expect_text("Added eggs")
        expect(task(page, "eggs")).to_have_count(1)
        expect(sidebar.composer).to_have_value("")
        assert _said_by_the_user(sidebar).count("add eggs") == 1


def test_t054_backend_down_for_a_moment_needs_no_hand(
    start_server: StartServer, new_visitor: NewVisitor
) -> None:
    running = start_server()
    page = new_visitor(server=running, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    _kill(running)
    _send(sidebar, "add milk")
    expect(_line(sidebar)).to_contain_text("Connection lost.")
    with _started_again(running):
        expect(task(page, "milk")).to_be_visible(timeout=20_000)
        sidebar.expect_text("Added milk")
        assert _said_by_the_user(sidebar) == ["add milk"]


# --- T055: the stream is lost -------------------------------------------------------------------


def test_t055_stream_lost_again_and_again_ends_with_the_right_text_once(
    model: FakeModel,
    proxy: FaultyProxy,
    behind_proxy: TaskChatServer,
    new_visitor: NewVisitor,
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.01)]
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    proxy.cuts.extend([0, 1, 1500, 1501, 777, 3003, 5000])
    _tell(sidebar)
    assert not proxy.cuts
    assert _answers(sidebar) == [STORY]
    assert len(model.requests) == 1
    page.reload()
    sidebar.expect_text("w119")
    assert _answers(sidebar) == [STORY]


def test_t055_stream_lost_for_some_time_says_so_and_goes_on(
    model: FakeModel,
    proxy: FaultyProxy,
    behind_proxy: TaskChatServer,
    new_visitor: NewVisitor,
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.02)]
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    _send(sidebar, "tell me a story")
    sidebar.expect_text("w5 ")
    proxy.down = True
    proxy.hang_up()
    expect(_line(sidebar)).to_contain_text("Connection lost.")
    expect(sidebar.element.get_by_role("button", name="Stop")).to_be_visible()
    proxy.down = False
    expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0, timeout=20_000)
    expect(_line(sidebar)).to_be_empty()
    assert _answers(sidebar) == [STORY]
    assert len(model.requests) == 1


def test_t055_stream_lost_and_given_up_is_there_after_a_reload(
    model: FakeModel,
    proxy: FaultyProxy,
    behind_proxy: TaskChatServer,
    new_visitor: NewVisitor,
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.02)]
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    _send(sidebar, "tell me a story")
    sidebar.expect_text("w5 ")
    proxy.down = True
    proxy.hang_up()
    sidebar.element.get_by_role("button", name="Give up").click()
    expect(_failures(sidebar)).to_contain_text("Reload the conversation")
    sidebar.expect_text("w5 ")
    proxy.down = False
    # The page's live connection comes back by itself, and the conversation with it.
    expect(sidebar.element.get_by_text("w119").last).to_be_visible(timeout=30_000)
    expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0)
    expect(_failures(sidebar)).to_have_count(0)
    assert _answers(sidebar) == [STORY]


def test_t055_stream_lost_and_stopped_meanwhile_stays_stopped(
    model: FakeModel,
    proxy: FaultyProxy,
    behind_proxy: TaskChatServer,
    new_visitor: NewVisitor,
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.1)]
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    _send(sidebar, "tell me a story")
    sidebar.expect_text("w3 ")
    proxy.down = True
    proxy.hang_up()
    expect(_line(sidebar)).to_contain_text("Connection lost.")
    sidebar.element.get_by_role("button", name="Stop").click()
    expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0, timeout=1000)
    expect(_line(sidebar)).to_be_empty()
    proxy.down = False
    assert model.gone.wait(20), "the model's connection was not closed"
    sidebar.expect_text("w3 ")


# --- T056: the wrong user -----------------------------------------------------------------------


def test_t056_wrong_user_is_refused_in_words(new_visitor: NewVisitor) -> None:
    ann, bob = new_visitor(expect_problems=True), new_visitor()
    anns, bobs = ann.sign_up(), bob.sign_up()
    bobs_path = _chat_path(bobs)
    statuses: list[int] = []
    anns.on("response", lambda answer: statuses.append(answer.status))
    anns.route("**/chat", lambda route: route.continue_(url=ann.base + bobs_path))
    sidebar = Sidebar(anns).open()
    _send(sidebar, "add milk")
    expect(_failures(sidebar)).to_contain_text(re.compile("another|not allowed", re.IGNORECASE))
    assert 403 in statuses
    expect(sidebar.composer).to_have_value("add milk")
    expect(task(bobs, "milk")).to_have_count(0)
    anns.unroute("**/chat")
    _retry(sidebar)
    sidebar.expect_text("Added milk")


# --- T057 to T060: whole flows ------------------------------------------------------------------


def test_t057_whole_flow_from_sign_up_to_sign_out(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    page.get_by_role("button", name="All", exact=True).click()
    for sentence, words, check in (
        ("Create a task to buy groceries", "Added buy groceries", "open"),
        ("Mark the groceries task as complete", "Completed buy groceries", "checked"),
        ("Delete the groceries task", "Deleted buy groceries", "gone"),
    ):
        sidebar.say(sentence)
        # Each is a tool call that one can see, with what went in and came out.
        sidebar.expect_text(words)
        _expect_task(page, "buy groceries", check)
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/")
    page.get_by_label("Email").fill(visitor.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/tasks/")
    expect(page.get_by_role("textbox", name="New task")).to_be_visible()
    expect(task(page, "buy groceries")).to_have_count(0)


def test_t058_five_turns_with_it(new_visitor: NewVisitor) -> None:
    page = new_visitor().sign_up()
    page.get_by_role("button", name="All", exact=True).click()
    sidebar = Sidebar(page).open()
    sidebar.say("add a task to call the dentist")
    sidebar.expect_text("Added call the dentist")
    sidebar.say("make it high priority")
    row = page.get_by_role("list", name="Tasks").get_by_role("listitem")
    expect(row.filter(has_text="call the dentist")).to_contain_text("High")
    sidebar.say("rename it to call doctor Lee")
    expect(task(page, "call doctor Lee")).not_to_be_checked()
    sidebar.say("mark it as done")
    expect(task(page, "call doctor Lee")).to_be_checked()
    sidebar.say("delete it")
    expect(task(page, "call doctor Lee")).to_have_count(0)
    assert len(_said_by_the_user(sidebar)) == 5


def test_t059_history_is_there_after_a_reload(new_visitor: NewVisitor) -> None:
    page = new_visitor().sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("add milk")
    sidebar.say("show my tasks")
    before = _conversation(sidebar)
    page.reload()
    sidebar.expect_text("show my tasks")
    sidebar.expect_text("Added milk")
    assert _conversation(sidebar) == before
    sidebar.element.get_by_role("button", name="History").click()
    expect(sidebar.element.get_by_role("button", name=re.compile("^add milk"))).to_be_visible()


def test_t059_history_after_a_reload_in_the_middle_of_a_reply_goes_on(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.05)]
    page = new_visitor(server=model_server).sign_up()
    sidebar = Sidebar(page).open()
    _send(sidebar, "tell me a story")
    sidebar.expect_text("w5 ")
    page.reload()
    # Live again, from the very first word, while it is still being said.
    sidebar.expect_text("w5 ")
    expect(sidebar.element.get_by_role("button", name="Stop")).to_be_visible()
    expect(sidebar.element.get_by_text("w119")).to_have_count(0)
    expect(sidebar.element.get_by_text("w119").last).to_be_visible(timeout=20_000)
    expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0)
    assert _answers(sidebar) == [STORY]
    assert _said_by_the_user(sidebar) == ["tell me a story"]
    assert len(model.requests) == 1


def test_t059_history_stop_after_a_reload_stops_the_reply(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.1)]
    page = new_visitor(server=model_server).sign_up()
    sidebar = Sidebar(page).open()
    _send(sidebar, "tell me a story")
    sidebar.expect_text("w3 ")
    page.reload()
    sidebar.element.get_by_role("button", name="Stop").click()
    assert model.gone.wait(5), "the model's connection was not closed"
    expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0)
    sidebar.expect_text("w3 ")


def test_t060_tabs_of_one_user_see_each_others_replies_as_they_are_said(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=("Hi.",)), Turn(words=WORDS, pause=0.05)]
    visitor = new_visitor(server=model_server)
    first = Sidebar(visitor.sign_up()).open()
    first.say("hello")
    second = Sidebar(visitor.tab())
    second.expect_text("Hi.")
    _send(first, "tell me a story")
    second.expect_text("w5 ")
    expect(second.element.get_by_text("w119")).to_have_count(0)
    for sidebar in (first, second):
        expect(sidebar.element.get_by_text("w119").last).to_be_visible(timeout=20_000)
        expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0)
        assert _answers(sidebar) == ["Hi.", STORY]
        assert _said_by_the_user(sidebar) == ["hello", "tell me a story"]
    assert len(model.requests) == 2


def test_t060_users_at_once_get_their_own(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    def answer(request: dict[str, object]) -> Turn:
        said = re.findall(r"user (\d)", json.dumps(request))[-1]
        return Turn(words=tuple(f"u{said}w{n} " for n in range(40)), pause=0.02)

    model.answer = answer
    sidebars = [Sidebar(new_visitor(server=model_server).sign_up()).open() for _ in range(3)]
    for number, sidebar in enumerate(sidebars):
        _send(sidebar, f"I am user {number}")
    for number, sidebar in enumerate(sidebars):
        sidebar.expect_text(f"u{number}w39")
        assert _answers(sidebar) == ["".join(f"u{number}w{n} " for n in range(40)).strip()]


# --- What is found in the panel -----------------------------------------------------------------


def _send(sidebar: Sidebar, text: str) -> None:
    """Send without waiting for anything."""
    sidebar.composer.fill(text)
    sidebar.composer.press("Enter")


def _tell(sidebar: Sidebar) -> None:
    """Ask for the story and wait for its end; seven cuts may cost 45 s of backing off."""
    _send(sidebar, "tell me a story")
    expect(sidebar.element.get_by_text("w119").last).to_be_visible(timeout=90_000)
    _expect_over(sidebar)


def _expect_over(sidebar: Sidebar) -> None:
    stop = sidebar.element.get_by_role("button", name="Stop")
    expect(stop).to_have_count(0, timeout=30_000)


def _line(sidebar: Sidebar) -> Locator:
    """The line above the composer that tells of a lost connection."""
    return sidebar.element.locator("> .connection [role=status]")


def _failures(sidebar: Sidebar) -> Locator:
    return sidebar.element.get_by_role("alert")


def _retry(sidebar: Sidebar) -> None:
    sidebar.element.get_by_role("button", name="Retry").click()


def _answers(sidebar: Sidebar) -> list[str]:
    return [text.strip() for text in sidebar.element.locator(".answer").all_inner_texts()]


def _said_by_the_user(sidebar: Sidebar) -> list[str]:
    texts = sidebar.element.locator(".bubble").all_inner_texts()
    return [text.strip().removeprefix("You said:").strip() for text in texts]


def _conversation(sidebar: Sidebar) -> str:
    return sidebar.element.get_by_role("log").inner_text()


def _expect_task(page: Page, title: str, state: str) -> None:
    if state == "gone":
        expect(task(page, title)).to_have_count(0)
    else:
        expect(task(page, title)).to_be_checked(checked=state == "checked")


# --- Faults -------------------------------------------------------------------------------------


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


def _swallow_the_next_answer(page: Page) -> None:
    """The server gets the next message, and the page never hears of it."""

    def swallow(route: Route) -> None:
        request = urllib.request.Request(
            route.request.url,
            data=route.request.post_data_buffer,
            headers={
                name: value
                for name, value in route.request.all_headers().items()
                if name not in ("host", "content-length") and not name.startswith(":")
            },
        )
        with suppress(OSError), urllib.request.urlopen(request, timeout=10) as answer:
            answer.read(1)
        route.abort("connectionreset")

    page.route("**/chat", swallow, times=1)


def _no_jitter(page: Page) -> None:
    page.evaluate("Math.random = () => 0.999")


def _count(page: Page, url: str) -> list[dict[str, str]]:
    """The headers of each request there, from now on."""
    seen: list[dict[str, str]] = []
    pattern = re.compile(re.escape(url).replace(r"\*\*", ".*") + "$")

    def note(request: Request) -> None:
        if pattern.match(request.url):
            seen.append(request.headers)

    page.on("request", note)
    return seen


def _count_answers(page: Page, status: int) -> list[str]:
    seen: list[str] = []

    def note(answer: Response) -> None:
        if answer.status == status:
            seen.append(answer.url)

    page.on("response", note)
    return seen


def _keys(requests: list[dict[str, str]]) -> int:
    """How many different actions they were."""
    return len({headers["idempotency-key"] for headers in requests if "idempotency-key" in headers})


def _chat_path(page: Page) -> str:
    with page.expect_request(re.compile(r"/api/[^/]+/chat/assistant")) as seen:
        page.reload()
    path = re.search(r"/api/[^/]+/chat", seen.value.url)
    assert path is not None
    return path.group()


def _kill(server: TaskChatServer) -> None:
    server.process.kill()
    server.process.wait()


@contextmanager
def _started_again(server: TaskChatServer) -> Iterator[None]:
    """The same server once more: its database, its port."""
    with Path(server.folder / "again.log").open("wb") as log:
        command = [sys.executable, "-m", "taskchat_site.serve"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(server.environment), stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(OSError), urllib.request.urlopen(f"{server.url}/readyz", timeout=5):
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(40)
