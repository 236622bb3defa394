"""A reply on a terminal: words as they come, one line for a tool call, safe to print."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from chat.harmless import printable
from chat.management.talkers import Frame

LONGEST_VALUE = 60

Write = Callable[[str], None]


class Screen:
    """Prints the frames of one reply of the plain protocol by `write`, errors by `complain`."""

    def __init__(self, write: Write, complain: Write) -> None:
        self._write = write
        self._complain = complain
        self._at_line_start = True
        self.thread_id: str | None = None
        self.failed = False

    def show(self, frame: Frame) -> None:
        match frame.data["type"]:
            case "chunk":
                self._print(frame.data["content"])
            case "mcp_tool" if frame.data["status"] == "started":
                self._new_line()
                self._print(call_line(frame.data))
            case "mcp_tool":
                self._new_line()
                for line in result_lines(frame.data):
                    self._print(f"  {line}\n")
            case "error":
                self.failed = True
                self._new_line()
                self._complain(printable(frame.data["message"]) + "\n")
            case "done":
                self.thread_id = frame.data["thread_id"]
                self._new_line()

    def note(self, words: str) -> None:
        """Something about the connection, beside the reply."""
        self._new_line()
        self._complain(f"[{printable(words)}]\n")

    def _print(self, text: str) -> None:
        text = printable(text)
        if text:
            self._write(text)
            self._at_line_start = text.endswith("\n")

    def _new_line(self) -> None:
        if not self._at_line_start:
            self._write("\n")
            self._at_line_start = True


class Record:
    """Keeps a reply instead of showing it; `as_json` is what a script reads."""

    def __init__(self, complain: Write) -> None:
        self._complain = complain
        self._calls: list[dict[str, Any]] = []
        self._done: dict[str, Any] = {}
        self._error: dict[str, Any] | None = None

    @property
    def thread_id(self) -> str | None:
        return self._done.get("thread_id")

    @property
    def failed(self) -> bool:
        return self._error is not None

    def show(self, frame: Frame) -> None:
        told = {name: value for name, value in frame.data.items() if name != "type"}
        match frame.data["type"]:
            case "mcp_tool" if told["status"] != "started":
                self._calls.append(told)
            case "error":
                self._error = told
            case "done":
                self._done = told

    def note(self, words: str) -> None:
        self._complain(f"[{printable(words)}]\n")

    def as_json(self) -> dict[str, Any]:
        return {**self._done, "tool_calls": self._calls, "error": self._error}


def call_line(call: dict[str, Any]) -> str:
    """`[add_task title="buy groceries"]`."""
    arguments = "".join(f" {name}={_short(value)}" for name, value in call["arguments"].items())
    return f"[{call['name']}{arguments}]\n"


def result_lines(call: dict[str, Any]) -> Iterator[str]:
    """`Added t7 "buy groceries".`: what the tool says to the model, and the tasks of a list."""
    result = call["result"] or {}
    told = result.get("error") or result.get("needs_confirmation") or result
    message = str(told.get("message") or call["status"]).splitlines()[0]
    yield f"failed: {message}" if call["status"] == "failed" else message
    if call["name"] == "list_tasks":
        yield from map(_task_line, result.get("tasks", []))


def _task_line(task: dict[str, Any]) -> str:
    box = "[x]" if task["completed"] else "[ ]"
    due = f"  (due {task['due_text']})" if task.get("due_text") else ""
    return f"{box} {task['id']} {task['title']}{due}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
