"""A conversation that is opened later says how its last reply ended."""

from typing import Any

import pytest
from django.utils import timezone

from chat.last_run import last_run
from chat.models import Run
from chat.tests.conftest import Person


def _opened(person: Person) -> Any:
    return person.chatkit("threads.get_by_id", {"thread_id": person.thread_id})["last_run"]


def test_a_completed_reply_is_not_marked(owner: Person) -> None:
    owner.say("hello")
    assert _opened(owner) is None


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        ("cancelled", "", "You stopped this reply."),
        ("interrupted", "process_gone", "interrupted"),
        ("failed", "provider_busy", "busy right now"),
        ("failed", "unheard_of", "Something went wrong"),
    ],
)
def test_any_other_end_is_told_with_what_to_retry(
    owner: Person, status: str, code: str, words: str
) -> None:
    owner.say("hello")
    Run.objects.update(status=status, code=code)
    marked = _opened(owner)
    assert words in marked["words"]
    assert marked["status"] == status
    assert marked["retry_after_item_id"] == owner.items()[0]["id"]


def test_a_dead_run_is_settled_by_opening_the_conversation(owner: Person) -> None:
    owner.say("hello")
    Run.objects.update(status="running", lease_until=timezone.now())
    assert _opened(owner)["status"] == "interrupted"


def test_another_persons_run_is_not_told(owner: Person, stranger: Person) -> None:
    owner.say("hello")
    Run.objects.update(status="cancelled")
    assert last_run(stranger.user, str(owner.thread_id)) is None
