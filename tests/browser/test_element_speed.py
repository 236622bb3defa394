"""What the chat element takes of a page: its start, a flood of deltas, a long thread."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Callable, Iterator, Sequence

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.element_gallery import open_scene

VISITS = 20
ROUNDS = 3
MAX_LATER_MS = 100
MAX_OPEN_MS = 500
# Of an empty page, on a machine with nothing else to do: 30 to 60 ms.
QUIET_MS = 120
# The measurements take all 5,000, which is 50 seconds.
DELTAS = os.environ.get("ELEMENT_DELTAS", "1000")

Figures = dict[str, float]
# When what one came for is there: the composer, or all of a page that has none.
READY = """
  const looked = setInterval(() => {
    const host = document.querySelector("openai-chatkit");
    const there = host ? host.shadowRoot?.querySelector("textarea")
      : document.readyState !== "loading" && document.title === "Empty";
    if (!there) return;
    clearInterval(looked);
    window.usable = performance.now();
  }, 1);
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 900, "height": 800})
    page = context.new_page()
    page.add_init_script(READY)
    yield page
    context.close()


def settled(measure: Callable[[], Figures], good: Callable[[Figures], bool]) -> Figures:
    """The first good figures of three rounds, or the last: a moment of the machine's own passes."""
    for _ in range(ROUNDS):
        figures = measure()
        print(figures)
        if good(figures):
            break
    return figures


def test_deltas_keep_the_page_free_and_a_long_thread_opens_at_once(
    page: Page, gallery: str
) -> None:
    def measure() -> Figures:
        open_scene(page, gallery, "benchmark", deltas=DELTAS)
        output = page.locator("output[data-done]")
        output.wait_for(timeout=120_000)
        figures: Figures = json.loads(output.inner_text())
        return figures

    def good(figures: Figures) -> bool:
        free = figures["longTasks"] <= figures["longTasksAtRest"]
        return free and figures["openMs"] < MAX_OPEN_MS

    figures = settled(measure, good)
    assert good(figures) or busy(page, gallery), figures


def test_the_composer_is_usable_100_ms_after_an_empty_page_at_most(
    page: Page, gallery: str
) -> None:
    def measure() -> Figures:
        visit(page, gallery, "chat")  # fills the cache
        pairs = [
            (visit(page, gallery, "empty"), visit(page, gallery, "chat")) for _ in range(VISITS)
        ]
        empty, chat = zip(*pairs, strict=True)
        return {"emptyMs": p95(empty), "chatMs": p95(chat)}

    def good(figures: Figures) -> bool:
        return figures["chatMs"] - figures["emptyMs"] <= MAX_LATER_MS

    figures = settled(measure, good)
    assert good(figures) or busy(page, gallery), figures


def visit(page: Page, gallery: str, name: str) -> float:
    """Milliseconds from the navigation to what one came for."""
    page.goto(f"{gallery}/{name}.html")
    page.locator("p" if name == "empty" else "openai-chatkit textarea").wait_for()
    usable: float = page.evaluate("usable")
    return usable


def busy(page: Page, gallery: str) -> bool:
    """Skips when the machine does so much else that even an empty page is late."""
    late = p95([visit(page, gallery, "empty") for _ in range(VISITS)])
    if late > QUIET_MS:
        pytest.skip(f"the machine is busy: an empty page takes {late:.0f} ms here")
    return False


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
