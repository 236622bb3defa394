"""What a run that broke off had shown: its open items, rebuilt from its stored frames. Pure.

Frames speak ChatKit's protocol or the plain one; the plain one names no items.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chatkit.types import AssistantMessageItem, ThreadItem, WorkflowItem

Item = dict[str, Any]


@dataclass
class Shown:
    """Items by id that were begun and not done, and the ids that were seen; or the plain words."""

    open: dict[str, Item] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    plain: bool = False
    words: str = ""


def shown(frames: Iterable[bytes]) -> Shown:
    """Fold the frames of one run."""
    result = Shown()
    for frame in frames:
        for line in frame.split(b"\n"):
            if line.startswith(b"data: "):
                _see(result, json.loads(line[6:]))
    return result


def _see(result: Shown, event: dict[str, Any]) -> None:
    match event:
        case {"type": "chunk", "content": words}:
            result.plain = True
            result.words += words
        case {"type": "mcp_tool"}:
            result.plain = True
        case {"type": "thread.item.added", "item": item}:
            result.open[item["id"]] = item
            result.seen.add(item["id"])
        case {"type": "thread.item.done" | "thread.item.replaced", "item": item}:
            result.open.pop(item["id"], None)
            result.seen.add(item["id"])
        case {"type": "thread.item.removed", "item_id": item_id}:
            result.open.pop(item_id, None)
        case {"type": "thread.item.updated", "item_id": item_id, "update": update}:
            if item := result.open.get(item_id):
                _update(item, update)


def _update(item: Item, update: dict[str, Any]) -> None:
    kind = update["type"]
    if item["type"] == "assistant_message" and kind.startswith("assistant_message."):
        _update_message(item["content"], kind.rpartition(".")[2], update)
    elif item["type"] == "workflow" and kind.startswith("workflow.task."):
        tasks, index = item["workflow"]["tasks"], update["task_index"]
        tasks[index : index + 1] = [update["task"]]


def _update_message(content: list[Item], kind: str, update: dict[str, Any]) -> None:
    index = update["content_index"]
    while len(content) <= index:
        content.append({"type": "output_text", "text": "", "annotations": []})
    if kind == "text_delta":
        content[index]["text"] += update["delta"]
    elif kind == "annotation_added":
        content[index].setdefault("annotations", []).append(update["annotation"])
    else:  # added, done
        content[index] = update["content"]


def kept_items(items: Iterable[ThreadItem]) -> Iterator[ThreadItem]:
    """Those of the open items that are worth keeping, as they look when nothing moves any more."""
    for item in items:
        match item:
            case AssistantMessageItem():
                if any(part.text.strip() for part in item.content):
                    yield item
            case WorkflowItem():
                for task in item.workflow.tasks:
                    if task.status_indicator == "loading":
                        task.status_indicator = "none"
                yield item


def unsaid(words: str, stored: Iterable[str]) -> str:
    """What of the plain protocol's `words` is in none of the `stored` messages of the reply."""
    for text in stored:
        if words.startswith(text):
            words = words[len(text) :].removeprefix("\n\n")
    return words
