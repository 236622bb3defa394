"""Every item type, as the server sends it and as it is stored."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conformance.chat import Chat
from tests.element_server import samples


def test_user_message(chat: Chat) -> None:
    """With tags, a quote and a file."""
    chat.show("item user_message")
    mine = chat.element.locator(".mine").last
    expect(mine.locator(".bubble")).to_contain_text("Ask Ada about it")
    expect(mine.locator(".tag")).to_have_text("Ada")
    expect(mine.locator("blockquote")).to_have_text("made of leaves")
    expect(mine.locator(".attachment")).to_have_text("notes.txt")
    expect(mine.get_by_role("img", name="cup.png")).to_have_attribute("src", samples.PIXEL)


def test_tag_that_is_interactive(chat: Chat) -> None:
    chat.mount("{ entities: { onClick: (entity) => calls.push(entity) } }")
    chat.say("show item user_message")
    chat.button("Ada").click()
    (entity,) = chat.page.evaluate("() => calls")
    assert (entity["id"], entity["title"], entity["group"]) == ("ada", "Ada", "People")
    assert entity["data"] == {"born": "1815"}


def test_assistant_message(chat: Chat) -> None:
    """With sources of each kind."""
    chat.show("item assistant_message")
    text = chat.answers.locator(".md")
    expect(text.locator("strong")).to_have_text("drink")
    sources = chat.element.locator(".sources")
    link = sources.get_by_role("link", name="The encyclopaedia")
    expect(link).to_have_attribute("href", "https://example.com/tea")
    expect(sources.get_by_text("The minutes")).to_be_visible()
    expect(sources.get_by_role("button", name="Ada Lovelace")).to_be_hidden()
    expect(sources.get_by_text("Ada Lovelace")).to_be_visible()
    expect(sources.locator(".source-details")).to_have_text(
        [
            "Example · All about tea · May 2026",
            "minutes.pdf · Of the tea party · June 2026",
            "Person · Wrote programs · 1843",
        ]
    )
    expect(sources.locator(".source svg")).to_have_count(2)


def test_sources_in_groups(chat: Chat) -> None:
    chat.show("item assistant_message")
    reading = chat.element.get_by_role("list", name="Sources: Reading", exact=True)
    expect(reading.get_by_role("listitem")).to_have_count(2)
    people = chat.element.get_by_role("list", name="Sources: People", exact=True)
    expect(people.get_by_role("listitem")).to_have_count(1)
    expect(people).to_contain_text("Ada Lovelace")
    expect(chat.element.locator(".sources-group")).to_have_text(["Reading", "People"])


def test_sources_at_their_place_in_the_text(chat: Chat) -> None:
    """By the host of a link, the name of a file, the own label of an entity."""
    chat.mount("{ entities: { onClick: (entity) => calls.push(entity.id) } }")
    chat.say("show item assistant_message")
    text = chat.answers.locator(".md p")
    expect(text).to_have_text(
        "Tea example.com The encyclopaedia is a drink The minutes"
        " made of leaves. A. L. Ada Lovelace"
    )
    link = text.get_by_role("link", name="example.com The encyclopaedia", exact=True)
    expect(link).to_have_attribute("href", "https://example.com/tea")
    text.get_by_role("button", name="A. L. Ada Lovelace", exact=True).click()
    assert chat.page.evaluate("() => calls") == ["ada"]


def test_client_tool_call(chat: Chat) -> None:
    chat.mount("{ onClientTool: async (call) => { calls.push(call); return { text: 'copied' }; } }")
    chat.send("show item client_tool_call")
    chat.sees('The page says {"text": "copied"}.')
    chat.sees("Read clipboard")
    calls = chat.page.evaluate("() => calls")
    assert calls == [{"name": "read_clipboard", "params": {"format": "text"}}]
    (output,) = chat.asked("threads.add_client_tool_output")
    assert output["result"] == {"text": "copied"}


def test_output_of_a_client_tool_call(chat: Chat) -> None:
    """On demand, in the reply and as it is stored."""
    chat.mount("{ onClientTool: async () => ({ text: 'copied' }) }")
    chat.send("show item client_tool_call")
    chat.sees("The page says")

    def opens() -> None:
        chat.button("Read clipboard").click()
        shown = chat.element.locator(".fold-body .code")
        expect(shown).to_have_count(2)
        expect(shown.first).to_contain_text('"format": "text"')
        expect(shown.last).to_contain_text('"text": "copied"')

    opens()
    thread = chat.events("thread.change")[-1]["threadId"]
    chat.mount(f"{{ initialThread: {json.dumps(thread)} }}")
    opens()


def test_widget(chat: Chat) -> None:
    chat.show("item widget")
    expect(chat.element.locator(".card")).to_have_text("A plain text")
    chat.page.evaluate(
        "() => { navigator.clipboard.writeText = async (text) => { calls.push(text); }; }"
    )
    chat.button("Copy").click()
    chat.page.wait_for_function("() => calls.length === 1")
    assert chat.page.evaluate("() => calls") == ["What to copy"]


def test_generated_image(chat: Chat) -> None:
    chat.show("item generated_image")
    expect(chat.element.get_by_role("img", name="Image")).to_have_attribute("src", samples.PIXEL)


def test_structured_input(chat: Chat) -> None:
    """Questions to choose from and to write to; the answers stay in their place."""
    chat.show("item structured_input")
    form = chat.element.locator("form.questions")
    form.get_by_role("radio", name="Large").check()
    form.get_by_role("checkbox", name="Milk").check()
    form.get_by_role("checkbox", name="Sugar").check()
    expect(form).to_contain_text("The name on the cup")
    form.get_by_role("textbox", name="Your answer").fill("Ada")
    form.get_by_role("button", name="Submit").click()
    chat.sees(f"answered: {json.dumps([['Large'], ['Milk', 'Sugar'], ['Ada']])}")
    expect(chat.element.locator("dl.answered")).to_contain_text("Which size?Large")
    expect(chat.element.locator("dl.answered")).to_contain_text("Milk, Sugar")
    (sent,) = chat.asked("threads.add_structured_input")
    assert sent["input"]["answers"]["size"] == {"values": ["Large"], "skipped": False}


def test_structured_input_that_is_skipped(chat: Chat) -> None:
    chat.show("item structured_input")
    chat.button("Skip").click()
    chat.sees("skipped: [null, null, null]")
    expect(chat.element.locator("dl.answered")).to_contain_text("Which size?Skipped")


def test_task(chat: Chat) -> None:
    chat.show("item task")
    line = chat.button("Boil water")
    expect(line).to_have_attribute("aria-expanded", "false")
    line.click()
    chat.sees("At 100 degrees")


def test_workflow(chat: Chat) -> None:
    """Folded under its summary, with each kind of task in it."""
    chat.show("item workflow")
    expect(chat.text("Boil water")).to_have_count(0)
    chat.button("Made tea").click()
    chat.button("Search").click()
    chat.sees("green tea")
    expect(chat.log.get_by_role("link", name="The encyclopaedia")).to_be_visible()
    chat.button("A thought").click()
    chat.sees("Tea before milk.")
    chat.button("Files").click()
    chat.sees("minutes.pdf")
    chat.sees("A picture of tea")
    chat.sees("oolong")


def test_workflow_that_is_expanded(chat: Chat) -> None:
    """Unfolded from the start, its tasks done, with their icons."""
    chat.show("item expanded")
    summary = chat.button("Looked around")
    expect(summary).to_have_attribute("aria-expanded", "true")
    expect(summary.locator("svg").first).to_be_visible()
    chat.sees("Boil water")
    expect(chat.text("(in progress)")).to_have_count(0)
    expect(chat.button("Boil water").locator("svg").first).to_be_visible()


def test_reasoning_workflow(chat: Chat) -> None:
    chat.show("item reasoning")
    chat.element.get_by_role("button", name="Thought for 1 min").click()
    chat.sees("A thought")


@pytest.mark.parametrize("name", ["hidden_context_item", "sdk_hidden_context", "end_of_turn"])
def test_items_that_are_not_shown(chat: Chat, name: str) -> None:
    chat.show(f"item {name}")
    expect(chat.log.locator(".turn > *")).to_have_count(1)  # the question
    expect(chat.log.get_by_role("alert")).to_have_count(0)
    chat.say("Are you still there?")
    chat.sees("You said: Are you still there?")


def test_every_item_type_as_it_is_stored(chat: Chat) -> None:
    thread = chat.stored_thread("everything")
    chat.mount(f"{{ initialThread: {json.dumps(thread)} }}")
    chat.wait_for_event("thread.load.end")
    for words in ("Question 1", "Answer 1", "Ask Ada about it", "is a drink", "Read clipboard"):
        chat.sees(words)
    for words in (
        "A plain text",
        "Which size?",
        "Boil water",
        "Made tea",
        "Thought for 1 min 15 s",
    ):
        chat.sees(words)
    expect(chat.element.get_by_role("img", name="Image")).to_be_visible()
    expect(chat.text("Graz")).to_have_count(0)
    # Questions that were passed over can no longer be answered.
    expect(chat.button("Submit")).to_have_count(0)
