"""T055: the stream of a reply is lost; a proxy cuts it."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.browser.conftest import NewVisitor, Sidebar
from tests.browser.story import STORY, WORDS, tell
from tests.fakes.model_server import FakeModel, Turn
from tests.fakes.proxy import FaultyProxy
from tests.services import TaskChatServer


def test_t055_stream_lost_again_and_again_ends_with_the_right_text_once(
    model: FakeModel,
    proxy: FaultyProxy,
    behind_proxy: TaskChatServer,
    new_visitor: NewVisitor,
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.01)]
    visitor = new_visitor(server=behind_proxy, expect_problems=True)
    visitor.fix_jitter(0.1)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    proxy.cuts.extend([0, 1, 1500, 1501, 777, 3003, 5000])
    tell(sidebar)
    assert not proxy.cuts
    assert sidebar.answers() == [STORY]
    assert len(model.requests) == 1
    page.reload()
    sidebar.expect_text("w119")
    assert sidebar.answers() == [STORY]


def test_t055_stream_lost_for_some_time_says_so_and_goes_on(
    model: FakeModel,
    proxy: FaultyProxy,
    behind_proxy: TaskChatServer,
    new_visitor: NewVisitor,
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.02)]
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    sidebar.send("tell me a story")
    sidebar.expect_text("w5 ")
    proxy.down = True
    proxy.hang_up()
    expect(sidebar.connection_line).to_contain_text("Connection lost.")
    expect(sidebar.element.get_by_role("button", name="Stop")).to_be_visible()
    proxy.down = False
    expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0, timeout=20_000)
    expect(sidebar.connection_line).to_be_empty()
    assert sidebar.answers() == [STORY]
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
    sidebar.send("tell me a story")
    sidebar.expect_text("w5 ")
    proxy.down = True
    proxy.hang_up()
    sidebar.element.get_by_role("button", name="Give up").click()
    expect(sidebar.failure).to_contain_text("Reload the conversation")
    sidebar.expect_text("w5 ")
    proxy.down = False
    # The page's live connection comes back by itself, and the conversation with it.
    expect(sidebar.element.get_by_text("w119").last).to_be_visible(timeout=30_000)
    expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0)
    expect(sidebar.failure).to_have_count(0)
    assert sidebar.answers() == [STORY]


def test_t055_stream_lost_and_stopped_meanwhile_stays_stopped(
    model: FakeModel,
    proxy: FaultyProxy,
    behind_proxy: TaskChatServer,
    new_visitor: NewVisitor,
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.1)]
    page = new_visitor(server=behind_proxy, expect_problems=True).sign_up()
    sidebar = Sidebar(page).open()
    sidebar.send("tell me a story")
    sidebar.expect_text("w3 ")
    proxy.down = True
    proxy.hang_up()
    expect(sidebar.connection_line).to_contain_text("Connection lost.")
    sidebar.element.get_by_role("button", name="Stop").click()
    expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0, timeout=1000)
    expect(sidebar.connection_line).to_be_empty()
    proxy.down = False
    assert model.gone.wait(20), "the model's connection was not closed"
    sidebar.expect_text("w3 ")


def test_t055_stream_lost_and_stopped_keeps_words_that_are_stored_while_it_catches_up(
    model: FakeModel,
    proxy: FaultyProxy,
    behind_proxy: TaskChatServer,
    new_visitor: NewVisitor,
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.1)]
    visitor = new_visitor(server=behind_proxy, expect_problems=True)
    visitor.fix_jitter(0.1)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    sidebar.send("tell me a story")
    sidebar.expect_text("w3 ")
    stops: list[Route] = []
    questions: list[Route] = []

    def stop_before_the_question(route: Route) -> None:
        """The page's question for the thread's run is answered when the run has just ended."""
        (stops if route.request.method == "POST" else questions).append(route)
        if stops and questions:
            while stops:
                stop = stops.pop()
                stop.fulfill(response=stop.fetch())
            for question in questions:
                question.continue_()
            page.unroute_all()

    page.route("**/chat/threads/*/run", stop_before_the_question)
    page.route("**/chat/runs/*/cancel", stop_before_the_question)
    proxy.down = True
    proxy.hang_up()
    expect(sidebar.connection_line).to_contain_text("Connection lost.")
    sidebar.element.get_by_role("button", name="Stop").click()
    expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0, timeout=1000)
    with page.expect_response("**/chat/threads/*/run"):
        proxy.down = False
    sidebar.expect_text("w3 ")
    expect(sidebar.element).to_contain_text("You stopped this reply.")
