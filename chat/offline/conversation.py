"""Reads the input items of the Responses API into turns and facts. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chat.offline.intents import Call, TaskRef

# The ChatKit converter gives what the user saw or did as messages of the user. Those are no speech.
_NOT_SPEECH = re.compile(
    r"\s*(?:Hidden context for the agent|A message was displayed to the user"
    r"|The following graphical UI widget|A structured input request was displayed"
    r"|The user is referring to this in particular|# User-provided context)"
)
# What the user quoted from the thread stands before what they say about it.
_QUOTATION = re.compile(r"\A(?:>.*\n)+\n(?=\S)")
_NAMED_IN_TEXT = re.compile(r'\b(t\d+) "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a tool did nothing."""

    code: str
    message: str
    candidates: tuple[TaskRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A tool's answer: JSON as the tools give it, or bare text when a tool failed."""

    data: Mapping[str, Any]
    text: str = ""

    @property
    def problem(self) -> Problem | None:
        error = self.data.get("error")
        if isinstance(error, Mapping):
            return Problem(
                code=str(error.get("code", "")),
                message=str(error.get("message", "")),
                candidates=_tasks(error.get("candidates")),
            )
        return None if self.data else _problem_from_text(self.text)

    @property
    def message(self) -> str:
        return str(self.data.get("message") or "")

    @property
    def tasks(self) -> tuple[TaskRef, ...]:
        return _tasks(self.data.get("tasks"))

    @property
    def total(self) -> int:
        total = self.data.get("total")
        return total if isinstance(total, int) else len(self.tasks)

    @property
    def next_cursor(self) -> str | None:
        cursor = self.data.get("next_cursor")
        return str(cursor) if cursor else None

    @property
    def confirmation(self) -> Mapping[str, Any] | None:
        """What the tool wants a yes for."""
        wanted = self.data.get("needs_confirmation")
        return wanted if isinstance(wanted, Mapping) else None


@dataclass(frozen=True, slots=True)
class Step:
    """A tool call that was made, and its outcome."""

    call: Call
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Turn:
    """What the user said, and the tool calls that followed.

    `clicks` came after the answer: the user's own, on a card or a checkbox.
    """

    text: str
    steps: tuple[Step, ...] = ()
    clicks: tuple[Step, ...] = ()


def read(items: str | Sequence[Any]) -> tuple[Turn, ...]:
    """The turns of a conversation; the last one is under way."""
    if isinstance(items, str):
        return (Turn(items),)
    outputs = {
        _field(item, "call_id"): _outcome(_field(item, "output"))
        for item in items
        if _field(item, "type") == "function_call_output"
    }
    turns: list[Turn] = []
    answered = False
    for item in items:
        kind = _field(item, "type") or "message"
        if kind == "message" and _field(item, "role") == "user":
            text = _QUOTATION.sub("", _text(_field(item, "content")))
            if _NOT_SPEECH.match(text):
                continue
            turns.append(Turn(text))
            answered = False
        elif kind == "message" and _field(item, "role") == "assistant":
            answered = True
        elif kind == "function_call" and turns:
            call_id = _field(item, "call_id")
            if call_id in outputs:
                call = Call(str(_field(item, "name")), _object(_field(item, "arguments")))
                step = Step(call, outputs[call_id])
                turns[-1] = _with(turns[-1], step, clicked=answered)
    return tuple(turns) or (Turn(""),)


def _with(turn: Turn, step: Step, *, clicked: bool) -> Turn:
    if clicked:
        return replace(turn, clicks=(*turn.clicks, step))
    return replace(turn, steps=(*turn.steps, step))


def _field(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, Iterable):
        return ""
    parts = (_field(part, "text") for part in content)
    return "\n".join(part for part in parts if isinstance(part, str))


def _object(text: Any) -> Mapping[str, Any]:
    if isinstance(text, Mapping):
        return text
    try:
        value = json.loads(text)
    except (TypeError, ValueError):
        return {}
    return value if isinstance(value, Mapping) else {}


def _outcome(output: Any) -> Outcome:
    if isinstance(output, Mapping):
        output = [output]
    text = _text(output)
    return Outcome(_object(text), "" if text.strip() == "{}" else text)


def _tasks(items: Any) -> tuple[TaskRef, ...]:
    if not isinstance(items, list):
        return ()
    return tuple(
        TaskRef(
            id=str(item["id"]),
            title=str(item.get("title", "")),
            completed=bool(item.get("completed")),
            due_text=str(item.get("due_text") or ""),
            priority=str(item.get("priority") or ""),
            labels=tuple(str(label) for label in item.get("labels") or ()),
            description=str(item.get("description") or ""),
        )
        for item in items
        if isinstance(item, Mapping) and item.get("id")
    )


def _problem_from_text(text: str) -> Problem:
    """An error that came as words: a tool that broke, or another adapter's error text."""
    candidates = tuple(TaskRef(id, title) for id, title in _NAMED_IN_TEXT.findall(text))
    code = "failed"
    if re.search(r"\d+ tasks match", text):
        code = "ambiguous"
    elif candidates or re.match(r"No (?:open |completed )?task", text):
        code = "not_found"
    return Problem(code, text, candidates)
