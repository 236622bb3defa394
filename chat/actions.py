"""What clicks on widgets do, without a model, and what becomes of a card that words answered."""

from typing import Any

from chatkit.actions import Action
from chatkit.types import HiddenContextItem, WidgetItem

from chat import threads, widgets
from chat.context import ChatContext
from chat.models import Item
from chat.tool_calls import asking_call, record_answer
from mcp_tools import confirmations
from mcp_tools.results import ToolResult
from taskchat_site.errors import invalid
from taskchat_site.ids import new_id
from tasks import actions, queries

ACTIONS = frozenset({widgets.SET_COMPLETED, widgets.CONFIRM, widgets.DECLINE})
NEWEST_WIDGETS = 20


def answer_action(
    context: ChatContext, action: Action[str, Any], sender: WidgetItem | None, thread_id: str
) -> WidgetItem | None:
    """Do what the click asks for; the widget as it is afterwards.

    Sync, one hop. Raises ApiError for an action that is not ours or makes no sense.
    """
    payload = action.payload if isinstance(action.payload, dict) else {}
    match action.type:
        case widgets.SET_COMPLETED:
            return _set_completed(context, payload, sender)
        case widgets.CONFIRM | widgets.DECLINE:
            confirmation_id = str(payload.get("confirmation_id", ""))
            confirmed = action.type == widgets.CONFIRM
            result = _answer_confirmation(context, confirmation_id, confirmed, thread_id)
            return _answered(sender, confirmed, result)
    raise invalid(f"There is no action {action.type!r}.", "unknown_action")


def _set_completed(
    context: ChatContext, payload: dict[str, Any], sender: WidgetItem | None
) -> WidgetItem | None:
    task_id = str(payload.get("task_id", ""))
    task = queries.get_task(context.user, task_id)
    completed = payload.get("completed", not task.completed)
    if not isinstance(completed, bool):
        raise invalid("completed must be true or false.")
    if completed:
        actions.complete_task(context.user, task_id)
    else:
        actions.reopen_task(context.user, task_id)
    if sender is None:
        return None
    shown = widgets.task_ids(sender.widget.model_dump(mode="json", exclude_none=True))
    rows = queries.tasks_by_id(context.user, shown)
    tasks = [rows[key] for key in shown if key in rows and not rows[key].in_trash]
    widget = widgets.task_list(tasks, context.user, context.now)
    return sender.model_copy(update={"widget": widget})


# --- Cards that ask before deleting ------------------------------------------------------------


def _answer_confirmation(
    context: ChatContext, confirmation_id: str, confirmed: bool, thread_id: str
) -> ToolResult:
    """Delete or keep, and leave it in the thread for whoever reads the conversation next."""
    answer = confirmations.confirm if confirmed else confirmations.decline
    result = answer(context.user, confirmation_id)
    asked = asking_call(thread_id, confirmation_id)
    if asked is not None and not result.is_error:
        note = HiddenContextItem(
            id=new_id("click_"), thread_id=thread_id, created_at=context.now, content=result.text
        )
        threads.put_item(context.user, thread_id, note)
        record_answer(asked, note.id, result, context.now)
    return result


def settle_card(context: ChatContext, thread_id: str, *, confirmed: bool) -> WidgetItem | None:
    """The card whose question words have answered, as it is afterwards; None without one."""
    if context.asked is None:
        return None
    card = _card(context, thread_id, context.asked)
    if card is None:
        return None
    if not confirmed:
        confirmations.decline(context.user, context.asked)
    words = "Deleted, as you said." if confirmed else "Kept. Nothing was deleted."
    return card.model_copy(update={"widget": widgets.notice_card(words)})


def _card(context: ChatContext, thread_id: str, confirmation_id: str) -> WidgetItem | None:
    """The newest widget that offers to answer `confirmation_id`."""
    rows = Item.objects.filter(thread_id=thread_id, type="widget", removed_at=None)
    for row in rows.order_by("-created_at", "-id")[:NEWEST_WIDGETS]:
        if widgets.confirmation_id(row.data["widget"]) == confirmation_id:
            item = threads.load_item(context.user, thread_id, row.item_id)
            return item if isinstance(item, WidgetItem) else None
    return None


def _answered(sender: WidgetItem | None, confirmed: bool, result: ToolResult) -> WidgetItem | None:
    if sender is None:
        return None
    if result.is_error:
        words = result.structured["error"]["message"]
    elif confirmed:
        count = len(result.structured.get("tasks", []))
        words = f"Deleted {count} task{'' if count == 1 else 's'}. The trash keeps them 30 days."
    else:
        words = "Kept. Nothing was deleted."
    return sender.model_copy(update={"widget": widgets.notice_card(words)})
