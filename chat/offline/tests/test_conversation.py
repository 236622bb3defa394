"""What is read out of the input items."""

import json
from typing import Any

from chat.offline.conversation import Turn, read


def _call(output: Any, name: str = "complete_task", **arguments: Any) -> list[dict[str, Any]]:
    return [
        {
            "type": "function_call",
            "call_id": "c1",
            "name": name,
            "arguments": json.dumps(arguments),
        },
        {"type": "function_call_output", "call_id": "c1", "output": output},
    ]


def test_a_text_is_one_turn() -> None:
    assert read("hello") == (Turn("hello"),)


def test_turns_hold_their_calls() -> None:
    output = json.dumps({"message": "ok", "tasks": [{"id": "t1", "title": "a"}]})
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": "complete a"}]},
        *_call(output, tasks=["a"]),
        {"role": "assistant", "content": [{"type": "output_text", "text": "Done."}]},
        {"role": "user", "content": "thanks"},
    ]
    first, last = read(items)
    assert (first.text, last) == ("complete a", Turn("thanks"))
    assert first.steps[0].call.arguments == {"tasks": ["a"]}
    assert [task.title for task in first.steps[0].outcome.tasks] == ["a"]


def test_an_output_may_come_as_content_parts() -> None:
    output = [{"type": "input_text", "text": json.dumps({"tasks": [{"id": "t1", "title": "a"}]})}]
    (turn,) = read([{"role": "user", "content": "x"}, *_call(output)])
    assert turn.steps[0].outcome.tasks[0].id == "t1"


def test_an_error_in_words_still_has_its_candidates() -> None:
    text = '2 tasks match "call": t3 "call mum", t8 "call bank". Ask which, then use the id.'
    (turn,) = read([{"role": "user", "content": "x"}, *_call(text, tasks=["call"])])
    problem = turn.steps[0].outcome.problem
    assert problem is not None
    assert problem.code == "ambiguous"
    assert [task.id for task in problem.candidates] == ["t3", "t8"]


def test_what_chatkit_tells_the_model_is_no_speech() -> None:
    items = [
        {"role": "user", "content": "delete it"},
        {"role": "user", "content": "Hidden context for the agent (not shown to the user):\n..."},
    ]
    assert read(items) == (Turn("delete it"),)


def test_a_call_without_its_output_yet_is_no_step() -> None:
    items = [{"role": "user", "content": "x"}, _call("{}")[0]]
    assert read(items) == (Turn("x"),)


def test_quoted_text_is_left_out() -> None:
    assert read([{"role": "user", "content": "> buy milk\n\ndelete it"}]) == (Turn("delete it"),)


def test_a_message_that_got_no_answer_is_not_done_with_the_next() -> None:
    items = [{"role": "user", "content": "add milk"}, {"role": "user", "content": "add milk"}]
    assert read(items)[-1] == Turn("add milk")
