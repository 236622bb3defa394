"""ChatKit's Store on the ORM."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from chatkit.store import NotFoundError
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    FileAttachment,
    Page,
    ThreadItem,
    ThreadMetadata,
    WidgetItem,
)
from chatkit.widgets import DynamicWidgetRoot
from django.utils import timezone

from chat.context import ChatContext
from chat.models import Item
from chat.store import DjangoStore
from chat.tests.conftest import Person

MOMENT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Sync:
    """The store without its awaits, for one person."""

    def __init__(self, person: Person) -> None:
        self.context = ChatContext(user=person.user, now=timezone.now())
        self.store = DjangoStore()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Awaitable[Any]] = getattr(self.store, name)

        async def call(**kwargs: Any) -> Any:
            return await method(**kwargs, context=self.context)

        return async_to_sync(call)


@pytest.fixture
def store(owner: Person) -> Sync:
    return Sync(owner)


@pytest.fixture
def other(stranger: Person) -> Sync:
    return Sync(stranger)


@pytest.fixture
def thread(store: Sync) -> ThreadMetadata:
    metadata = ThreadMetadata(
        id="thr_one", created_at=MOMENT, title="One", metadata={"deep": {"list": [1, "two", None]}}
    )
    store.save_thread(thread=metadata)
    return metadata


def message(item_id: str, text: str = "words", at: datetime = MOMENT) -> AssistantMessageItem:
    content = [AssistantMessageContent(text=text, annotations=[])]
    return AssistantMessageItem(id=item_id, thread_id="thr_one", created_at=at, content=content)


def test_a_thread_survives_a_round_trip(store: Sync, thread: ThreadMetadata) -> None:
    assert store.load_thread(thread_id="thr_one") == thread


def test_saving_a_thread_again_overwrites_it(store: Sync, thread: ThreadMetadata) -> None:
    thread.title = "Two"
    thread.metadata = {"new": True}
    store.save_thread(thread=thread)
    assert store.load_thread(thread_id="thr_one") == thread


def test_items_with_one_timestamp_keep_their_order(store: Sync, thread: ThreadMetadata) -> None:
    for number in range(7):
        store.add_thread_item(thread_id="thr_one", item=message(f"msg_{number}"))
    seen = list(_pages(store, "asc", limit=2))
    assert seen == [f"msg_{number}" for number in range(7)]
    assert list(_pages(store, "desc", limit=3)) == seen[::-1]


def _pages(store: Sync, order: str, limit: int) -> list[str]:
    seen: list[str] = []
    after = None
    while True:
        page: Page[ThreadItem] = store.load_thread_items(
            thread_id="thr_one", after=after, limit=limit, order=order
        )
        seen += [item.id for item in page.data]
        if not page.has_more:
            return seen
        after = page.after


def test_threads_page_both_ways_when_timestamps_tie(store: Sync) -> None:
    ids = [f"thr_{number}" for number in range(5)]
    for thread_id in ids:
        store.save_thread(thread=ThreadMetadata(id=thread_id, created_at=MOMENT))
    for order, expected in (("asc", ids), ("desc", ids[::-1])):
        seen: list[str] = []
        after = None
        while True:
            page = store.load_threads(limit=2, after=after, order=order)
            seen += [thread.id for thread in page.data]
            if not page.has_more:
                break
            after = page.after
        assert seen == expected


def test_adding_an_item_again_overwrites_it_in_place(store: Sync, thread: ThreadMetadata) -> None:
    store.add_thread_item(thread_id="thr_one", item=message("msg_a", "first"))
    store.add_thread_item(thread_id="thr_one", item=message("msg_b"))
    store.add_thread_item(thread_id="thr_one", item=message("msg_a", "second"))
    assert _pages(store, "asc", limit=10) == ["msg_a", "msg_b"]
    assert store.load_item(thread_id="thr_one", item_id="msg_a").content[0].text == "second"


def test_a_widget_survives_a_round_trip_with_fields_nobody_knows(
    store: Sync, thread: ThreadMetadata
) -> None:
    root = {
        "type": "Card",
        "futureOption": {"a": [1]},
        "children": [
            {"type": "Hologram", "depth": 3, "children": [{"type": "Text", "value": "x"}]}
        ],
    }
    widget = DynamicWidgetRoot.model_validate(root)
    item = WidgetItem(id="wid", thread_id="thr_one", created_at=MOMENT, widget=widget)
    store.add_thread_item(thread_id="thr_one", item=item)
    loaded = store.load_item(thread_id="thr_one", item_id="wid")
    assert loaded.widget.model_dump(mode="json", exclude_none=True) == root


def test_two_threads_may_hold_items_of_the_same_id(store: Sync, thread: ThreadMetadata) -> None:
    store.save_thread(thread=ThreadMetadata(id="thr_two", created_at=MOMENT))
    store.add_thread_item(thread_id="thr_one", item=message("__fake_id__", "one"))
    store.add_thread_item(thread_id="thr_two", item=message("__fake_id__", "two"))
    assert store.load_item(thread_id="thr_one", item_id="__fake_id__").content[0].text == "one"


def test_a_removed_item_is_gone_from_the_thread_but_not_from_the_record(
    store: Sync, thread: ThreadMetadata
) -> None:
    store.add_thread_item(thread_id="thr_one", item=message("msg_a"))
    store.delete_thread_item(thread_id="thr_one", item_id="msg_a")
    assert _pages(store, "asc", limit=10) == []
    assert Item.objects.get(item_id="msg_a").removed_at is not None


def test_an_attachment_survives_a_round_trip(store: Sync) -> None:
    attachment = FileAttachment(id="atc_1", name="a.txt", mime_type="text/plain")
    store.save_attachment(attachment=attachment)
    assert store.load_attachment(attachment_id="atc_1") == attachment
    store.delete_attachment(attachment_id="atc_1")
    with pytest.raises(NotFoundError):
        store.load_attachment(attachment_id="atc_1")


CALLS: list[tuple[str, dict[str, Any]]] = [
    ("load_thread", {"thread_id": "thr_one"}),
    ("save_thread", {"thread": ThreadMetadata(id="thr_one", created_at=MOMENT)}),
    ("load_thread_items", {"thread_id": "thr_one", "after": None, "limit": 5, "order": "asc"}),
    ("add_thread_item", {"thread_id": "thr_one", "item": message("msg_x")}),
    ("save_item", {"thread_id": "thr_one", "item": message("msg_a", "mine now")}),
    ("load_item", {"thread_id": "thr_one", "item_id": "msg_a"}),
    ("delete_thread", {"thread_id": "thr_one"}),
    ("delete_thread_item", {"thread_id": "thr_one", "item_id": "msg_a"}),
    ("load_threads", {"limit": 5, "after": "thr_one", "order": "asc"}),
    ("load_attachment", {"attachment_id": "atc_1"}),
    ("delete_attachment", {"attachment_id": "atc_1"}),
    (
        "save_attachment",
        {"attachment": FileAttachment(id="atc_1", name="b", mime_type="text/plain")},
    ),
]


@pytest.mark.parametrize(("method", "arguments"), CALLS)
def test_a_stranger_finds_nothing_in_any_method(
    store: Sync, other: Sync, thread: ThreadMetadata, method: str, arguments: dict[str, Any]
) -> None:
    store.add_thread_item(thread_id="thr_one", item=message("msg_a"))
    attachment = FileAttachment(id="atc_1", name="a.txt", mime_type="text/plain")
    store.save_attachment(attachment=attachment)
    with pytest.raises(NotFoundError):
        getattr(other, method)(**arguments)
    assert store.load_item(thread_id="thr_one", item_id="msg_a") == message("msg_a")
    assert store.load_attachment(attachment_id="atc_1") == attachment


@pytest.mark.parametrize("method", ["load_thread", "load_item", "delete_thread_item"])
def test_missing_things_are_not_found(store: Sync, method: str) -> None:
    arguments = {"thread_id": "thr_none"}
    if "item" in method:
        arguments["item_id"] = "msg_none"
    with pytest.raises(NotFoundError):
        getattr(store, method)(**arguments)


def test_ids_are_long_and_never_the_same(store: Sync, thread: ThreadMetadata) -> None:
    generate = store.store.generate_item_id
    ids = {generate("message", thread, store.context) for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(item_id) >= 32 for item_id in ids)
