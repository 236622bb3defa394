"""T056 to T060: the wrong user, and whole flows."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, NewVisitor, Sidebar, task
from tests.browser.story import STORY, WORDS
from tests.fakes.model_server import FakeModel, Turn
from tests.services import TaskChatServer


def test_t056_wrong_user_is_refused_in_words(new_visitor: NewVisitor) -> None:
    ann, bob = new_visitor(expect_problems=True), new_visitor()
    anns, bobs = ann.sign_up(), bob.sign_up()
    bobs_path = _chat_path(bobs)
    statuses: list[int] = []
    anns.on("response", lambda answer: statuses.append(answer.status))
    anns.route("**/chat", lambda route: route.continue_(url=ann.base + bobs_path))
    sidebar = Sidebar(anns).open()
    sidebar.send("add milk")
    expect(sidebar.failure).to_contain_text(re.compile("another|not allowed", re.IGNORECASE))
    assert 403 in statuses
    expect(sidebar.composer).to_have_value("add milk")
    expect(task(bobs, "milk")).to_have_count(0)
    anns.unroute("**/chat")
    sidebar.retry()
    sidebar.expect_text("Added milk")


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
    assert len(sidebar.said_by_the_user()) == 5


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
    sidebar.send("tell me a story")
    sidebar.expect_text("w5 ")
    page.reload()
    # Live again, from the very first word, while it is still being said.
    sidebar.expect_text("w5 ")
    expect(sidebar.element.get_by_role("button", name="Stop")).to_be_visible()
    expect(sidebar.element.get_by_text("w119")).to_have_count(0)
    expect(sidebar.element.get_by_text("w119").last).to_be_visible(timeout=20_000)
    expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0)
    assert sidebar.answers() == [STORY]
    assert sidebar.said_by_the_user() == ["tell me a story"]
    assert len(model.requests) == 1


def test_t059_history_stop_after_a_reload_stops_the_reply(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=WORDS, pause=0.1)]
    page = new_visitor(server=model_server).sign_up()
    sidebar = Sidebar(page).open()
    sidebar.send("tell me a story")
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
    first.send("tell me a story")
    second.expect_text("w5 ")
    expect(second.element.get_by_text("w119")).to_have_count(0)
    for sidebar in (first, second):
        expect(sidebar.element.get_by_text("w119").last).to_be_visible(timeout=20_000)
        expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0)
        assert sidebar.answers() == ["Hi.", STORY]
        assert sidebar.said_by_the_user() == ["hello", "tell me a story"]
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
        sidebar.send(f"I am user {number}")
    for number, sidebar in enumerate(sidebars):
        sidebar.expect_text(f"u{number}w39")
        assert sidebar.answers() == ["".join(f"u{number}w{n} " for n in range(40)).strip()]


def _conversation(sidebar: Sidebar) -> str:
    return sidebar.element.get_by_role("log").inner_text()


def _expect_task(page: Page, title: str, state: str) -> None:
    if state == "gone":
        expect(task(page, title)).to_have_count(0)
    else:
        expect(task(page, title)).to_be_checked(checked=state == "checked")


def _chat_path(page: Page) -> str:
    with page.expect_request(re.compile(r"/api/[^/]+/chat/assistant")) as seen:
        page.reload()
    path = re.search(r"/api/[^/]+/chat", seen.value.url)
    assert path is not None
    return path.group()
