"""The one door for audit events: who read, searched, exported, flagged, stopped or pruned what."""

from collections.abc import Iterable
from typing import Any

from chat.models import AuditEvent
from taskchat_site.accounts.models import User


def record(
    actor: User | None, action: AuditEvent.Action, thread_id: str = "", **detail: Any
) -> AuditEvent:
    """Write it down, in the caller's transaction. `detail` is JSON; a command has no `actor`."""
    return AuditEvent.objects.create(
        actor=actor,
        actor_email=actor.email if actor else "",
        action=action,
        thread_id=thread_id,
        detail=detail,
    )


def record_each(
    actor: User | None, action: AuditEvent.Action, thread_ids: Iterable[str], **detail: Any
) -> None:
    """An event for each of the conversations, as `record` in one statement."""
    AuditEvent.objects.bulk_create(
        AuditEvent(
            actor=actor,
            actor_email=actor.email if actor else "",
            action=action,
            thread_id=thread_id,
            detail=detail,
        )
        for thread_id in thread_ids
    )
