"""Staff with the right to it download the conversations that they chose; others cannot."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Permission
from django.test import AsyncClient

from chat.models import AuditEvent, Thread
from chat.tests.records import NASTY, add_thread, add_user
from taskchat_site.accounts.models import User

LIST = "/admin/chat/thread/"


@pytest.fixture
def threads(db: None) -> list[Thread]:
    ann = add_user("ann")
    return [add_thread(ann, NASTY, title=f"no {number}") for number in range(3)]


def staff(*permissions: str) -> User:
    user = User.objects.create_user("auditor@example.com", "correct horse 42", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def post(user: User, action: str, threads: list[Thread]) -> tuple[Any, str]:
    async def send() -> tuple[Any, str]:
        client = AsyncClient()
        await client.aforce_login(user)
        data = {"action": action, "_selected_action": [thread.pk for thread in threads]}
        response: Any = await client.post(LIST, data)
        if not response.streaming:
            return response, response.content.decode()
        return response, b"".join([part async for part in response.streaming_content]).decode()

    return async_to_sync(send)()


@pytest.mark.parametrize("form", ["jsonl", "csv", "md"])
def test_the_chosen_conversations_are_a_download(threads: list[Thread], form: str) -> None:
    auditor = staff("view_thread", "export_thread")
    response, text = post(auditor, f"export_{form}", threads[:2])
    assert response["Content-Disposition"].endswith(f'.{form}"')
    assert "no-store" in response["Cache-Control"]
    assert "no 0" in text
    assert "no 2" not in text
    events = AuditEvent.objects.filter(action="export")
    assert {event.thread_id for event in events} == {thread.pk for thread in threads[:2]}
    assert {(event.actor, event.actor_email) for event in events} == {
        (auditor, "auditor@example.com")
    }
    assert events[0].detail == {"format": form, "by": "admin"}


def test_a_spreadsheet_knows_the_letters_and_finds_no_formula(threads: list[Thread]) -> None:
    _, text = post(staff("view_thread", "export_thread"), "export_csv", threads)
    assert text.startswith("\ufeffthread_id,")
    assert ',"=HYPERLINK' not in text
    assert ",\"'=HYPERLINK" in text


def test_who_may_only_read_is_not_offered_it_and_gets_nothing(threads: list[Thread]) -> None:
    response, text = post(staff("view_thread"), "export_jsonl", threads)
    assert not response.streaming
    assert "HYPERLINK" not in text
    assert "export_jsonl" not in text
    assert not AuditEvent.objects.filter(action="export").exists()
