"""The end of a conversation's time: the only place that deletes one, with all that belongs to it.

That it was, whose, and when it ended stays as an `AuditEvent`, written in the same transaction.
"""

from dataclasses import dataclass, fields
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from chat import audit, daily
from chat.models import Attachment, AuditEvent, Feedback, Item, Run, Thread, ToolCall
from taskchat_site import live

BATCH = 100  # conversations in one transaction: on SQLite all other writers wait for it


@dataclass(frozen=True)
class Amount:
    """How much is deleted, or would be."""

    conversations: int = 0
    items: int = 0
    runs: int = 0
    tool_calls: int = 0
    feedback: int = 0
    attachments: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        names = [field.name for field in fields(self)]
        return Amount(**{name: getattr(self, name) + getattr(other, name) for name in names})


def old_threads(before: datetime, *, flagged: bool) -> QuerySet[Thread]:
    """Without activity since `before` and without a running reply; `flagged` ones only if wished.

    What staff have flagged waits for a second look.
    """
    running = Run.objects.filter(thread=OuterRef("pk"), status=Run.Status.RUNNING)
    threads = Thread.objects.filter(~Exists(running), updated_at__lt=before)
    return threads if flagged else threads.filter(flagged_at=None)


def amount(threads: QuerySet[Thread]) -> Amount:
    """What `prune_some` would delete of `threads`, all in all."""
    theirs = threads.order_by().values("pk")
    return Amount(
        conversations=threads.count(),
        items=Item.objects.filter(thread__in=theirs).count(),
        runs=Run.objects.filter(thread__in=theirs).count(),
        tool_calls=ToolCall.objects.filter(thread__in=theirs).count(),
        feedback=Feedback.objects.filter(thread__in=theirs).count(),
        attachments=len(_attachment_ids(Item.objects.filter(thread__in=theirs))),
    )


def prune_some(threads: QuerySet[Thread], by: str) -> Amount:
    """Delete up to `BATCH` of `threads` in one transaction; no conversations when none are left.

    One that is being written to at this moment is passed over. `by` is written down.
    """
    with transaction.atomic():
        locked = threads.select_for_update(skip_locked=True, of=("self",)).order_by("updated_at")
        some = list(locked.select_related("owner")[:BATCH])
        for thread in some:
            _write_down(thread, by)
        daily.keep_before_deleting([thread.pk for thread in some])
        return _delete([thread.pk for thread in some])


def _write_down(thread: Thread, by: str) -> None:
    audit.record(
        None,
        AuditEvent.Action.PRUNE,
        thread.pk,
        by=by,
        owner=thread.owner.public_id,
        created_at=thread.created_at.astimezone(UTC).isoformat(),
        last_activity=thread.updated_at.astimezone(UTC).isoformat(),
    )
    if thread.deleted_at is None:
        live.announce(thread.owner, {"type": "thread.deleted", "thread_id": thread.pk})


def _delete(thread_ids: list[str]) -> Amount:
    attachments = _attachment_ids(Item.objects.filter(thread__in=thread_ids))
    _, gone = Attachment.objects.filter(pk__in=attachments).delete()
    _, more = Thread.objects.filter(pk__in=thread_ids).delete()
    gone.update(more)
    return Amount(
        conversations=gone.get("chat.Thread", 0),
        items=gone.get("chat.Item", 0),
        runs=gone.get("chat.Run", 0),
        tool_calls=gone.get("chat.ToolCall", 0),
        feedback=gone.get("chat.Feedback", 0),
        attachments=gone.get("chat.Attachment", 0),
    )


def _attachment_ids(items: QuerySet[Item]) -> set[str]:
    """The attachments of the messages among `items`."""
    messages = items.filter(type="user_message").order_by()
    found = messages.values_list("data__attachments", flat=True)
    return {attachment["id"] for several in found.iterator() for attachment in several or ()}
