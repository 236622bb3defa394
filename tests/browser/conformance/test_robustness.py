"""Streams that no server should send: each is survived, and says what it must."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conformance.chat import Chat


def message(text: str, id: str = "msg_1") -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    base = {"id": id, "thread_id": "$thread", "created_at": "2026-01-02T03:04:05Z"}
    return {**base, "type": "assistant_message", "content": content}


def done(text: str, id: str = "msg_1") -> dict[str, Any]:
    return {"type": "thread.item.done", "item": message(text, id)}


def delta(text: str, id: str = "msg_1", index: Any = 0) -> dict[str, Any]:
    kind = "assistant_message.content_part.text_delta"
    update = {"type": kind, "content_index": index, "delta": text}
    return {"type": "thread.item.updated", "item_id": id, "update": update}


def raw(chat: Chat, *events: Any) -> None:
    chat.mount()
    chat.send(f"show raw {json.dumps(events)}")


def test_repeated_events(chat: Chat) -> None:
    raw(chat, done("Once."), done("Once."), done("Two.", "msg_2"), done("Once."))
    chat.wait_for_event("response.end")
    expect(chat.answers).to_have_text(["Once.", "Two."])


def test_updates_before_their_item(chat: Chat) -> None:
    """What was added later is whole, whatever came for it before."""
    raw(chat, delta("lost"), done("Whole."), delta("!", "msg_9"))
    chat.wait_for_event("response.end")
    expect(chat.answers).to_have_text(["Whole."])


@pytest.mark.parametrize(
    "event",
    [
        {"type": "thread.hologram", "item": {}},
        {"type": "thread.item.done"},
        {"type": "thread.item.done", "item": {"type": "assistant_message"}},
        {"type": "thread.item.done", "item": {"type": "hologram", "id": "x"}},
        {"type": "thread.item.done", "item": {"type": "widget", "id": "x", "widget": []}},
        {"type": "thread.item.updated", "item_id": "msg_1", "update": "no"},
        {"type": "thread.item.updated", "item_id": "msg_1", "update": {"type": "hologram"}},
        {"type": "thread.item.removed", "item_id": "nobody"},
        {"type": "thread.updated", "thread": None},
        {"type": "stream_options"},
        {"type": "progress_update", "text": 7},
        {"type": "notice", "level": "loud"},
        {"type": "client_effect"},
        delta("!", index=-1),
        delta("!", index=10**9),
        delta("!", index="0"),
    ],
)
def test_malformed_events(chat: Chat, event: dict[str, Any]) -> None:
    raw(chat, done("Before."), event, done("After.", "msg_2"))
    chat.wait_for_event("response.end")
    expect(chat.answers).to_have_text(["Before.", "After."])
    expect(chat.element.get_by_role("alert")).to_have_count(0)


def test_frames_that_are_no_json(chat: Chat) -> None:
    raw(chat, done("Before."), "data: {nonsense\n\n: a comment\n\n", done("After.", "msg_2"))
    chat.wait_for_event("response.end")
    expect(chat.answers).to_have_text(["Before.", "After."])
    assert {"name": "stream.malformed", "data": {"chars": 9}} in chat.events("log")


@pytest.mark.parametrize("end", [["break"], []], ids=["broken", "closed"])
def test_a_server_that_dies_in_the_middle_of_a_frame(chat: Chat, end: list[str]) -> None:
    """What was said stays; the reply can be asked for again. Also when a proxy closes neatly."""
    raw(chat, done("Before."), 'data: {"type": "thread.it', *end)
    alert = chat.element.get_by_role("alert")
    expect(alert).to_contain_text("The connection was lost")
    expect(alert.get_by_role("button")).to_have_count(1)
    chat.sees("Before.")
    assert chat.events("response.end") == [None]


def test_thousands_of_deltas(chat: Chat) -> None:
    chat.show("count 3000")
    expect(chat.answers).to_contain_text("0 1 2 3")
    expect(chat.answers).to_contain_text("2998 2999")


def test_html_in_every_text(chat: Chat) -> None:
    """Shown as text; nothing of it runs, under a policy that would tell."""
    html = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    chat.mount()
    chat.say(f"show title {html}")
    chat.say(f"show say {html}")
    widget = {"type": "Card", "children": [{"type": "Text", "value": html}]}
    chat.say(f"show widget-json {json.dumps(widget)}")
    expect(chat.element.locator("img, script")).to_have_count(0)
    expect(chat.element.locator(".card")).to_have_text(html)


def test_two_elements_on_one_page(chat: Chat) -> None:
    """Each has its own thread, draft and theme."""
    chat.mount("{ theme: 'light' }")
    chat.say("Hello")
    chat.page.evaluate(
        """async (url) => {
            const other = document.createElement("openai-chatkit");
            other.id = "other";
            other.setOptions({ api: { url, domainKey: "any" }, theme: "dark" });
            document.querySelector("main").append(other);
        }""",
        f"{chat.url}-other",
    )
    other = chat.page.locator("#other")
    expect(other.get_by_role("textbox", name="Message")).to_be_visible()
    expect(other.locator(".answer")).to_have_count(0)
    expect(other.get_by_role("region")).to_have_css("color-scheme", "dark")
    expect(chat.page.locator("openai-chatkit:not(#other)").get_by_role("region")).to_have_css(
        "color-scheme", "light"
    )
    other.get_by_role("textbox", name="Message").fill("Other draft")
    first = chat.page.locator("openai-chatkit:not(#other)").get_by_role("textbox", name="Message")
    expect(first).to_have_value("")
    chat.page.evaluate("() => document.querySelector('#other').remove()")


@pytest.mark.parametrize("url", ["/page/index.html", "/nowhere"])
def test_an_address_without_a_server(chat: Chat, url: str) -> None:
    """Says what is wrong, and keeps the message."""
    chat.mount(f"{{ api: {{ url: {url!r}, domainKey: 'any' }} }}")
    chat.send("Hello")
    alert = chat.element.get_by_role("alert")
    expect(alert).to_contain_text("The chat service was not found")
    expect(chat.composer).to_have_value("Hello")


def test_a_server_that_cannot_be_reached(chat: Chat) -> None:
    chat.mount()
    chat.page.route(chat.url, lambda route: route.abort())
    chat.send("Hello")
    alert = chat.element.get_by_role("alert")
    expect(alert).to_contain_text("reach the server")
    chat.page.unroute(chat.url)
    alert.get_by_role("button", name="Retry").click()
    chat.sees("You said: Hello")
