"""The only writes to tasks. Each is named after what its caller does, runs in one transaction,
and announces itself to the owner's open pages after the commit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, Literal, TypeVar

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from taskchat_site import live
from taskchat_site.accounts.models import User
from taskchat_site.errors import invalid, not_found
from taskchat_site.ids import new_id
from tasks import queries, text
from tasks.models import (
    DESCRIPTION_LENGTH,
    LABEL_LENGTH,
    LABELS_PER_TASK,
    TITLE_LENGTH,
    Label,
    Priority,
    Task,
    TaskCounter,
)

T = TypeVar("T")
By = Literal["user", "assistant", "mcp", "admin"]
EventType = Literal["task.created", "task.updated", "task.deleted"]


class Unset(Enum):
    """The type of a field that a change leaves alone; None clears."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, kw_only=True)
class TaskChanges:
    title: str | Unset = UNSET
    description: str | Unset = UNSET
    priority: str | Unset = UNSET
    due_at: datetime | Unset | None = UNSET
    labels: Iterable[str] | Unset = UNSET
    completed: bool | Unset = UNSET


@transaction.atomic
def add_task(
    owner: User,
    *,
    title: str,
    description: str = "",
    priority: str = "none",
    due_at: datetime | None = None,
    labels: Iterable[str] = (),
    by: By = "user",
) -> Task:
    title, description = _title(title), _description(description)
    level, names = _priority(priority), _label_names(labels)
    lock_tasks_of(owner)
    now = timezone.now()
    task = Task(
        id=new_id("task_"),
        owner=owner,
        number=_next_number(owner),
        title=title,
        description=description,
        priority_rank=level,
        due_at=due_at,
        created_at=now,
        updated_at=now,
    )
    task.save(force_insert=True)
    if names:
        task.labels.set(_labels(owner, names))
    return _announced(task, "task.created", owner, by)


@transaction.atomic
def update_task(owner: User, task_id: str, changes: TaskChanges, *, by: By = "user") -> Task:
    """Change what `changes` names. What is so already is no change and announces nothing."""
    values: dict[str, object] = {}
    if changes.title is not UNSET:
        values["title"] = _title(changes.title)
    if changes.description is not UNSET:
        values["description"] = _description(changes.description)
    if changes.priority is not UNSET:
        values["priority_rank"] = _priority(changes.priority)
    if changes.due_at is not UNSET:
        values["due_at"] = changes.due_at
    names = None if changes.labels is UNSET else _label_names(changes.labels)

    lock_tasks_of(owner)
    task = queries.get_task(owner, task_id)
    now = timezone.now()
    if changes.completed is not UNSET and changes.completed != task.completed:
        values["completed_at"] = now if changes.completed else None
    fresh = {field: value for field, value in values.items() if getattr(task, field) != value}
    relabelled = names is not None and _set_labels(task, names)
    if not fresh and not relabelled:
        return task
    for field, value in fresh.items():
        setattr(task, field, value)
    task.touch(now)
    task.save()
    return _announced(task, "task.updated", owner, by)


def complete_task(owner: User, task_id: str, *, by: By = "user") -> Task:
    """Mark it done; a second time changes nothing."""
    return update_task(owner, task_id, TaskChanges(completed=True), by=by)


def reopen_task(owner: User, task_id: str, *, by: By = "user") -> Task:
    return update_task(owner, task_id, TaskChanges(completed=False), by=by)


@transaction.atomic
def delete_task(owner: User, task_id: str, *, by: By = "user") -> Task:
    """Put it in the trash; a second time changes nothing."""
    lock_tasks_of(owner)
    task = queries.get_task(owner, task_id, with_trash=True)
    if task.in_trash:
        return task
    now = timezone.now()
    task.deleted_at = now
    task.touch(now)
    task.save()
    return _announced(task, "task.deleted", owner, by)


@transaction.atomic
def restore_task(owner: User, task_id: str, *, by: By = "user") -> Task:
    """Bring it back from the trash as it was, with the same id and number."""
    lock_tasks_of(owner)
    task = queries.get_task(owner, task_id, with_trash=True)
    if not task.in_trash:
        return task
    task.deleted_at = None
    task.touch(timezone.now())
    task.save()
    return _announced(task, "task.created", owner, by)


def purge_trash(before: datetime) -> int:
    """Delete for good what was put in the trash before `before`; how many tasks that were."""
    _, counts = Task.objects.filter(deleted_at__lt=before).delete()
    return counts.get("tasks.Task", 0)


# --- One owner's changes one after the other -------------------------------------------------


def lock_tasks_of(owner: User) -> None:
    """Let one owner's changes wait for each other until the end of the transaction.

    On PostgreSQL the owner's row is what `live.announce` locks anyway, so taking it first makes a
    deadlock of two changes impossible. SQLite ignores this: its transactions begin with the
    write lock (IMMEDIATE).
    """
    locked = User.objects.select_for_update(no_key=True).filter(pk=owner.pk)
    if not list(locked.values_list("pk")):
        raise not_found("This account no longer exists.")


def _next_number(owner: User) -> int:
    """Under the owner's lock, so that no two tasks get one number."""
    counter, _ = TaskCounter.objects.get_or_create(owner=owner)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    return counter.last_number


def _set_labels(task: Task, names: list[str]) -> bool:
    """Give the task exactly these labels; whether that changed anything."""
    if {text.fold(name) for name in names} == {label.key for label in task.labels.all()}:
        return False
    task.labels.set(_labels(task.owner, names))
    return True


def _labels(owner: User, names: list[str]) -> list[Label]:
    """The owner's labels of these names, new ones made. An existing label keeps its spelling."""
    wanted = [Label(owner=owner, name=name, key=text.fold(name)) for name in names]
    Label.objects.bulk_create(wanted, ignore_conflicts=True)
    return list(Label.objects.filter(owner=owner, key__in=[label.key for label in wanted]))


def _announced(task: Task, event: EventType, owner: User, by: By) -> Task:
    prefetch_related_objects([task], "labels")  # read once, for this and for every later look
    live.announce(owner, {"type": event, "task": queries.task_json(task), "by": by})
    return task


# --- What may be stored ----------------------------------------------------------------------


def _title(value: str) -> str:
    return _clean(lambda: text.clean_line(value, field="title", longest=TITLE_LENGTH))


def _description(value: str) -> str:
    longest = DESCRIPTION_LENGTH
    return _clean(lambda: text.clean_block(value, field="description", longest=longest))


def _label_names(names: Iterable[str]) -> list[str]:
    return _clean(lambda: text.clean_labels(names, longest=LABEL_LENGTH, most=LABELS_PER_TASK))


def _priority(name: str) -> Priority:
    for priority in Priority:
        if priority.label == name:
            return priority
    raise invalid(f"priority must be one of {', '.join(map(str, Priority.labels))}.")


def _clean(cleaner: Callable[[], T]) -> T:
    try:
        return cleaner()
    except ValueError as error:
        raise invalid(f"{error}.") from None
