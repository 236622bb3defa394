"""REST: routes that parse, call and answer. Who may call was settled by the router's `auth`."""

from typing import Any, cast

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from taskchat_site import database
from taskchat_site.accounts.models import User
from taskchat_site.errors import invalid
from tasks import actions, dates, queries
from tasks.actions import UNSET, TaskChanges
from tasks.schemas import ErrorOut, ListQuery, NewTask, TaskOut, TaskPage, TaskPatch

router = Router()

# `user_id` is in each route for the documentation; `auth` has compared it with the token.
JSON = dict[str, Any]
FAILURES = {401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 422: ErrorOut}


@router.get("", response={200: TaskPage, **FAILURES}, summary="List tasks")
async def list_tasks(request: HttpRequest, user_id: Path[str], query: Query[ListQuery]) -> JSON:
    owner = _owner(request)
    filters = queries.TaskFilters(**query.dict())

    def read() -> JSON:
        page = queries.list_tasks(owner, filters)
        items = [queries.task_json(task) for task in page.items]
        return {"items": items, "next_cursor": page.next_cursor}

    return await database.run(read)


@router.post("", response={201: TaskOut, **FAILURES}, summary="Add a task")
async def add_task(request: HttpRequest, user_id: Path[str], task: NewTask) -> Status[JSON]:
    owner = _owner(request)

    def write() -> JSON:
        added = actions.add_task(
            owner,
            title=task.title,
            description=task.description or "",
            priority=task.priority or "none",
            due_at=_due(task.due_at, owner),
            labels=task.labels or [],
        )
        return queries.task_json(added)

    return Status(201, await database.run(write))


@router.get("/{task_id}", response={200: TaskOut, **FAILURES}, summary="Get a task")
async def get_task(request: HttpRequest, user_id: Path[str], task_id: str) -> JSON:
    owner = _owner(request)
    return await database.run(lambda: queries.task_json(queries.get_task(owner, task_id)))


@router.patch("/{task_id}", response={200: TaskOut, **FAILURES}, summary="Change a task")
async def update_task(
    request: HttpRequest, user_id: Path[str], task_id: str, patch: TaskPatch
) -> JSON:
    """An absent field stays as it is; null clears description, priority, due_at and labels."""
    owner = _owner(request)
    changes = _changes(patch, owner)
    return await database.run(
        lambda: queries.task_json(actions.update_task(owner, task_id, changes))
    )


@router.delete("/{task_id}", response={204: None, **FAILURES}, summary="Put a task in the trash")
async def delete_task(request: HttpRequest, user_id: Path[str], task_id: str) -> Status[None]:
    """It stays there for 30 days. Deleting it again is no error: a lost answer may be repeated."""
    await database.run(actions.delete_task, _owner(request), task_id)
    return Status(204, None)


@router.post("/{task_id}/restore", response={200: TaskOut, **FAILURES}, summary="Restore a task")
async def restore_task(request: HttpRequest, user_id: Path[str], task_id: str) -> JSON:
    owner = _owner(request)
    return await database.run(lambda: queries.task_json(actions.restore_task(owner, task_id)))


def _owner(request: HttpRequest) -> User:
    return cast("User", request.auth)  # type: ignore[attr-defined]  # set by ninja


def _changes(patch: TaskPatch, owner: User) -> TaskChanges:
    sent = patch.model_fields_set
    return TaskChanges(
        title=patch.title if "title" in sent else UNSET,
        description=patch.description or "" if "description" in sent else UNSET,
        priority=patch.priority or "none" if "priority" in sent else UNSET,
        due_at=_due(patch.due_at, owner) if "due_at" in sent else UNSET,
        labels=patch.labels or [] if "labels" in sent else UNSET,
        completed=patch.completed if "completed" in sent else UNSET,
    )


def _due(value: str | None, owner: User) -> Any:
    if value is None:
        return None
    try:
        return dates.parse_iso_due(value, zone=owner.zone())
    except ValueError as error:
        raise invalid(f"due_at {error}.") from None
