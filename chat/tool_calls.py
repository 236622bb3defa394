"""Calls of tools for a run: record, effect and result are one transaction, at most once a turn."""

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chat.context import ChatContext
from chat.models import Item, ToolCall
from chat.runs.lease import require
from mcp_tools.context import ToolContext
from mcp_tools.results import ToolResult
from mcp_tools.tools import TOOLS, call_tool


@dataclass(frozen=True)
class Call:
    """What the model asked for, and the workflow of the thread in which it shows."""

    workflow_id: str
    call_id: str
    name: str
    arguments: dict[str, Any]

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self.arguments, sort_keys=True).encode()).hexdigest()


def record_call(context: ChatContext, thread_id: str, call: Call) -> ToolResult:
    """Run the tool and store what it did, or give again what an earlier try of this turn did.

    A retry is a new run of the same turn. The model may ask for the same effect once more; the
    same tool with the same arguments, n-th time, returns the record of the n-th earlier call.
    May run twice for one call, after a connection that broke while it committed.
    """
    started = time.monotonic()
    with transaction.atomic():
        require(context.lease, begins=True)
        if mine := ToolCall.objects.filter(run_id=context.run_id, call_id=call.call_id).first():
            return ToolResult(
                mine.result["text"], mine.result["structured"], mine.status == "failed"
            )
        earlier = _earlier_call(context, thread_id, call)
        if earlier is None:
            result = call_tool(_tool_context(context), call.name, call.arguments)
        else:
            result = ToolResult(earlier.result["text"], earlier.result["structured"], False)
        _store(context, thread_id, call, result, started, earlier)
    return result


def record_broken(context: ChatContext, thread_id: str, call: Call, result: ToolResult) -> None:
    """The record of a call whose transaction was undone by a fault."""
    with transaction.atomic():
        require(context.lease)
        _store(context, thread_id, call, result, time.monotonic(), None)


def _store(
    context: ChatContext,
    thread_id: str,
    call: Call,
    result: ToolResult,
    started: float,
    replayed: ToolCall | None,
) -> None:
    ToolCall.objects.create(
        run_id=context.run_id,
        thread_id=thread_id,
        turn_id=context.turn_id,
        workflow_id=call.workflow_id,
        call_id=call.call_id,
        name=call.name,
        arguments=call.arguments,
        arguments_digest=call.digest,
        result={"text": result.text, "structured": result.structured},
        status="failed" if result.is_error else "completed",
        replayed=replayed,
        created_at=timezone.now(),
        duration_ms=round((time.monotonic() - started) * 1000),
    )


def _earlier_call(context: ChatContext, thread_id: str, call: Call) -> ToolCall | None:
    tool = TOOLS.get(call.name)
    if tool is None or tool.read_only or not context.turn_id:
        return None
    calls = ToolCall.objects.filter(
        thread_id=thread_id, turn_id=context.turn_id, name=call.name, arguments_digest=call.digest
    )
    again = calls.filter(run_id=context.run_id).count()
    done = [call for call in effects(calls) if call.run_id != context.run_id]
    return done[again] if again < len(done) else None


def effects(calls: QuerySet[ToolCall]) -> list[ToolCall]:
    """Those of `calls` that changed something, the oldest first; a question changed nothing."""
    done = calls.filter(status="completed", replayed=None).order_by("id")
    return [
        call
        for call in done
        if not TOOLS[call.name].read_only and "needs_confirmation" not in call.result["structured"]
    ]


def adopt_earlier(context: ChatContext, thread_id: str, workflow_id: str) -> list[ToolCall]:
    """What earlier tries of this turn did, from now on part of the workflow `workflow_id`.

    A retry removes the items in which it showed; what was done has to stay in sight.
    """
    calls = ToolCall.objects.filter(thread_id=thread_id, turn_id=context.turn_id)
    done = effects(calls.exclude(run_id=context.run_id))
    ToolCall.objects.filter(pk__in=[call.pk for call in done]).update(workflow_id=workflow_id)
    return done


def _tool_context(context: ChatContext) -> ToolContext:
    return ToolContext(
        user=context.user,
        now=context.now,
        channel="assistant",
        confirmation_id=context.confirmation_id,
        clears_completed=context.clears_completed,
    )


def pending_confirmation(thread_id: str, turn_id: str) -> str | None:
    """The confirmation that the reply just before the user's message `turn_id` asked for."""
    last = ToolCall.objects.filter(thread_id=thread_id).exclude(turn_id=turn_id).last()
    if last is None:
        return None
    messages = Item.objects.filter(thread_id=thread_id, type="user_message", removed_at=None)
    asked_for = messages.exclude(item_id=turn_id).order_by("-created_at", "-id").first()
    if asked_for is None or asked_for.item_id != last.turn_id:
        return None
    needs = last.result["structured"].get("needs_confirmation") or {}
    confirmation_id: str | None = needs.get("confirmation_id")
    return confirmation_id


def asking_call(thread_id: str, confirmation_id: str) -> ToolCall | None:
    """The call of this thread that asked for `confirmation_id`."""
    for call in ToolCall.objects.filter(thread_id=thread_id, name="delete_task").order_by("-id"):
        needs = call.result["structured"].get("needs_confirmation") or {}
        if needs.get("confirmation_id") == confirmation_id:
            return call
    return None


def record_answer(asked: ToolCall, note_id: str, result: ToolResult, now: datetime) -> None:
    """The user's click as the call that it completes, shown where `note_id` stands."""
    ToolCall.objects.create(
        run_id=asked.run_id,
        thread_id=asked.thread_id,
        turn_id=asked.turn_id,
        workflow_id=note_id,
        call_id=note_id,
        name=asked.name,
        arguments=asked.arguments,
        arguments_digest=asked.arguments_digest,
        result={"text": result.text, "structured": result.structured},
        status=ToolCall.Status.COMPLETED,
        created_at=now,
        duration_ms=0,
    )


def for_model(structured: dict[str, Any]) -> dict[str, Any]:
    """The result as the model reads it: without the handle that only the user's click may use."""
    needs = structured.get("needs_confirmation")
    if not needs:
        return structured
    shown = {name: value for name, value in needs.items() if name != "confirmation_id"}
    return {**structured, "needs_confirmation": shown}
