"""What the assistant did in a conversation, run by run: for whom staff ask "why, and what did it
cost?"."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch
from django.utils import timezone

from chat.admin import measures
from chat.models import Item, Run, Thread, ToolCall

MAX_RUNS = 50
ASKED_LENGTH = 140

REQUESTS = {
    "threads.custom_action": "A click in a widget",
    "threads.add_structured_input": "Answers to the assistant's questions",
    "threads.add_client_tool_output": "The result of a tool of the page",
}


@dataclass(frozen=True)
class Call:
    """A tool call with its JSON indented."""

    row: ToolCall
    arguments: str
    result: str
    duration: str


@dataclass(frozen=True)
class Attempt:
    """One run. `number` counts the tries of its turn, from 1."""

    run: Run
    number: int
    facts: list[tuple[str, str]]
    events: list[str]
    calls: list[Call]

    @property
    def wrong(self) -> bool:
        return self.run.status in (Run.Status.FAILED, Run.Status.INTERRUPTED)


@dataclass
class Turn:
    """What was asked, and every run that answered it."""

    asked: str
    attempts: list[Attempt] = field(default_factory=list)


@dataclass(frozen=True)
class Timeline:
    """The newest runs, the oldest first; `earlier` is the ISO time before which there are more."""

    turns: list[Turn]
    earlier: str


def timeline(thread: Thread, before: datetime | None = None) -> Timeline:
    """The thread's newest `MAX_RUNS` runs, with `before` of those that started earlier."""
    runs = thread.runs.prefetch_related(
        Prefetch("tool_calls", ToolCall.objects.order_by("id"))
    ).order_by("-started_at", "-pk")
    if before is not None:
        runs = runs.filter(started_at__lt=before)
    newest = list(runs[: MAX_RUNS + 1])
    shown = newest[:MAX_RUNS][::-1]
    earlier = shown[0].started_at.isoformat() if len(newest) > MAX_RUNS else ""
    return Timeline(_turns(shown, _asked(thread, shown), _tries_before(thread, shown)), earlier)


def _turns(runs: list[Run], asked: dict[str, str], tries: Counter[str]) -> list[Turn]:
    turns: dict[str, Turn] = {}
    for run in runs:
        key = run.turn_id or run.pk
        if key not in turns:
            turns[key] = Turn(asked.get(key) or REQUESTS.get(run.request_type, "A reply"))
        tries[key] += 1
        turns[key].attempts.append(_attempt(run, tries[key]))
    return list(turns.values())


def _asked(thread: Thread, runs: list[Run]) -> dict[str, str]:
    """The messages that `runs` answer, shortened, by their ids."""
    ids = {run.turn_id for run in runs if run.turn_id}
    rows = Item.objects.filter(thread=thread, item_id__in=ids).values_list("item_id", "text")
    return {item_id: _short(text) for item_id, text in rows}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= ASKED_LENGTH else f"{line[:ASKED_LENGTH]}…"


def _tries_before(thread: Thread, runs: list[Run]) -> Counter[str]:
    """How often the turns of `runs` had been tried before the first of them."""
    if not runs:
        return Counter()
    ids = [run.turn_id for run in runs if run.turn_id]
    older = thread.runs.filter(turn_id__in=ids, started_at__lt=runs[0].started_at)
    return Counter(older.values_list("turn_id", flat=True))


def _attempt(run: Run, number: int) -> Attempt:
    return Attempt(run, number, _facts(run), _events(run), _calls(run.tool_calls.all()))


def _facts(run: Run) -> list[tuple[str, str]]:
    """What is measured of a run, as names and words; what nobody knows is left out."""
    end = run.finished_at or timezone.now()
    facts = [
        ("Model", " · ".join(part for part in (run.provider, run.model) if part)),
        ("Parameters", parameters_text(run)),
        (
            "First delta",
            "" if run.first_delta_ms is None else measures.milliseconds(run.first_delta_ms),
        ),
        ("Duration", measures.duration(end - run.started_at)),
        ("Tokens", tokens_text(run)),
        ("Cost", measures.usd(run.cost)),
        ("USD per million tokens", prices_text(run)),
        ("Run", run.pk),
        ("Trace id", run.request_id),
    ]
    return [(name, words) for name, words in facts if words]


def parameters_text(run: Run) -> str:
    return " · ".join(f"{name} {value}" for name, value in run.parameters.items())


def tokens_text(run: Run) -> str:
    if not (run.input_tokens or run.output_tokens):
        return ""
    read, cached = measures.tokens(run.input_tokens), measures.tokens(run.cached_tokens)
    return f"{read} in ({cached} cached) · {measures.tokens(run.output_tokens)} out"


def prices_text(run: Run) -> str:
    """What its cost was counted by."""
    return " · ".join(f"{name.replace('_', ' ')} {price}" for name, price in run.prices.items())


def _events(run: Run) -> list[str]:
    """What happened to a run besides its words."""
    events = []
    if run.resumes:
        times = "once" if run.resumes == 1 else f"{run.resumes} times"
        events.append(f"A lost connection was taken up again {times}.")
    if run.stop_asked_at is not None:
        after = measures.duration(run.stop_asked_at - run.started_at)
        events.append(f"Stop was asked for after {after}.")
    if run.status == Run.Status.CANCELLED:
        events.append("It was stopped, or its reader left; what was said is kept.")
    if run.status == Run.Status.INTERRUPTED:
        events.append("Its process ended before the reply did; what was said is kept.")
    return events


def _calls(rows: Iterable[ToolCall]) -> list[Call]:
    return [
        Call(
            row,
            _json(row.arguments),
            _json(row.result.get("structured")),
            measures.milliseconds(row.duration_ms),
        )
        for row in rows
    ]


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
