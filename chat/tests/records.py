"""Conversations written straight into the database, for tests of what reads them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from chat.models import Item, Run, Thread, ToolCall
from taskchat_site.accounts.models import User

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
# Harmful in a terminal, a spreadsheet, HTML, Markdown, and to the eye.
NASTY = '=HYPERLINK("http://x.example")\x1b]0;owned\x07 <b>\u202etxt.exe\u2066 ```\n![x](http://x)'

_numbers = count(1)


def add_user(name: str) -> User:
    return User.objects.create_user(f"{name}@example.com", "correct horse 42", name=name.title())


def add_thread(owner: User, *messages: str, at: datetime = NOON, **fields: Any) -> Thread:
    """A thread with a user's and an assistant's message in turn, a second apart."""
    fields = {"title": "Groceries", "created_at": at, "updated_at": at, **fields}
    thread = Thread.objects.create(owner=owner, **fields)
    for place, words in enumerate(messages):
        add_item(thread, words, "assistant_message" if place % 2 else "user_message", place)
    return thread


def add_item(thread: Thread, words: str, kind: str, seconds: int = 0, **data: Any) -> Item:
    return Item.objects.create(
        thread=thread,
        item_id=f"msg_{next(_numbers)}",
        type=kind,
        text=words,
        data={"type": kind, **data},
        created_at=thread.created_at + timedelta(seconds=seconds),
    )


def add_run(thread: Thread, *, cost: str | None = None, **fields: Any) -> Run:
    fields = {
        "owner": thread.owner,
        "status": "completed",
        "model": "gpt-4.1-nano",
        "started_at": thread.created_at,
        "finished_at": thread.created_at + timedelta(seconds=2),
        "first_delta_ms": 310,
        **fields,
    }
    return Run.objects.create(thread=thread, cost=Decimal(cost) if cost else None, **fields)


def add_call(run: Run, **fields: Any) -> ToolCall:
    fields = {
        "name": "add_task",
        "arguments": {"title": "milk"},
        "result": {"text": "Added.", "structured": {"message": "Added."}},
        "status": "completed",
        **fields,
    }
    return ToolCall.objects.create(
        run=run,
        thread_id=run.thread_id,
        call_id=f"call_{next(_numbers)}",
        created_at=run.started_at + timedelta(seconds=1),
        duration_ms=12,
        **fields,
    )
