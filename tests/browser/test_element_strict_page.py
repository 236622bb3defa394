"""The chat element on a page that forbids much, beside another one, and with servers gone wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.element_gallery import open_scene


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 900, "height": 800})
    yield context.new_page()
    context.close()


# The policy of the page is in `gallery/vite.config.ts`: nothing inline, no eval, Trusted Types.
def test_a_strict_policy_and_trusted_types_are_not_violated(page: Page, gallery: str) -> None:
    page.add_init_script(
        "window.violated = []; addEventListener('securitypolicyviolation',"
        " (event) => violated.push(`${event.violatedDirective} ${event.sample}`))"
    )
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    for scene in ("items", "widgets", "long", "history", "composer", "options"):
        open_scene(page, gallery, scene, locale="fr")
        assert page.evaluate("violated") == [], scene
    assert problems == []
    # The policy is one: what the element must not do is refused.
    assert "TrustedHTML" in page.evaluate(
        "() => { try { document.body.innerHTML = '<b>x</b>'; return '' }"
        " catch (error) { return String(error) } }"
    )


def test_no_other_server_is_asked_for_anything(page: Page, gallery: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for scene in ("items", "widgets", "long"):
        open_scene(page, gallery, scene)
    assert [url for url in asked if not url.startswith((gallery, "data:"))] == []


def test_two_elements_on_one_page_do_not_meet(page: Page, gallery: str) -> None:
    open_scene(page, gallery, "two")
    first, second = page.locator("openai-chatkit").first, page.locator("openai-chatkit").nth(1)
    first.get_by_role("textbox").fill("Show my tasks")
    first.get_by_role("textbox").press("Enter")
    expect(first.get_by_role("checkbox", name="Buy groceries")).to_be_visible()
    expect(second.get_by_role("checkbox")).to_have_count(0)
    expect(second.get_by_role("heading", name="What should we get done today?")).to_be_visible()


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("no-server", "has not said where its chat server is"),
        ("fail-network", "Check your connection and try again"),
        ("fail-401", "Sign in again"),
        ("fail-html", "What answered is not a chat server"),
        ("fail-cut", "connection was lost"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(
    page: Page, gallery: str, scene: str, words: str
) -> None:
    element = open_scene(page, gallery, scene)
    expect(element.get_by_role("alert")).to_contain_text(re.compile(words))


def answer(element: Locator, body: str, *, status: int, type: str = "text/plain") -> None:
    """From now on the element's server gives this answer to everything."""
    element.evaluate(
        """(host, { body, status, type }) => host.setOptions({
          api: {
            url: "/elsewhere",
            domainKey: "x",
            fetch: async () => new Response(body, { status, headers: { "Content-Type": type } }),
          },
          locale: "en",
        })""",
        {"body": body, "status": status, "type": type},
    )


def test_a_wrong_address_is_said_with_what_to_do(page: Page, gallery: str) -> None:
    element = open_scene(page, gallery, "start")
    answer(element, "Not found", status=404)
    element.get_by_role("textbox").fill("Is anyone there?")
    element.get_by_role("textbox").press("Enter")
    expect(element.get_by_role("alert")).to_contain_text("There is no chat at the address")
    # What was written is not lost.
    expect(element.get_by_role("textbox")).to_have_value("Is anyone there?")


def event(fields: str) -> str:
    return f'data: {{"type":"thread.{fields}}}\n\n'


NEW = 'item.added","item":{"type":"assistant_message","id":"m","content":[]}'
DELTA = '"assistant_message.content_part.text_delta","content_index":0,"delta":"Still here."}'
HOSTILE = [
    "event: what\ndata: {\n\n",
    event('created","thread":{"id":"thr_h","created_at":"2026-01-01T00:00:00Z"}'),
    event('item.updated","item_id":"nobody","update":{"type":"x"}'),
    event('item.done","item":{"type":"of the future","id":"f"}'),
    event(NEW),
    event(NEW),
    event(f'item.updated","item_id":"m","update":{{"type":{DELTA}'),
    "data: null\n\ndata: []\n\ndata: 7\n\n\x00\n\n",
    # It died in the middle of a frame.
    'data: {"type":"thread.item.updated","item_id":"m","update":{"type":"assist',
]


def test_unknown_repeated_malformed_and_half_events_leave_what_was_said(
    page: Page, gallery: str
) -> None:
    element = open_scene(page, gallery, "start")
    answer(element, "".join(HOSTILE), status=200, type="text/event-stream")
    element.get_by_role("textbox").fill("Hello?")
    element.get_by_role("textbox").press("Enter")
    expect(element.get_by_text("Still here.")).to_have_count(1)
    expect(element.get_by_role("button", name="Stop")).to_have_count(0)
    element.get_by_role("textbox").fill("And now?")
    expect(element.get_by_role("button", name="Send message")).to_be_enabled()
