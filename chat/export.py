"""Conversations as files: JSON Lines (whole), CSV (a row an event), Markdown (to read).

They are records: what the user removed is in them, and marked. Who exports is written down for
each conversation (`AuditEvent`), before its text leaves.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects

from chat import audit
from chat.harmless import csv_cell, json_line, markdown_block, markdown_text
from chat.models import AuditEvent, Feedback, Item, Run, Thread, ToolCall
from taskchat_site.accounts.models import User

Place = tuple[datetime, str]

PAGE = 100  # conversations in memory at once
HIDDEN = "sdk_hidden_context"  # what only the agent reads; whole in JSON Lines


@dataclass(frozen=True)
class Format:
    """How a file begins, and how a conversation with all that belongs to it is written."""

    name: str
    suffix: str
    content_type: str
    head: str
    write: Callable[[Thread], str]


def chosen(
    user: User | None = None, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Thread]:
    """Conversations of everybody or of `user` that went on at some time in [since, until)."""
    threads = Thread.objects.all()
    if user is not None:
        threads = threads.filter(owner=user)
    if since is not None:
        threads = threads.filter(updated_at__gte=since)
    if until is not None:
        threads = threads.filter(created_at__lt=until)
    return threads


def places(threads: QuerySet[Thread]) -> list[Place]:
    """When each of `threads` began and its id, the oldest first; sorted as Python sorts."""
    return sorted(threads.order_by().values_list("created_at", "pk"))


def in_pages(threads: Sequence[Place]) -> Iterator[Sequence[Place]]:
    """`threads`, as many at a time as should be in memory at once."""
    for start in range(0, len(threads), PAGE):
        yield threads[start : start + PAGE]


def page(threads: Sequence[Place], form: Format, actor: User | None, by: str) -> str:
    """The text of these conversations; one that is gone by now is left out.

    `actor` exports them (None: a command) by the means `by`, which is written down.
    """
    ids = [thread_id for _began, thread_id in threads]
    with transaction.atomic():
        found = {thread.pk: thread for thread in _loaded(ids)}
        there = [thread_id for thread_id in ids if thread_id in found]
        audit.record_each(actor, AuditEvent.Action.EXPORT, there, format=form.suffix, by=by)
    return "".join(form.write(found[thread_id]) for thread_id in there)


def _loaded(ids: Sequence[str]) -> list[Thread]:
    threads = list(Thread.objects.filter(pk__in=ids).select_related("owner"))
    prefetch_related_objects(threads, "items", "runs", "tool_calls", "feedback")
    return threads


# --- JSON Lines ------------------------------------------------------------------------------


def thread_json(thread: Thread) -> dict[str, Any]:
    """Everything about the conversation; times are ISO 8601 in UTC, cost is USD as text."""
    return {
        "id": thread.pk,
        "user": {"id": thread.owner.public_id, "email": thread.owner.email},
        "title": thread.title,
        "created_at": _iso(thread.created_at),
        "updated_at": _iso(thread.updated_at),
        "deleted_at": _iso(thread.deleted_at),
        "flagged_at": _iso(thread.flagged_at),
        "flag_note": thread.flag_note,
        "items": [_item_json(item) for item in thread.items.all()],
        "runs": [_run_json(run) for run in _runs(thread)],
        "tool_calls": [_call_json(call) for call in thread.tool_calls.all()],
        "feedback": [
            {"item_id": thumb.item_id, "kind": thumb.kind, "created_at": _iso(thumb.created_at)}
            for thumb in thread.feedback.all()
        ],
    }


def _item_json(item: Item) -> dict[str, Any]:
    return {
        "id": item.item_id,
        "type": item.type,
        "created_at": _iso(item.created_at),
        "removed_at": _iso(item.removed_at),
        "text": item.text,
        "data": item.data,
    }


def _run_json(run: Run) -> dict[str, Any]:
    plain = (
        "request_type turn_id status code detail provider model parameters request_id resumes"
        " first_delta_ms input_tokens cached_tokens output_tokens prices"
    ).split()
    return {
        "id": run.pk,
        **{name: getattr(run, name) for name in plain},
        "cost": None if run.cost is None else str(run.cost),
        "started_at": _iso(run.started_at),
        "finished_at": _iso(run.finished_at),
    }


def _call_json(call: ToolCall) -> dict[str, Any]:
    plain = "run_id turn_id workflow_id call_id name arguments result status duration_ms".split()
    return {
        **{name: getattr(call, name) for name in plain},
        "created_at": _iso(call.created_at),
        "replayed": call.replayed_id is not None,
    }


def _jsonl(thread: Thread) -> str:
    return json_line(thread_json(thread)) + "\n"


# --- CSV -------------------------------------------------------------------------------------

CSV_COLUMNS = (
    "thread_id",
    "user",
    "title",
    "at",
    "kind",
    "id",
    "text",
    "removed_at",
    "feedback",
    "status",
    "error",
    "model",
    "first_delta_ms",
    "duration_ms",
    "input_tokens",
    "cached_tokens",
    "output_tokens",
    "cost",
)


def _csv(thread: Thread) -> str:
    thumbs = _thumbs(thread)
    same = {"thread_id": thread.pk, "user": thread.owner.email, "title": thread.title}
    return _csv_lines({**same, **_csv_row(entry, thumbs)} for entry in _timeline(thread))


def _csv_row(entry: "Item | Run | ToolCall", thumbs: dict[str, str]) -> dict[str, Any]:
    match entry:
        case Item():
            return {
                "at": _iso(entry.created_at),
                "kind": entry.type,
                "id": entry.item_id,
                "text": entry.text,
                "removed_at": _iso(entry.removed_at),
                "feedback": thumbs.get(entry.item_id),
            }
        case ToolCall():
            return {
                "at": _iso(entry.created_at),
                "kind": "tool_call",
                "id": entry.call_id,
                "text": f"{entry.name} {_json(entry.arguments)}\n{entry.result.get('text', '')}",
                "status": entry.status,
                "duration_ms": entry.duration_ms,
            }
    return {
        "at": _iso(entry.started_at),
        "kind": "run",
        "id": entry.pk,
        "status": entry.status,
        "error": f"{entry.code} {entry.detail}".strip(),
        "model": entry.model,
        "first_delta_ms": entry.first_delta_ms,
        "duration_ms": _run_ms(entry),
        "input_tokens": entry.input_tokens,
        "cached_tokens": entry.cached_tokens,
        "output_tokens": entry.output_tokens,
        "cost": entry.cost,
    }


def _csv_lines(rows: Iterable[dict[str, Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([csv_cell(row.get(name)) for name in CSV_COLUMNS])
    return out.getvalue()


# --- Markdown --------------------------------------------------------------------------------


def _markdown(thread: Thread) -> str:
    thumbs = _thumbs(thread)
    parts = [f"# {markdown_text(str(thread))}", _facts(thread)]
    parts += [_markdown_entry(entry, thumbs) for entry in _timeline(thread)]
    return "\n\n".join(parts) + "\n\n---\n\n"


def _facts(thread: Thread) -> str:
    lines = [
        f"- user: {markdown_text(thread.owner.email)}",
        f"- conversation: {thread.pk}",
        f"- from {_words(thread.created_at)} to {_words(thread.updated_at)}",
    ]
    if thread.deleted_at:
        lines.append(f"- deleted by the user: {_words(thread.deleted_at)}")
    if thread.flagged_at:
        note = markdown_text(thread.flag_note)
        lines.append(f"- flagged: {_words(thread.flagged_at)} {note}".rstrip())
    return "\n".join(lines)


def _markdown_entry(entry: "Item | Run | ToolCall", thumbs: dict[str, str]) -> str:
    match entry:
        case Item():
            notes = ["removed"] if entry.removed_at else []
            notes += [f"feedback: {thumbs[entry.item_id]}"] if entry.item_id in thumbs else []
            head = ", ".join(
                [f"**{entry.speaker}**", _words(entry.created_at), *map(markdown_text, notes)]
            )
            return f"{head}\n\n{markdown_block(entry.text)}"
        case ToolCall():
            head = f"Tool {markdown_text(entry.name)}, {entry.status}, {entry.duration_ms} ms"
            body = f"{_json(entry.arguments)}\n{entry.result.get('text', '')}"
            return f"{head}\n\n{markdown_block(body)}"
    return _run_words(entry)


def _run_words(run: Run) -> str:
    parts = [f"Run {run.pk}: {run.status}"]
    if run.code:
        parts.append(markdown_text(f"{run.code} {run.detail}"))
    parts += [markdown_text(run.model)] if run.model else []
    if run.first_delta_ms is not None:
        parts.append(f"first words after {run.first_delta_ms} ms")
    if (duration := _run_ms(run)) is not None:
        parts.append(f"{duration} ms in all")
    parts.append(f"{run.input_tokens} tokens read, {run.output_tokens} written")
    parts += [f"{run.cost} USD"] if run.cost is not None else []
    return ", ".join(parts)


# --- A conversation in time --------------------------------------------------------------------


def _timeline(thread: Thread) -> list["Item | Run | ToolCall"]:
    """Items, runs and calls in order; a run stands after the message that it answers."""
    items = [item for item in thread.items.all() if item.type != HIDDEN]
    said_at = {item.item_id: item.created_at for item in items}
    placed: list[tuple[datetime, int, Item | Run | ToolCall]] = [
        *((item.created_at, 0, item) for item in items),
        *((said_at.get(run.turn_id, run.started_at), 1, run) for run in _runs(thread)),
        *((call.created_at, 2, call) for call in thread.tool_calls.all()),
    ]
    return [entry for _at, _rank, entry in sorted(placed, key=lambda one: one[:2])]


def _runs(thread: Thread) -> list[Run]:
    return sorted(thread.runs.all(), key=lambda run: (run.started_at, run.pk))


def _thumbs(thread: Thread) -> dict[str, str]:
    thumbs: Iterable[Feedback] = thread.feedback.all()
    return {thumb.item_id: thumb.kind for thumb in thumbs}


def _run_ms(run: Run) -> int | None:
    if run.finished_at is None:
        return None
    return round((run.finished_at - run.started_at).total_seconds() * 1000)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _words(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


JSON_LINES = Format("JSON Lines", "jsonl", "application/x-ndjson", "", _jsonl)
CSV = Format("CSV", "csv", "text/csv; charset=utf-8", ",".join(CSV_COLUMNS) + "\r\n", _csv)
MARKDOWN = Format("Markdown", "md", "text/markdown; charset=utf-8", "", _markdown)
FORMATS = {form.suffix: form for form in (JSON_LINES, CSV, MARKDOWN)}
