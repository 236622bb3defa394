"""What llama.cpp's server leaves out of an answer, and insists on in a request.

Seen at the real one (`make test-model`), which says no tool calls on demand.
"""

import json
from typing import Any

import pytest

from chat.tests.conftest import Person
from tests.fakes.model_server import FakeModel, Turn
from tests.fakes.wire import responses

LEFT_OUT = ("output_index", "content_index", "sequence_number", "logprobs")


def sparse(turn: Turn) -> bytes:
    """The answer with its items known by their id alone, and calls by that of the call."""
    events = [json.loads(frame.partition(b"data: ")[2]) for frame in responses(turn)]
    return b"".join(b"data: %b\n\n" % json.dumps(_without(event)).encode() for event in events)


def _without(event: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in event.items() if name not in LEFT_OUT}
    if kept["type"] == "response.content_part.added":
        kept["part"] = {"type": "output_text", "text": ""}
    if "item_id" in kept:
        kept["item_id"] = kept["item_id"].replace("fc_", "call_")
    for item in [kept.get("item", {}), *kept.get("response", {}).get("output", [])]:
        if item.get("type") == "function_call":
            item.pop("id", None)
    return kept


@pytest.mark.parametrize("model", ["responses"], indirect=True)
def test_events_without_their_places_are_understood(owner: Person, model: FakeModel) -> None:
    calls = (("add_task", {"title": "a"}), ("add_task", {"title": "b"}))
    spoken = Turn(words=("Added ", "both."))
    model.turns = [Turn(raw=sparse(Turn(tool_calls=calls))), Turn(raw=sparse(spoken))]
    reply = owner.say("a and b please")
    assert reply.tool_lines == ["Added a", "Added b"]
    assert reply.text == "Added both."
    assert reply.errors == []


@pytest.mark.parametrize("model", ["responses"], indirect=True)
def test_each_message_of_the_assistant_has_its_type(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(words=("Hello.",))]
    owner.say("hi")
    owner.say("and now?")
    parts = model.requests[-1]["input"]
    assert [part.get("type") for part in parts if part["role"] == "assistant"] == ["message"]
