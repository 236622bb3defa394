"""The only place that reads or changes threads and items: sync, one call one hop.

Every function is told whose; a stranger's thread is not found. ChatKit's types are kept as
JSON, so fields that this version does not know survive.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from chatkit.store import NotFoundError
from chatkit.types import (
    AssistantMessageItem,
    Page,
    ThreadItem,
    ThreadMetadata,
    UserMessageItem,
    WidgetItem,
    WorkflowItem,
)
from chatkit.widgets import DynamicWidgetRoot
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from pydantic import TypeAdapter

from chat.models import Attachment, Feedback, Item, Thread
from chat.runs.lease import Lease, require
from chat.storable import can_be_stored, storable
from chat.widgets import widget_text
from taskchat_site import live
from taskchat_site.accounts.models import User
from taskchat_site.inserts import insert

MAX_PAGE = 100
MAX_TITLE = 300

Row = TypeVar("Row", Item, Thread)


@cache
def _item_adapter() -> TypeAdapter[ThreadItem]:
    return TypeAdapter(ThreadItem)


# --- Threads -------------------------------------------------------------------------------


def own_thread(user: User, thread_id: str) -> Thread:
    """The user's thread; `NotFoundError` for a missing, deleted or another's one."""
    rows = Thread.objects.filter(owner=user, deleted_at=None)
    try:
        return rows.get(id=thread_id if can_be_stored(thread_id) else None)
    except Thread.DoesNotExist:
        raise NotFoundError("There is no such conversation.") from None


def load_thread(user: User, thread_id: str) -> ThreadMetadata:
    return metadata_of(own_thread(user, thread_id))


def save_thread(user: User, metadata: ThreadMetadata, lease: Lease | None = None) -> None:
    """Create or overwrite; another's id is not found. A run must still hold its `lease`."""
    with transaction.atomic():
        require(lease)
        thread = Thread.objects.filter(id=metadata.id).first()
        if thread is None:
            thread = Thread(id=metadata.id, owner=user, created_at=aware(metadata.created_at))
        elif thread.owner_id != user.pk or thread.deleted_at is not None:
            raise NotFoundError(f"There is no conversation {metadata.id}.")
        _fill(thread, metadata)
        thread.save()
        live.announce(user, {"type": "thread.updated", "thread_id": thread.id})


def begin_thread(user: User, metadata: ThreadMetadata, item: UserMessageItem) -> Thread:
    """A new thread with its first item, in two statements; inside the caller's transaction."""
    thread = Thread(id=metadata.id, owner=user, created_at=aware(metadata.created_at))
    _fill(thread, metadata)
    insert(thread)
    insert(_row(thread, item, aware(item.created_at)))
    return thread


def _fill(thread: Thread, metadata: ThreadMetadata) -> None:
    thread.title = (metadata.title or "")[:MAX_TITLE]
    thread.extra = metadata.model_dump(mode="json", exclude={"id", "title", "created_at"})
    thread.updated_at = timezone.now()


def load_threads(user: User, limit: int, after: str | None, order: str) -> Page[ThreadMetadata]:
    rows = Thread.objects.filter(owner=user, deleted_at=None)
    if after is not None:
        last = own_thread(user, after)
        rows = rows.filter(_past(last.created_at, last.id, order))
    page, has_more = _cut(rows.order_by(*_ordering(order)), limit)
    return Page(
        data=[metadata_of(thread) for thread in page],
        has_more=has_more,
        after=page[-1].id if has_more else None,
    )


def delete_thread(user: User, thread_id: str) -> None:
    """Out of the user's sight; the record stays until retention ends."""
    with transaction.atomic():
        thread = own_thread(user, thread_id)
        thread.deleted_at = timezone.now()
        thread.save(update_fields=["deleted_at"])
        live.announce(user, {"type": "thread.deleted", "thread_id": thread.id})


def metadata_of(thread: Thread) -> ThreadMetadata:
    """As ChatKit knows it; the caller has made sure that it may be seen."""
    return ThreadMetadata.model_validate(
        {
            **thread.extra,
            "id": thread.id,
            "title": thread.title or None,
            "created_at": thread.created_at,
        }
    )


# --- Items ---------------------------------------------------------------------------------


def load_items(
    user: User, thread_id: str, after: str | None, limit: int, order: str
) -> Page[ThreadItem]:
    return items_page(own_thread(user, thread_id), after, limit, order)


def items_page(thread: Thread, after: str | None, limit: int, order: str) -> Page[ThreadItem]:
    """What stands in `thread`; the caller has made sure that it may be seen."""
    rows = Item.objects.filter(thread=thread, removed_at=None)
    if after is not None:
        last = _own_item(thread, after)
        rows = rows.filter(_past(last.created_at, last.pk, order))
    page, has_more = _cut(rows.order_by(*_ordering(order)), limit)
    return Page(
        data=[_thread_item(item) for item in page],
        has_more=has_more,
        after=page[-1].item_id if has_more else None,
    )


def load_item(user: User, thread_id: str, item_id: str) -> ThreadItem:
    return _thread_item(_own_item(own_thread(user, thread_id), item_id))


def put_item(user: User, thread_id: str, item: ThreadItem, lease: Lease | None = None) -> None:
    """Add or overwrite: ChatKit adds an item again that it stored earlier in the stream.

    A run must still hold its `lease`.
    """
    with transaction.atomic():
        require(lease)
        put_item_in(own_thread(user, thread_id), item)


def put_item_in(thread: Thread, item: ThreadItem) -> None:
    row = _row(thread, item, _after_the_last(thread, aware(item.created_at)))
    # One statement; `update_or_create` makes three and a savepoint of it.
    Item.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["thread", "item_id"],
        update_fields=["type", "text", "data", "removed_at"],
    )
    Thread.objects.filter(pk=thread.pk).update(updated_at=timezone.now())


def _row(thread: Thread, item: ThreadItem, created_at: datetime) -> Item:
    return Item(
        thread=thread,
        item_id=item.id,
        type=item.type,
        text=storable(item_text(item)),
        data=storable(item.model_dump(mode="json", by_alias=True, exclude_none=True)),
        created_at=created_at,
    )


def _after_the_last(thread: Thread, moment: datetime) -> datetime:
    """A new item is the last one, however far the clocks of processes are apart."""
    last = Item.objects.filter(thread=thread).aggregate(last=Max("created_at"))["last"]
    return moment if last is None or moment > last else last + timedelta(microseconds=1)


def remove_item(user: User, thread_id: str, item_id: str, lease: Lease | None = None) -> None:
    """Out of the thread; the row stays for the record. A run must still hold its `lease`."""
    with transaction.atomic():
        require(lease)
        item = _own_item(own_thread(user, thread_id), item_id)
        item.removed_at = timezone.now()
        item.save(update_fields=["removed_at"])


def _own_item(thread: Thread, item_id: str) -> Item:
    rows = thread.items.filter(removed_at=None)
    item = rows.filter(item_id=item_id).first() if can_be_stored(item_id) else None
    if item is None:
        raise NotFoundError("There is no such item in this conversation.")
    return item


def _thread_item(item: Item) -> ThreadItem:
    return item_of({**item.data, "created_at": item.created_at})


def item_of(data: dict[str, Any]) -> ThreadItem:
    """The item that ChatKit's JSON `data` holds."""
    item = _item_adapter().validate_python(data)
    if isinstance(item, WidgetItem):
        # ChatKit's named widget classes drop what they do not know; its dynamic root keeps it.
        item.widget = DynamicWidgetRoot.model_validate(data["widget"])
    return item


def item_text(item: ThreadItem) -> str:
    """What a person reads in `item`, as plain text."""
    match item:
        case UserMessageItem():
            return "".join(part.text for part in item.content)
        case AssistantMessageItem():
            return "".join(part.text for part in item.content)
        case WidgetItem():
            return widget_text(item.widget.model_dump(mode="json", exclude_none=True))
        case WorkflowItem():
            return "\n".join(getattr(task, "title", None) or "" for task in item.workflow.tasks)
    return ""


# --- Attachments and feedback --------------------------------------------------------------


def save_attachment(user: User, attachment_id: str, data: dict[str, Any]) -> None:
    with transaction.atomic():
        row, created = Attachment.objects.get_or_create(
            id=attachment_id, defaults={"owner": user, "data": data}
        )
        if row.owner_id != user.pk:
            raise NotFoundError(f"There is no attachment {attachment_id}.")
        if not created:
            row.data = data
            row.save(update_fields=["data"])


def load_attachment(user: User, attachment_id: str) -> dict[str, Any]:
    row = Attachment.objects.filter(id=attachment_id, owner=user).first()
    if row is None:
        raise NotFoundError(f"There is no attachment {attachment_id}.")
    return dict(row.data)


def delete_attachment(user: User, attachment_id: str) -> None:
    deleted, _ = Attachment.objects.filter(id=attachment_id, owner=user).delete()
    if not deleted:
        raise NotFoundError(f"There is no attachment {attachment_id}.")


def save_feedback(user: User, thread_id: str, item_ids: Iterable[str], kind: str) -> None:
    with transaction.atomic():
        thread = own_thread(user, thread_id)
        for item_id in item_ids:
            item = _own_item(thread, item_id)
            Feedback.objects.update_or_create(
                thread=thread,
                item_id=item.item_id,
                defaults={"kind": kind, "created_at": timezone.now()},
            )


# --- Pages ---------------------------------------------------------------------------------


def _ordering(order: str) -> tuple[str, str]:
    return ("-created_at", "-id") if order == "desc" else ("created_at", "id")


def _past(created_at: datetime, key: Any, order: str) -> Q:
    """Rows after (created_at, key) in `order`; the key decides between equal times."""
    if order == "desc":
        return Q(created_at__lt=created_at) | Q(created_at=created_at, id__lt=key)
    return Q(created_at__gt=created_at) | Q(created_at=created_at, id__gt=key)


def _cut(rows: QuerySet[Row], limit: int) -> tuple[list[Row], bool]:
    limit = max(1, min(limit, MAX_PAGE))
    page = list(rows[: limit + 1])
    return page[:limit], len(page) > limit


def aware(moment: datetime) -> datetime:
    """ChatKit makes naive local times; the product's own are UTC, and so is the process."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
