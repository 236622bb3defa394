"""A model over HTTP does the job, over both APIs and in both protocols' streams."""

import json
from typing import Any

from chat.history import load_history
from chat.models import Run, Thread, ToolCall
from chat.tests.conftest import Person
from chat.tests.test_plain_protocol import say
from tests.fakes.model_server import FakeModel, Turn

ADD = ("add_task", {"title": "buy groceries", "due": "tomorrow"})


def read(request: dict[str, Any]) -> str:
    """All that the model got to read in one request."""
    return json.dumps(request.get("messages") or request["input"])


def test_the_task_call_and_words_are_in_chatkits_stream(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(tool_calls=(ADD,)), Turn(words=("Added ", "it."))]
    reply = owner.say("groceries please")
    assert reply.tool_lines == ["Added buy groceries"]
    assert reply.text == "Added it."
    assert owner.tasks()["buy groceries"].due_at is not None
    run = Run.objects.get()
    assert (run.status, run.input_tokens, run.output_tokens) == ("completed", 200, 20)


def test_the_task_call_and_words_are_in_the_plain_stream(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(tool_calls=(ADD,)), Turn(words=("Added ", "it."))]
    answer = say(owner, "groceries please")
    kinds = [frame.data["type"] for frame in answer.frames]
    assert kinds == ["mcp_tool", "mcp_tool", "chunk", "chunk", "done"]
    assert answer.of("mcp_tool")[1]["result"]["tasks"][0]["title"] == "buy groceries"
    assert answer.done["content"] == "Added it."
    assert list(owner.tasks()) == ["buy groceries"]


def test_a_second_turn_remembers_the_first(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(tool_calls=(ADD,)), Turn(words=("Added.",)), Turn(words=("Yes.",))]
    owner.say("groceries please")
    owner.say("did you?")
    seen = read(model.requests[-1])
    places = [seen.index(part) for part in ("groceries please", "Added.", "did you?")]
    assert places == sorted(places)


def test_words_before_and_after_a_call_are_two_paragraphs(owner: Person, model: FakeModel) -> None:
    model.turns = [
        Turn(words=("Let me see.",), tool_calls=(("list_tasks", {}),)),
        Turn(words=("None.",)),
    ]
    answer = say(owner, "what is open?")
    assert answer.done["content"] == "Let me see.\n\nNone."


def test_parallel_calls_are_all_made_in_order(owner: Person, model: FakeModel) -> None:
    calls = tuple(("add_task", {"title": title}) for title in ("a", "b", "c"))
    model.turns = [Turn(tool_calls=calls), Turn(words=("Three.",))]
    reply = owner.say("a, b and c please")
    assert reply.tool_lines == ["Added a", "Added b", "Added c"]
    assert [call.arguments["title"] for call in ToolCall.objects.all()] == ["a", "b", "c"]
    seen = read(model.requests[1])
    assert all(f"Added t{number}" in seen or f"t{number}" in seen for number in (1, 2, 3))


def test_each_call_gets_its_own_result_when_a_server_repeats_ids(
    owner: Person, model: FakeModel
) -> None:
    model.turns = [
        Turn(
            tool_calls=(("add_task", {"title": "a"}), ("add_task", {"title": "b"})),
            call_ids=("same", "same"),
        ),
        Turn(tool_calls=(("add_task", {"title": "c"}),), call_ids=("same",)),
        Turn(tool_calls=(("add_task", {"title": "c"}),), call_ids=("same",)),
        Turn(words=("Four.",)),
    ]
    owner.say("a, b, c and c")
    titles = [call.arguments["title"] for call in ToolCall.objects.all()]
    assert titles == ["a", "b", "c", "c"]
    ids = _call_ids(model.requests[-1])
    assert len(ids) == 4
    assert len(set(ids)) == 4


def test_a_call_without_an_id_is_answered(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(tool_calls=(ADD,), call_ids=("",)), Turn(words=("Added.",))]
    if "chat" not in model.url and owner.say("groceries please").errors:
        return  # over chat completions the SDK does not see a call without an id
    assert list(owner.tasks()) == ["buy groceries"]


def _call_ids(request: dict[str, Any]) -> list[str]:
    if "input" in request:
        return [part["call_id"] for part in request["input"] if part.get("type") == "function_call"]
    return [
        call["id"] for message in request["messages"] for call in message.get("tool_calls") or []
    ]


def test_a_tool_that_is_none_is_told_to_the_model(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(tool_calls=(("launch_rocket", {}),)), Turn(words=("I cannot.",))]
    reply = owner.say("launch")
    assert reply.text == "I cannot."
    assert reply.errors == []
    assert "launch_rocket" in read(model.requests[1])


def test_arguments_that_are_no_json_are_told_to_the_model(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(tool_calls=(("add_task", '{"title": '),)), Turn(words=("Sorry.",))]
    reply = owner.say("add")
    assert reply.text == "Sorry."
    assert reply.errors == []
    assert owner.tasks() == {}


def test_arguments_of_a_wrong_kind_are_told_to_the_model(owner: Person, model: FakeModel) -> None:
    model.turns = [
        Turn(tool_calls=(("add_task", {"title": {"a": [1]}}),)),
        Turn(words=("Sorry.",)),
    ]
    answer = say(owner, "add")
    assert answer.of("mcp_tool")[-1]["status"] == "failed"
    assert answer.of("mcp_tool")[-1]["result"]["error"]["message"]
    assert "title" in read(model.requests[1])
    assert owner.tasks() == {}


def test_history_pairs_every_call_with_its_result(owner: Person, model: FakeModel) -> None:
    calls = (("add_task", {"title": "a"}), ("add_task", {"title": "b"}))
    model.turns = [Turn(tool_calls=calls), Turn(words=("Two.",))]
    owner.say("a and b")
    parts: list[Any] = load_history(Thread.objects.get().id)
    asked = [part["call_id"] for part in parts if part.get("type") == "function_call"]
    given = [part["call_id"] for part in parts if part.get("type") == "function_call_output"]
    assert asked == given
    assert len(set(asked)) == 2
