"""T054: the server is killed, and comes back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewVisitor, Sidebar, task
from tests.browser.restarts import kill, started_again
from tests.conftest import StartServer
from tests.services import TaskChatServer


def at_the_chat(
    server: TaskChatServer, new_visitor: NewVisitor, jitter: float | None = None
) -> tuple[Page, Sidebar]:
    """Somebody whose page's clock the test holds."""
    visitor = new_visitor(server=server, expect_problems=True)
    if jitter is not None:
        visitor.fix_jitter(jitter)
    visitor.context.clock.install()
    page = visitor.sign_up()
    return page, Sidebar(page).open()


def test_t054_backend_down_keeps_the_text_and_retry_works_once_it_is_back(
    start_server: StartServer, new_visitor: NewVisitor
) -> None:
    running = start_server()
    page, sidebar = at_the_chat(running, new_visitor)
    sidebar.say("add milk")
    kill(running)
    sidebar.send("add eggs")
    expect(sidebar.element.get_by_role("button", name="Try now")).to_be_visible()
    expect(sidebar.element.get_by_text("add eggs")).to_be_visible()
    # Nobody presses anything: after 20 s it ends by itself with the reason and a button.
    expect(sidebar.failure).to_have_count(0)
    page.clock.fast_forward(20_000)
    expect(sidebar.failure).to_be_visible()
    expect(sidebar.composer).to_have_value("add eggs")
    with started_again(running):
        sidebar.retry()
        sidebar.expect_text("Added eggs")
        expect(task(page, "eggs")).to_have_count(1)
        expect(sidebar.composer).to_have_value("")
        assert sidebar.said_by_the_user().count("add eggs") == 1


def test_t054_backend_down_for_a_moment_needs_no_hand(
    start_server: StartServer, new_visitor: NewVisitor
) -> None:
    running = start_server()
    page, sidebar = at_the_chat(running, new_visitor, jitter=0.1)
    kill(running)
    sidebar.send("add milk")
    expect(sidebar.connection_line).to_contain_text("Connection lost.")
    # The page is patient for 20 s, in which a slow machine may not start a server: its time stops.
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 2"))
    with started_again(running):
        page.clock.resume()
        expect(task(page, "milk")).to_be_visible(timeout=20_000)
        sidebar.expect_text("Added milk")
        assert sidebar.said_by_the_user() == ["add milk"]


def test_t054_backend_down_ends_for_the_list_when_the_chat_has_an_answer(
    start_server: StartServer, new_visitor: NewVisitor
) -> None:
    running = start_server()
    page, sidebar = at_the_chat(running, new_visitor, jitter=0.99)
    kill(running)
    sidebar.send("add milk")
    expect(sidebar.connection_line).to_be_visible()
    # By then the list tries again every 15 s at most.
    for _ in range(6):
        page.clock.fast_forward(15_000)
    expect(sidebar.failure).to_be_visible()
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 0.1"))
    with started_again(running):
        sidebar.retry()
        milk = task(page, "milk")
        for _ in range(50):
            page.clock.run_for(100)
            page.wait_for_timeout(100)
            if milk.count():
                break
        expect(milk).to_be_visible()
