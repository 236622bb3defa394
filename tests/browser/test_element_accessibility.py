"""The chat element for those who do not see it, use no mouse, or fitted their system to them."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Locator, Page, ViewportSize, expect

from tests.browser.element_gallery import AXE, change_look, change_scene, open_scene, scene_names
from tests.browser.time_limit import answered_within, process_id


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 420, "height": 800})
    yield context.new_page()
    context.close()


class Tour:
    """What is wrong in which scene of the gallery, by the way it is looked at.

    `wide` shows all that a scene holds, `narrow` what a reader has at 400 % of 1280 pixels. Neither
    ever changes its size: what is fitted to a new one is so some frames later, and nothing tells
    when.
    """

    def __init__(self, wide: Page, narrow: Page) -> None:
        self.wide = wide
        self.narrow = narrow
        self.scenes: list[str] = []
        self.scrolled_out: dict[str, list[str]] = {}
        self.light: dict[str, list[str]] = {}
        self.dark: dict[str, list[str]] = {}
        self.turned_round: dict[str, list[str]] = {}
        self.sideways: dict[str, list[str]] = {}
        self.edgeless: dict[str, list[str]] = {}

    def visit(self, scene: str) -> None:
        whole, narrow = change_scene(scene, self.wide, self.narrow)
        note(self.scrolled_out, scene, whole.evaluate(UNFOLDED))
        note(self.light, scene, violations(self.wide))
        change_look(self.wide, scene, theme="dark")
        note(self.scrolled_out, f"{scene}, dark", whole.evaluate(UNFOLDED))
        note(self.dark, scene, violations(self.wide))
        self.wide.emulate_media(forced_colors="active")
        note(self.edgeless, scene, without_an_edge(whole))
        self.wide.emulate_media(forced_colors="none")
        note(self.sideways, scene, wider_than_the_page(narrow))
        change_look(self.narrow, scene, locale="ar")
        note(self.sideways, f"{scene}, right to left", wider_than_the_page(narrow))
        note(self.turned_round, scene, violations(self.narrow, WITHOUT_COLOURS))


WIDE = ViewportSize(width=420, height=10_000)
NARROW = ViewportSize(width=320, height=800)
# What is scrolled out of view has no contrast for axe. Names what is, in spite of all the room.
UNFOLDED = """(host) => [...host.shadowRoot.querySelectorAll("*")].filter((node) => {
  const scrolled = () => node.scrollHeight > node.clientHeight + 1;
  if (!/auto|scroll/.test(getComputedStyle(node).overflowY) || !scrolled()) return false;
  node.style.maxHeight = "none";
  return scrolled();
}).map((node) => node.outerHTML.slice(0, 160))"""
# Colours are the same in each direction and at each width.
WITHOUT_COLOURS = {"color-contrast": {"enabled": False}}
SCENE_SECONDS = 120


def note(findings: dict[str, list[str]], scene: str, problems: list[str]) -> None:
    if problems:
        findings[scene] = problems


@pytest.fixture(scope="module")
def tour(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], gallery: str
) -> Iterator[Tour]:
    """All scenes, each looked at in every way while it is there, in a browser of their own."""
    with browser_type.launch(**browser_type_launch_args) as browser:
        # A context each: of two pages in one window the hidden one draws no frames. Axe is a
        # script that the gallery's policy would not let in; and what fades in has no contrast.
        wide, narrow = (
            browser.new_context(bypass_csp=True, reduced_motion="reduce", viewport=size).new_page()
            for size in (WIDE, NARROW)
        )
        pid = process_id(browser)
        tour = Tour(wide, narrow)
        with answered_within(SCENE_SECONDS, pid, "the gallery"):
            for page in (wide, narrow):
                open_scene(page, gallery, "start")
                page.evaluate(AXE.read_text())
            tour.scenes = scene_names(wide)
        for scene in tour.scenes:
            with answered_within(SCENE_SECONDS, pid, f"the scene {scene}"):
                tour.visit(scene)
        yield tour


def violations(page: Page, rules: dict[str, Any] | None = None) -> list[str]:
    """What axe finds, in words that name the place."""
    # What is well, and each node's selector, takes longer to write down than to find.
    options = {"resultTypes": ["violations"], "selectors": False, "rules": rules or {}}
    script = "async (options) => (await axe.run(options)).violations"
    found = page.evaluate(script, options)
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        for node in one["nodes"]
    ]


def without_an_edge(element: Locator) -> list[str]:
    """Controls and cards that nothing but their colour would set apart from what is round them."""
    bare: list[str] = element.evaluate(
        """(host) => [...host.shadowRoot.querySelectorAll(
            "button.button, .field, input[type=checkbox], .card, .composer .send")]
          .filter((node) => node.checkVisibility() && !node.matches(".ghost"))
          .filter((node) => {
            const style = getComputedStyle(node);
            return style.appearance !== "auto" && parseFloat(style.borderTopWidth) === 0;
          }).map((node) => node.outerHTML.slice(0, 120))"""
    )
    return bare


def test_the_tour_sees_the_whole_gallery(tour: Tour) -> None:
    assert len(tour.scenes) > 70
    assert {"options", "start", "streaming", "files", "fail-cut", "widgets"} <= set(tour.scenes)


def test_nothing_is_hidden_from_the_tour(tour: Tour) -> None:
    assert tour.scrolled_out == {}


def test_axe_finds_nothing_in_the_light(tour: Tour) -> None:
    assert tour.light == {}


def test_axe_finds_nothing_in_the_dark(tour: Tour) -> None:
    assert tour.dark == {}


def test_axe_finds_nothing_from_right_to_left_at_320_pixels(tour: Tour) -> None:
    assert tour.turned_round == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_round_the_scenes(browser: Browser, gallery: str, theme: str) -> None:
    """In the list of the scenes and the form of all options, which the tour leaves out."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 4000})
    page = context.new_page()
    page.goto(f"{gallery}/gallery.html?scene=options&theme={theme}")
    page.locator("html[data-played]").wait_for(state="attached")
    expect(page.get_by_role("link", name="widgets", exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name="theme.colorScheme")).to_be_visible()
    page.evaluate(AXE.read_text())
    assert violations(page) == []
    context.close()


def test_axe_finds_nothing_where_a_chart_has_no_picture(browser: Browser, gallery: str) -> None:
    context = browser.new_context(bypass_csp=True, viewport={"width": 420, "height": 800})
    page = context.new_page()
    page.route("**/chunks/ChartPlot-*", lambda route: route.abort())
    element = open_scene(page, gallery, "widget-Chart")
    expect(element.get_by_role("table")).to_have_count(3)
    expect(element.locator(".chart-plot")).to_have_count(0)
    page.evaluate(AXE.read_text())
    assert violations(page) == []
    context.close()


def test_at_320_pixels_nothing_has_to_be_scrolled_sideways(tour: Tour) -> None:
    """Also what a reader has at 400 % of 1280 pixels."""
    assert tour.sideways == {}


def test_forced_colours_leave_nothing_without_an_edge(tour: Tour) -> None:
    assert tour.edgeless == {}


def test_twice_as_large_everything_still_fits(browser: Browser, gallery: str) -> None:
    context = browser.new_context(viewport={"width": 720, "height": 800})
    page = context.new_page()
    for scene in ("start", "items", "composer"):
        element = open_scene(page, gallery, scene)
        element.evaluate("(host) => { host.style.zoom = 2 }")
        assert wider_than_the_page(element) == [], scene
        expect(element.get_by_role("button", name="Send message")).to_be_in_viewport()
    context.close()


def wider_than_the_page(element: Locator) -> list[str]:
    """What reaches out of the element, but for tables and code, which scroll by themselves.

    Some of it is fitted in the frames after it is shown; what still reaches out then is told.
    """
    deadline = time.monotonic() + FITTING_SECONDS
    while found := reaching_out(element):
        if time.monotonic() > deadline:
            break
        element.page.wait_for_timeout(50)
    return found


FITTING_SECONDS = 2


def reaching_out(element: Locator) -> list[str]:
    found: list[str] = element.evaluate(
        """(host) => {
          const bounds = host.getBoundingClientRect();
          const apart = ".table-scroll, pre, .for-readers, .truncate, svg, [popover]";
          return [...host.shadowRoot.querySelectorAll("*")].filter((node) => {
            if (node.closest(apart)) return false;
            const box = node.getBoundingClientRect();
            return box.width > 0 && (box.right > bounds.right + 1 || box.left < bounds.left - 1);
          }).map((node) => node.outerHTML.slice(0, 160));
        }"""
    )
    return found


def test_headings_are_in_order(page: Page, gallery: str) -> None:
    element = open_scene(page, gallery, "items")
    levels = element.evaluate(
        "(host) => [...host.shadowRoot.querySelectorAll('h1,h2,h3,h4,h5,h6')]"
        ".map((node) => Number(node.tagName[1]))"
    )
    assert levels[0] == 2
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_the_accessibility_tree_says_what_is_there(page: Page, gallery: str) -> None:
    element = open_scene(page, gallery, "list")
    expect(element).to_match_aria_snapshot(
        """
        - region "Chat":
          - heading "Show my tasks" [level=2]
          - button "History"
          - button "New chat"
          - button "Close"
          - log "Conversation":
            - text: "You said: Show my tasks"
            - button "Read 3 tasks"
            - paragraph: You have 2 open tasks.
            - list:
              - listitem:
                - checkbox "Buy groceries"
            - button "Copy"
            - button "Good response"
            - button "Bad response"
            - button "Try again"
          - textbox "Message"
          - button "Send message" [disabled]
        """
    )


def focused(page: Page) -> str:
    """The accessible name of what has the focus, inside the element too."""
    name: str = page.evaluate(
        """() => {
          let node = document.activeElement;
          while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
          return node?.getAttribute("aria-label") ?? node?.textContent?.trim() ?? "";
        }"""
    )
    return name


def test_a_conversation_is_held_by_keyboard_alone(page: Page, gallery: str) -> None:
    element = open_scene(page, gallery, "start")
    path = []
    for _ in range(7):
        page.keyboard.press("Tab")
        path.append(focused(page))
    assert path == [
        "History",
        "Close",
        "Conversation",
        "Show my tasks",
        "What is due today?",
        "Create a task to buy groceries",
        "Message",
    ]
    page.keyboard.type("Show my tasks")
    page.keyboard.press("Enter")
    box = element.get_by_role("checkbox", name="Buy groceries")
    expect(box).to_be_visible()
    expect(element.get_by_role("button", name="Copy", exact=True)).to_be_visible()
    # The focus stayed where it was typed.
    assert focused(page) == "Message"
    while focused(page) != "Buy groceries":
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    assert focused(page) == "Buy groceries"


def test_the_history_is_opened_and_left_by_keyboard(page: Page, gallery: str) -> None:
    element = open_scene(page, gallery, "start")
    button = element.get_by_role("button", name="History", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    expect(element.get_by_role("button", name=re.compile("^Groceries"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


SPOKEN = """
  window.said = [];
  const say = (text) => said.push({ text, running: !!document.querySelector("openai-chatkit")
    ?.shadowRoot.querySelector('[aria-label="Stop"]') });
"""
BY_VOICE = SPOKEN + "Element.prototype.ariaNotify = (text) => text.split('\\n').forEach(say);"
BY_REGION = (
    SPOKEN
    + """
  delete Element.prototype.ariaNotify;
  const look = setInterval(() => {
    const root = document.querySelector("openai-chatkit")?.shadowRoot;
    if (!root) return;
    clearInterval(look);
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        if (target.ariaLive === "polite") for (const node of addedNodes) say(node.textContent);
      }
    }).observe(root, { childList: true, subtree: true });
  }, 5);
"""
)


@pytest.mark.parametrize("way", [BY_VOICE, BY_REGION], ids=["ariaNotify", "live region"])
def test_a_reply_is_read_in_whole_sentences_once_while_it_comes(
    page: Page, gallery: str, way: str
) -> None:
    page.add_init_script(way)
    open_scene(page, gallery, "add", word="25")
    said: list[dict[str, Any]] = []
    deadline = time.monotonic() + 10
    # By hand: the gallery's policy lets no function be waited for.
    while time.monotonic() < deadline and not (said and "due date?" in said[-1]["text"]):
        page.wait_for_timeout(50)
        said = page.evaluate("said")
    texts = [one["text"] for one in said]
    words = " ".join(texts)
    assert words.count("I added Buy groceries to your list.") == 1
    assert words.count("Shall I set a due date?") == 1
    # Steps first, then the sentences; none in pieces, and the first before the end.
    assert texts[0].startswith("Adding task")
    assert all(re.search(r"[.?!]$|^Add", text) for text in texts), texts
    first = next(one for one in said if "I added" in one["text"])
    assert first["running"]


def test_a_stored_thread_is_not_read_out(page: Page, gallery: str) -> None:
    page.add_init_script(BY_VOICE)
    open_scene(page, gallery, "items")
    page.wait_for_timeout(300)
    assert page.evaluate("said") == []


def test_with_reduced_motion_nothing_moves(browser: Browser, gallery: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    for scene in ("streaming", "tool", "widgets"):
        element = open_scene(page, gallery, scene)
        moving = element.evaluate(
            "(host) => host.shadowRoot.getAnimations().map((one) => one.animationName ?? 'change')"
        )
        assert moving == [], scene
    context.close()
