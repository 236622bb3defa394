"""A streamed request from its body to a run, and a run from its start to its end."""

import hashlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chatkit.store import NotFoundError
from chatkit.types import (
    ErrorEvent,
    StreamingReq,
    ThreadCustomActionParams,
    ThreadMetadata,
    ThreadsAddClientToolOutputReq,
    ThreadsAddStructuredInputReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    ThreadStreamEvent,
    UserMessageItem,
)
from django.db import IntegrityError, transaction

from chat import beginnings, limits, run_ends, threads, tool_calls
from chat.actions import ACTIONS
from chat.confirmations import clears_completed, says_yes
from chat.context import ChatContext
from chat.failures import INTERNAL, Failure
from chat.models import Item, Run, Thread
from chat.pricing import Bill, bill
from chat.providers import provider
from chat.runs import hints, storage
from chat.runs.lease import Lease, end, lease_end
from chat.runs.log import Batch, Frame, RunLog
from chat.runs.models import new_run_id
from chat.runs.runner import Outcome, RunFailed, runner
from chat.server import chat_server, is_delta, patience
from chat.settling import settle
from chat.storable import can_be_stored
from taskchat_site import database, live, trace
from taskchat_site.accounts.models import User
from taskchat_site.errors import ApiError, invalid
from taskchat_site.inserts import insert

logger = logging.getLogger(__name__)

MAX_MESSAGE = 20_000  # characters; the model reads the last turn whole

Message = tuple[ThreadMetadata, UserMessageItem]


@dataclass(frozen=True)
class Protocol:
    """How a run's events are spelled: those that a message begins with, and all others."""

    opening: Callable[[Iterator[ThreadStreamEvent]], Iterator[Frame]]
    frames: Callable[[AsyncIterator[ThreadStreamEvent], ChatContext], AsyncIterator[Frame]]


@dataclass(frozen=True)
class Started:
    """A run; `joined` when an equal request had started it before. `at` is a monotonic time."""

    run: Run
    joined: bool = False
    at: float = field(default_factory=time.monotonic)


def _chatkit_frame(event: ThreadStreamEvent) -> Frame:
    data = chat_server().frame(event)
    return Frame(data, early=is_delta(event), within=patience(event))


async def _chatkit_frames(
    events: AsyncIterator[ThreadStreamEvent], context: ChatContext
) -> AsyncIterator[Frame]:
    async for event in events:
        yield _chatkit_frame(event)


CHATKIT = Protocol(lambda events: map(_chatkit_frame, events), _chatkit_frames)


async def start_reply(
    context: ChatContext,
    request: StreamingReq,
    body: bytes,
    idempotency_key: str | None,
    protocol: Protocol,
) -> Started:
    """Store the message and the run, then let the run go; its log is spelled in `protocol`.

    Raises ApiError: 404 for a thread that is not the user's, 409 `run_active`, 422 for a reused
    key, 429 past a limit, 503 when the process is about to end; nothing is stored then.
    """
    started_at = time.monotonic()
    if runner.closing:
        words = "The server is about to restart. Please send it again in a moment."
        raise ApiError(503, "shutting_down", words, {"Retry-After": "1"})
    server = chat_server()
    message: Message | None = None
    lease = Lease(new_run_id())  # it runs from before the database's clock is read
    log = RunLog(lease)
    if isinstance(request, ThreadsCreateReq | ThreadsAddUserMessageReq):
        message = await server.prepare(request, context)
        _require_readable(message[1])
        created = isinstance(request, ThreadsCreateReq)
        for frame in protocol.opening(server.opening(*message, created, context)):
            log.append(frame)
        events = server.answer(*message, created, context)
    else:
        events = server.events(request, context)
    digest = hashlib.sha256(body).hexdigest()
    run, joined = await database.run(
        _store_start, context, request, message, log, digest, idempotency_key
    )
    if joined:
        return Started(run, joined=True)
    log.stored(len(log.frames))
    context.run_id, context.thread_id, context.lease = run.id, run.thread_id, lease
    trace.bind(run_id=run.id)

    async def finish(outcome: Outcome, last: Batch | None) -> None:
        charged = bill(provider().model_name, context.usage)
        await database.run(_store_end, lease, outcome, last, context, started_at, charged)
        run_ends.report(context, outcome, charged, started_at)

    frames = _known_end(protocol.frames(_told(events, context), context), context)
    runner.start(log, frames, finish)
    started = Started(run)
    await beginnings.others_first()
    return started


def _require_readable(item: UserMessageItem) -> None:
    text = threads.item_text(item)
    if not text.strip() and not item.attachments:
        raise invalid("The message is empty. Write something first.", "empty_message")
    if len(text) > MAX_MESSAGE:
        words = f"The message is too long: {len(text):,} characters, {MAX_MESSAGE:,} at most."
        raise invalid(words, "message_too_long")


async def _told(
    events: AsyncIterator[ThreadStreamEvent], context: ChatContext
) -> AsyncIterator[ThreadStreamEvent]:
    """No failure without words: what ChatKit raises instead of telling becomes an error event."""
    try:
        async for event in events:
            if isinstance(event, ErrorEvent) and context.failure is None:
                context.failure = Failure(event.code, event.message or INTERNAL.words)
            yield event
    except Exception:
        logger.exception("run %s failed outside the reply", context.run_id)
        context.failure = INTERNAL
        yield ErrorEvent(code="custom", message=INTERNAL.words, allow_retry=True)


async def _known_end(frames: AsyncIterator[Frame], context: ChatContext) -> AsyncIterator[Frame]:
    """The runner learns of a failure after the user has been told."""
    async for frame in frames:
        yield frame
    if (failure := context.failure) is not None:
        detail = f"{failure.words} ({context.cause})" if context.cause else failure.words
        raise RunFailed(failure.code, detail)


# --- Start and end, one transaction each -------------------------------------------------------


def _store_start(
    context: ChatContext,
    request: StreamingReq,
    message: Message | None,
    log: RunLog,
    digest: str,
    idempotency_key: str | None,
) -> tuple[Run, bool]:
    try:
        with transaction.atomic():
            news: list[dict[str, Any]] = []
            if isinstance(request, ThreadsCreateReq):
                assert message is not None
                thread = threads.begin_thread(context.user, *message)
                news.append({"type": "thread.updated", "thread_id": thread.id})
            else:
                thread = threads.own_thread(context.user, request.params.thread_id)
                _require_active(thread)
                if message is not None:
                    threads.put_item_in(thread, message[1])
            run = _new_run(context, request, thread, message)
            run.id = log.lease.run_id
            run.request_digest, run.idempotency_key = digest, idempotency_key
            run.lease_until = lease_end()
            insert(run)
            if opening := log.unstored():
                storage.add(opening)
            _hear_the_user(context, run, message)
            if message is not None:
                _store_attachments(context.user, message[1])
            news.append({"type": "run.started", "thread_id": thread.id, "run_id": run.id})
            live.announce(context.user, *news)
            limits.check(context.user, context.now)
    except IntegrityError:
        return _conflict(context, request, digest, idempotency_key)
    except (ApiError, NotFoundError):
        # What holds for a new message need not hold for one that was sent again.
        if idempotency_key and (before := _run_of_key(context.user, idempotency_key, digest)):
            return before, True
        raise
    return run, False


def _store_attachments(user: User, item: UserMessageItem) -> None:
    for attachment in item.attachments:
        data = attachment.model_dump(mode="json", exclude_none=True)
        threads.save_attachment(user, attachment.id, data)


def _require_active(thread: Thread) -> None:
    status = thread.extra.get("status", {})
    if status.get("type", "active") != "active":
        words = status.get("reason") or "This conversation is closed. Start a new one."
        raise ApiError(409, "thread_closed", words)


def _new_run(
    context: ChatContext, request: StreamingReq, thread: Thread, message: Message | None
) -> Run:
    chosen = provider()
    turn_id = message[1].id if message else ""
    match request:
        case ThreadsRetryAfterItemReq():
            turn_id = request.params.item_id
            _require_item(thread, turn_id, "user_message")
        case ThreadsAddStructuredInputReq():
            _require_item(thread, request.params.item_id, "structured_input")
        case ThreadsAddClientToolOutputReq():
            _require_pending_client_tool(thread)
        case ThreadsCustomActionReq():
            require_action(thread, request.params)
    return Run(
        owner=context.user,
        thread=thread,
        request_type=request.type,
        turn_id=turn_id,
        exclusive=not isinstance(request, ThreadsCustomActionReq),
        provider=chosen.name,
        model=chosen.model_name,
        parameters=chosen.parameters,
        request_id=trace.request_id(),
        started_at=context.now,
    )


def _require_item(thread: Thread, item_id: str, kind: str) -> None:
    """ChatKit answers a wrong item after the status, with an empty stream or a bug."""
    rows = Item.objects.filter(thread=thread, item_id=item_id, removed_at=None)
    if not rows.filter(type=kind).exists():
        words = kind.replace("_", " ")
        raise NotFoundError(f"There is no {words} with this id in the conversation.")


def _require_pending_client_tool(thread: Thread) -> None:
    last = Item.objects.filter(thread=thread, removed_at=None).order_by("created_at", "id").last()
    if last is None or last.type != "client_tool_call" or last.data.get("status") != "pending":
        raise invalid("No tool of the page is waiting for its result.", "nothing_pending")


def require_sync_action(user: User, params: ThreadCustomActionParams) -> None:
    """As `require_action`, for a click that is answered without a stream."""
    require_action(threads.own_thread(user, params.thread_id), params)


def require_action(thread: Thread, params: ThreadCustomActionParams) -> None:
    """A click that names an action of ours and, if any, a widget of this conversation."""
    if params.action.type not in ACTIONS:
        raise invalid(f"There is no action {params.action.type!r}.", "unknown_action")
    if params.item_id:
        _require_item(thread, params.item_id, "widget")


def _hear_the_user(context: ChatContext, run: Run, message: Message | None) -> None:
    """What the message that this run answers agrees to; a retry hears it again."""
    text = threads.item_text(message[1]) if message else _said(run.thread_id, run.turn_id)
    context.clears_completed = clears_completed(text)
    if text and run.request_type != "threads.create":  # a new thread has asked nothing yet
        context.asked = tool_calls.pending_confirmation(run.thread_id, run.turn_id)
    if says_yes(text):
        context.confirmation_id = context.asked


def _said(thread_id: str, item_id: str) -> str:
    rows = Item.objects.filter(thread_id=thread_id, item_id=item_id, type="user_message")
    return rows.values_list("text", flat=True).first() or ""


def _conflict(
    context: ChatContext, request: StreamingReq, digest: str, idempotency_key: str | None
) -> tuple[Run, bool]:
    """The equal request that was faster, or the run that is going on in the thread."""
    if idempotency_key and (run := _run_of_key(context.user, idempotency_key, digest)):
        return run, True
    thread_id = getattr(request.params, "thread_id", "")
    active = active_run(context.user, thread_id)
    if active is None or settle(active.id):
        raise ApiError(409, "conflict", "Two requests met. Please send it again.")
    words = "The assistant is still answering in this conversation. Wait for it or stop it."
    raise ApiError(409, "run_active", words, extra={"run_id": active.id})


def _run_of_key(user: User, key: str, digest: str) -> Run | None:
    run = Run.objects.filter(owner=user, idempotency_key=key).first()
    if run is not None and run.request_digest != digest:
        words = "This Idempotency-Key was used for another request. Use a new one."
        raise invalid(words, "idempotency_key_reused")
    return run


def _store_end(
    lease: Lease,
    outcome: Outcome,
    last: Batch | None,
    context: ChatContext,
    started_at: float,
    charged: Bill,
) -> None:
    """The final state and the last frames, in one transaction; raises Fenced."""
    first = context.first_delta_at
    with transaction.atomic():
        end(
            lease,
            status=outcome.status,
            code=outcome.code,
            detail=outcome.detail,
            last_event_id=last.last_id if last else storage.last_stored_id(lease.run_id),
            first_delta_ms=None if first is None else round((first - started_at) * 1000),
            input_tokens=context.usage.input_tokens,
            output_tokens=context.usage.output_tokens,
            cached_tokens=context.usage.cached_tokens,
            cost=charged.cost,
            prices=charged.prices,
        )
        if last is not None:
            storage.add(last)
        event = {"type": "run.finished", "thread_id": context.thread_id, "run_id": lease.run_id}
        live.announce(context.user, event)
    hints.tell("frames", [lease.run_id])


# --- Reads -------------------------------------------------------------------------------------


def own_run(user: User, run_id: str) -> Run:
    rows = Run.objects.filter(owner=user, thread__deleted_at=None)
    try:
        return rows.get(id=run_id if can_be_stored(run_id) else None)
    except Run.DoesNotExist:
        raise NotFoundError("There is no such run.") from None


def active_run(user: User, thread_id: str) -> Run | None:
    """The thread's running exclusive run."""
    runs = Run.objects.filter(owner=user, thread_id=thread_id, exclusive=True)
    return runs.filter(status="running").first()
