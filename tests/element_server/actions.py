"""What a widget's actions do, chosen by the action's type."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from chatkit.actions import Action
from chatkit.types import (
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadStreamEvent,
    WidgetItem,
)

from tests.element_server import widgets
from tests.element_server.scripts import Turn


async def act(
    turn: Turn, action: Action[str, Any], sender: WidgetItem | None
) -> AsyncIterator[ThreadStreamEvent]:
    if action.type == "wait":
        await turn.gate()
    if action.type == "replace" and sender:
        yield ThreadItemReplacedEvent(item=changed(sender))
        return
    words = f"Did {action.type} with {json.dumps(action.payload, sort_keys=True)}"
    yield ThreadItemDoneEvent(item=turn.message(words))


async def act_at_once(turn: Turn, sender: WidgetItem | None) -> WidgetItem | None:
    if sender is None:
        return None
    item = changed(sender)
    await turn.store.save_item(turn.thread.id, item, turn.visit)
    return item


def changed(item: WidgetItem) -> WidgetItem:
    text = {"type": "Text", "value": "The server changed this."}
    root = widgets.validated({"type": "Card", "children": [text]})
    return item.model_copy(update={"widget": root})
