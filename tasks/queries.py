"""The only reads of tasks. Everyone says whose; a stranger's task is "not found"."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from django.db.models import Q, QuerySet
from django.utils import timezone

from taskchat_site.accounts.models import User
from taskchat_site.errors import invalid, not_found
from tasks import dates, pages, text
from tasks.models import OPEN, Label, Priority, Task
from tasks.pages import Page

Status = Literal["open", "completed", "all", "trash"]
Due = Literal["overdue", "today", "tomorrow", "week", "upcoming", "none", "any"]
PriorityName = Literal["none", "low", "medium", "high"]
Sort = Literal["created", "-created", "due", "-due", "priority", "-priority", "title", "-title"]

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
QUERY_LENGTH = 200

_STATUS: dict[str, Q] = {
    "open": OPEN,
    "completed": Q(completed_at__isnull=False, deleted_at=None),
    "all": Q(deleted_at=None),
    "trash": Q(deleted_at__isnull=False),
}
_SORT_FIELDS = {
    "created": "number",  # numbers are given in order of creation
    "due": "due_at",
    "priority": "priority_rank",
    "title": "title_key",
}


@dataclass(frozen=True, kw_only=True)
class TaskFilters:
    status: Status = "all"
    q: str | None = None
    priority: PriorityName | None = None
    label: str | None = None
    due: Due | None = None
    sort: Sort = "-created"
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    # What "today" is measured from; the caller's zone is the owner's.
    now: datetime = field(default_factory=timezone.now)


def get_task(owner: User, task_id: str, *, with_trash: bool = False) -> Task:
    """The owner's task. One in the trash is found only by who asks for it."""
    tasks = _of(owner) if with_trash else _of(owner).filter(deleted_at=None)
    task = tasks.filter(pk=task_id).first() if text.can_be_stored(task_id) else None
    if task is None:
        raise not_found("Task not found.")
    return task


def list_tasks(owner: User, filters: TaskFilters) -> Page:
    """One page of the owner's tasks; ties in the sort are broken by number."""
    if not 1 <= filters.limit <= MAX_LIMIT:
        raise invalid(f"limit must be from 1 to {MAX_LIMIT}.")
    _check("sort", filters.sort, Sort)
    name = filters.sort.removeprefix("-")
    order = pages.Order(
        name=filters.sort,
        field=_SORT_FIELDS[name],
        descending=filters.sort.startswith("-"),
    )
    return pages.page(filtered(owner, filters), order, limit=filters.limit, cursor=filters.cursor)


def count_tasks(owner: User, filters: TaskFilters) -> int:
    """How many tasks there are on all pages together."""
    return filtered(owner, filters).count()


def filtered(owner: User, filters: TaskFilters) -> QuerySet[Task]:
    """All that `filters` lets through; unsorted, uncut."""
    _check("status", filters.status, Status)
    tasks = _of(owner).filter(_STATUS[filters.status])
    if filters.q:
        tasks = tasks.filter(_search(filters.q))
    if filters.priority is not None:
        _check("priority", filters.priority, PriorityName)
        tasks = tasks.filter(priority_rank=Priority[filters.priority.upper()])
    if filters.label is not None:
        tasks = tasks.filter(labels__key=text.fold(_storable("label", filters.label.strip())))
    if filters.due is not None:
        _check("due", filters.due, Due)
        tasks = tasks.filter(_DUE[filters.due](filters.now, owner))
    return tasks


# --- For who names a task by its number or its title -----------------------------------------


def tasks_by_number(owner: User, numbers: Iterable[int]) -> dict[int, Task]:
    """The owner's tasks of these numbers, the trash included."""
    return {task.number: task for task in _of(owner).filter(number__in=list(numbers))}


def tasks_by_id(owner: User, ids: Iterable[str]) -> dict[str, Task]:
    """The owner's tasks of these ids, the trash included."""
    storable = [task_id for task_id in ids if text.can_be_stored(task_id)]
    return {task.id: task for task in _of(owner).filter(pk__in=storable)}


def tasks_titled(owner: User, title_key: str, status: Status) -> list[Task]:
    """Whose folded title is exactly this; newest first."""
    return list(_of(owner).filter(_STATUS[status], title_key=title_key).order_by("-number"))


def tasks_holding(owner: User, words: Sequence[str], status: Status) -> QuerySet[Task]:
    """Whose title holds each of the folded `words` somewhere; newest first."""
    tasks = _of(owner).filter(_STATUS[status])
    for word in words:
        tasks = tasks.filter(title_key__contains=word)
    return tasks.order_by("-number")


def every_task(owner: User, status: Status) -> list[Task]:
    """All of them on no pages; newest first."""
    return list(_of(owner).filter(_STATUS[status]).order_by("-number"))


def newest_tasks(owner: User, status: Status, limit: int) -> list[Task]:
    return list(_of(owner).filter(_STATUS[status]).order_by("-number")[:limit])


def unknown_labels(owner: User, names: Iterable[str]) -> list[str]:
    """Those of `names` that the owner has no label of yet."""
    keys = {text.fold(name): name for name in names}
    known = Label.objects.filter(owner=owner, key__in=keys).values_list("key", flat=True)
    return [name for key, name in keys.items() if key not in set(known)]


# --- JSON ------------------------------------------------------------------------------------


def task_json(task: Task) -> dict[str, Any]:
    """The task as REST and live events tell it."""
    return {
        "id": task.id,
        "number": task.number,
        "title": task.title,
        "description": task.description,
        "completed": task.completed,
        "priority": task.priority,
        "due_at": task.due_at and dates.to_iso(task.due_at, timespec="seconds"),
        "labels": task.label_names,
        "created_at": dates.to_iso(task.created_at),
        "updated_at": dates.to_iso(task.updated_at),
        "completed_at": task.completed_at and dates.to_iso(task.completed_at),
    }


# --- Inside ----------------------------------------------------------------------------------


def _of(owner: User) -> QuerySet[Task]:
    return Task.objects.filter(owner=owner).select_related("owner").prefetch_related("labels")


def _between(first: int, days: int) -> Callable[[datetime, User], Q]:
    def condition(now: datetime, owner: User) -> Q:
        start, end = dates.days_ahead(first, days, now=now, zone=owner.zone())
        return Q(due_at__gte=start, due_at__lt=end)

    return condition


def _after_today(now: datetime, owner: User) -> Q:
    _, end = dates.days_ahead(0, 1, now=now, zone=owner.zone())
    return Q(due_at__gte=end)


_DUE: dict[str, Callable[[datetime, User], Q]] = {
    "overdue": lambda now, _: Q(due_at__lt=now, completed_at=None),
    "today": _between(0, 1),
    "tomorrow": _between(1, 1),
    "week": _between(0, 7),
    "upcoming": _after_today,
    "none": lambda now, _: Q(due_at=None),
    "any": lambda now, _: Q(due_at__isnull=False),
}


def _search(q: str) -> Q:
    """Every word somewhere in title or description."""
    if len(q) > QUERY_LENGTH:
        raise invalid(f"q must be at most {QUERY_LENGTH} characters.")
    condition = Q()
    for word in text.fold(_storable("q", q)).split():
        condition &= Q(search_text__contains=word)
    return condition


def _check(name: str, value: str, allowed: object) -> None:
    """Values come from a list, never from what a request happens to hold."""
    values = get_args(allowed)
    if value not in values:
        raise invalid(f"{name} must be one of {', '.join(values)}.")


def _storable(name: str, value: str) -> str:
    if not text.can_be_stored(value):
        raise invalid(f"{name} must not contain control characters.")
    return value
