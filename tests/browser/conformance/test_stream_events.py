"""Every event of a stream and every update of an item, seen while the reply is under way."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conformance.chat import Chat
from tests.element_server import samples


def begin(chat: Chat, script: str) -> Chat:
    """A reply that now waits for the test."""
    chat.mount()
    chat.send(f"show {script}")
    return chat


def finish(chat: Chat) -> None:
    chat.release()
    chat.wait_for_event("response.end")


def test_thread_created(chat: Chat) -> None:
    chat.mount()
    chat.say("Hello")
    (change,) = chat.events("thread.change")
    assert change["threadId"].startswith("thr_")
    chat.say("Again")
    assert chat.asked("threads.add_user_message")[0]["thread_id"] == change["threadId"]


def test_thread_updated_with_a_title(chat: Chat) -> None:
    chat.show("title All about tea")
    expect(chat.element.get_by_role("heading", name="All about tea")).to_be_visible()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("locked Until Monday.", "Until Monday."),
        ("locked", "This conversation is locked."),
        ("closed Over and out.", "Over and out."),
        ("closed", "This conversation is closed."),
    ],
)
def test_thread_updated_with_a_status(chat: Chat, script: str, words: str) -> None:
    chat.show(script)
    expect(chat.element.locator(".locked")).to_have_text(words)
    expect(chat.composer).to_have_count(0)


def test_thread_updated_with_image_domains(chat: Chat) -> None:
    """An image of a domain that the thread allows is shown; without that it is a link."""
    image = {"type": "Image", "src": f"{chat.server}/uploads/pictures/one", "alt": "A cup"}
    widget = json.dumps({"type": "Card", "children": [image]})
    chat.show(f"widget-json {widget}")
    expect(chat.element.locator("img")).to_have_count(0)
    chat.say("show images-from 127.0.0.1")
    chat.say(f"show widget-json {widget}")
    expect(chat.element.get_by_role("img", name="A cup").last).to_have_attribute(
        "src", image["src"]
    )


def test_item_added_and_done(chat: Chat) -> None:
    begin(chat, "added")
    chat.sees("Added, not done.")
    finish(chat)
    chat.sees("Done.")
    expect(chat.answers).to_have_count(1)


def test_item_removed(chat: Chat) -> None:
    begin(chat, "removed")
    chat.sees("Soon removed.")
    finish(chat)
    expect(chat.answers).to_have_count(0)


def test_item_replaced(chat: Chat) -> None:
    begin(chat, "replaced")
    chat.sees("Soon replaced.")
    finish(chat)
    expect(chat.answers).to_have_text("In its place.")


def test_stream_options(chat: Chat) -> None:
    begin(chat, "unstoppable")
    expect(chat.button("Stop")).to_be_disabled()
    finish(chat)
    chat.sees("Not stopped.")


def test_progress_update(chat: Chat) -> None:
    begin(chat, "progress")
    chat.sees("Looking around")
    finish(chat)
    expect(chat.text("Looking around")).to_have_count(0)
    chat.sees("Found.")


def test_client_effect(chat: Chat) -> None:
    chat.show("effect")
    assert chat.events("effect") == [{"name": "confetti", "data": {"colour": "red"}}]


@pytest.mark.parametrize("level", ["info", "warning", "danger"])
def test_notice(chat: Chat, level: str) -> None:
    chat.show(f"notice {level}")
    notice = chat.element.locator(f".notice-{level}")
    expect(notice).to_contain_text("Nearly there")
    expect(notice.locator("strong")).to_have_text("2")
    link = notice.get_by_role("link", name="Upgrade")
    expect(link).to_have_attribute("href", "https://example.com/plans")


def test_error_with_retry(chat: Chat) -> None:
    chat.show("error retry")
    alert = chat.element.get_by_role("alert")
    expect(alert).to_contain_text("The oven is cold.")
    chat.sees("As far as I came.")
    alert.get_by_role("button", name="Try again").click()
    chat.sees("It worked this time.")
    expect(chat.text("As far as I came.")).to_have_count(0)
    expect(alert).to_have_count(0)
    assert len(chat.asked("threads.retry_after_item")) == 1


def test_error_without_retry(chat: Chat) -> None:
    chat.show("error final")
    alert = chat.element.get_by_role("alert")
    expect(alert).to_contain_text("The oven is cold.")
    expect(alert.get_by_role("button", name=re.compile("again|Retry"))).to_have_count(0)


@pytest.mark.parametrize("kind", ["code", "crash"])
def test_error_with_a_code(chat: Chat, kind: str) -> None:
    """What the server has no words for, ours say; a crash of its reply can be retried, too."""
    chat.show(f"error {kind}")
    alert = chat.element.get_by_role("alert")
    expect(alert).to_contain_text("The reply failed")
    (event,) = chat.events("error")
    assert event["error"]["isError"]
    assert event["error"]["code"] == "stream.error"
    alert.get_by_role("button", name="Try again").click()
    chat.sees("It worked this time.")


# --- Updates of items


def test_content_part_added(chat: Chat) -> None:
    begin(chat, "update assistant_message.content_part.added")
    chat.sees("Tea is made of leaves.")
    expect(chat.text("A second part.")).to_have_count(0)
    chat.release()
    chat.sees("A second part.")
    finish(chat)


def test_content_part_text_delta(chat: Chat) -> None:
    begin(chat, "update assistant_message.content_part.text_delta")
    chat.release()
    chat.sees("Word by word.")
    finish(chat)
    expect(chat.answers).to_have_text("Word by word.")


def test_content_part_annotation_added(chat: Chat) -> None:
    begin(chat, "update assistant_message.content_part.annotation_added")
    chat.sees("Tea is made of leaves.")
    source = chat.log.get_by_role("link", name="The encyclopaedia")
    expect(source).to_have_count(0)
    chat.release()
    expect(source).to_have_count(2)  # in the text, and below it
    finish(chat)
    expect(source).to_have_count(2)


def test_content_part_done(chat: Chat) -> None:
    begin(chat, "update assistant_message.content_part.done")
    chat.sees("Tea is made of leaves.")
    chat.release()
    chat.sees("Tea is made of dried leaves.")
    finish(chat)


def test_widget_streaming_text(chat: Chat) -> None:
    begin(chat, "update widget.streaming_text.value_delta")
    expect(chat.text("Wa").last).to_have_text("Wa")
    chat.release()
    chat.sees("Water is boiling")
    finish(chat)


def test_widget_component_updated(chat: Chat) -> None:
    begin(chat, "update widget.component.updated")
    chat.sees("Cold")
    chat.release()
    chat.sees("Hot")
    expect(chat.text("Cold")).to_have_count(0)
    finish(chat)


def test_widget_root_updated(chat: Chat) -> None:
    begin(chat, "update widget.root.updated")
    chat.sees("Cold")
    chat.release()
    chat.sees("Hot tea")
    expect(chat.text("Cold")).to_have_count(0)
    finish(chat)


def test_workflow_task_added(chat: Chat) -> None:
    begin(chat, "update workflow.task.added")
    chat.sees("Boil water")
    expect(chat.text("Pour")).to_have_count(0)
    chat.release()
    chat.sees("Pour")
    finish(chat)
    chat.sees("Boiled water")


def test_workflow_task_updated(chat: Chat) -> None:
    begin(chat, "update workflow.task.updated")
    expect(chat.text("(in progress)").first).to_be_attached()
    chat.release()
    chat.sees("Boiled water")
    expect(chat.text("(in progress)")).to_have_count(0)
    finish(chat)


def test_generated_image_updated(chat: Chat) -> None:
    """With how far it is, while it is not complete."""
    begin(chat, "update generated_image.updated")
    image = chat.element.get_by_role("img", name="Image")
    expect(image).to_be_visible()
    chat.release()
    expect(image).to_have_attribute("src", samples.PIXEL)
    expect(chat.element.get_by_role("progressbar")).to_have_js_property("value", 0.4)
    finish(chat)
    expect(chat.element.get_by_role("progressbar")).to_have_count(0)
