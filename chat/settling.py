"""Ends runs whose process is gone, so that their thread shows what the log had shown."""

import logging
from datetime import UTC, datetime

from chatkit.types import AssistantMessageContent, AssistantMessageItem
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chat import threads
from chat.models import Item, Run, Thread
from chat.partial import Shown, kept_items, shown, unsaid
from chat.runs import hints, lease, storage
from taskchat_site import live, metrics
from taskchat_site.ids import new_id

logger = logging.getLogger(__name__)

OF_A_REPLY = ("assistant_message", "widget", "workflow")


def settle_dead_runs() -> None:
    """The sweep of every process, every two seconds."""
    for run_id in lease.dead_runs().values_list("pk", flat=True):
        if settle(run_id):
            logger.warning("run %s was interrupted: its process is gone", run_id)


def settle_thread(thread_id: str) -> None:
    """Whoever looks at a thread sees its dead run ended."""
    for run_id in lease.dead_runs().filter(thread_id=thread_id).values_list("pk", flat=True):
        settle(run_id)


def settle(run_id: str) -> bool:
    """End a dead run as interrupted, with what it had shown; False when it is alive or ended."""
    if not lease.dead_runs().filter(pk=run_id).exists():
        return False
    with transaction.atomic():
        run = Run.objects.select_related("owner").get(pk=run_id)
        thread = Thread.objects.select_for_update().get(pk=run.thread_id)
        if not lease.take(run_id):
            return False
        frames = list(_all_frames(run_id))
        Run.objects.filter(pk=run_id).update(last_event_id=len(frames))
        _keep_shown(run, thread, shown(frames))
        event = {"type": "run.finished", "thread_id": thread.id, "run_id": run_id}
        live.announce(run.owner, event)
        transaction.on_commit(lambda: hints.tell("frames", [run_id]))
    metrics.RUNS.labels("interrupted", run.provider, run.model).inc()
    return True


def _all_frames(run_id: str) -> list[bytes]:
    frames: list[bytes] = []
    while more := storage.frames_after(run_id, len(frames)).frames:
        frames += more
    return frames


def _keep_shown(run: Run, thread: Thread, what: Shown) -> None:
    """The thread's items of this run become what the log had shown of them."""
    rows = _items_of(run)
    if what.plain:
        said = rows.filter(type="assistant_message").order_by("created_at", "id")
        rest = unsaid(what.words, said.values_list("text", flat=True))
        if rest.strip():
            threads.put_item_in(thread, _message(thread, rest))
        return
    rows.exclude(item_id__in=what.seen - what.open.keys()).update(removed_at=timezone.now())
    for item in kept_items(map(threads.item_of, what.open.values())):
        threads.put_item_in(thread, item)


def _items_of(run: Run) -> QuerySet[Item]:
    """Items of the reply that `run` made: what came after the message that it answers."""
    items = Item.objects.filter(thread_id=run.thread_id)
    message = items.filter(item_id=run.turn_id).first()
    if message is None:
        return items.none()
    return items.filter(pk__gt=message.pk, type__in=OF_A_REPLY, removed_at=None)


def _message(thread: Thread, words: str) -> AssistantMessageItem:
    return AssistantMessageItem(
        id=new_id("msg_"),
        thread_id=thread.id,
        created_at=datetime.now(UTC),
        content=[AssistantMessageContent(text=words)],
    )
