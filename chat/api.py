"""Routes of the chat: two protocols on one URL, and what a run's readers need.

Everything that can be refused is refused before the first byte of a stream: afterwards it is
too late for a status.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine
from typing import Any, cast

from chatkit.store import NotFoundError
from chatkit.types import ThreadsDeleteReq, ThreadsSyncCustomActionReq, is_streaming_req
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from ninja import Path, Router

from chat import replies
from chat.context import ChatContext
from chat.protocols import read_request
from chat.providers import provider
from chat.replies import Started
from chat.runs.log import RunLog
from chat.runs.reader import read
from chat.runs.runner import runner
from chat.server import chat_server
from chat.session import Session, create_session
from chat.threads import own_thread
from taskchat_site import database
from taskchat_site.accounts.models import User
from taskchat_site.errors import ApiError, invalid, not_found

router = Router()

MAX_KEY = 200
LONGEST_NUMBER = 18


@router.post("", summary="ChatKit's protocol, and the plain one", include_in_schema=True)
async def chat(request: HttpRequest, user_id: Path[str]) -> HttpResponseBase:
    """JSON, or `text/event-stream` for requests that make a reply.

    A body with `type` speaks ChatKit's protocol, `{"message", "thread_id"}` the plain one.
    """
    known_at = time.monotonic()
    context = ChatContext(user=_user(request), now=timezone.now())
    body = request.body
    parsed, to_frames = read_request(body)
    try:
        if is_streaming_req(parsed):
            key = _idempotency_key(request)
            resumes = request.headers.get("X-Resume") == "1"
            starting = replies.start_reply(context, parsed, body, key, to_frames)
            started = await _started(starting, resumes)
            stays = resumes or started.joined
            response = _stream(started.run.id, started.log, after=0, stays=stays)
            response["Server-Timing"] = _server_timing(request, known_at)
            return response
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
    log = runner.logs.get(run.id)
    if log is None:
        raise ApiError(410, "run_gone", "This reply is no longer kept as a stream; reload it.")
    if last_id > log.last_id:
        raise ApiError(400, "cursor_past_end", f"The run has {log.last_id} events so far.")
    return _stream(run.id, log, after=last_id, stays=True)


@router.post("/runs/{run_id}/cancel", summary="Stop a run")
async def cancel_run(request: HttpRequest, user_id: Path[str], run_id: str) -> dict[str, Any]:
    """What was said so far stays. A finished run keeps its status."""
    run = await _own_run(request, run_id)
    if not await runner.cancel(run.id):
        await database.run(replies.settle_if_lost, run)
    run = await _own_run(request, run_id)
    return {"run_id": run.id, "status": run.status}


@router.get("/threads/{thread_id}/run", summary="A thread's running run", response={204: None})
async def thread_run(request: HttpRequest, user_id: Path[str], thread_id: str) -> HttpResponseBase:
    run = await database.run(_active_run_of_own_thread, _user(request), thread_id)
    if run is None:
        return HttpResponse(status=204)
    log = runner.logs.get(run.id)
    body = {
        "run_id": run.id,
        "status": run.status,
        "last_event_id": log.last_id if log else 0,
    }
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


async def _own_run(request: HttpRequest, run_id: str) -> Any:
    try:
        return await database.run(replies.own_run, _user(request), run_id)
    except NotFoundError as error:
        raise not_found(str(error)) from None


def _active_run_of_own_thread(user: User, thread_id: str) -> Any:
    try:
        own_thread(user, thread_id)
    except NotFoundError as error:
        raise not_found(str(error)) from None
    run = replies.active_run(user, thread_id)
    return None if run is None or replies.settle_if_lost(run) else run


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
            await runner.cancel(task.result().run.id)
        raise


async def _stop_runs_of(user: User, thread_id: str) -> None:
    run = await database.run(replies.active_run, user, thread_id)
    if run is not None:
        await runner.cancel(run.id)


def _server_timing(request: HttpRequest, known_at: float) -> str:
    """Milliseconds until the user was known, and from there until the run had started."""
    auth = known_at - getattr(request, "arrived_at", known_at)
    return f"auth;dur={auth * 1000:.1f}, start;dur={(time.monotonic() - known_at) * 1000:.1f}"


def _stream(run_id: str, log: RunLog, *, after: int, stays: bool) -> StreamingHttpResponse:
    response = StreamingHttpResponse(
        _body(run_id, log, after, stays), content_type="text/event-stream"
    )
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    response["X-Run-Id"] = run_id
    return response


async def _body(run_id: str, log: RunLog, after: int, stays: bool) -> AsyncIterator[bytes]:
    """A client that did not say it will resume stops the run by leaving, as ChatKit's Stop does."""
    finished = False
    try:
        async for chunk in read(log, after):
            yield chunk
        finished = True
    finally:
        if not finished and not stays:
            await runner.cancel(run_id)
