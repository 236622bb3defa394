"""A page that stands still."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserType

from tests.browser.time_limit import answered_within, process_id


@pytest.mark.parametrize("forever", ["new Promise(() => {})", "(() => { for (;;); })()"])
def test_what_is_never_answered_fails(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], forever: str
) -> None:
    with browser_type.launch(**browser_type_launch_args) as browser:
        page = browser.new_page()
        pid = process_id(browser)
        with answered_within(10, pid, "one and one"):
            assert page.evaluate("1 + 1") == 2
        with (
            pytest.raises(TimeoutError, match="one and one: no answer within"),
            answered_within(0.5, pid, "one and one"),
        ):
            page.evaluate(forever)
