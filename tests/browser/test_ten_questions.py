"""Ten questions that staff ask, each answered by an auditor with clicks, a filter or a search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import services
from tests.browser.conftest import Visitor
from tests.browser.office import AUDITOR, FILL, FIRST_DELTAS, OTHER_AUDITOR
from tests.components import clock


@pytest.fixture(scope="module")
def auditor(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Somebody who may read, signed in to the administration of an office's server.

    There it is noon in the middle of a month: no day and no month ends while they ask.
    """
    now = datetime.now(UTC)
    noon = now.replace(day=15, hour=12, minute=0, second=0)
    folder = tmp_path_factory.mktemp("office")
    with services.taskchat(folder, **clock(noon - now)) as office:
        office.manage("shell", "-c", FILL)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        visitor = Visitor(context, office.url, AUDITOR[0])
        page = visitor.tab("/admin/login/?next=/admin/")
        page.get_by_label("E-mail address").fill(AUDITOR[0])
        page.get_by_label("Password").fill(AUDITOR[1])
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin/")
        page.close()
        yield visitor
        context.close()


@pytest.fixture
def page(auditor: Visitor) -> Iterator[Page]:
    """The admin's overview; nothing that is visited from there has an error."""
    page = auditor.tab("/admin/")
    yield page
    page.close()
    assert auditor.problems == []


def follow(link: Locator) -> None:
    with link.page.expect_navigation():
        link.click()


def choose(page: Page, title: str) -> None:
    """From the menu at the side."""
    follow(page.locator("#nav-sidebar").get_by_role("link", name=title))


def search(page: Page, words: str) -> None:
    page.locator("#searchbar").fill(words)
    with page.expect_navigation():
        page.locator("#searchbar").press("Enter")


def narrow(page: Page, **filters: str) -> None:
    """The list that is shown, in its drawer of filters: `status="Failed"`."""
    page.locator("a", has_text=re.compile(r"^\s*Filters")).click()
    drawer = page.locator("#changelist-filter")
    for title, choice in filters.items():
        # The select itself is hidden behind the box that its script draws beside it.
        box = drawer.get_by_label(f"By {title}").locator("xpath=following-sibling::*[1]")
        box.get_by_role("combobox").click()
        page.get_by_role("option", name=choice, exact=True).click()
    with page.expect_navigation():
        drawer.get_by_role("button", name="Apply Filters").click()


def rows(page: Page) -> list[str]:
    """The rows of the list that is shown."""
    return lines(page.locator("#result_list tbody tr"))


def lines(found: Locator) -> list[str]:
    return [" ".join(text.split()) for text in found.all_inner_texts()]


def users(rows: list[str]) -> set[str]:
    return set(re.findall(r"[\w-]+@example\.com", " ".join(rows)))


def only(rows: list[str], *marks: str) -> bool:
    """Whether each of `marks` is in one of `rows`, and none of them is without."""
    once = all(sum(mark in row for row in rows) == 1 for mark in marks)
    return once and all(any(mark in row for mark in marks) for row in rows)


def test_who_used_it_yesterday(page: Page) -> None:
    choose(page, "Runs")
    assert "carla@example.com" in users(rows(page))
    follow(page.get_by_role("navigation", name="Dates").get_by_role("link", name="Yesterday"))
    assert users(rows(page)) == {"ann@example.com", "ben@example.com"}


def test_which_runs_failed_and_why(page: Page) -> None:
    reasons = page.get_by_role("region", name="Why runs failed")
    assert sorted(lines(reasons.locator("tbody tr"))) == ["provider busy 1", "provider cut 1"]
    follow(reasons.get_by_role("link", name="provider busy"))
    assert only(rows(page), "ben@example.com Before the holiday failed provider busy")

    choose(page, "Runs")
    narrow(page, status="Failed")
    assert only(rows(page), "Before the holiday failed", "Moving dates failed provider cut")
    follow(page.locator("#result_list tbody tr", has_text="cut").get_by_role("link").first)
    expect(page.get_by_text("The stream broke off.")).to_be_visible()


def test_what_the_assistant_deleted_for_somebody(page: Page) -> None:
    choose(page, "Tool calls")
    narrow(page, name="delete task", status="Completed")
    assert users(rows(page)) == {"ann@example.com", "ben@example.com"}
    search(page, "ann@example.com")
    assert users(rows(page)) == {"ann@example.com"}
    assert only(rows(page), "sell the old scanner", "renew the badge")


def test_the_ten_slowest_first_deltas(page: Page) -> None:
    slowest = page.locator("#slowest tbody tr")
    times = lines(slowest.locator("td:nth-child(2)"))
    assert times == [f"{milliseconds:,} ms" for milliseconds in FIRST_DELTAS[:10]]
    assert users(lines(slowest)) == {"emil@example.com"}


def test_the_cost_of_each_model_this_month(page: Page) -> None:
    models = page.locator("#models tbody tr")
    names, costs_shown = lines(models.locator("th")), lines(models.locator("td:nth-child(2)"))
    costs = dict(zip(names, costs_shown, strict=True))
    assert costs == {
        "gpt-4.1": "$0.0984",
        "gpt-4.1-nano": "$0.0066",
        "o4-mini": "$0.0506",
        "smollm2": "no price",
    }

    follow(models.get_by_role("link", name="gpt-4.1", exact=True))
    assert users(rows(page)) == {"ann@example.com", "carla@example.com"}
    assert len(rows(page)) == 4


def test_who_read_a_conversation(page: Page) -> None:
    choose(page, "Conversations")
    overview = page.url
    follow(page.get_by_role("link", name="Before the holiday"))
    expect(page.locator(".tc-readers")).to_contain_text(AUDITOR[0])
    expect(page.locator(".tc-readers")).not_to_contain_text(OTHER_AUDITOR)

    page.goto(overview)
    follow(page.get_by_role("link", name="Invoice for the printers"))
    expect(page.locator(".tc-readers")).to_contain_text(OTHER_AUDITOR)
    path = urlsplit(page.url).path
    follow(page.get_by_role("link", name="All that staff did with it"))
    read = "Read Invoice for the printers"
    assert only(rows(page), f"{OTHER_AUDITOR} {read}", f" {AUDITOR[0]} {read}")
    links = page.locator("#result_list").get_by_role("link", name="Invoice for the printers")
    assert {link.get_attribute("href") for link in links.all()} == {path}


def test_what_somebody_wrote_about_invoice(page: Page) -> None:
    choose(page, "Conversations")
    search(page, "invoice")
    assert only(rows(page), "Invoice for the printers", "Before the holiday")
    search(page, "invoice ann@example.com")
    assert only(rows(page), "Invoice for the printers")
    follow(page.get_by_role("link", name="Invoice for the printers"))
    said = page.locator("openai-chatkit").get_by_text("Add a task to pay the printers' invoice")
    expect(said).to_be_visible()


def test_which_replies_got_a_thumbs_down(page: Page) -> None:
    choose(page, "Feedback")
    assert len(rows(page)) == 2
    narrow(page, kind="Down")
    assert only(rows(page), "down ben@example.com Deleted. Have a good holiday!")


def test_which_tool_calls_failed(page: Page) -> None:
    choose(page, "Tool calls")
    narrow(page, status="Failed")
    assert only(rows(page), "ann@example.com delete_task failed", "carla@example.com update_task")
    assert only(rows(page), "There is no task like that.", "is no date.")


def test_what_is_running_now(page: Page) -> None:
    choose(page, "Running now")
    running = page.locator(".tc-row")
    expect(running).to_have_count(1)
    expect(running).to_contain_text("Planning the week")
    expect(running).to_contain_text("carla@example.com")
    expect(running.get_by_role("button")).to_have_count(0)  # an auditor stops nothing
