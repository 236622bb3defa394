"""What the model gets to read: the conversation's end, bounded by an estimate of its tokens.

Tokenisers download their vocabulary, so a token is estimated as four bytes, corrected by what
the provider counted in earlier runs.
"""

import json
from collections.abc import Iterable
from typing import Any

from agents import TResponseInputItem
from chatkit.types import UserMessageItem

from chat.models import Item, ToolCall
from chat.storable import storable
from chat.threads import item_text
from chat.tool_calls import for_model

BYTES_PER_TOKEN = 4.0
MAX_TOKENS = 12_000
MAX_ITEMS = 200
FULL_TASKS = 25
LEARNING_RATE = 0.2

SPOKEN = ("user_message", "assistant_message", "workflow", "hidden_context_item")


class TokenEstimate:
    """Bytes a token, learned from the provider's usage; starts at four."""

    def __init__(self) -> None:
        self.bytes_per_token = BYTES_PER_TOKEN

    def tokens(self, size: int) -> int:
        return int(size / self.bytes_per_token) + 1

    def learn(self, size: int, tokens: int) -> None:
        """Move towards what one request showed; absurd counts are bounded, not believed."""
        if size <= 0 or tokens <= 0:
            return
        seen = min(max(size / tokens, 1.0), 8.0)
        self.bytes_per_token += LEARNING_RATE * (seen - self.bytes_per_token)


estimate = TokenEstimate()


def size_of(inputs: Iterable[Any]) -> int:
    """Bytes of the input as JSON."""
    return sum(len(json.dumps(part, ensure_ascii=False).encode()) for part in inputs)


def load_history(thread_id: str) -> list[TResponseInputItem]:
    """The newest turns that fit into `MAX_TOKENS`, oldest first; the last turn always."""
    rows = Item.objects.filter(thread_id=thread_id, type__in=SPOKEN, removed_at=None)
    newest_first = list(rows.order_by("-created_at", "-id")[:MAX_ITEMS])
    calls = _calls_by_workflow(thread_id, [item.item_id for item in newest_first])
    turns: list[list[TResponseInputItem]] = []
    turn: list[TResponseInputItem] = []
    budget = MAX_TOKENS
    for item in newest_first:
        part = _input_of(item, calls)
        turn = part + turn
        if item.type == "user_message":
            budget -= estimate.tokens(size_of(turn))
            if budget < 0 and turns:
                break
            turns.insert(0, turn)
            turn = []
    return [part for turn in turns for part in turn]


def first_turn(message: UserMessageItem) -> list[TResponseInputItem]:
    """What `load_history` finds in a thread that has just begun with `message`."""
    return [_said(storable(item_text(message)), storable(message.quoted_text))]


def _said(text: str, quoted: str | None) -> TResponseInputItem:
    return {"role": "user", "content": f"> {quoted}\n\n{text}" if quoted else text}


def _input_of(item: Item, calls: dict[str, list[ToolCall]]) -> list[TResponseInputItem]:
    match item.type:
        case "user_message":
            return [_said(item.text, item.data.get("quoted_text"))]
        case "assistant_message":
            if not item.text.strip():
                return []
            # llama.cpp takes no assistant's message without its type.
            return [{"type": "message", "role": "assistant", "content": item.text}]
    return _calls_as_input(calls.get(item.item_id, []))


def _calls_as_input(calls: Iterable[ToolCall]) -> list[TResponseInputItem]:
    parts: list[TResponseInputItem] = []
    for call in calls:
        # Providers' own ids need not be unique; the row's number is.
        call_id = f"call_{call.pk}"
        parts.append(
            {
                "type": "function_call",
                "call_id": call_id,
                "name": call.name,
                "arguments": json.dumps(call.arguments, ensure_ascii=False),
            }
        )
        output = json.dumps(_compact(for_model(call.result["structured"])), ensure_ascii=False)
        parts.append({"type": "function_call_output", "call_id": call_id, "output": output})
    return parts


def _compact(result: dict[str, Any]) -> dict[str, Any]:
    """Of many tasks, what later turns may refer to: a long result must not push out the rest."""
    tasks = result.get("tasks", [])
    if len(tasks) <= FULL_TASKS:
        return result
    kept = [{name: task[name] for name in ("id", "title", "completed")} for task in tasks]
    return {**result, "tasks": kept}


def _calls_by_workflow(thread_id: str, workflow_ids: list[str]) -> dict[str, list[ToolCall]]:
    by_workflow: dict[str, list[ToolCall]] = {}
    rows = ToolCall.objects.filter(thread_id=thread_id, workflow_id__in=workflow_ids)
    for call in rows.order_by("id"):
        by_workflow.setdefault(call.workflow_id, []).append(call)
    return by_workflow
