"""Routes of the chat: two protocols on one URL, and what a run's readers need.

Everything that can be refused is refused before the first byte of a stream: afterwards it is
too late for a status.
"""

import json
import re
from collections.abc import AsyncIterator
from typing import Any, cast

from chatkit.store import NotFoundError
from chatkit.types import ThreadsDeleteReq, is_streaming_req
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from ninja import Path, Router
from pydantic import ValidationError

from chat import replies
from chat.context import ChatContext
from chat.plain import PlainMessage, plain_frames
from chat.providers import provider
from chat.runs.log import RunLog
from chat.runs.reader import read
from chat.runs.runner import runner
from chat.server import chat_server, parse_request
from chat.session import Session, create_session
from chat.threads import own_thread
from taskchat_site import database
from taskchat_site.accounts.models import User
from taskchat_site.errors import ApiError, invalid, not_found

router = Router()

MAX_KEY = 200
# The escape of NUL, but not an escaped backslash before "u0000": PostgreSQL stores no NUL.
NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


@router.post("", summary="ChatKit's protocol, and the plain one", include_in_schema=True)
async def chat(request: HttpRequest, user_id: Path[str]) -> HttpResponseBase:
    """JSON, or `text/event-stream` for requests that make a reply.

    A body with `type` speaks ChatKit's protocol, `{"message", "thread_id"}` the plain one.
    """
    context = ChatContext(user=_user(request), now=timezone.now())
    body = request.body
    parsed, to_frames = _parse(body), replies.chatkit_frames
    if isinstance(parsed, PlainMessage):
        parsed, to_frames = parsed.as_chatkit(), plain_frames
    try:
        if is_streaming_req(parsed):
            key = _idempotency_key(request)
            started = await replies.start_reply(context, parsed, body, key, to_frames)
            stays = request.headers.get("X-Resume") == "1" or started.joined
            return _stream(started.run.id, started.log, after=0, stays=stays)
        if isinstance(parsed, ThreadsDeleteReq):
            await _stop_runs_of(context.user, parsed.params.thread_id)
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
    await runner.cancel(run.id)
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


def _parse(body: bytes) -> Any:
    if NUL_ESCAPE.search(body):
        raise invalid("The text holds a NUL character (\\u0000). Remove it.")
    try:
        return parse_request(body)
    except ValidationError as error:
        fault = _first_fault(error)
    if fault["type"] == "union_tag_not_found":  # no `type`: not ChatKit's protocol
        try:
            return PlainMessage.model_validate_json(body)
        except ValidationError as error:
            fault = _first_fault(error)
    if fault["type"] == "json_invalid":
        raise ApiError(400, "malformed", f"The body is not valid JSON: {fault['msg']}")
    place = ".".join(str(part) for part in fault["loc"])
    raise invalid(f"{place or 'body'}: {fault['msg']}")


def _first_fault(error: ValidationError) -> Any:
    return error.errors(include_url=False, include_input=False)[0]


def _idempotency_key(request: HttpRequest) -> str | None:
    key = request.headers.get("Idempotency-Key") or None
    if key is not None and len(key) > MAX_KEY:
        raise invalid(f"Idempotency-Key: at most {MAX_KEY} characters.")
    return key


def _cursor(text: str | None) -> int:
    if not text:
        return 0
    if not text.isascii() or not text.isdigit():
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
    return replies.active_run(user, thread_id)


async def _stop_runs_of(user: User, thread_id: str) -> None:
    run = await database.run(replies.active_run, user, thread_id)
    if run is not None:
        await runner.cancel(run.id)


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
