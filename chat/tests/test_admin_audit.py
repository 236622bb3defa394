"""The list of what staff did names the conversations, to those who may read them."""

import pytest
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import audit
from chat.models import AuditEvent, Thread
from taskchat_site.accounts.models import User

AUDIT = "/admin/chat/auditevent/"
READ = AuditEvent.Action.READ


@pytest.fixture
def thread(db: None) -> Thread:
    owner = User.objects.create_user("ann@example.com")
    now = timezone.now()
    return Thread.objects.create(owner=owner, title="Pay <b>", created_at=now, updated_at=now)


def staff(*permissions: str) -> Client:
    user = User.objects.create_user("staff@example.com", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def html_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_conversation_is_named_by_its_title_with_a_link(thread: Thread) -> None:
    event = audit.record(thread.owner, READ, thread.pk)
    client = staff("view_auditevent", "view_thread")
    link = f'<a href="/admin/chat/thread/{quote(thread.pk)}/change/"><bdi>Pay &lt;b&gt;</bdi></a>'
    for path in (AUDIT, f"{AUDIT}{event.pk}/change/"):
        assert link in html_of(client, path)


def test_a_conversation_that_is_gone_is_named_by_its_id(thread: Thread) -> None:
    event = audit.record(thread.owner, READ, "thr_gone")
    client = staff("view_auditevent", "view_thread")
    for path in (AUDIT, f"{AUDIT}{event.pk}/change/"):
        html = html_of(client, path)
        assert "thr_gone" in html
        assert quote("thr_gone") not in html


def test_who_may_not_read_conversations_gets_an_id_and_no_title(thread: Thread) -> None:
    event = audit.record(thread.owner, READ, thread.pk)
    client = staff("view_auditevent")
    for path in (AUDIT, f"{AUDIT}{event.pk}/change/"):
        html = html_of(client, path)
        assert thread.pk in html
        assert "Pay" not in html


def test_titles_take_one_query_however_many_events_there_are(thread: Thread) -> None:
    client = staff("view_auditevent", "view_thread")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            html_of(client, AUDIT)
        return len(captured)

    audit.record(thread.owner, READ, thread.pk)
    one = queries()
    now = timezone.now()
    for number in range(10):
        other = Thread.objects.create(
            owner=thread.owner, title=str(number), created_at=now, updated_at=now
        )
        audit.record(thread.owner, READ, other.pk)
    assert queries() == one
