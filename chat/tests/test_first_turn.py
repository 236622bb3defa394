"""What the model reads of a conversation that begins, without asking the database."""

from typing import Any

import pytest
from chatkit.types import InferenceOptions, UserMessageItem, UserMessageTextContent
from django.utils import timezone

from chat import threads
from chat.history import first_turn, load_history
from chat.models import Thread
from chat.tests.conftest import Person


@pytest.mark.parametrize("quoted", [None, "earlier \0words"])
def test_it_is_what_the_database_would_say(owner: Person, quoted: str | None) -> None:
    item = UserMessageItem(
        id="msg_1",
        thread_id="thr_1",
        created_at=timezone.now(),
        content=[UserMessageTextContent(text=text) for text in ("one\0 ", "two \ud800")],
        attachments=[],
        quoted_text=quoted,
        inference_options=InferenceOptions(),
    )
    now = timezone.now()
    thread = Thread.objects.create(id="thr_1", owner=owner.user, created_at=now, updated_at=now)
    threads.put_item_in(thread, item)
    found: Any = load_history("thr_1")
    assert found == first_turn(item)
    assert found[0]["content"].endswith("one two ?")
