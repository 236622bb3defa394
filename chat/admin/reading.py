"""ChatKit's protocol as staff may speak it: the requests that read one conversation, no other.

It is answered in the staff member's own name; the user's token has no part in it. The thread is
closed, whatever it is for its user, so that the element offers nothing.
"""

from typing import Annotated, Any

from chatkit.store import NotFoundError
from chatkit.types import (
    ClosedStatus,
    ItemsListReq,
    Page,
    ThreadItem,
    ThreadsGetByIdReq,
    ThreadsListReq,
)
from pydantic import BaseModel, Discriminator, TypeAdapter, ValidationError

from chat import threads
from chat.last_run import last_run
from chat.models import Thread
from taskchat_site.errors import ApiError, forbidden, not_found

PAGE = 20
HIDDEN = ("hidden_context_item", "sdk_hidden_context")
CLOSED = ClosedStatus(reason="Read only. This is the conversation as its user sees it.")

ReadRequest = ThreadsGetByIdReq | ItemsListReq | ThreadsListReq


class _Named(BaseModel):
    """A request of any kind."""

    type: str


_requests: TypeAdapter[ReadRequest] = TypeAdapter(Annotated[ReadRequest, Discriminator("type")])


def answer(thread: Thread, body: bytes) -> dict[str, Any]:
    """The JSON that answers the request in `body`, of this one thread, which may be deleted.

    Raises ApiError: 400 for what is no request, 403 for one that does more than read, 404 for
    another thread and for an item that is not there.
    """
    match _read(body):
        case ThreadsListReq():
            return _json(Page(data=[_shell(thread)]))
        case ThreadsGetByIdReq() as request:
            _require_same(thread, request.params.thread_id)
            page = _items(thread, None, PAGE, "asc")
            return {**_shell(thread), "items": _json(page), "last_run": _last_run(thread)}
        case ItemsListReq() as request:
            wanted = request.params
            _require_same(thread, wanted.thread_id)
            return _json(_items(thread, wanted.after, wanted.limit or PAGE, wanted.order))


def _read(body: bytes) -> ReadRequest:
    try:
        return _requests.validate_json(body)
    except ValidationError:
        pass
    try:
        kind = _Named.model_validate_json(body).type
    except ValidationError:
        raise ApiError(400, "malformed", "The body is no request of ChatKit's.") from None
    raise forbidden(f"Conversations are only read here; {kind} is not answered.", "read_only")


def _require_same(thread: Thread, thread_id: str) -> None:
    if thread_id != thread.id:
        raise not_found("Another conversation has an address of its own.")


def _shell(thread: Thread) -> dict[str, Any]:
    metadata = threads.metadata_of(thread)
    metadata.status = CLOSED
    return _json(metadata)


def _items(thread: Thread, after: str | None, limit: int, order: str) -> Page[ThreadItem]:
    try:
        page = threads.items_page(thread, after, limit, order)
    except NotFoundError as error:
        raise not_found(str(error)) from None
    page.data = [item for item in page.data if item.type not in HIDDEN]
    return page


def _last_run(thread: Thread) -> dict[str, Any] | None:
    """How the last reply ended, without the way to another one."""
    ended = last_run(thread.owner, thread.id)
    return {**ended, "retry_after_item_id": None} if ended else None


def _json(value: BaseModel) -> dict[str, Any]:
    return value.model_dump(mode="json", by_alias=True, exclude_none=True)
