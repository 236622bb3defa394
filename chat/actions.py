"""What clicks on widgets do, without a model."""

from typing import Any

from chatkit.actions import Action
from chatkit.types import WidgetItem

from chat import widgets
from chat.context import ChatContext
from mcp_tools import confirmations
from taskchat_site.errors import invalid
from tasks import actions, queries


def answer_action(
    context: ChatContext, action: Action[str, Any], sender: WidgetItem | None
) -> WidgetItem | None:
    """Do what the click asks for; the widget as it is afterwards.

    Sync, one hop. Raises ApiError for an action that is not ours or makes no sense.
    """
    payload = action.payload if isinstance(action.payload, dict) else {}
    match action.type:
        case widgets.SET_COMPLETED:
            return _set_completed(context, payload, sender)
        case widgets.CONFIRM | widgets.DECLINE:
            return _answer_confirmation(context, action.type, payload, sender)
    raise invalid(f"There is no action {action.type!r}.", "unknown_action")


def _set_completed(
    context: ChatContext, payload: dict[str, Any], sender: WidgetItem | None
) -> WidgetItem | None:
    task_id = str(payload.get("task_id", ""))
    task = queries.get_task(context.user, task_id)
    if payload.get("completed", not task.completed):
        actions.complete_task(context.user, task_id)
    else:
        actions.reopen_task(context.user, task_id)
    if sender is None:
        return None
    shown = widgets.task_ids(sender.widget.model_dump(mode="json", exclude_none=True))
    rows = queries.tasks_by_id(context.user, shown)
    tasks = [rows[key] for key in shown if key in rows and rows[key].deleted_at is None]
    widget = widgets.task_list(tasks, context.user, context.now)
    return sender.model_copy(update={"widget": widget})


def _answer_confirmation(
    context: ChatContext, kind: str, payload: dict[str, Any], sender: WidgetItem | None
) -> WidgetItem | None:
    confirmation_id = str(payload.get("confirmation_id", ""))
    confirmed = kind == widgets.CONFIRM
    answer = confirmations.confirm if confirmed else confirmations.decline
    result = answer(context.user, confirmation_id)
    if result.is_error:
        words = result.structured["error"]["message"]
    elif confirmed:
        count = len(result.structured.get("tasks", []))
        words = (
            f"Deleted {count} task{'' if count == 1 else 's'}. They can be restored for 30 days."
        )
    else:
        words = "Kept. Nothing was deleted."
    if sender is None:
        return None
    return sender.model_copy(update={"widget": widgets.notice_card(words)})
