"""Deleting several through an outside client: it repeats the call with a token after the yes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from mcp_tools.context import ToolContext
from mcp_tools.models import Confirmation
from mcp_tools.server import list_tool_definitions
from mcp_tools.tools import call_tool
from tasks import actions
from tasks.actions import TaskChanges
from tasks.models import Task


@pytest.fixture
def three(add):
    add("one", "two", "three")


@pytest.fixture
def outside(acting):
    """`outside("delete_task", all="open")` as an outside client of the owner."""
    context = replace(acting, channel="mcp")

    def call(name, /, **arguments):
        return call_tool(context, name, arguments)

    return call


def left():
    return sorted(Task.objects.filter(deleted_at=None).values_list("title", flat=True))


def asked(result):
    assert not result.is_error, result.text
    assert result.structured.keys() == {"needs_confirmation"}
    return result.structured["needs_confirmation"]


def refused(result):
    assert result.is_error
    assert "Nothing" in result.text
    assert left() == ["one", "three", "two"]
    return result.structured["error"]["code"]


@pytest.mark.parametrize("arguments", [{"all": "everything"}, {"tasks": ["t3", "two", "t1"]}])
def test_the_first_call_deletes_nothing_and_says_what_comes_next(outside, three, arguments):
    result = outside("delete_task", **arguments)
    question = asked(result)
    assert question.keys() == {"tool", "count", "titles", "message", "confirm_token"}
    assert (question["count"], question["titles"]) == (3, ["three", "two", "one"])
    assert f'confirm_token="{question["confirm_token"]}"' in result.text
    assert 't2 "two"' in result.text
    assert left() == ["one", "three", "two"]


@pytest.mark.parametrize("arguments", [{"all": "everything"}, {"tasks": ["t3", "two"]}, {}])
def test_repeated_with_the_token_it_deletes_exactly_those(outside, three, arguments):
    tasks = arguments or {"tasks": ["t3", "t2"]}
    token = asked(outside("delete_task", **tasks))["confirm_token"]
    result = outside("delete_task", **arguments, confirm_token=token)
    assert result.text.startswith("Deleted ")
    assert left() == ([] if "all" in arguments else ["one"])


def test_a_token_works_once(outside, three, owner):
    token = asked(outside("delete_task", all="open"))["confirm_token"]
    outside("delete_task", all="open", confirm_token=token)
    for task in Task.objects.all():
        actions.restore_task(owner, task.id)
    assert refused(outside("delete_task", all="open", confirm_token=token)) == "state"


def test_a_token_lives_ten_minutes(outside, three):
    token = asked(outside("delete_task", all="open"))["confirm_token"]
    Confirmation.objects.update(
        created_at=timezone.now() - timedelta(minutes=10),
        expires_at=timezone.now() - timedelta(seconds=1),
    )
    assert refused(outside("delete_task", all="open", confirm_token=token)) == "state"


def test_a_token_is_its_users_alone(outside, three, stranger, acting):
    token = asked(outside("delete_task", all="open"))["confirm_token"]
    other = ToolContext(stranger, acting.now, "mcp")
    assert refused(call_tool(other, "delete_task", {"confirm_token": token})) == "not_found"
    assert not outside("delete_task", confirm_token=token).is_error


@pytest.mark.parametrize("named", [{"tasks": ["t1"]}, {"tasks": ["t2", "t3"]}, {"all": "open"}])
def test_a_token_is_for_no_other_tasks(outside, three, named):
    token = asked(outside("delete_task", tasks=["t1", "t2"]))["confirm_token"]
    assert refused(outside("delete_task", **named, confirm_token=token)) == "invalid"
    outside("delete_task", tasks=["t2", "t1"], confirm_token=token)
    assert left() == ["three"]


def test_a_task_added_after_the_question_is_not_among_them(outside, three, add):
    token = asked(outside("delete_task", all="open"))["confirm_token"]
    add("later")
    result = outside("delete_task", all="open", confirm_token=token)
    assert result.is_error
    assert left() == ["later", "one", "three", "two"]


def test_what_changed_since_is_kept_and_said_so(outside, three, owner):
    token = asked(outside("delete_task", all="open"))["confirm_token"]
    changed, gone = Task.objects.get(title="two"), Task.objects.get(title="three")
    actions.update_task(owner, changed.id, TaskChanges(priority="high"))
    actions.delete_task(owner, gone.id)
    result = outside("delete_task", all="open", confirm_token=token)
    assert result.text == (
        'Deleted t1 "one". Kept, because changed since: t2 "two". 1 task had been deleted before.'
    )
    assert left() == ["two"]


@pytest.mark.parametrize("token", ["x", "confirm_0", "é" * 20, "a" * 101, 7, ["x"]])
def test_a_made_up_token_deletes_nothing(outside, three, token):
    assert outside("delete_task", all="open", confirm_token=token).is_error
    assert outside("delete_task", tasks=["t1"], confirm_token=token).is_error
    assert left() == ["one", "three", "two"]


@pytest.mark.parametrize("absent", [None, ""])
def test_an_empty_token_is_none(outside, three, absent):
    asked(outside("delete_task", all="open", confirm_token=absent))
    assert "Give either" in outside("delete_task", confirm_token=absent).text
    outside("delete_task", tasks=["t1"], confirm_token=absent)
    assert left() == ["three", "two"]


def test_the_database_does_not_hold_the_token(outside, three):
    token = asked(outside("delete_task", all="open"))["confirm_token"]
    stored = Confirmation.objects.get()
    assert token not in str(vars(stored))
    assert refused(outside("delete_task", all="open", confirm_token=stored.pk)) == "not_found"


def test_the_sidebars_agent_is_offered_no_token_and_can_use_none(call, outside, three):
    sidebar, clients = (
        {tool.name: tool for tool in list_tool_definitions(channel)}
        for channel in ("assistant", "mcp")
    )
    assert "confirm_token" not in str(sidebar)
    assert "confirm_token" in clients["delete_task"].input_schema["properties"]
    assert "confirmation_id" not in str(clients)
    token = asked(outside("delete_task", all="open"))["confirm_token"]
    result = call("delete_task", all="open", confirm_token=token)
    assert "has no argument" in result.text
    assert left() == ["one", "three", "two"]
