"""Replies that outlive their connection, their page and their process, as people see it."""

from __future__ import annotations

import re
import signal
import time
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import NewVisitor, Sidebar, requests_to, task
from tests.browser.restarts import kill, started_again
from tests.browser.story import STORY, WORDS
from tests.conftest import StartServer
from tests.fakes.model_server import FakeModel, Turn
from tests.fakes.proxy import FaultyProxy
from tests.services import TaskChatServer, is_ready

STOPPED = "You stopped this reply."
INTERRUPTED = "This reply was interrupted when the server stopped."
# Leases last 10 s, and are looked for every 2 s.
SETTLED_SECONDS = 15


# --- The connection is lost ---------------------------------------------------------------------


def test_p09_a_resume_under_two_seconds_shows_nothing(
    model: FakeModel, proxy: FaultyProxy, behind_proxy: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.01)]
    visitor = new_visitor(server=behind_proxy, expect_problems=True)
    visitor.fix_jitter(0.9)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    _watch(page)
    proxy.cuts.extend([4000, 2001])
    proxy.politely = True
    sidebar.send("tell me a story")
    _expect_whole_story(sidebar)
    assert not proxy.cuts
    assert page.evaluate("window.shown") == []


def test_p02_a_browser_offline_says_so_and_goes_on_at_once_when_it_is_online(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.03)]
    visitor = new_visitor(server=model_server, expect_problems=True)
    visitor.fix_jitter(0.999)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    sidebar.send("tell me a story")
    sidebar.expect_text("w5 ")
    tries = requests_to(page, "**/events")
    visitor.context.set_offline(True)
    expect(sidebar.connection_line).to_contain_text("You are offline.")
    # Without jitter the fourth try begins after 3.5 s, the fifth after 7.5 s.
    page.wait_for_timeout(4000)
    visitor.context.set_offline(False)
    _expect_whole_story(sidebar, timeout=3000)
    expect(sidebar.connection_line).to_be_empty()
    assert len(model.requests) == 1
    assert len(tries) <= 6


@pytest.mark.parametrize(("status", "code"), [(400, "cursor_past_end"), (410, "run_gone")])
def test_p06_a_stream_that_is_gone_is_loaded_anew_without_an_error(
    model: FakeModel,
    proxy: FaultyProxy,
    behind_proxy: TaskChatServer,
    new_visitor: NewVisitor,
    status: int,
    code: str,
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.02)]
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    _watch(page)
    proxy.cuts.append(4000)

    def gone(route: Route) -> None:
        route.fulfill(status=status, json={"detail": "Gone.", "code": code})

    page.route("**/events", gone, times=1)
    sidebar.send("tell me a story")
    _expect_whole_story(sidebar)
    assert page.evaluate("window.shown") == []
    assert sidebar.said_by_the_user() == ["tell me a story"]


# --- Other pages of the same user -----------------------------------------------------------------


def test_p13_a_reload_in_mid_reply_goes_on_and_leaves_the_composer_empty(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=("Hi.",)), Turn(words=WORDS, pause=0.02)]
    page = new_visitor(server=model_server).sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("hello")
    sidebar.send("tell me a story")
    sidebar.expect_text("w5 ")
    page.reload()
    sidebar.expect_text("w5 ")
    # It was sent, so there is nothing to send again.
    expect(sidebar.composer).to_have_value("")
    _expect_whole_story(sidebar)
    expect(sidebar.composer).to_have_value("")
    assert sidebar.said_by_the_user() == ["hello", "tell me a story"]
    assert len(model.requests) == 2


def test_p18_another_device_follows_a_reply_and_stops_it(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.1)]
    ann = new_visitor(server=model_server)
    here = Sidebar(ann.sign_up()).open()
    here.send("tell me a story")
    here.expect_text("w3 ")
    phone = new_visitor(server=model_server, viewport={"width": 390, "height": 844})
    phone.email = ann.email
    there = Sidebar(phone.sign_in()).open()
    there.element.get_by_role("button", name="History").click()
    there.element.get_by_role("button", name=re.compile("^tell me a story")).click()
    there.expect_text("w3 ")
    assert _seconds_to_stop(there) < 1
    for sidebar in (there, here):
        expect(_stopped(sidebar)).to_contain_text(STOPPED)
        expect(sidebar.stop).to_have_count(0)
        expect(sidebar.failure).to_have_count(0)
        assert sidebar.said_by_the_user() == ["tell me a story"]
    assert model.gone.wait(5), "the model's connection was not closed"
    (said_here,), (said_there,) = here.answers(), there.answers()
    assert STORY.startswith(said_here)
    assert STORY.startswith(said_there)


# --- Stop ---------------------------------------------------------------------------------------


def test_p18_stop_is_marked_after_a_reload_too_and_try_again_answers(
    model: FakeModel, proxy: FaultyProxy, behind_proxy: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.05), Turn(words=("All ", "of it."))]
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    sidebar.send("tell me a story")
    sidebar.expect_text("w3 ")
    # Stop is as good after a resume.
    proxy.hang_up()
    sidebar.expect_text("w12 ")
    assert _seconds_to_stop(sidebar) < 1
    expect(sidebar.element.get_by_role("img", name="Thinking")).to_have_count(0)
    expect(_stopped(sidebar)).to_contain_text(STOPPED)
    (said,) = sidebar.answers()
    assert model.gone.wait(5), "the model's connection was not closed"
    page.reload()
    expect(_stopped(sidebar)).to_contain_text(STOPPED)
    expect(sidebar.failure).to_have_count(0)
    (kept,) = sidebar.answers()
    assert kept.startswith(said)
    assert STORY.startswith(kept)
    _stopped(sidebar).get_by_role("button", name="Try again").click()
    sidebar.expect_text("All of it.")
    expect(_stopped(sidebar)).to_have_count(0)
    assert sidebar.answers() == ["All of it."]
    assert sidebar.said_by_the_user() == ["tell me a story"]


def test_p18_a_message_right_after_stop_is_answered(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.05), Turn(words=("Sorry.",))]
    page = new_visitor(server=model_server).sign_up()
    sidebar = Sidebar(page).open()
    sidebar.send("tell me a story")
    sidebar.expect_text("w3 ")
    sidebar.stop.click()
    sidebar.send("be brief")
    sidebar.expect_text("Sorry.")
    expect(_stopped(sidebar)).to_have_count(0)
    expect(sidebar.failure).to_have_count(0)


# --- The process is gone ------------------------------------------------------------------------


def test_p15_kill_9_keeps_message_words_and_task_and_retry_doubles_nothing(
    model: FakeModel, start_server: StartServer, new_visitor: NewVisitor
) -> None:
    add = (("add_task", {"title": "buy milk"}),)
    model.turns = [
        Turn(tool_calls=add),
        Turn(words=WORDS, pause=0.05),
        Turn(tool_calls=add),
        Turn(words=("It is ", "on your list.")),
    ]
    server = start_server(OPENAI_BASE_URL=model.url, OPENAI_API="chat_completions")
    visitor = new_visitor(server=server, expect_problems=True)
    visitor.fix_jitter(0.3)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    sidebar.send("add buy milk and tell me a story")
    sidebar.expect_text("w9 ")
    kill(server)
    expect(sidebar.connection_line).to_contain_text("Connection lost.")
    with started_again(server):
        back = time.monotonic()
        expect(sidebar.failure).to_contain_text("interrupted", timeout=(SETTLED_SECONDS + 5) * 1000)
        assert time.monotonic() - back < SETTLED_SECONDS
        expect(sidebar.stop).to_have_count(0)
        expect(sidebar.connection_line).to_be_empty()
        (said,) = sidebar.answers()
        assert STORY.startswith(said)
        assert "w8" in said
        assert sidebar.said_by_the_user() == ["add buy milk and tell me a story"]

        page.reload()
        note = sidebar.element.get_by_role("status").filter(has_text=INTERRUPTED)
        expect(note).to_be_visible()
        expect(sidebar.failure).to_have_count(0)
        assert sidebar.answers() == [said]
        note.get_by_role("button", name="Try again").press("Enter")
        sidebar.expect_text("It is on your list.")
        expect(note).to_have_count(0)
        assert sidebar.said_by_the_user() == ["add buy milk and tell me a story"]
        page.reload()
        expect(task(page, "buy milk")).to_have_count(1)


def test_p19_a_message_for_a_server_that_is_leaving_waits_for_the_next_one(
    model: FakeModel, start_server: StartServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=WORDS[:60], pause=0.1), Turn(words=("Here ", "I am."))]
    server = start_server(OPENAI_BASE_URL=model.url, OPENAI_API="chat_completions")
    visitor = new_visitor(server=server, expect_problems=True)
    visitor.fix_jitter(0.1)
    first = Sidebar(visitor.sign_up()).open()
    first.send("tell me a story")
    first.expect_text("w3 ")
    second = Sidebar(visitor.tab())
    second.element.get_by_role("button", name="New chat").click()
    sent = requests_to(second.page, "**/chat")
    server.process.send_signal(signal.SIGTERM)
    _wait_until_leaving(server)
    with second.page.expect_response(re.compile(r"/chat$")) as refused:
        second.send("are you there?")
    assert refused.value.status == 503
    # Who was being answered is answered to the end.
    expect(first.element.get_by_text("w59").last).to_be_visible(timeout=20_000)
    server.process.wait(40)
    with started_again(server):
        expect(second.element.get_by_text("Here I am.").last).to_be_visible(timeout=20_000)
        expect(second.connection_line).to_be_empty()
        expect(second.failure).to_have_count(0)
        assert second.said_by_the_user() == ["are you there?"]
        assert len({headers["idempotency-key"] for headers in sent[:-1]}) == 1


# --- What is found in the panel -----------------------------------------------------------------


def _stopped(sidebar: Sidebar) -> Locator:
    """The mark of a reply that was stopped."""
    return sidebar.element.get_by_role("status").filter(has_text=STOPPED)


def _expect_whole_story(sidebar: Sidebar, timeout: float = 20_000) -> None:
    expect(sidebar.element.get_by_text("w119").last).to_be_visible(timeout=timeout)
    expect(sidebar.stop).to_have_count(0)
    assert sidebar.answers()[-1] == STORY


def _watch(page: Page) -> None:
    """From now on `window.shown` holds what was said of lost connections and failures."""
    page.evaluate(
        """() => {
            const element = document.querySelector("openai-chatkit");
            window.shown = [];
            const look = () => {
                const line = element.querySelector(".connection")?.textContent;
                const failure = element.shadowRoot.querySelector(".failure")?.textContent;
                window.shown.push(...[line, failure].filter(Boolean));
            };
            const changes = {subtree: true, childList: true, characterData: true};
            for (const root of [element, element.shadowRoot]) {
                new MutationObserver(look).observe(root, changes);
            }
        }"""
    )


def _seconds_to_stop(sidebar: Sidebar) -> float:
    """From the click on Stop until the page shows that the reply is over, by the page's clock."""
    seconds: float = sidebar.stop.evaluate(
        """(stop) => new Promise((resolve) => {
            const root = stop.getRootNode();
            const start = performance.now();
            const look = () => {
                const seconds = (performance.now() - start) / 1000;
                const busy = "[aria-label=Stop], [role=log][aria-busy=true]";
                if (root.querySelector(busy) && seconds < 5) setTimeout(look, 10);
                else resolve(seconds);
            };
            stop.click();
            look();
        })"""
    )
    return seconds


def _wait_until_leaving(server: TaskChatServer) -> None:
    deadline = time.monotonic() + 10
    with suppress(OSError):  # 503 is one
        while is_ready(server.url):
            assert time.monotonic() < deadline, "the server does not leave"
            time.sleep(0.02)
