"""The main job in Chromium: a new user, the sidebar, the three sentences, every open tab."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewVisitor, Sidebar, task

SENTENCE = "Create a task to buy groceries"


def test_a_new_user_does_the_three_sentences_and_a_second_tab_follows(
    new_visitor: NewVisitor,
) -> None:
    visitor = new_visitor()
    page = visitor.sign_up()
    second = visitor.tab()
    expect(second.get_by_role("textbox", name="New task")).to_be_visible()
    sidebar = Sidebar(page).open()

    sidebar.say(SENTENCE)
    sidebar.expect_text("Added buy groceries")
    expect(task(page, "buy groceries")).not_to_be_checked()
    expect(task(second, "buy groceries")).not_to_be_checked()

    for tab in (page, second):
        tab.get_by_role("button", name="All", exact=True).click()
    sidebar.say("Mark the groceries task as complete")
    sidebar.expect_text("Completed buy groceries")
    expect(task(page, "buy groceries")).to_be_checked()
    expect(task(second, "buy groceries")).to_be_checked()

    sidebar.say("Delete the groceries task")
    sidebar.expect_text("Deleted buy groceries")
    expect(task(page, "buy groceries")).to_have_count(0)
    expect(task(second, "buy groceries")).to_have_count(0)


def test_a_reload_keeps_the_open_panel_the_thread_and_its_history(new_visitor: NewVisitor) -> None:
    page = new_visitor().sign_up()
    sidebar = Sidebar(page).open()
    sidebar.say(SENTENCE)
    page.reload()
    expect(sidebar.composer).to_be_visible()
    sidebar.expect_text(SENTENCE)
    sidebar.expect_text("Added buy groceries")
    sidebar.say("Delete it")
    sidebar.expect_text("Deleted buy groceries")


def test_toggle_close_button_and_escape_close_the_panel(new_visitor: NewVisitor) -> None:
    page = new_visitor().sign_up()
    sidebar = Sidebar(page)
    toggle = page.get_by_role("button", name="Open assistant")
    for close in (
        lambda: page.get_by_role("button", name="Close assistant").click(),
        lambda: page.get_by_role("button", name="Close", exact=True).click(),
        lambda: page.keyboard.press("Escape"),
    ):
        sidebar.open()
        expect(sidebar.composer).to_be_focused()
        close()
        expect(sidebar.composer).not_to_be_visible()
        expect(toggle).to_be_focused()


def test_the_panel_is_400_px_wide_and_the_page_stays_usable(new_visitor: NewVisitor) -> None:
    page = new_visitor().sign_up()
    Sidebar(page).open()
    page.wait_for_timeout(400)
    assert _panel_box(page) == {"x": 880, "y": 0, "width": 400, "height": 800}
    page.get_by_role("textbox", name="New task").fill("by hand")
    page.keyboard.press("Enter")
    expect(task(page, "by hand")).to_be_visible()


def test_the_panel_fills_a_phone(new_visitor: NewVisitor) -> None:
    page = new_visitor(viewport={"width": 390, "height": 844}, has_touch=True).sign_up()
    Sidebar(page).open()
    page.wait_for_timeout(400)
    assert _panel_box(page) == {"x": 0, "y": 0, "width": 390, "height": 844}


def test_the_panel_slides_in_under_300_ms(new_visitor: NewVisitor) -> None:
    page = new_visitor().sign_up()
    assert 0 < _longest_animation(page) < 300


def test_the_panel_does_not_slide_with_reduced_motion(new_visitor: NewVisitor) -> None:
    page = new_visitor(reduced_motion="reduce").sign_up()
    assert _longest_animation(page) == 0


def test_two_users_in_two_browsers_never_see_each_others_anything(new_visitor: NewVisitor) -> None:
    ann, bob = new_visitor(), new_visitor()
    anns, bobs = ann.sign_up(), bob.sign_up()
    anns_chat, bobs_chat = Sidebar(anns).open(), Sidebar(bobs).open()
    anns_chat.say("Create a task to call the lawyer")
    bobs_chat.say("Create a task to water the plants")
    expect(task(anns, "call the lawyer")).to_be_visible()
    expect(task(bobs, "water the plants")).to_be_visible()
    bobs_chat.say("Delete the lawyer task")
    bobs_chat.say("Show my tasks")
    for page, theirs in ((anns, "plants"), (bobs, "call the lawyer")):
        page.reload()
        expect(page.get_by_role("textbox", name="New task")).to_be_visible()
        expect(page.get_by_role("list", name="Tasks").get_by_text(theirs)).to_have_count(0)
    expect(task(anns, "call the lawyer")).to_be_visible()
    expect(Sidebar(anns).element.get_by_text("plants")).to_have_count(0)


def test_sign_out_and_in_again(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()
    page = visitor.sign_up()
    visitor.context.clear_cookies()
    page.goto(f"{visitor.base}/sign-in/")
    page.get_by_label("Email").fill(visitor.email)
    page.get_by_label("Password", exact=True).fill("correct horse 42")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/tasks/")
    expect(page.get_by_role("textbox", name="New task")).to_be_visible()


def _panel_box(page: Page) -> dict[str, float]:
    """The nearest ancestor of the element that is fixed: the panel."""
    box: dict[str, float] = page.evaluate(
        """() => {
            let node = document.querySelector("openai-chatkit");
            while (node && getComputedStyle(node).position !== "fixed") node = node.parentElement;
            const {x, y, width, height} = node.getBoundingClientRect();
            return {x, y, width, height};
        }"""
    )
    return {name: round(value) for name, value in box.items()}


def _longest_animation(page: Page) -> float:
    """Milliseconds of the longest transition that opening the panel starts; 0 for none."""
    page.evaluate(
        """() => {
            window.longest = 0;
            document.addEventListener("transitionrun", (event) => {
                for (const animation of event.target.getAnimations()) {
                    const {duration, delay} = animation.effect.getComputedTiming();
                    if (duration > 1) window.longest = Math.max(window.longest, duration + delay);
                }
            });
        }"""
    )
    Sidebar(page).open()
    page.wait_for_timeout(400)
    longest: float = page.evaluate("window.longest")
    return longest
