"""How the tests' Chromium is started."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.time_limit import process_id

OPTION = "--disable-features="


def test_what_playwright_disables_is_disabled_and_no_page_is_made_for_an_address_bar(
    browser: Browser,
) -> None:
    context = browser.new_context()
    context.new_page()
    session = browser.new_browser_cdp_session()
    pages = session.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
    context.close()
    words = Path(f"/proc/{process_id(browser)}/cmdline").read_text().split("\0")
    playwrights, ours = (
        set(word.removeprefix(OPTION).split(",")) for word in words if word.startswith(OPTION)
    )
    assert playwrights <= ours
    assert [page["url"] for page in pages if page["type"] == "browser_ui"] == []
