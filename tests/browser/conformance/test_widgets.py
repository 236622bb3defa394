"""Every widget component, and how actions behave."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.conformance.chat import Chat


def widget(chat: Chat, name: str) -> Locator:
    """The server's sample of a component."""
    chat.show(f"widget {name}")
    return chat.element.locator(".turn .card, .turn .w-row, .turn .w-col").first


def custom(chat: Chat, *children: dict[str, Any], **card: Any) -> None:
    """A card that is made here."""
    root = {"type": "Card", "children": list(children), **card}
    chat.say(f"show widget-json {json.dumps(root)}")


def acted(chat: Chat) -> list[dict[str, Any]]:
    return [params["action"] for params in chat.asked("threads.custom_action")]


def box(locator: Locator) -> dict[str, float]:
    found = locator.bounding_box()
    assert found is not None
    return {"x": found["x"], "y": found["y"], "width": found["width"]} | {"height": found["height"]}


# --- Roots


def test_basic(chat: Chat) -> None:
    chat.show("widget Basic")
    chat.sees("In a basic root")
    expect(chat.element.locator(".card")).to_have_count(0)


def test_card(chat: Chat) -> None:
    """Status, fields that go with the confirmation, and cancel without them."""
    card = widget(chat, "Card")
    expect(card).to_contain_text("Draft")
    card.get_by_role("textbox").fill("Coffee")
    chat.button("Save").click()
    chat.wait_for_event("response.end", 2)
    chat.button("Discard").click()
    chat.wait_for_event("response.end", 3)
    saved, discarded = acted(chat)
    assert saved == {"type": "save", "payload": {"id": 7, "event": {"title": "Coffee"}}}
    assert discarded["type"] == "discard"


def test_list_view(chat: Chat) -> None:
    card = widget(chat, "ListView")
    expect(card.get_by_role("listitem")).to_have_count(2)
    expect(card).to_contain_text("Four rows")
    chat.button("Show 2 more").click()
    expect(card.get_by_role("listitem")).to_have_count(4)


def test_list_view_item(chat: Chat) -> None:
    widget(chat, "ListViewItem")
    chat.element.get_by_role("button", name="Open me").click()
    chat.wait_for_event("response.end", 2)
    assert acted(chat) == [{"type": "open", "payload": {"id": 1}}]


# --- Layout


def test_box(chat: Chat) -> None:
    widget(chat, "Box")
    node = chat.text("In a box").locator("xpath=..")
    expect(node).to_have_css("padding", "16px")
    background = node.evaluate("node => getComputedStyle(node).backgroundColor")
    assert background not in {"rgba(0, 0, 0, 0)", "transparent"}
    radius = node.evaluate("node => parseFloat(getComputedStyle(node).borderRadius)")
    assert radius > 0


def test_row(chat: Chat) -> None:
    widget(chat, "Row")
    left, right = box(chat.text("Left")), box(chat.text("Right"))
    assert abs(left["y"] - right["y"]) < 2
    assert right["x"] - (left["x"] + left["width"]) >= 11  # gap: three units of four pixels


def test_col(chat: Chat) -> None:
    widget(chat, "Col")
    above, below = box(chat.text("Above")), box(chat.text("Below"))
    assert above["x"] == below["x"]
    assert below["y"] - (above["y"] + above["height"]) >= 11


def test_form(chat: Chat) -> None:
    """A required field keeps it back; then its fields go with the action's own payload."""
    widget(chat, "Form")
    chat.button("Order").click()
    assert acted(chat) == []
    chat.element.get_by_label("Name", exact=True).fill("Ada")
    chat.element.get_by_role("checkbox", name="With milk").check()
    chat.button("Order").click()
    chat.wait_for_event("response.end", 2)
    (sent,) = acted(chat)
    assert sent == {"type": "submit_form", "payload": {"kind": "tea", "name": "Ada", "milk": True}}


def test_spacer(chat: Chat) -> None:
    widget(chat, "Spacer")
    start, end = box(chat.text("Start")), box(chat.text("End"))
    assert end["x"] - (start["x"] + start["width"]) >= 40


def test_divider(chat: Chat) -> None:
    card = widget(chat, "Divider")
    lines = card.get_by_role("separator")
    expect(lines).to_have_count(2)
    lying, standing = box(lines.first), box(lines.last)
    assert box(chat.text("Over"))["y"] < lying["y"] < box(chat.text("Under"))["y"]
    assert box(chat.text("Left"))["x"] < standing["x"] < box(chat.text("Right"))["x"]
    assert lying["width"] > lying["height"]
    assert standing["height"] > standing["width"] > 0


def test_transition(chat: Chat) -> None:
    widget(chat, "Transition")
    chat.sees("Here at once")


# --- Text


def test_title(chat: Chat) -> None:
    widget(chat, "Title")
    size = chat.text("A title").evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    assert size > 16


def test_caption(chat: Chat) -> None:
    widget(chat, "Caption")
    size = chat.text("A caption").evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    assert size < 15


def test_text(chat: Chat) -> None:
    widget(chat, "Text")
    style = chat.text("A plain text").evaluate(
        "node => [getComputedStyle(node).fontWeight, getComputedStyle(node).color]"
    )
    assert style[0] in {"700", "bold"}
    red, green, blue = chat.text("A plain text").evaluate(
        """node => { const canvas = document.createElement("canvas").getContext("2d");
        canvas.fillStyle = getComputedStyle(node).color; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3); }"""
    )
    assert red > green + 40
    assert red > blue + 40


def test_markdown(chat: Chat) -> None:
    card = widget(chat, "Markdown")
    expect(card.locator("strong")).to_have_text("bold")
    expect(card.get_by_role("link", name="a link")).to_have_attribute(
        "href", "https://example.com/"
    )


# --- Content


def test_badge(chat: Chat) -> None:
    widget(chat, "Badge")
    badge = chat.text("New")
    background = badge.evaluate("node => getComputedStyle(node).backgroundColor")
    assert background not in {"rgba(0, 0, 0, 0)", "transparent"}


def test_icon(chat: Chat) -> None:
    card = widget(chat, "Icon")
    expect(card.locator("svg")).to_be_visible()
    assert box(card.locator("svg"))["width"] >= 20


def test_image(chat: Chat) -> None:
    """From where the thread does not allow it, a link; what the widget itself holds, shown."""
    card = widget(chat, "Image")
    expect(card.locator("img")).to_have_count(0)
    link = card.get_by_role("link")
    expect(link).to_have_attribute("href", "https://images.example.com/tea.png")
    pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
    custom(chat, {"type": "Image", "src": pixel, "alt": "A dot", "size": 40})
    dot = chat.element.get_by_role("img", name="A dot")
    expect(dot).to_have_attribute("src", pixel)
    assert box(dot)["width"] == 40


def test_button(chat: Chat) -> None:
    widget(chat, "Button")
    expect(chat.button("Brew").locator("svg")).to_have_count(1)
    chat.button("Brew").click()
    chat.wait_for_event("response.end", 2)
    assert acted(chat) == [{"type": "brew", "payload": {"cups": 2}}]


def test_table(chat: Chat) -> None:
    """Rows, cells, and a header whose cells are headers."""
    card = widget(chat, "Table")
    table = card.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table.get_by_role("columnheader", name="Price")).to_be_visible()
    expect(table.get_by_role("cell", name="3.20")).to_have_css("text-align", "end")


def test_chart(chat: Chat) -> None:
    """Drawn, and readable without seeing it."""
    card = widget(chat, "Chart")
    expect(card.locator("canvas, svg").first).to_be_visible()
    expect(card).to_contain_text("Cups")
    table = card.get_by_role("table")
    expect(table).to_contain_text("June")
    expect(table).to_contain_text("12")


# --- Controls


def test_input(chat: Chat) -> None:
    card = widget(chat, "Input")
    field = card.get_by_role("textbox", name="Your email")
    expect(field).to_have_attribute("type", "email")
    expect(field).to_have_attribute("placeholder", "Your email")


def test_textarea(chat: Chat) -> None:
    card = widget(chat, "Textarea")
    field = card.get_by_role("textbox", name="Your note")
    expect(field).to_have_js_property("tagName", "TEXTAREA")
    expect(field).to_have_js_property("rows", 4)


def test_select(chat: Chat) -> None:
    card = widget(chat, "Select")
    card.get_by_role("combobox").select_option(label="Pear")
    chat.wait_for_event("response.end", 2)
    assert acted(chat) == [{"type": "choose", "payload": {"fruit": "pear"}}]


def test_date_picker(chat: Chat) -> None:
    card = widget(chat, "DatePicker")
    field = card.locator("input[type=date]")
    expect(field).to_have_value("2026-03-04")
    expect(field).to_have_attribute("min", "2026-03-01")
    field.fill("2026-03-09")
    field.blur()
    chat.wait_for_event("response.end", 2)
    (sent,) = acted(chat)
    assert sent["type"] == "schedule"
    assert sent["payload"]["day"].startswith("2026-03-09")


def test_checkbox(chat: Chat) -> None:
    card = widget(chat, "Checkbox")
    card.get_by_role("checkbox", name="I agree").check()
    chat.wait_for_event("response.end", 2)
    assert acted(chat) == [{"type": "agree", "payload": {"agree": True}}]


def test_radio_group(chat: Chat) -> None:
    card = widget(chat, "RadioGroup")
    group = card.get_by_role("radiogroup", name="Cup size")
    expect(group.get_by_role("radio", name="Small")).to_be_checked()
    group.get_by_role("radio", name="Large").check()
    chat.wait_for_event("response.end", 2)
    assert acted(chat) == [{"type": "resize", "payload": {"size": "l"}}]


def test_label(chat: Chat) -> None:
    """A click on it goes to its field."""
    card = widget(chat, "Label")
    card.get_by_text("Town").click()
    expect(card.get_by_label("Town")).to_be_focused()


# --- Actions, and what is not known


def test_an_action_for_the_page(chat: Chat) -> None:
    """`handler: client` never goes to the server."""
    chat.mount(
        "{ widgets: { onAction: async (action, item) =>"
        " { calls.push([action, item.widget.type, typeof item.id]); } } }"
    )
    action = {"type": "here", "handler": "client", "payload": {"n": 1}}
    custom(chat, {"type": "Button", "label": "Here", "onClickAction": action})
    chat.button("Here").click()
    chat.page.wait_for_function("() => calls.length === 1")
    expected = [[{"type": "here", "payload": {"n": 1}}, "Card", "string"]]
    assert chat.page.evaluate("() => calls") == expected
    assert acted(chat) == []


def test_an_action_is_loading(chat: Chat) -> None:
    chat.mount()
    custom(chat, {"type": "Button", "label": "Wait", "onClickAction": {"type": "wait"}})
    button = chat.button("Wait")
    button.click()
    expect(button).to_be_disabled()
    chat.release()
    expect(button).to_be_enabled()


def test_an_action_that_replaces_its_widget(chat: Chat) -> None:
    chat.mount()
    custom(chat, {"type": "Button", "label": "Replace", "onClickAction": {"type": "replace"}})
    chat.button("Replace").click()
    chat.sees("The server changed this.")
    expect(chat.button("Replace")).to_have_count(0)


def test_a_component_that_nobody_knows(chat: Chat) -> None:
    chat.mount()
    known = {"type": "Text", "value": "Known"}
    custom(chat, {"type": "Hologram", "children": [known]}, known)
    expect(chat.element.locator(".card")).to_have_text("Known")
    expect(chat.element.get_by_role("alert")).to_have_count(0)
