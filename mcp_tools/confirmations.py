"""Deleting several tasks: first a yes of the user.

In the sidebar a model can't give it for them: the server reads it from their own message or
click. An outside client is its user's own; it shows the titles and repeats the call with a token.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from django.db import transaction
from django.utils import timezone

from mcp_tools.context import Channel, ToolContext
from mcp_tools.models import Confirmation
from mcp_tools.results import (
    DeleteOut,
    NeedsConfirmation,
    NeedsConfirmToken,
    OutsideDeleteOut,
    ToolError,
    ToolResult,
    changed,
    many,
    named,
    names,
)
from taskchat_site.accounts.models import User
from taskchat_site.ids import new_id
from tasks import actions, queries, text
from tasks.models import Task

LIFETIME = timedelta(minutes=10)
KEPT = timedelta(days=1)
TITLES_SHOWN = 20
TOKEN_BYTES = 24


def ask(context: ToolContext, tool: str, tasks: Sequence[Task]) -> ToolResult:
    """Change nothing; keep which tasks, in which version, the user is asked about."""
    now = timezone.now()
    mine = Confirmation.objects.filter(user=context.user)
    mine.filter(expires_at__lt=now - KEPT).delete()
    token = secrets.token_urlsafe(TOKEN_BYTES) if context.channel == "mcp" else None
    confirmation = mine.create(
        id=_id_of(token) if token else new_id("confirm_"),
        user=context.user,
        tool=tool,
        channel=context.channel,
        task_versions={task.id: task.version for task in tasks},
        created_at=now,
        expires_at=now + LIFETIME,
    )
    what = f"Nothing is deleted yet: {many(len(tasks))} would go to the trash."
    titles = [task.title for task in tasks[:TITLES_SHOWN]]
    listed = names(tasks, TITLES_SHOWN)
    if token is None:
        message = f"{what} The user has been asked and must say yes."
        asked = NeedsConfirmation(
            confirmation_id=confirmation.id,
            tool=tool,
            count=len(tasks),
            titles=titles,
            message=message,
        )
        # The text is for the model, so it has no confirmation id.
        return DeleteOut(needs_confirmation=asked).as_result(message, listed)
    message = (
        f"{what} Show the user these titles. Only after their own yes, call {tool} again with "
        f'the same arguments and confirm_token="{token}" (valid for 10 minutes, once).'
    )
    needs = NeedsConfirmToken(
        confirm_token=token, tool=tool, count=len(tasks), titles=titles, message=message
    )
    return OutsideDeleteOut(needs_confirmation=needs).as_result(message, listed)


def _id_of(token: str) -> str:
    """The token's digest: whoever reads the database can't confirm anything with it."""
    return "confirm_" + hashlib.sha256(token.encode()).hexdigest()[:32]


def covers(context: ToolContext, tasks: Sequence[Task]) -> bool:
    """Whether the user's yes, if the context brings one, was to exactly these tasks."""
    if context.confirmation_id is None:
        return False
    mine = Confirmation.objects.filter(user=context.user, pk=context.confirmation_id)
    asked = mine.values_list("task_versions", flat=True).first()
    return asked is not None and asked.keys() == {task.id for task in tasks}


@transaction.atomic
def confirm(user: User, confirmation_id: str) -> ToolResult:
    """The user said yes: delete those tasks, once, except what changed since they were asked."""
    try:
        confirmation = _answered(user, confirmation_id)
    except ToolError as error:
        return error.as_result()
    channel = cast("Channel", confirmation.channel)
    context = ToolContext(user, timezone.now(), channel)
    tasks = queries.tasks_by_id(user, confirmation.task_versions).values()
    ordered = sorted(tasks, key=lambda task: task.number)  # PostgreSQL's JSON keeps no order
    there = [task for task in ordered if not task.in_trash]
    same = [task for task in there if task.version == confirmation.task_versions[task.id]]
    deleted = [actions.delete_task(user, task.id, by=channel) for task in same]
    kept = [task for task in there if task not in same]
    return changed(deleted, context, _told(deleted, kept, len(confirmation.task_versions)))


def confirm_by_token(
    context: ToolContext, token: str, named_tasks: Sequence[Task] | None
) -> ToolResult:
    """An outside client repeats its call after the user's yes. `named_tasks`: those that the
    repeated call names, which must be what is left of the ones that were asked about."""
    confirmation = Confirmation.objects.filter(user=context.user, pk=_id_of(token)).first()
    if confirmation is None:
        raise ToolError(
            "not_found",
            "This confirm_token is not known. Nothing was deleted; call delete_task without it "
            "to get one.",
        )
    if named_tasks is not None:
        asked = queries.tasks_by_id(context.user, confirmation.task_versions).values()
        if {task.id for task in asked if not task.in_trash} != {task.id for task in named_tasks}:
            raise ToolError(
                "invalid",
                "This confirm_token is for other tasks. Nothing was deleted; call delete_task "
                "without it to ask about these.",
            )
    return confirm(context.user, confirmation.id)


@transaction.atomic
def decline(user: User, confirmation_id: str) -> ToolResult:
    """The user said no: nothing is deleted, and the question can't be answered again."""
    try:
        confirmation = _answered(user, confirmation_id)
    except ToolError as error:
        return error.as_result()
    context = ToolContext(user, timezone.now())
    count = len(confirmation.task_versions)
    return changed([], context, f"Kept {many(count)}. Nothing was deleted.")


def _answered(user: User, confirmation_id: str) -> Confirmation:
    """The confirmation, marked used. One answer of a user at a time, so only one gets it."""
    actions.lock_tasks_of(user)
    mine = Confirmation.objects.filter(user=user)
    known = text.can_be_stored(confirmation_id)
    confirmation = mine.filter(pk=confirmation_id).first() if known else None
    if confirmation is None:
        raise ToolError("not_found", "There is no such question. Nothing was deleted.")
    if confirmation.used_at is not None:
        raise ToolError("state", "This was answered already. Nothing more was deleted.")
    now = timezone.now()
    if now >= confirmation.expires_at:
        raise ToolError(
            "state", "This question is older than 10 minutes. Nothing was deleted; ask again."
        )
    confirmation.used_at = now
    confirmation.save(update_fields=["used_at"])
    return confirmation


def _told(deleted: Sequence[Task], kept: Sequence[Task], asked: int) -> str:
    """What happened to the tasks that the user was asked about."""
    gone = asked - len(deleted) - len(kept)
    parts = [
        f"Deleted {named(deleted[0])}." if len(deleted) == 1 else f"Deleted {many(len(deleted))}."
    ]
    if kept:
        parts.append(f"Kept, because changed since: {names(kept)}.")
    if gone:
        parts.append(f"{many(gone)} had been deleted before.")
    return " ".join(parts)
