"""Threads, items and attachments in memory, each user's apart."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from chatkit.store import AttachmentStore, NotFoundError, Store, default_generate_id
from chatkit.types import (
    Attachment,
    AttachmentCreateParams,
    AttachmentUploadDescriptor,
    FileAttachment,
    ImageAttachment,
    Page,
    ThreadItem,
    ThreadMetadata,
)


@dataclass
class Visit:
    """One request: whose it is, and where the server is reached."""

    user: str
    base: str


@dataclass
class _Kept:
    thread: ThreadMetadata
    items: dict[str, ThreadItem] = field(default_factory=dict)


@dataclass
class Belongings:
    """All that one user has, and the gate at which their replies wait."""

    threads: dict[str, _Kept] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))


class _HasId(Protocol):
    id: str


T = TypeVar("T", bound=_HasId)


class MemoryStore(Store[Visit]):
    def __init__(self) -> None:
        self.users: defaultdict[str, Belongings] = defaultdict(Belongings)

    def _kept(self, thread_id: str, context: Visit) -> _Kept:
        try:
            return self.users[context.user].threads[thread_id]
        except KeyError:
            raise NotFoundError(f"There is no thread {thread_id}.") from None

    async def load_thread(self, thread_id: str, context: Visit) -> ThreadMetadata:
        return self._kept(thread_id, context).thread.model_copy(deep=True)

    async def save_thread(self, thread: ThreadMetadata, context: Visit) -> None:
        threads = self.users[context.user].threads
        copy = ThreadMetadata(**thread.model_dump(exclude={"items"}))
        if thread.id in threads:
            threads[thread.id].thread = copy
        else:
            threads[thread.id] = _Kept(copy)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: Visit
    ) -> Page[ThreadMetadata]:
        threads = [kept.thread for kept in self.users[context.user].threads.values()]
        return _page(threads, after, limit, order)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Visit
    ) -> Page[ThreadItem]:
        return _page(list(self._kept(thread_id, context).items.values()), after, limit, order)

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Visit) -> None:
        self._kept(thread_id, context).items[item.id] = item.model_copy(deep=True)

    async def save_item(self, thread_id: str, item: ThreadItem, context: Visit) -> None:
        await self.add_thread_item(thread_id, item, context)

    async def load_item(self, thread_id: str, item_id: str, context: Visit) -> ThreadItem:
        try:
            return self._kept(thread_id, context).items[item_id].model_copy(deep=True)
        except KeyError:
            raise NotFoundError(f"There is no item {item_id}.") from None

    async def delete_thread(self, thread_id: str, context: Visit) -> None:
        self.users[context.user].threads.pop(thread_id, None)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: Visit) -> None:
        self._kept(thread_id, context).items.pop(item_id, None)

    async def save_attachment(self, attachment: Attachment, context: Visit) -> None:
        self.users[context.user].attachments[attachment.id] = attachment

    async def load_attachment(self, attachment_id: str, context: Visit) -> Attachment:
        try:
            return self.users[context.user].attachments[attachment_id]
        except KeyError:
            raise NotFoundError(f"There is no attachment {attachment_id}.") from None

    async def delete_attachment(self, attachment_id: str, context: Visit) -> None:
        self.users[context.user].attachments.pop(attachment_id, None)


class MemoryAttachments(AttachmentStore[Visit]):
    """Files whose bytes come in a second request, to the address that `create` names."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def create_attachment(
        self, input: AttachmentCreateParams, context: Visit
    ) -> FileAttachment | ImageAttachment:
        attachment = new_attachment(input.name, input.mime_type, context)
        url = f"{context.base}/uploads/{context.user}/{attachment.id}"
        # The types say AnyUrl, which pydantic makes of the text.
        attachment.upload_descriptor = AttachmentUploadDescriptor.model_validate(
            {"url": url, "method": "PUT", "headers": {"X-Upload": attachment.id}}
        )
        return attachment

    async def delete_attachment(self, attachment_id: str, context: Visit) -> None:
        self._store.users[context.user].uploads.pop(attachment_id, None)


def new_attachment(name: str, mime_type: str, visit: Visit) -> FileAttachment | ImageAttachment:
    fields = {"id": default_generate_id("attachment"), "name": name, "mime_type": mime_type}
    if not mime_type.startswith("image/"):
        return FileAttachment(**fields)
    preview = f"{visit.base}/uploads/{visit.user}/{fields['id']}"
    return ImageAttachment.model_validate({**fields, "preview_url": preview})


def now() -> datetime:
    return datetime.now(UTC)


def _page(entries: Sequence[T], after: str | None, limit: int, order: str) -> Page[T]:
    ordered = list(entries) if order == "asc" else list(reversed(entries))
    at = next((index for index, entry in enumerate(ordered) if entry.id == after), -1) + 1
    page = ordered[at : at + limit]
    more = at + limit < len(ordered)
    # Generic pages are built without validation, which would copy each item into a base class.
    return Page.model_construct(data=page, has_more=more, after=page[-1].id if more else None)
