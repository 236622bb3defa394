"""A conversation as text: everything that is stored of it, also what its user no longer sees."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from chat.models import Feedback, Item, Thread

MAX_ITEMS = 200


@dataclass(frozen=True)
class Entry:
    """One item, and the user's thumb on it."""

    speaker: str
    kind: str
    text: str
    at: datetime
    removed: bool
    feedback: str


@dataclass(frozen=True)
class Transcript:
    """The newest entries, the oldest first; before the item `earlier` there are more."""

    entries: list[Entry]
    earlier: int | None


def transcript(thread: Thread, before: int | None = None) -> Transcript:
    """The thread's newest `MAX_ITEMS` items; with `before` those that stand before that item."""
    rows = thread.items.exclude(type="sdk_hidden_context").order_by("-created_at", "-id")
    if before is not None and (last := thread.items.filter(pk=before).first()) is not None:
        same = Q(created_at=last.created_at, pk__lt=last.pk)
        rows = rows.filter(Q(created_at__lt=last.created_at) | same)
    newest = list(rows[: MAX_ITEMS + 1])
    shown = newest[:MAX_ITEMS][::-1]
    earlier = shown[0].pk if len(newest) > MAX_ITEMS else None
    return Transcript(_entries(thread, shown), earlier)


def _entries(thread: Thread, items: list[Item]) -> list[Entry]:
    ids = [item.item_id for item in items]
    thumbs = Feedback.objects.filter(thread=thread, item_id__in=ids)
    kinds = dict(thumbs.values_list("item_id", "kind"))
    return [
        Entry(
            speaker=item.speaker,
            kind=item.type,
            text=item.text,
            at=item.created_at,
            removed=item.removed_at is not None,
            feedback=kinds.get(item.item_id, ""),
        )
        for item in items
    ]
