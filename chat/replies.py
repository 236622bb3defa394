"""A streamed request from its body to a run, and a run from its start to its end."""

import hashlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from chatkit.store import NotFoundError
from chatkit.types import (
    StreamingReq,
    ThreadMetadata,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    ThreadStreamEvent,
    UserMessageItem,
)
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat import limits, threads, tool_calls
from chat.confirmations import clears_completed, says_yes
from chat.context import ChatContext
from chat.models import Item, Run, Thread
from chat.providers import provider
from chat.runs.log import RunLog
from chat.runs.runner import Outcome, RunFailed, runner
from chat.server import chat_server
from taskchat_site import database, live
from taskchat_site.accounts.models import User
from taskchat_site.errors import ApiError, invalid

logger = logging.getLogger(__name__)

Message = tuple[ThreadMetadata, UserMessageItem]
# A protocol: the run's events as bytes of frames.
ToFrames = Callable[[AsyncIterator[ThreadStreamEvent], ChatContext], AsyncIterator[bytes]]


@dataclass(frozen=True)
class Started:
    """A run and its log; `joined` when an equal request had started it before."""

    run: Run
    log: RunLog
    joined: bool = False


async def chatkit_frames(
    events: AsyncIterator[ThreadStreamEvent], context: ChatContext
) -> AsyncIterator[bytes]:
    """ChatKit's protocol."""
    server = chat_server()
    async for event in events:
        yield server.frame(event)


async def start_reply(
    context: ChatContext,
    request: StreamingReq,
    body: bytes,
    idempotency_key: str | None,
    to_frames: ToFrames = chatkit_frames,
) -> Started:
    """Store the message and the run, then let the run go; its log holds what `to_frames` makes.

    Raises ApiError: 404 for a thread that is not the user's, 409 `run_active`, 410 for a joined
    run whose frames are gone, 422 for a reused key, 429 past a limit; nothing is stored then.
    """
    started_at = time.monotonic()
    server = chat_server()
    message: Message | None = None
    if isinstance(request, ThreadsCreateReq | ThreadsAddUserMessageReq):
        message = await server.prepare(request, context)
        if not threads.item_text(message[1]).strip() and not message[1].attachments:
            raise invalid("The message is empty. Write something first.", "empty_message")
    digest = hashlib.sha256(body).hexdigest()
    run, joined = await database.run(
        _store_start, context, request, message, digest, idempotency_key
    )
    if joined:
        return Started(run, _log_of(run), joined=True)
    context.run_id, context.thread_id = run.id, run.thread_id
    events = (
        server.answer(*message, isinstance(request, ThreadsCreateReq), context)
        if message
        else server.events(request, context)
    )

    async def finish(outcome: Outcome) -> None:
        await database.run(_store_end, run.id, outcome, context, started_at)

    frames = _known_end(to_frames(events, context), context)
    return Started(run, runner.start(run.id, frames, finish))


async def _known_end(frames: AsyncIterator[bytes], context: ChatContext) -> AsyncIterator[bytes]:
    """The runner learns of a failure after the user has been told."""
    async for frame in frames:
        yield frame
    if context.failure is not None:
        raise RunFailed(context.failure.code, f"{context.failure.words} ({context.cause})")


def _log_of(run: Run) -> RunLog:
    log = runner.logs.get(run.id)
    if log is None:
        raise ApiError(410, "run_gone", "This reply is no longer kept as a stream; reload it.")
    return log


# --- Start and end, one transaction each -------------------------------------------------------


def _store_start(
    context: ChatContext,
    request: StreamingReq,
    message: Message | None,
    digest: str,
    idempotency_key: str | None,
) -> tuple[Run, bool]:
    if idempotency_key and (run := _run_of_key(context.user, idempotency_key, digest)):
        return run, True
    try:
        with transaction.atomic():
            if message is None:
                thread = threads.own_thread(context.user, request.params.thread_id)  # type: ignore[union-attr]
            else:
                thread = _store_message(context, request, message)
            _require_active(thread)
            run = _new_run(context, request, thread, message)
            run.request_digest, run.idempotency_key = digest, idempotency_key
            run.save(force_insert=True)
            _hear_confirmation(context, message)
            event = {"type": "run.started", "thread_id": thread.id, "run_id": run.id}
            live.announce(context.user, event)
            limits.check(context.user, context.now)
    except IntegrityError:
        return _conflict(context, request, digest, idempotency_key)
    return run, False


def _store_message(context: ChatContext, request: StreamingReq, message: Message) -> Thread:
    metadata, item = message
    if isinstance(request, ThreadsCreateReq):
        threads.save_thread(context.user, metadata)
    thread = threads.own_thread(context.user, metadata.id)
    threads.put_item_in(thread, item)
    for attachment in item.attachments:
        data = attachment.model_dump(mode="json", exclude_none=True)
        threads.save_attachment(context.user, attachment.id, data)
    return thread


def _require_active(thread: Thread) -> None:
    status = thread.extra.get("status", {})
    if status.get("type", "active") != "active":
        words = status.get("reason") or "This conversation is closed. Start a new one."
        raise ApiError(409, "thread_closed", words)


def _new_run(
    context: ChatContext, request: StreamingReq, thread: Thread, message: Message | None
) -> Run:
    chosen = provider()
    turn_id = message[1].id if message else getattr(request.params, "item_id", None) or ""
    if isinstance(request, ThreadsRetryAfterItemReq):
        _require_user_message(thread, request.params.item_id)
    return Run(
        owner=context.user,
        thread=thread,
        request_type=request.type,
        turn_id=turn_id,
        exclusive=not isinstance(request, ThreadsCustomActionReq),
        provider=chosen.name,
        model=chosen.model_name,
        started_at=context.now,
    )


def _require_user_message(thread: Thread, item_id: str) -> None:
    """ChatKit answers an unknown item with an empty stream, and another kind with a bug."""
    rows = Item.objects.filter(thread=thread, item_id=item_id, removed_at=None)
    if not rows.filter(type="user_message").exists():
        raise NotFoundError("There is no message of yours with this id to retry.")


def _hear_confirmation(context: ChatContext, message: Message | None) -> None:
    if message is None:
        return
    thread, item = message
    text = threads.item_text(item)
    context.clears_completed = clears_completed(text)
    if says_yes(text):
        context.confirmation_id = tool_calls.pending_confirmation(thread.id, item.id)


def _conflict(
    context: ChatContext, request: StreamingReq, digest: str, idempotency_key: str | None
) -> tuple[Run, bool]:
    """The equal request that was faster, or the run that is going on in the thread."""
    if idempotency_key and (run := _run_of_key(context.user, idempotency_key, digest)):
        return run, True
    thread_id = getattr(request.params, "thread_id", "")
    active = active_run(context.user, thread_id)
    if active is None:
        raise ApiError(409, "conflict", "Two requests met. Please send it again.")
    words = "The assistant is still answering in this conversation. Wait for it or stop it."
    raise ApiError(409, "run_active", words, extra={"run_id": active.id})


def _run_of_key(user: User, key: str, digest: str) -> Run | None:
    run = Run.objects.filter(owner=user, idempotency_key=key).first()
    if run is not None and run.request_digest != digest:
        words = "This Idempotency-Key was used for another request. Use a new one."
        raise invalid(words, "idempotency_key_reused")
    return run


def _store_end(run_id: str, outcome: Outcome, context: ChatContext, started_at: float) -> None:
    first = context.first_delta_at
    with transaction.atomic():
        Run.objects.filter(id=run_id, status="running").update(
            status=outcome.status,
            code=outcome.code,
            detail=outcome.detail,
            finished_at=timezone.now(),
            first_delta_ms=None if first is None else round((first - started_at) * 1000),
            input_tokens=context.usage.input_tokens,
            output_tokens=context.usage.output_tokens,
            cached_tokens=context.usage.cached_tokens,
        )
        thread_id = Run.objects.values_list("thread_id", flat=True).get(id=run_id)
        event = {"type": "run.finished", "thread_id": thread_id, "run_id": run_id}
        live.announce(context.user, event)


# --- Reads -------------------------------------------------------------------------------------


def own_run(user: User, run_id: str) -> Run:
    run = Run.objects.filter(id=run_id, owner=user, thread__deleted_at=None).first()
    if run is None:
        raise NotFoundError("There is no such run.")
    return run


def active_run(user: User, thread_id: str) -> Run | None:
    """The thread's running exclusive run."""
    runs = Run.objects.filter(owner=user, thread_id=thread_id, exclusive=True)
    return runs.filter(status="running").first()


def settle_lost_runs() -> int:
    """Mark runs that a process which is gone left running; only for a single process."""
    lost = Run.objects.filter(status="running")
    return lost.update(status="interrupted", code="process_gone", finished_at=timezone.now())
