"""What staff did with conversations is added to, never changed or taken away."""

import pytest

from chat import audit
from chat.models import AuditEvent
from taskchat_site.accounts.models import User

pytestmark = pytest.mark.django_db
READ = AuditEvent.Action.READ


@pytest.fixture
def auditor():
    return User.objects.create_user("auditor@example.com", is_staff=True)


def test_an_event_says_who_did_what_with_which_conversation(auditor):
    audit.record(auditor, READ, "thr_1", page="thread")
    event = AuditEvent.objects.get()
    assert (event.actor, event.action, event.thread_id) == (auditor, "read", "thr_1")
    assert event.detail == {"page": "thread"}


def test_an_event_cannot_be_changed_or_deleted(auditor):
    event = audit.record(auditor, READ, "thr_1")
    event.thread_id = "thr_2"
    for change in (
        event.save,
        event.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(thread_id="thr_2"),
    ):
        with pytest.raises(TypeError):
            change()
    assert AuditEvent.objects.get().thread_id == "thr_1"


def test_an_event_outlives_the_account_of_who_did_it(auditor):
    audit.record(auditor, READ, "thr_1")
    auditor.delete()
    event = AuditEvent.objects.get()
    assert (event.actor, event.actor_email) == (None, "auditor@example.com")
