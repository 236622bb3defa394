"""`insert` stores what `save` stores: the rows that a message begins with, by either."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from chat.models import Item, Run, Thread
from chat.runs.lease import LEASE_SECONDS, lease_end
from chat.runs.models import FrameBatch
from chat.tests.records import NASTY, NOON, add_run, add_thread, add_user
from taskchat_site.accounts.models import User
from taskchat_site.inserts import insert

pytestmark = pytest.mark.django_db

JSON = {"status": {"type": "active"}, "words": [NASTY, None, 1.5]}


@pytest.fixture
def owner() -> User:
    return add_user("ann")


def _thread(owner: User, key: str) -> Thread:
    times = {"created_at": NOON, "updated_at": NOON}
    return Thread(id=key, owner=owner, title=NASTY, extra=JSON, **times)


def _item(owner: User, key: str) -> Item:
    return Item(
        thread=add_thread(owner, id="thr_of_items"),
        item_id=key,
        type="user_message",
        text=NASTY,
        data=JSON,
        created_at=NOON,
    )


def _run(owner: User, key: str) -> Run:
    return Run(
        id=key,
        owner=owner,
        thread=add_thread(owner, id=f"thr_of_{key}"),
        status="failed",
        parameters=JSON,
        cost=Decimal("0.000123"),
        started_at=NOON,
        lease_until=NOON,
    )


def _frames(owner: User, key: str) -> FrameBatch:
    run = add_run(add_thread(owner, id="thr_of_frames"), id=key)
    return FrameBatch(run=run, first_id=1, last_id=3, data=bytes(range(256)))


@pytest.mark.parametrize("make", [_thread, _item, _run, _frames])
def test_a_row_is_stored_as_save_stores_it(owner: User, make: Any) -> None:
    stored = []
    for store in (lambda row: row.save(force_insert=True), insert):
        with transaction.atomic():
            row = make(owner, "one")
            store(row)
            stored.append(_all_values(type(row)))
            transaction.set_rollback(True)

    saved, inserted = stored
    assert len(inserted) == 1
    assert inserted == saved


def _all_values(model: type[Model]) -> list[dict[str, Any]]:
    rows = model._default_manager.values()
    return [{name: _seen(value) for name, value in row.items() if name != "id"} for row in rows]


def _seen(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def test_the_key_is_stored(owner: User) -> None:
    insert(_thread(owner, "thr_1"))

    assert Thread.objects.get().pk == "thr_1"


def test_a_time_that_the_database_computes_is_stored(owner: User) -> None:
    for number in (1, 2):
        run = _run(owner, f"run_{number}")
        run.lease_until = lease_end()
        insert(run)

    for run in Run.objects.all():
        ahead = run.lease_until - timezone.now()
        assert timedelta(0) < ahead <= timedelta(seconds=LEASE_SECONDS)


def test_a_row_that_is_there_already_is_refused(owner: User) -> None:
    insert(_thread(owner, "thr_1"))

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(_thread(owner, "thr_1"))


def test_an_inserted_row_can_be_saved(owner: User) -> None:
    thread = _thread(owner, "thr_1")
    insert(thread)
    thread.title = "Groceries"
    thread.save()

    assert Thread.objects.get().title == "Groceries"
