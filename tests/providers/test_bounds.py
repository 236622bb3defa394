"""A reply has an end: a bound on calls, on turns and on sizes, each told in words."""

from typing import Any

import pytest

from chat.bounds import MAX_CALLS, STOPPED
from chat.models import Item, Run, ToolCall
from chat.tests.conftest import Person
from chat.tests.test_plain_protocol import say
from tests.fakes.model_server import FakeModel, Turn
from tests.providers.test_replies import read


def _adds(count: int, start: int = 0) -> tuple[tuple[str, dict[str, Any]], ...]:
    return tuple(
        ("add_task", {"title": f"task {number}"}) for number in range(start, start + count)
    )


def test_the_eleventh_call_of_a_reply_is_refused_and_the_model_told(
    owner: Person, model: FakeModel
) -> None:
    model.turns = [Turn(tool_calls=_adds(14)), Turn(words=("Ten are done.",))]
    answer = say(owner, "add fourteen tasks")
    assert len(owner.tasks()) == MAX_CALLS == 10
    assert len(answer.of("mcp_tool")) == 2 * MAX_CALLS
    assert ToolCall.objects.count() == MAX_CALLS
    assert read(model.requests[1]).count("too_many_calls") == 4
    assert answer.words == "Ten are done."
    assert Run.objects.get().status == "completed"


def test_calls_are_counted_over_all_turns_of_a_reply(owner: Person, model: FakeModel) -> None:
    turns = [Turn(tool_calls=_adds(4, start)) for start in (0, 4, 8)]
    model.turns = [*turns, Turn(words=("Ten are done.",))]
    owner.say("add twelve tasks")
    assert len(owner.tasks()) == 10


def test_the_next_reply_counts_anew(owner: Person, model: FakeModel) -> None:
    model.turns = [
        Turn(tool_calls=_adds(12)),
        Turn(words=("Ten.",)),
        Turn(tool_calls=_adds(2, 10)),
        Turn(words=("All.",)),
    ]
    owner.say("add twelve tasks")
    owner.say("go on")
    assert len(owner.tasks()) == 12


@pytest.mark.parametrize("call", [("list_tasks", {}), ("add_task", {"title": "again"})])
def test_a_model_that_calls_for_ever_ends_in_words(
    owner: Person, model: FakeModel, call: tuple[str, dict[str, Any]]
) -> None:
    model.turns = [Turn(tool_calls=(call,))]
    reply = owner.say("loop")
    assert reply.text == STOPPED
    assert reply.errors == []
    assert len(model.requests) == 12
    assert Run.objects.get().status == "completed"
    assert Item.objects.get(type="assistant_message").text == STOPPED
    model.turns = [Turn(words=("On it.",))]
    assert owner.say("go on").text == "On it."


def test_a_model_that_calls_what_is_not_there_for_ever_ends_in_words(
    owner: Person, model: FakeModel
) -> None:
    model.turns = [Turn(tool_calls=(("nothing", {}),))]
    assert say(owner, "loop").words == STOPPED


def test_huge_arguments_are_refused_and_kept_nowhere(owner: Person, model: FakeModel) -> None:
    call = ("add_task", {"title": "x", "description": "y" * 50_000})
    model.turns = [Turn(tool_calls=(call,)), Turn(words=("Too long.",))]
    reply = owner.say("add it")
    assert reply.text == "Too long."
    assert ToolCall.objects.count() == 0
    assert "too_long" in read(model.requests[1])


def test_deeply_nested_arguments_are_no_answer(owner: Person, model: FakeModel) -> None:
    nested = '{"title": ' + "[" * 900 + "]" * 900 + "}"
    model.turns = [Turn(tool_calls=(("add_task", nested),)), Turn(words=("No.",))]
    (error,) = owner.say("add it").errors
    assert "no usable answer" in error["message"]
    assert owner.tasks() == {}


def test_many_brackets_in_a_text_are_no_nesting(owner: Person, model: FakeModel) -> None:
    title = "buy milk " + "[(" * 60
    model.turns = [Turn(tool_calls=(("add_task", {"title": title}),)), Turn(words=("Done.",))]
    owner.say("add it")
    assert list(owner.tasks()) == [title]
