"""Deleting several: nothing goes before the user's own yes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from mcp_tools import confirmations
from mcp_tools.models import Confirmation
from mcp_tools.tools import call_tool
from tasks import actions
from tasks.actions import TaskChanges
from tasks.models import Task


@pytest.fixture
def three(add):
    add("one", "two", "three")


def left():
    return sorted(Task.objects.filter(deleted_at=None).values_list("title", flat=True))


def asked(result):
    assert not result.is_error, result.text
    assert result.structured.keys() == {"needs_confirmation"}
    return result.structured["needs_confirmation"]


@pytest.mark.parametrize("arguments", [{"all": "everything"}, {"tasks": ["t3", "two", "t1"]}])
def test_several_wait_for_a_yes(call, three, arguments):
    result = call("delete_task", **arguments)
    question = asked(result)
    assert question["tool"] == "delete_task"
    assert (question["count"], question["titles"]) == (3, ["three", "two", "one"])
    assert "Nothing is deleted yet" in question["message"]
    assert question["confirmation_id"] not in result.text
    assert left() == ["one", "three", "two"]


def test_all_asks_even_for_one(call, add):
    add("one")
    assert asked(call("delete_task", all="open"))["count"] == 1
    assert left() == ["one"]


def test_all_chooses_open_completed_or_everything(call, three, owner):
    actions.complete_task(owner, Task.objects.get(title="two").id)
    titles = {
        kind: sorted(asked(call("delete_task", all=kind))["titles"])
        for kind in ("open", "completed", "everything")
    }
    assert titles == {
        "open": ["one", "three"],
        "completed": ["two"],
        "everything": ["one", "three", "two"],
    }


def test_at_most_20_titles_are_told(call, add):
    add(*(f"task {n}" for n in range(25)))
    question = asked(call("delete_task", all="everything"))
    assert (question["count"], len(question["titles"])) == (25, 20)


@pytest.mark.parametrize(
    "claim",
    [{"confirmed": True}, {"confirm": "yes"}, {"confirmation_id": "x"}, {"confirm_token": 1}],
)
def test_a_model_that_claims_a_yes_deletes_nothing(call, three, claim):
    question = asked(call("delete_task", all="everything"))
    for _ in range(3):
        asked(call("delete_task", all="everything"))
    real = dict.fromkeys(claim, question["confirmation_id"])
    for forged in (claim, real):
        assert "has no argument" in call("delete_task", all="everything", **forged).text
    assert left() == ["one", "three", "two"]


def test_the_users_yes_deletes_exactly_those_tasks(call, three, add, owner):
    question = asked(call("delete_task", all="everything"))
    add("later")
    result = confirmations.confirm(owner, question["confirmation_id"])
    assert (result.is_error, result.text) == (False, "Deleted 3 tasks.")
    assert [task["id"] for task in result.structured["tasks"]] == ["t1", "t2", "t3"]
    assert left() == ["later"]


def test_what_changed_since_is_kept_and_said_so(call, three, owner):
    question = asked(call("delete_task", all="everything"))
    changed, gone = Task.objects.get(title="two"), Task.objects.get(title="three")
    actions.update_task(owner, changed.id, TaskChanges(priority="high"))
    actions.delete_task(owner, gone.id)
    result = confirmations.confirm(owner, question["confirmation_id"])
    assert result.text == (
        'Deleted t1 "one". Kept, because changed since: t2 "two". 1 task had been deleted before.'
    )
    assert left() == ["two"]


def test_a_task_restored_or_purged_meanwhile_is_not_deleted(call, three, owner):
    question = asked(call("delete_task", all="everything"))
    restored, purged, _ = Task.objects.order_by("number")
    actions.delete_task(owner, restored.id)
    actions.restore_task(owner, restored.id)
    Task.objects.filter(pk=purged.pk).delete()
    confirmations.confirm(owner, question["confirmation_id"])
    assert left() == ["one"]


def test_a_yes_works_once(call, three, owner):
    question = asked(call("delete_task", all="everything"))
    confirmations.confirm(owner, question["confirmation_id"])
    for task in Task.objects.all():
        actions.restore_task(owner, task.id)
    again = confirmations.confirm(owner, question["confirmation_id"])
    assert again.is_error
    assert again.structured["error"]["code"] == "state"
    assert left() == ["one", "three", "two"]


def test_a_no_keeps_all_and_ends_the_question(call, three, owner):
    question = asked(call("delete_task", all="everything"))
    result = confirmations.decline(owner, question["confirmation_id"])
    assert (result.is_error, result.text) == (False, "Kept 3 tasks. Nothing was deleted.")
    assert confirmations.confirm(owner, question["confirmation_id"]).is_error
    assert confirmations.decline(owner, question["confirmation_id"]).is_error
    assert left() == ["one", "three", "two"]


def test_a_yes_after_ten_minutes_is_too_late(call, three, owner):
    question = asked(call("delete_task", all="everything"))
    Confirmation.objects.update(
        created_at=timezone.now() - timedelta(minutes=11),
        expires_at=timezone.now() - timedelta(seconds=1),
    )
    result = confirmations.confirm(owner, question["confirmation_id"])
    assert "older than 10 minutes" in result.text
    assert left() == ["one", "three", "two"]


@pytest.mark.parametrize("answer", [confirmations.confirm, confirmations.decline])
def test_a_stranger_can_not_answer(call, three, owner, stranger, answer):
    question = asked(call("delete_task", all="everything"))
    result = answer(stranger, question["confirmation_id"])
    assert result.structured["error"]["code"] == "not_found"
    for unknown in ("confirm_0", "", "a\0", "a\ud800"):
        assert answer(owner, unknown).structured["error"]["code"] == "not_found"
    assert left() == ["one", "three", "two"]
    assert not confirmations.confirm(owner, question["confirmation_id"]).is_error


def test_a_call_of_the_same_set_goes_through_where_the_user_was_seen_to_say_yes(
    acting, three, owner
):
    question = asked(call_tool(acting, "delete_task", {"all": "everything"}))
    said_yes = replace(acting, confirmation_id=question["confirmation_id"])
    result = call_tool(said_yes, "delete_task", {"tasks": ["one", "t2", "three"]})
    assert result.text == "Deleted 3 tasks."
    assert left() == []


def test_a_yes_to_one_set_is_none_to_another(acting, three, add, stranger):
    question = asked(call_tool(acting, "delete_task", {"tasks": ["t1", "t2"]}))
    said_yes = replace(acting, confirmation_id=question["confirmation_id"])
    other = asked(call_tool(said_yes, "delete_task", {"all": "everything"}))
    assert other["confirmation_id"] != question["confirmation_id"]
    for user in (acting.user, stranger):
        asked_again = call_tool(
            replace(acting, confirmation_id="confirm_0"), "delete_task", {"all": "everything"}
        )
        asked(asked_again)
        assert user is not None
    assert left() == ["one", "three", "two"]


def test_a_used_yes_is_none_any_more(acting, three):
    question = asked(call_tool(acting, "delete_task", {"all": "everything"}))
    said_yes = replace(acting, confirmation_id=question["confirmation_id"])
    confirmations.decline(acting.user, question["confirmation_id"])
    result = call_tool(said_yes, "delete_task", {"all": "everything"})
    assert result.structured["error"]["code"] == "state"
    assert left() == ["one", "three", "two"]


def test_old_questions_are_cleared_away(call, three):
    call("delete_task", all="everything")
    Confirmation.objects.update(
        created_at=timezone.now() - timedelta(days=3), expires_at=timezone.now() - timedelta(days=2)
    )
    call("delete_task", all="everything")
    assert Confirmation.objects.count() == 1
