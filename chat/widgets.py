"""Widgets built from tasks, as ChatKit's dynamic roots, and what they say as plain text."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from chatkit.widgets import DynamicWidgetRoot

from taskchat_site.accounts.models import User
from tasks.dates import describe_due
from tasks.models import Task

SHOWN_AT_ONCE = 10
TITLES_SHOWN = 5
SET_COMPLETED = "task.set_completed"
CONFIRM = "tasks.confirm"
DECLINE = "tasks.decline"

Widget = dict[str, Any]


def task_list(tasks: Sequence[Task], user: User, now: datetime) -> DynamicWidgetRoot:
    """A list whose checkboxes complete and reopen the tasks, without a model."""
    rows = [_task_row(task, user, now) for task in tasks]
    return DynamicWidgetRoot.model_validate(
        {"type": "ListView", "limit": SHOWN_AT_ONCE, "children": rows}
    )


def _task_row(task: Task, user: User, now: datetime) -> Widget:
    title: Widget = {
        "type": "Text",
        "value": task.title,
        "lineThrough": task.completed,
        "color": "secondary" if task.completed else None,
    }
    texts = [_without_none(title)]
    if meta := _meta(task, user, now):
        texts.append({"type": "Row", "gap": 2, "align": "center", "wrap": "wrap", "children": meta})
    column = {"type": "Col", "flex": 1, "gap": 0, "children": texts}
    if task.in_trash:  # nothing to complete there
        return {"type": "ListViewItem", "key": task.id, "children": [column]}
    checkbox = {
        "type": "Checkbox",
        "name": "completed",
        "label": None,
        "defaultChecked": task.completed,
        "onChangeAction": _action(SET_COMPLETED, {"task_id": task.id, "title": task.title}),
    }
    return {
        "type": "ListViewItem",
        "key": task.id,
        "align": "center",
        "gap": 3,
        "children": [_without_none(checkbox), column],
    }


def _meta(task: Task, user: User, now: datetime) -> list[Widget]:
    """Due date, priority and labels, as quietly as the page tells them."""
    parts: list[Widget] = []
    if task.due_at is not None:
        overdue = task.due_at < now and not task.completed
        words = describe_due(task.due_at, now=now, zone=user.zone())
        words = f"{words}, overdue" if overdue else words
        parts.append(_quiet(words[:1].upper() + words[1:], "danger" if overdue else "secondary"))
    if task.priority != "none":
        parts.append(_quiet(f"{task.priority.capitalize()} priority"))
    return parts + [_quiet(f"#{name}") for name in task.label_names]


def _quiet(value: str, color: str = "secondary") -> Widget:
    return {"type": "Text", "size": "xs", "color": color, "value": value}


def confirmation_card(confirmation: dict[str, Any]) -> DynamicWidgetRoot:
    """What would be deleted, with Delete and Keep; the handle stays out of the model's sight."""
    payload = {"confirmation_id": confirmation["confirmation_id"]}
    count = confirmation["count"]
    titles = [_text(f"• {title}") for title in confirmation["titles"][:TITLES_SHOWN]]
    if count > len(titles):
        titles.append(_text(f"and {count - len(titles)} more", color="secondary"))
    question = f"Delete {count} task{'' if count == 1 else 's'}?"
    return DynamicWidgetRoot.model_validate(
        {
            "type": "Card",
            "size": "sm",
            "confirm": {"label": "Delete", "action": _action(CONFIRM, payload)},
            "cancel": {"label": "Keep", "action": _action(DECLINE, payload)},
            "children": [
                {"type": "Title", "value": question, "size": "sm"},
                {"type": "Col", "gap": 1, "children": titles},
            ],
        }
    )


def notice_card(words: str) -> DynamicWidgetRoot:
    """What a confirmation card becomes once it has been answered."""
    return DynamicWidgetRoot.model_validate(
        {"type": "Card", "size": "sm", "children": [_text(words, color="secondary")]}
    )


def task_ids(widget: Widget) -> list[str]:
    """The tasks that a task list shows, in order."""
    return [
        node["onChangeAction"]["payload"]["task_id"]
        for node in _nodes(widget)
        if node.get("onChangeAction", {}).get("type") == SET_COMPLETED
    ]


def confirmation_id(widget: Widget) -> str | None:
    """What a card's buttons would answer; None once it is answered, and for other widgets."""
    action = (widget.get("confirm") or {}).get("action") or {}
    found: str | None = (action.get("payload") or {}).get("confirmation_id")
    return found if action.get("type") == CONFIRM else None


def widget_text(widget: Widget) -> str:
    """The words of a widget, one line a piece, checkboxes as `[x]`."""
    lines: list[str] = []
    for node in _nodes(widget):
        match node.get("type"):
            case "Checkbox":
                lines.append("[x]" if node.get("defaultChecked") else "[ ]")
            case "Text" | "Title" | "Caption" | "Markdown" | "Label":
                lines.append(str(node.get("value", "")))
            case "Badge" | "Button":
                lines.append(str(node.get("label", "")))
    return "\n".join(lines).replace("[x]\n", "[x] ").replace("[ ]\n", "[ ] ")


def _nodes(node: Any) -> Iterator[Widget]:
    if isinstance(node, dict):
        yield node
        yield from _nodes(node.get("children"))
    elif isinstance(node, list):
        for child in node:
            yield from _nodes(child)


def _action(kind: str, payload: dict[str, Any]) -> Widget:
    # Not streamed: a click is answered at once, also while a reply runs.
    return {"type": kind, "payload": payload, "handler": "server", "streaming": False}


def _text(value: str, **style: Any) -> Widget:
    return {"type": "Text", "size": "sm", "value": value, **style}


def _without_none(widget: Widget) -> Widget:
    return {name: value for name, value in widget.items() if value is not None}
