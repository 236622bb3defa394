"""What the pages' content policy lets through, and what it stops."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewVisitor, Sidebar, task

WATCH = """
  window.violated = [];
  addEventListener("securitypolicyviolation", (event) =>
    violated.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


def violations(page: Page) -> list[str]:
    found: list[str] = page.evaluate("violated")
    return found


def test_no_page_of_ours_violates_its_policy(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    visitor.context.add_init_script(WATCH)
    page = visitor.sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say("Create a task to buy groceries")
    expect(task(page, "buy groceries")).to_be_visible()
    sidebar.say("Show my tasks")
    assert violations(page) == []
    page.reload()
    expect(task(page, "buy groceries")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/sign-up/", "/tasks/", "/nowhere/"])
def test_a_script_that_is_added_to_a_page_does_not_run(new_visitor: NewVisitor, path: str) -> None:
    visitor = new_visitor(expect_problems=True)
    visitor.context.add_init_script(WATCH)

    def add_scripts(route: Route) -> None:
        response = route.fetch()
        added = "<script>window.ran = 1</script><img src=/none onerror='window.ran = 2'></body>"
        route.fulfill(response=response, body=response.text().replace("</body>", added))

    page = visitor.context.new_page()
    page.route(f"**{path}", add_scripts)
    answer = page.goto(visitor.base + path)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") is None
    assert sorted({one.split()[0] for one in violations(page)}) == [
        "script-src-attr",
        "script-src-elem",
    ]
