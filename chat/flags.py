"""Staff mark a conversation for a second look, with a note; each change is an audit event."""

from django.db import transaction
from django.utils import timezone

from chat import audit
from chat.models import AuditEvent, Thread
from taskchat_site.accounts.models import User

MAX_NOTE = 1000  # characters


def flag(thread: Thread, by: User, note: str) -> None:
    """Mark `thread`, or give the mark another note."""
    note = note.strip()[:MAX_NOTE]
    thread.flagged_at, thread.flagged_by, thread.flag_note = timezone.now(), by, note
    with transaction.atomic():
        thread.save(update_fields=["flagged_at", "flagged_by", "flag_note"])
        audit.record(by, AuditEvent.Action.FLAG, thread.id, note=note)


def unflag(thread: Thread, by: User) -> None:
    """Take the mark away; that it was there stays in the audit events."""
    thread.flagged_at, thread.flagged_by, thread.flag_note = None, None, ""
    with transaction.atomic():
        thread.save(update_fields=["flagged_at", "flagged_by", "flag_note"])
        audit.record(by, AuditEvent.Action.UNFLAG, thread.id)
