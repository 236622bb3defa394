"""T053: the network fails; a proxy loses connections, or the browser has no network."""

from __future__ import annotations

import re
import urllib.request
from contextlib import suppress

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewVisitor, Sidebar, requests_to, task
from tests.fakes.proxy import FaultyProxy
from tests.services import TaskChatServer


def test_t053_network_error_is_said_counts_down_and_goes_on_by_itself(
    proxy: FaultyProxy, behind_proxy: TaskChatServer, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor(server=behind_proxy, expect_problems=True)
    visitor.fix_jitter(0.5)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    tries = requests_to(page, "**/chat")
    proxy.down = True
    proxy.hang_up()
    sidebar.send("hello")
    expect(sidebar.connection_line).to_contain_text(
        re.compile(r"Connection lost\. +Trying again in \d+ s\.")
    )
    page.wait_for_timeout(2500)
    # It is said after 2 s. Tries at 0, 0.25, 0.75, 1.75 and 3.75 s, the next at 7.75 s; a slow
    # machine may be late, never early.
    assert 4 <= len(tries) <= 5
    assert _keys(tries) == 1
    proxy.down = False
    sidebar.expect_text("Hello.")
    expect(sidebar.connection_line).to_be_empty()
    assert sidebar.said_by_the_user() == ["hello"]


def test_t053_network_error_try_now_does_not_wait(
    proxy: FaultyProxy, behind_proxy: TaskChatServer, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor(server=behind_proxy, expect_problems=True)
    visitor.fix_jitter(1)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    proxy.down = True
    proxy.hang_up()
    sidebar.send("hello")
    # The fourth wait is of 4 s: long enough to see that nobody waits for it.
    expect(sidebar.connection_line).to_contain_text("Trying again in 4 s.", timeout=20_000)
    proxy.down = False
    sidebar.element.get_by_role("button", name="Try now").click()
    expect(sidebar.element.get_by_text("Hello.").last).to_be_visible(timeout=3500)


def test_t053_network_error_can_be_given_up_and_keeps_the_text(
    proxy: FaultyProxy, behind_proxy: TaskChatServer, new_visitor: NewVisitor
) -> None:
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    tries = requests_to(page, "**/chat")
    proxy.down = True
    proxy.hang_up()
    sidebar.send("hello")
    sidebar.element.get_by_role("button", name="Give up").click()
    expect(sidebar.failure).to_contain_text("Check your connection")
    expect(sidebar.composer).to_have_value("hello")
    expect(sidebar.connection_line).to_be_empty()
    made = len(tries)
    page.wait_for_timeout(2000)
    assert len(tries) == made
    proxy.down = False
    sidebar.retry()
    sidebar.expect_text("Hello.")
    assert sidebar.said_by_the_user() == ["hello"]
    assert _keys(tries) == 1


def test_t053_network_error_of_the_browser_itself_says_offline(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(expect_problems=True)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    visitor.context.set_offline(True)
    sidebar.send("add milk")
    expect(sidebar.connection_line).to_contain_text("You are offline")
    visitor.context.set_offline(False)
    sidebar.expect_text("Added milk")
    expect(task(page, "milk")).to_have_count(1)


def test_t053_network_error_that_swallows_the_answer_does_not_double_the_message(
    proxy: FaultyProxy, behind_proxy: TaskChatServer, new_visitor: NewVisitor
) -> None:
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    _swallow_the_next_answer(page)
    sidebar.send("hello")
    sidebar.expect_text("Hello.")
    page.reload()
    sidebar.expect_text("Hello.")
    assert sidebar.said_by_the_user() == ["hello"]


def test_t053_network_error_and_a_reload_keep_the_text_and_send_it_once(
    new_visitor: NewVisitor,
) -> None:
    page = new_visitor(expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    tries = requests_to(page, "**/chat")
    page.route("**/chat", lambda route: route.abort("connectionreset"))
    sidebar.send("add milk")
    expect(sidebar.connection_line).to_contain_text("Connection lost.")
    page.unroute_all()
    page.reload()
    expect(sidebar.composer).to_have_value("add milk")
    sidebar.composer.press("Enter")
    sidebar.expect_text("Added milk")
    assert _keys(tries) == 1
    assert sidebar.said_by_the_user() == ["add milk"]


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


def _keys(requests: list[dict[str, str]]) -> int:
    """How many different actions they were."""
    return len({headers["idempotency-key"] for headers in requests if "idempotency-key" in headers})
