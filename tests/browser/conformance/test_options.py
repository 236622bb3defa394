"""Every option: what it changes on the page, or in what is sent."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conformance.chat import Chat


def style(locator: Locator, name: str) -> str:
    return str(
        locator.evaluate("(node, name) => getComputedStyle(node).getPropertyValue(name)", name)
    )


def pixels(locator: Locator, name: str) -> float:
    return float(style(locator, name).removesuffix("px"))


def rgb(locator: Locator, name: str) -> tuple[int, int, int]:
    """A colour as the screen shows it, however it is written."""
    red, green, blue = locator.evaluate(
        """(node, name) => {
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.fillStyle = getComputedStyle(node).getPropertyValue(name);
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }""",
        name,
    )
    return red, green, blue


# --- api


def test_api_url_and_domain_key(chat: Chat) -> None:
    """Relative, too; the key is in no request."""
    chat.mount(f"{{ api: {{ url: '../chatkit/{chat.user}', domainKey: 'domain_pk_1' }} }}")
    chat.say("Hello")
    chat.sees("You said: Hello")
    assert "domain_pk_1" not in json.dumps(chat.requests)


def test_api_fetch(chat: Chat) -> None:
    """Used for each request, with what the page adds."""
    chat.mount(
        f"{{ api: {{ url: {chat.url!r}, domainKey: 'any', fetch: (input, init) => {{"
        " calls.push([String(input), init.method]);"
        " return fetch(input, { ...init, headers: { ...init.headers, 'X-Mine': 'yes' } }); } } }"
    )
    with chat.page.expect_request(chat.url) as asked:
        chat.say("Hello")
    assert asked.value.headers["x-mine"] == "yes"
    assert chat.page.evaluate("() => calls") == [[chat.url, "POST"]]


# --- The thread and its history


def test_initial_thread(chat: Chat) -> None:
    thread = chat.stored_thread("short")
    chat.mount(f"{{ initialThread: {thread!r} }}")
    chat.sees("Answer 1")


def test_history_enabled(chat: Chat) -> None:
    chat.mount("{ history: { enabled: false } }")
    expect(chat.composer).to_be_visible()
    expect(chat.button("History")).to_have_count(0)


@pytest.mark.parametrize(("option", "name"), [("showDelete", "Delete"), ("showRename", "Rename")])
def test_history_show_delete_and_rename(chat: Chat, option: str, name: str) -> None:
    chat.stored_thread("short")
    chat.mount()
    chat.button("History").click()
    action = chat.element.get_by_role("button", name=f"{name}: A short one")
    expect(action).to_have_count(1)
    chat.mount(f"{{ history: {{ {option}: false }} }}")
    chat.button("History").click()
    expect(chat.element.locator(".history-title")).to_have_text("A short one")
    expect(action).to_have_count(0)


def test_thread_auto_scroll(chat: Chat) -> None:
    """Off, the end of a long reply stays out of sight."""
    below = "log => log.scrollHeight - log.clientHeight - log.scrollTop"
    distances = []
    for option in ("true", "false"):
        chat.mount(f"{{ thread: {{ autoScroll: {option} }} }}")
        chat.send("show count-later 2000")
        chat.sees("You said: show count-later")
        chat.page.wait_for_timeout(300)
        chat.release()
        chat.wait_for_event("response.end")
        expect(chat.answers).to_contain_text("1999")
        chat.page.wait_for_timeout(300)
        distances.append(chat.log.evaluate(below))
    assert distances[0] < 40
    assert distances[1] > 200


# --- The header


def test_header_enabled(chat: Chat) -> None:
    chat.mount("{ header: { enabled: false } }")
    expect(chat.composer).to_be_visible()
    expect(chat.element.locator(".header")).to_have_count(0)


def test_header_title_text(chat: Chat) -> None:
    chat.mount("{ header: { title: { text: 'Tea shop' } } }")
    expect(chat.element.get_by_role("heading", name="Tea shop")).to_be_visible()


def test_header_title_enabled(chat: Chat) -> None:
    chat.mount("{ header: { title: { enabled: false, text: 'Tea shop' } } }")
    expect(chat.composer).to_be_visible()
    expect(chat.element.get_by_text("Tea shop")).to_have_count(0)


@pytest.mark.parametrize("side", ["leftAction", "rightAction"])
def test_header_actions(chat: Chat, side: str) -> None:
    action = f"{side}: {{ icon: 'settings-cog', onClick: () => calls.push('{side}') }}"
    chat.mount(f"{{ header: {{ {action} }} }}")
    button = chat.button("Settings")
    expect(button.locator("svg")).to_be_visible()
    button.click()
    assert chat.page.evaluate("() => calls") == [side]
    edge, title = button.bounding_box(), chat.element.locator(".title").bounding_box()
    assert edge
    assert title
    assert (edge["x"] < title["x"]) == (side == "leftAction")


# --- The start screen


def test_start_screen_greeting(chat: Chat) -> None:
    chat.mount("{ startScreen: { greeting: 'Which tea today?' } }")
    expect(chat.element.get_by_role("heading", name="Which tea today?")).to_be_visible()


def test_start_screen_prompts(chat: Chat) -> None:
    """With their icon; what they send is a text, or content of more than that."""
    content = [{"type": "input_text", "text": "Brew it"}]
    chat.mount(
        "{ startScreen: { prompts: ["
        "{ label: 'Green', prompt: 'I want green tea', icon: 'bolt' },"
        f"{{ label: 'Black', prompt: {json.dumps(content)} }}] }} }}"
    )
    expect(chat.button("Green").locator("svg")).to_be_visible()
    chat.button("Green").click()
    chat.sees("You said: I want green tea")
    chat.call("setThreadId", None)
    chat.button("Black").click()
    chat.sees("You said: Brew it")
    first, second = chat.asked("threads.create")
    assert first["input"]["content"] == [{"type": "input_text", "text": "I want green tea"}]
    assert second["input"]["content"] == content


# --- What can be done with answers


def test_thread_item_actions_feedback(chat: Chat) -> None:
    chat.mount("{ threadItemActions: { feedback: true } }")
    chat.say("Hello")
    expect(chat.button("Try again")).to_have_count(0)
    chat.button("Bad response").click()
    expect(chat.button("Bad response")).to_have_attribute("aria-pressed", "true")
    assert [params["kind"] for params in chat.asked("items.feedback")] == ["negative"]


def test_thread_item_actions_retry(chat: Chat) -> None:
    chat.mount("{ threadItemActions: { retry: true } }")
    chat.say("Hello")
    expect(chat.button("Good response")).to_have_count(0)
    chat.button("Try again").click()
    chat.wait_for_event("response.end", 2)
    assert len(chat.asked("threads.retry_after_item")) == 1
    expect(chat.answers).to_have_count(1)


# --- The composer and what is below


def test_composer_placeholder(chat: Chat) -> None:
    chat.mount("{ composer: { placeholder: 'Ask about tea' } }")
    expect(chat.composer).to_have_attribute("placeholder", "Ask about tea")


def test_disclaimer_text(chat: Chat) -> None:
    chat.mount("{ disclaimer: { text: 'Tea may be **hot**. [Why](https://example.com/hot)' } }")
    expect(chat.element.locator("strong")).to_have_text("hot")
    expect(chat.element.get_by_role("link", name="Why")).to_have_attribute(
        "href", "https://example.com/hot"
    )


def test_disclaimer_high_contrast(chat: Chat) -> None:
    text = "{ disclaimer: { text: 'Hot', highContrast: %s } }"
    chat.mount(text % "false")
    quiet = rgb(chat.element.get_by_text("Hot"), "color")
    chat.mount(text % "true")
    loud = rgb(chat.element.get_by_text("Hot"), "color")
    assert sum(loud) < sum(quiet)  # nearer to black, on white


# --- What the page is asked


def test_on_client_tool(chat: Chat) -> None:
    chat.mount("{ onClientTool: ({ name, params }) => ({ answer: [name, params.format] }) }")
    chat.send("show item client_tool_call")
    chat.sees('The page says {"answer": ["read_clipboard", "text"]}.')


def test_widgets_on_action(chat: Chat) -> None:
    chat.mount(
        "{ widgets: { onAction: async (action, item) => { calls.push([action, item.id]); } } }"
    )
    action = {"type": "pick", "handler": "client"}
    button = {"type": "Button", "label": "Pick", "onClickAction": action}
    chat.say(f"show widget-json {json.dumps({'type': 'Card', 'children': [button]})}")
    chat.button("Pick").click()
    chat.page.wait_for_function("() => calls.length === 1")
    ((received, item_id),) = chat.page.evaluate("() => calls")
    assert received["type"] == "pick"
    assert item_id.startswith("msg_")
    assert chat.asked("threads.custom_action") == []


def test_entities_on_click(chat: Chat) -> None:
    chat.mount("{ entities: { onClick: (entity) => calls.push(entity) } }")
    chat.say("show item assistant_message")
    chat.button("Ada Lovelace").click()
    (entity,) = chat.page.evaluate("() => calls")
    assert (entity["id"], entity["title"]) == ("ada", "Ada Lovelace")
    assert entity["data"] == {"born": "1815"}


# --- How it looks and speaks


def test_frame_title(chat: Chat) -> None:
    chat.mount("{ frameTitle: 'Tea assistant' }")
    expect(chat.element.get_by_role("region", name="Tea assistant")).to_be_visible()


def test_locale(chat: Chat) -> None:
    """Sets the language and the direction of all that is inside."""
    chat.mount("{ locale: 'ar' }")
    region = chat.element.get_by_role("region")
    expect(region).to_have_css("direction", "rtl")
    expect(region).to_have_attribute("lang", re.compile("^ar"))


@pytest.mark.parametrize("theme", ["'dark'", "{ colorScheme: 'dark' }"])
def test_theme_color_scheme(chat: Chat, theme: str) -> None:
    chat.mount("{ theme: 'light' }")
    region = chat.element.get_by_role("region")
    assert sum(rgb(region, "background-color")) > 600
    chat.set_options(f"{{ theme: {theme} }}")
    expect(region).to_have_css("color-scheme", "dark")
    assert sum(rgb(region, "background-color")) < 200


def test_theme_accent_primary(chat: Chat) -> None:
    chat.mount(
        "{ theme: { colorScheme: 'light', color: { accent: { primary: '#b00020', level: 1 } } } }"
    )
    chat.composer.fill("Hello")
    # It passes over into it.
    chat.page.wait_for_timeout(400)
    assert rgb(chat.button("Send message"), "background-color") == (176, 0, 32)


def test_theme_accent_level(chat: Chat) -> None:
    colour = (
        "{ theme: { colorScheme: 'light', color: { accent: { primary: '#b00020', level: %d } } } }"
    )
    bubble = chat.element.locator(".bubble")
    chat.mount(colour % 0)
    chat.say("Hello")
    plain = rgb(bubble, "background-color")
    assert max(plain) - min(plain) < 12
    chat.set_options(colour % 3)
    expect(bubble).not_to_have_css("background-color", "rgb(244, 244, 244)")
    red, green, blue = rgb(bubble, "background-color")
    assert red - max(green, blue) > 30


def test_theme_grayscale_hue_and_tint(chat: Chat) -> None:
    """A tint colours what is grey by the hue."""
    colour = "{ theme: { colorScheme: 'light', color: { grayscale: { hue: %d, tint: %d } } } }"
    bubble = chat.element.locator(".bubble")
    chat.mount(colour % (250, 0))
    chat.say("Hello")
    grey = rgb(bubble, "background-color")
    assert max(grey) - min(grey) < 3
    chat.set_options(colour % (250, 9))
    red, _, blue = rgb(bubble, "background-color")
    assert blue - red > 5
    chat.set_options(colour % (30, 9))
    red, _, blue = rgb(bubble, "background-color")
    assert red - blue > 5


def test_theme_grayscale_shade(chat: Chat) -> None:
    colour = (
        "{ theme: { colorScheme: 'light', color: { grayscale: { hue: 0, tint: 0, shade: %d } } } }"
    )
    bubble = chat.element.locator(".bubble")
    chat.mount(colour % -4)
    chat.say("Hello")
    one = sum(rgb(bubble, "background-color"))
    chat.set_options(colour % 4)
    assert sum(rgb(bubble, "background-color")) != one


def test_theme_surface(chat: Chat) -> None:
    """Background of the whole, foreground of what is written on it."""
    chat.mount(
        "{ theme: { colorScheme: 'light',"
        " color: { surface: { background: '#fff7e6', foreground: '#4a2c00' } } } }"
    )
    region = chat.element.get_by_role("region")
    assert rgb(region, "background-color") == (255, 247, 230)
    greeting = chat.element.get_by_role("heading", name="What can I help with today?")
    assert rgb(greeting, "color") == (74, 44, 0)


def test_theme_radius(chat: Chat) -> None:
    """From pill to sharp, each rounder than the next."""
    radii = []
    for name in ("pill", "round", "soft", "sharp"):
        chat.mount(f"{{ theme: {{ radius: '{name}' }} }}")
        chat.say("Hello")
        radii.append(pixels(chat.element.locator(".bubble"), "border-top-left-radius"))
    assert radii == sorted(radii, reverse=True)
    assert len(set(radii)) == 4


def test_theme_density(chat: Chat) -> None:
    """The room between a message and its answer."""
    gaps = []
    for name in ("compact", "normal", "spacious"):
        chat.mount(f"{{ theme: {{ density: '{name}' }} }}")
        chat.say("Hello")
        asked = chat.element.locator(".bubble").bounding_box()
        answered = chat.answers.bounding_box()
        assert asked
        assert answered
        gaps.append(answered["y"] - asked["y"] - asked["height"])
    assert gaps == sorted(gaps)
    assert len(set(gaps)) == 3


def test_theme_typography_base_size(chat: Chat) -> None:
    for size in (14, 18):
        chat.mount(f"{{ theme: {{ typography: {{ baseSize: {size} }} }} }}")
        chat.say("Hello")
        assert pixels(chat.answers.locator("p"), "font-size") == size


def test_theme_typography_font_family(chat: Chat) -> None:
    chat.mount(
        "{ theme: { typography: { fontFamily: 'Georgia, serif', fontFamilyMono: 'Courier' } } }"
    )
    chat.say("show say Some `code` here")
    assert style(chat.answers.locator("p"), "font-family").startswith("Georgia")
    assert style(chat.answers.locator("code"), "font-family").startswith("Courier")


def test_theme_typography_font_sources(chat: Chat) -> None:
    """Registered with the document, with all that describes them."""
    source = {
        "family": "Tea Sans",
        "src": "/page/none.woff2",
        "weight": "700",
        "style": "italic",
        "display": "swap",
        "unicodeRange": "U+41-5A",
    }
    chat.mount(f"{{ theme: {{ typography: {{ fontSources: [{json.dumps(source)}] }} }} }}")
    face = chat.page.evaluate(
        """() => { const face = [...document.fonts].find((one) => /Tea Sans/.test(one.family));
        return { family: face.family.replaceAll('"', ''), weight: face.weight, style: face.style,
        display: face.display, unicodeRange: face.unicodeRange }; }"""
    )
    assert face == {**{key: source[key] for key in face}, "unicodeRange": "U+41-5A"}
