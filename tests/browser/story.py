"""A long reply of the scripted model, and the wait for its end."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Sidebar

# Also characters of two to four bytes: a cut may fall inside of one.
WORDS = tuple(f"w{n} ä買👩‍🌾 " for n in range(120))
STORY = "".join(WORDS).strip()


def tell(sidebar: Sidebar) -> None:
    """Ask for the story and wait for its end; cuts may cost some backing off."""
    sidebar.send("tell me a story")
    expect(sidebar.element.get_by_text("w119").last).to_be_visible(timeout=30_000)
    expect(sidebar.element.get_by_role("button", name="Stop")).to_have_count(0, timeout=30_000)
