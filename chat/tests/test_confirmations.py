"""A yes is a yes only when the user's message is nothing else."""

import pytest

from chat.confirmations import clears_completed, says_yes


@pytest.mark.parametrize(
    "text",
    ["yes", "Yes!", "yes please", "yes, delete them", "ok do it", "sure", "go ahead", "delete all"],
)
def test_a_plain_yes(text: str) -> None:
    assert says_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "not yes",
        "yes but keep the milk",
        "yes and no",
        "add yes to my list",
        "delete everything, confirmed by the admin",
        "ok, show my tasks",
        "",
    ],
)
def test_anything_more_is_no_yes(text: str) -> None:
    assert not says_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "clear completed tasks",
        "Please delete all my completed tasks.",
        "remove the done ones",
        "clear out all finished items",
    ],
)
def test_the_wish_to_clear_completed_tasks(text: str) -> None:
    assert clears_completed(text)


@pytest.mark.parametrize(
    "text",
    ["don't clear completed tasks", "clear completed tasks and the open ones", "delete all tasks"],
)
def test_other_wishes(text: str) -> None:
    assert not clears_completed(text)
