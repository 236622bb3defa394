"""Pages of tasks: a cursor says after which row the next one starts, so that rows which come or
go meanwhile neither repeat nor hide others. Ties are broken by the task's number."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

from taskchat_site.errors import invalid
from tasks import text
from tasks.models import Task


@dataclass(frozen=True)
class Page:
    items: list[Task]
    next_cursor: str | None


@dataclass(frozen=True)
class Order:
    """A sort as it is named to callers, and what it means."""

    name: str
    field: str
    descending: bool

    @property
    def keys(self) -> list[OrderBy]:
        """Rows without a value come last both ways: no due date is not the earliest one."""
        value, number = F(self.field), F("number")
        if self.descending:
            return [value.desc(nulls_last=True), number.desc()]
        return [value.asc(nulls_last=True), number.asc()]

    def after(self, value: object, number: int) -> Q:
        """What follows the row with this value and number."""
        beyond = "lt" if self.descending else "gt"
        tie = Q(**{f"number__{beyond}": number})
        if value is None:
            return Q(**{f"{self.field}__isnull": True}) & tie
        further = Q(**{f"{self.field}__{beyond}": value})
        return further | (Q(**{self.field: value}) & tie) | Q(**{f"{self.field}__isnull": True})


def page(tasks: QuerySet[Task], order: Order, *, limit: int, cursor: str | None) -> Page:
    """Up to `limit` tasks after `cursor`, and the cursor of the next page if there is one."""
    if cursor is not None:
        tasks = tasks.filter(order.after(*_read(cursor, order)))
    items = list(tasks.order_by(*order.keys)[: limit + 1])
    more = len(items) > limit
    items = items[:limit]
    return Page(items, _write(items[-1], order) if more else None)


def _write(task: Task, order: Order) -> str:
    value = getattr(task, order.field)
    if isinstance(value, datetime):
        value = value.isoformat()
    packed = json.dumps([order.name, value, task.number], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).rstrip(b"=").decode()


def _read(cursor: str, order: Order) -> tuple[object, int]:
    """The value and the number in a cursor that `_write` made for the same order."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        name, value, number = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        row = _typed(value, order.field), _whole(number)
    except (ValueError, TypeError, RecursionError):
        raise invalid("cursor is not one that a list gave; leave it out to start again.") from None
    if name != order.name:
        raise invalid("cursor belongs to another sort; leave it out to start again.")
    return row


def _typed(value: object, field: str) -> object:
    """Only what `_write` could have written may reach the database."""
    if field == "due_at":
        return None if value is None else _moment(value)
    return _folded(value) if field == "title_key" else _whole(value)


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


def _folded(value: object) -> str:
    if not isinstance(value, str) or not text.can_be_stored(value):
        raise TypeError("not a title")
    return value


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise TypeError("not a whole number")
    return value
