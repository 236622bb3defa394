"""Lists and cards in the thread, and what their clicks do without a model."""

from typing import Any

from django.utils import timezone

from chat import widgets
from chat.history import load_history
from chat.models import Run
from chat.tests.conftest import Person
from tasks import actions


def _list_item(person: Person) -> dict[str, Any]:
    return [item for item in person.items() if item["type"] == "widget"][-1]


def _checkboxes(widget: dict[str, Any]) -> dict[str, bool]:
    boxes = [row["children"][0] for row in widget["children"]]
    return {box["onChangeAction"]["payload"]["title"]: box["defaultChecked"] for box in boxes}


def _click(person: Person, item: dict[str, Any], action: dict[str, Any]) -> dict[str, Any]:
    params = {"thread_id": person.thread_id, "item_id": item["id"], "action": action}
    answer: dict[str, Any] = person.chatkit("threads.sync_custom_action", params)
    return answer


def test_a_list_is_answered_with_a_widget(owner: Person) -> None:
    owner.add("buy milk", "call mum")
    reply = owner.say("Show my tasks")
    assert len(reply.widgets) == 1
    assert set(_checkboxes(reply.widgets[0])) == {"buy milk", "call mum"}
    assert reply.tool_lines == ["Found 2 tasks"]


def test_a_checkbox_completes_and_reopens_without_a_run(owner: Person) -> None:
    task = owner.add("buy milk")[0]
    owner.say("Show my tasks")
    runs = Run.objects.count()
    item = _list_item(owner)
    payload = {"task_id": task.id, "completed": True}
    answer = _click(owner, item, {"type": "task.set_completed", "payload": payload})
    assert owner.tasks()["buy milk"].completed
    assert _checkboxes(answer["updated_item"]["widget"]) == {"buy milk": True}
    assert _checkboxes(_list_item(owner)["widget"]) == {"buy milk": True}
    payload = {"task_id": task.id, "completed": False}
    _click(owner, item, {"type": "task.set_completed", "payload": payload})
    assert not owner.tasks()["buy milk"].completed
    assert Run.objects.count() == runs


def test_a_checkbox_may_be_clicked_through_the_streaming_action(owner: Person) -> None:
    task = owner.add("buy milk")[0]
    owner.say("Show my tasks")
    item = _list_item(owner)
    action = {"type": "task.set_completed", "payload": {"task_id": task.id, "completed": True}}
    params = {"thread_id": owner.thread_id, "item_id": item["id"], "action": action}
    reply = owner.stream("threads.custom_action", params)
    assert "thread.item.replaced" in [event["type"] for event in reply.events]
    assert owner.tasks()["buy milk"].completed


def test_a_task_that_is_gone_leaves_the_widget(owner: Person) -> None:
    milk, mum = owner.add("buy milk", "call mum")
    owner.say("Show my tasks")
    actions.delete_task(owner.user, mum.id)
    action = {"type": "task.set_completed", "payload": {"task_id": milk.id, "completed": True}}
    answer = _click(owner, _list_item(owner), action)
    assert _checkboxes(answer["updated_item"]["widget"]) == {"buy milk": True}


def test_a_click_on_a_strangers_task_is_404(owner: Person, stranger: Person) -> None:
    task = stranger.add("secret")[0]
    owner.add("buy milk")
    owner.say("Show my tasks")
    params = {
        "thread_id": owner.thread_id,
        "item_id": _list_item(owner)["id"],
        "action": {"type": "task.set_completed", "payload": {"task_id": task.id}},
    }
    body = {"type": "threads.sync_custom_action", "params": params}
    assert owner.request("POST", "/api/{me}/chat", body).status_code == 404
    assert not stranger.tasks()["secret"].completed


def test_an_unknown_action_is_422_in_words(owner: Person) -> None:
    owner.say("hello")
    params = {"thread_id": owner.thread_id, "action": {"type": "world.end", "payload": {}}}
    body = {"type": "threads.sync_custom_action", "params": params}
    response = owner.request("POST", "/api/{me}/chat", body)
    assert response.status_code == 422
    assert "world.end" in response.json()["detail"]


def _ask_to_delete_all(person: Person) -> dict[str, Any]:
    person.add("buy milk", "call mum")
    reply = person.say("delete all my tasks")
    assert len(person.tasks()) == 2
    (widget,) = reply.widgets
    return widget


def test_deleting_all_asks_first_with_a_card(owner: Person) -> None:
    widget = _ask_to_delete_all(owner)
    assert (widget["confirm"]["label"], widget["cancel"]["label"]) == ("Delete", "Keep")


def test_delete_on_the_card_deletes(owner: Person) -> None:
    widget = _ask_to_delete_all(owner)
    answer = _click(owner, _list_item(owner), widget["confirm"]["action"])
    assert owner.tasks() == {}
    assert "confirm" not in answer["updated_item"]["widget"]


def test_keep_on_the_card_keeps(owner: Person) -> None:
    widget = _ask_to_delete_all(owner)
    _click(owner, _list_item(owner), widget["cancel"]["action"])
    assert len(owner.tasks()) == 2
    _click(owner, _list_item(owner), widget["confirm"]["action"])
    assert len(owner.tasks()) == 2


def test_a_stranger_cannot_confirm(owner: Person, stranger: Person) -> None:
    widget = _ask_to_delete_all(owner)
    stranger.say("hello")
    params = {"thread_id": stranger.thread_id, "action": widget["confirm"]["action"]}
    stranger.chatkit("threads.sync_custom_action", params)
    assert len(owner.tasks()) == 2


def test_yes_in_words_deletes(owner: Person) -> None:
    _ask_to_delete_all(owner)
    owner.say("yes")
    assert owner.tasks() == {}


def test_no_in_words_keeps(owner: Person) -> None:
    _ask_to_delete_all(owner)
    owner.say("no")
    assert len(owner.tasks()) == 2


def test_a_yes_to_something_else_deletes_nothing(owner: Person) -> None:
    _ask_to_delete_all(owner)
    owner.say("hello")
    owner.say("yes")
    assert len(owner.tasks()) == 2


def test_the_model_never_sees_the_handle(owner: Person) -> None:
    widget = _ask_to_delete_all(owner)
    handle = widget["confirm"]["action"]["payload"]["confirmation_id"]
    workflows = [item for item in owner.items() if item["type"] == "workflow"]
    assert handle not in str(workflows)


def _card(person: Person) -> dict[str, Any]:
    widget: dict[str, Any] = _list_item(person)["widget"]
    return widget


def test_a_card_that_words_answered_offers_no_buttons(owner: Person) -> None:
    _ask_to_delete_all(owner)
    reply = owner.say("no")
    assert "thread.item.replaced" in [event["type"] for event in reply.events]
    assert "confirm" not in _card(owner)
    owner.say("delete all my tasks")
    owner.say("yes")
    assert "confirm" not in _card(owner)


def test_a_click_is_part_of_the_conversation_that_the_model_reads(owner: Person) -> None:
    widget = _ask_to_delete_all(owner)
    _click(owner, _list_item(owner), widget["confirm"]["action"])
    calls = [call for call in load_history(owner.thread_id or "") if "call_id" in call]
    outputs = [str(call["output"]) for call in calls if call["type"] == "function_call_output"]
    assert "buy milk" in outputs[-1]
    assert "needs_confirmation" not in outputs[-1]


def test_a_list_of_the_trash_has_no_checkboxes(owner: Person) -> None:
    task = owner.add("buy milk")[0]
    task = actions.delete_task(owner.user, task.id)
    root = widgets.task_list([task], owner.user, timezone.now())
    assert "Checkbox" not in str(root.model_dump())
