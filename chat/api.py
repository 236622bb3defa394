"""Routes of the chat: two protocols on one URL, and what a run's readers need.

Everything that can be refused is refused before the first byte of a stream: afterwards it is
too late for a status.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Coroutine
from typing import Any, cast

from chatkit.store import NotFoundError
from chatkit.types import (
    ItemsListReq,
    ThreadsDeleteReq,
    ThreadsSyncCustomActionReq,
    is_streaming_req,
)
from django.db import Error as DatabaseFault
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from ninja import Path, Router

from chat import beginnings, replies
from chat.context import ChatContext
from chat.models import Run
from chat.permission import Permission
from chat.protocols import read_request
from chat.providers import provider
from chat.replies import Started
from chat.runs.runner import runner
from chat.runs.storage import is_pruned, last_stored_id
from chat.server import chat_server
from chat.session import Session, create_session
from chat.settling import settle_thread
from chat.stopping import stop_run
from chat.threads import own_thread
from taskchat_site import database, metrics, trace
from taskchat_site.accounts.models import User
from taskchat_site.errors import ApiError, invalid, not_found

logger = logging.getLogger(__name__)

router = Router()

MAX_KEY = 200
LONGEST_NUMBER = 18
# A frame may reach a client this long before it is stored, where another process finds it.
STORING_SECONDS = 0.2
STORING_TRIES = 10


@router.post("", summary="ChatKit's protocol, and the plain one", include_in_schema=True)
async def chat(request: HttpRequest, user_id: Path[str]) -> HttpResponseBase:
    """JSON, or `text/event-stream` for requests that make a reply.

    A body with `type` speaks ChatKit's protocol, `{"message", "thread_id"}` the plain one.
    """
    known_at = time.monotonic()
    context = ChatContext(user=_user(request), now=timezone.now())
    body = request.body
    parsed, protocol = read_request(body)
    try:
        if is_streaming_req(parsed):
            key = _idempotency_key(request)
            resumes = request.headers.get("X-Resume") == "1"
            starting = replies.start_reply(context, parsed, body, key, protocol)
            started = await _started(starting, resumes)
            if started.joined:
                await _require_cursor(started.run, 0)
            stays = resumes or started.joined
            response = _stream(request, started.run, after=0, stays=stays)
            response["Server-Timing"] = _server_timing(request, known_at, started)
            return response
        if isinstance(parsed, ItemsListReq):
            await database.run(settle_thread, parsed.params.thread_id)
        if isinstance(parsed, ThreadsDeleteReq):
            await _stop_runs_of(context.user, parsed.params.thread_id)
        if isinstance(parsed, ThreadsSyncCustomActionReq):
            await database.run(replies.require_sync_action, context.user, parsed.params)
        return HttpResponse(
            await chat_server().plain(parsed, context), content_type="application/json"
        )
    except NotFoundError as error:
        raise not_found(str(error) or "Not found.") from None


@router.get("/assistant", summary="Who answers")
async def assistant(request: HttpRequest, user_id: Path[str]) -> dict[str, str]:
    chosen = provider()
    return {"provider": chosen.name, "model": chosen.model_name, "words": chosen.words}


@router.post("/session", summary="A session of hosted ChatKit")
async def hosted_session(request: HttpRequest, user_id: Path[str]) -> Session:
    """For OpenAI's own element on a page that runs a workflow; 503 when it is not set up."""
    return await create_session(_user(request))


@router.get("/runs/{run_id}/events", summary="A run's frames, from any point on")
async def run_events(
    request: HttpRequest, user_id: Path[str], run_id: str, after: str | None = None
) -> HttpResponseBase:
    run = await _own_run(request, run_id)
    last_id = _cursor(request.headers.get("Last-Event-ID") or after)
    await _require_cursor(run, last_id)
    await _count_resume(run)
    beginnings.over()
    return _stream(request, run, after=last_id, stays=True)


@router.post("/runs/{run_id}/cancel", summary="Stop a run")
async def cancel_run(request: HttpRequest, user_id: Path[str], run_id: str) -> dict[str, Any]:
    """What was said so far stays. A finished run keeps its status."""
    run = await _own_run(request, run_id)
    if run.status == "running":
        await stop_run(run.id)
        run = await _own_run(request, run_id)
    return {"run_id": run.id, "status": run.status}


@router.get("/threads/{thread_id}/run", summary="A thread's running run", response={204: None})
async def thread_run(request: HttpRequest, user_id: Path[str], thread_id: str) -> HttpResponseBase:
    run = await database.run(_active_run_of_own_thread, _user(request), thread_id)
    if run is None:
        return HttpResponse(status=204)
    log = runner.log(run.id)
    last_id = log.readable if log else await database.run(last_stored_id, run.id)
    body = {"run_id": run.id, "status": run.status, "last_event_id": last_id}
    return HttpResponse(json.dumps(body), content_type="application/json")


def _user(request: HttpRequest) -> User:
    return cast("User", request.auth)  # type: ignore[attr-defined]  # ninja puts it there


def _idempotency_key(request: HttpRequest) -> str | None:
    key = request.headers.get("Idempotency-Key") or None
    if key is not None and len(key) > MAX_KEY:
        raise invalid(f"Idempotency-Key: at most {MAX_KEY} characters.")
    return key


def _cursor(text: str | None) -> int:
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        raise ApiError(400, "cursor_invalid", "Last-Event-ID must be a number, e.g. 12.")
    return int(text)


async def _require_cursor(run: Run, last_id: int) -> None:
    """ApiError 400 for a cursor past the end, 410 for frames that are gone.

    Past what an interrupted run stored is no fault of the client: it had seen the words that the
    process took with it.
    """
    last, status = await _end_of(run, last_id)
    if last_id > last and status != "interrupted":
        raise ApiError(400, "cursor_past_end", f"The run has {last} events so far.")
    if status != "running" and await database.run(is_pruned, run):
        raise ApiError(410, "run_gone", "This reply is no longer kept as a stream; reload it.")


async def _end_of(run: Run, last_id: int) -> tuple[int, str]:
    """The last event's id, and the status. Another process's run gets time to store `last_id`.

    A process that has just died has said more than it stored, and nobody knows yet: then 503, until
    its lease has run out and the run is interrupted.
    """
    held_until = run.lease_until
    for _ in range(STORING_TRIES):
        if log := runner.log(run.id):
            return log.readable, run.status
        if run.status != "running":
            return run.last_event_id, run.status
        if (last := await database.run(last_stored_id, run.id)) >= last_id:
            return last, run.status
        await asyncio.sleep(STORING_SECONDS)
        await database.run(run.refresh_from_db)
    if run.lease_until == held_until:
        words = "The server that gives this reply does not answer. Please try again in a moment."
        raise ApiError(503, "run_unsure", words, {"Retry-After": "1"})
    return last, run.status


async def _count_resume(run: Run) -> None:
    """For the record. A database that cannot write it down is no reason not to read on."""
    metrics.RESUMES.inc()
    try:
        await database.run(Run.objects.filter(pk=run.pk).update, resumes=F("resumes") + 1)
    except DatabaseFault as error:
        logger.warning("a resume of run %s is not counted: %s", run.pk, error)


async def _own_run(request: HttpRequest, run_id: str) -> Run:
    try:
        run = await database.run(replies.own_run, _user(request), run_id)
    except NotFoundError as error:
        raise not_found(str(error)) from None
    trace.bind(run_id=run.pk)
    return run


def _active_run_of_own_thread(user: User, thread_id: str) -> Any:
    try:
        own_thread(user, thread_id)
    except NotFoundError as error:
        raise not_found(str(error)) from None
    settle_thread(thread_id)
    return replies.active_run(user, thread_id)


async def _started(starting: Coroutine[Any, Any, Started], resumes: bool) -> Started:
    """The started run, also when the client leaves while it is being stored.

    The row would say "running" for ever if the request's end kept the runner from it.
    """
    task = asyncio.create_task(starting)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if task.exception() is None and not resumes and not task.result().joined:
            await stop_run(task.result().run.id)
        raise


async def _stop_runs_of(user: User, thread_id: str) -> None:
    run = await database.run(replies.active_run, user, thread_id)
    if run is not None:
        await stop_run(run.id)


def _server_timing(request: HttpRequest, known_at: float, started: Started) -> str:
    """Milliseconds until the user was known, and from there until the run had started."""
    auth = known_at - getattr(request, "arrived_at", known_at)
    return f"auth;dur={auth * 1000:.1f}, start;dur={(started.at - known_at) * 1000:.1f}"


def _stream(request: HttpRequest, run: Run, *, after: int, stays: bool) -> StreamingHttpResponse:
    response = StreamingHttpResponse(
        _body(request, run, after, stays), content_type="text/event-stream"
    )
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    response["X-Run-Id"] = run.id
    return response


async def _body(request: HttpRequest, run: Run, after: int, stays: bool) -> AsyncIterator[bytes]:
    """A client that did not say it will resume stops the run by leaving, as ChatKit's Stop does.

    Whatever goes wrong ends the body without `: end`: an exception would leave the client waiting
    for ever (Daphne 4.2).
    """
    finished = False
    metrics.OPEN_STREAMS.inc()
    may_read = Permission(request.bearer, run.thread_id)  # type: ignore[attr-defined]
    try:
        async for chunk in runner.read(run, after):
            if not await may_read():
                break
            yield chunk
        else:
            finished = True
    except Exception:
        logger.exception("a reader of run %s broke", run.id)
    finally:
        metrics.OPEN_STREAMS.dec()
        if not finished and not stays:
            await stop_run(run.id)
