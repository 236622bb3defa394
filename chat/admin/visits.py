"""That somebody read or searched conversations, written down once a visit."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from chat import audit
from chat.models import AuditEvent
from taskchat_site.accounts.models import User

# A page asks for its data several times, and again while a reply runs: that is one reading.
VISIT = timedelta(minutes=10)


def note_reading(reader: User, thread_id: str, page: str) -> None:
    """`reader` saw what was said in a conversation, on `page`."""
    _note(reader, AuditEvent.Action.READ, thread_id, page=page)


def note_search(searcher: User, words: str) -> None:
    """`searcher` looked for `words` in all conversations."""
    _note(searcher, AuditEvent.Action.SEARCH, "", words=words)


def _note(actor: User, action: AuditEvent.Action, thread_id: str, **detail: Any) -> None:
    since = timezone.now() - VISIT
    known = AuditEvent.objects.filter(action=action, thread_id=thread_id, actor=actor)
    if not known.filter(at__gt=since, detail=detail).exists():
        audit.record(actor, action, thread_id, **detail)
