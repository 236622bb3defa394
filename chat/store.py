"""ChatKit's Store on the ORM: each method one hop to `chat.threads`, always for the asking user.

Parameter names are those of the base class, which calls by keyword.
"""

from chatkit.store import Store, StoreItemType
from chatkit.types import Attachment, Page, ThreadItem, ThreadMetadata
from pydantic import TypeAdapter

from chat import threads
from chat.context import ChatContext
from taskchat_site import database
from taskchat_site.ids import new_id

ID_PREFIXES: dict[StoreItemType, str] = {
    "thread": "thr_",
    "message": "msg_",
    "tool_call": "call_",
    "task": "tsk_",
    "workflow": "wf_",
    "attachment": "atc_",
    "sdk_hidden_context": "ctx_",
}

_attachments: TypeAdapter[Attachment] = TypeAdapter(Attachment)


class DjangoStore(Store[ChatContext]):
    """Missing things, and another's, raise `chatkit.store.NotFoundError`."""

    def generate_thread_id(self, context: ChatContext) -> str:
        return new_id(ID_PREFIXES["thread"])

    def generate_item_id(
        self, item_type: StoreItemType, thread: ThreadMetadata, context: ChatContext
    ) -> str:
        return new_id(ID_PREFIXES[item_type])

    async def load_thread(self, thread_id: str, context: ChatContext) -> ThreadMetadata:
        return await database.run(threads.load_thread, context.user, thread_id)

    async def save_thread(self, thread: ThreadMetadata, context: ChatContext) -> None:
        await database.run(threads.save_thread, context.user, thread, context.lease)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: ChatContext
    ) -> Page[ThreadItem]:
        return await database.run(threads.load_items, context.user, thread_id, after, limit, order)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: ChatContext
    ) -> Page[ThreadMetadata]:
        return await database.run(threads.load_threads, context.user, limit, after, order)

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: ChatContext) -> None:
        await database.run(threads.put_item, context.user, thread_id, item, context.lease)

    async def save_item(self, thread_id: str, item: ThreadItem, context: ChatContext) -> None:
        await database.run(threads.put_item, context.user, thread_id, item, context.lease)

    async def load_item(self, thread_id: str, item_id: str, context: ChatContext) -> ThreadItem:
        return await database.run(threads.load_item, context.user, thread_id, item_id)

    async def delete_thread(self, thread_id: str, context: ChatContext) -> None:
        await database.run(threads.delete_thread, context.user, thread_id)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: ChatContext) -> None:
        await database.run(threads.remove_item, context.user, thread_id, item_id, context.lease)

    async def save_attachment(self, attachment: Attachment, context: ChatContext) -> None:
        data = attachment.model_dump(mode="json", exclude_none=True)
        await database.run(threads.save_attachment, context.user, attachment.id, data)

    async def load_attachment(self, attachment_id: str, context: ChatContext) -> Attachment:
        data = await database.run(threads.load_attachment, context.user, attachment_id)
        return _attachments.validate_python(data)

    async def delete_attachment(self, attachment_id: str, context: ChatContext) -> None:
        await database.run(threads.delete_attachment, context.user, attachment_id)
