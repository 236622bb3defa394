"""Replies in Chromium: lists that act, questions before deleting, history, Stop, Retry."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor, Sidebar, task
from tests.fakes.model_server import FakeModel, Turn
from tests.services import TaskChatServer


def test_a_list_in_the_chat_completes_tasks_on_the_page(new_visitor: NewVisitor) -> None:
    page = new_visitor().sign_up()
    page.get_by_role("button", name="All", exact=True).click()
    sidebar = Sidebar(page).open()
    sidebar.say("add milk, eggs and bread")
    sidebar.say("show my tasks")
    box = sidebar.element.get_by_role("checkbox", name=re.compile("eggs"))
    box.click()
    expect(task(page, "eggs")).to_be_checked()
    expect(box).to_be_checked()
    expect(task(page, "milk")).not_to_be_checked()


def test_deleting_all_asks_and_the_card_decides(new_visitor: NewVisitor) -> None:
    page = new_visitor().sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("add milk, eggs and bread")
    sidebar.say("delete all my tasks")
    expect(task(page, "milk")).to_be_visible()
    sidebar.element.get_by_role("button", name="Delete", exact=True).click()
    sidebar.expect_text("Deleted 3 tasks")
    expect(task(page, "milk")).to_have_count(0)


def test_history_opens_renames_and_deletes(new_visitor: NewVisitor) -> None:
    page = new_visitor().sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("hello")
    sidebar.element.get_by_role("button", name="New chat").click()
    sidebar.say("what can you do?")
    sidebar.element.get_by_role("button", name="History").click()
    sidebar.element.get_by_role("button", name="Rename: hello").click()
    sidebar.element.get_by_role("textbox", name="Title").fill("Greetings")
    page.keyboard.press("Enter")
    sidebar.element.get_by_role("button", name="Delete: what can you do?").click()
    sidebar.element.get_by_role("button", name="Delete", exact=True).click()
    # In these letters: the start screen has a prompt of the same words.
    expect(sidebar.element.get_by_text("what can you do?", exact=True)).to_have_count(0)
    sidebar.element.get_by_role("button", name=re.compile("^Greetings")).click()
    sidebar.expect_text("Hello!")


def test_stop_stops_and_keeps_what_was_said(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=tuple(f"word{n} " for n in range(400)), pause=0.03)]
    page = new_visitor(server=model_server).sign_up()
    sidebar = Sidebar(page).open()
    sidebar.composer.fill("tell me a story")
    sidebar.composer.press("Enter")
    sidebar.expect_text("word5 ")
    sidebar.stop.click()
    expect(sidebar.stop).to_have_count(0, timeout=1000)
    sidebar.expect_text("word5 ")
    page.reload()
    sidebar.expect_text("word5 ")
    expect(sidebar.element.get_by_text("word399")).to_have_count(0)


def test_a_failed_reply_is_still_marked_after_a_reload_and_can_be_tried_again(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(status=401), Turn(words=("Here ", "I am."))]
    page = new_visitor(server=model_server).sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("good morning")
    expect(sidebar.failure).to_contain_text("refused our key")
    page.reload()
    note = sidebar.element.get_by_role("status").filter(has_text="refused our key")
    expect(note).to_be_visible()
    # Nothing new has happened, so nobody is alarmed.
    expect(sidebar.failure).to_have_count(0)
    note.get_by_role("button", name="Try again").click()
    sidebar.expect_text("Here I am.")
    expect(note).to_have_count(0)


def test_words_stay_in_the_composer_while_a_reply_runs(
    model: FakeModel, model_server: TaskChatServer, new_visitor: NewVisitor
) -> None:
    model.turns = [Turn(words=("slow ",) * 60, pause=0.05)]
    page = new_visitor(server=model_server).sign_up()
    sidebar = Sidebar(page).open()
    sidebar.composer.fill("first")
    sidebar.composer.press("Enter")
    sidebar.expect_text("slow slow")
    sidebar.composer.fill("second")
    sidebar.composer.press("Enter")
    expect(sidebar.composer).to_have_value("second")
