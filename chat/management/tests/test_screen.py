"""What a reply looks like on a terminal."""

from typing import Any

from chat.management.screen import Screen
from chat.management.talkers import Frame


def shown(*events: dict[str, Any]) -> tuple[str, str]:
    out: list[str] = []
    complaints: list[str] = []
    screen = Screen(out.append, complaints.append)
    for event in events:
        screen.show(Frame(None, event))
    return "".join(out), "".join(complaints)


def words(text: str) -> dict[str, Any]:
    return {"type": "chunk", "content": text}


def call(status: str, name: str = "add_task", **result: Any) -> dict[str, Any]:
    return {
        "type": "mcp_tool",
        "call_id": "c1",
        "name": name,
        "arguments": {"title": "buy groceries"},
        "status": status,
        "result": result or None,
    }


DONE = {"type": "done", "thread_id": "thr_1", "run_id": "run_1", "content": ""}


def test_words_are_printed_as_they_come_and_end_with_a_line() -> None:
    assert shown(words("Good "), words("morning."), DONE) == ("Good morning.\n", "")


def test_a_call_is_a_line_with_its_result_under_it() -> None:
    out, _ = shown(call("started"), call("completed", message='Added t1 "buy groceries".'), DONE)
    assert out == '[add_task title="buy groceries"]\n  Added t1 "buy groceries".\n'


def test_a_call_in_the_middle_of_words_begins_its_own_line() -> None:
    out, _ = shown(words("Let me see."), call("started"), call("completed", message="Ok."), DONE)
    assert out.splitlines()[:2] == ["Let me see.", '[add_task title="buy groceries"]']


def test_a_failed_call_says_so() -> None:
    out, _ = shown(call("failed", error={"code": "x", "message": "No such task."}))
    assert "failed: No such task." in out


def test_a_list_shows_its_tasks() -> None:
    tasks = [
        {"id": "t1", "title": "buy milk", "completed": False, "due_text": "tomorrow"},
        {"id": "t2", "title": "read", "completed": True},
    ]
    out, _ = shown(call("completed", name="list_tasks", message="2 tasks.", tasks=tasks))
    assert out.splitlines() == ["  2 tasks.", "  [ ] t1 buy milk  (due tomorrow)", "  [x] t2 read"]


def test_an_error_goes_to_the_other_stream() -> None:
    error = {"type": "error", "code": "x", "message": "The model is busy.", "allow_retry": True}
    out, complaints = shown(words("One "), error, DONE)
    assert out == "One \n"
    assert complaints == "The model is busy.\n"


def test_nothing_that_a_terminal_obeys_is_printed() -> None:
    out, _ = shown(words("\x1b]0;owned\x07\x1b[2Jhi\r\x9b31m"), DONE)
    assert not any(character in out for character in "\x1b\x07\r\x9b")
    assert "hi" in out
