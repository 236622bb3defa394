"""Lines of the log: for whom they were written, and what never gets into them."""

import json
import logging
from typing import Any

import pytest

from taskchat_site import trace
from taskchat_site.logs import JsonLines, ReadableLines

SECRET = "canary-9d1c"


def record(message: str, *args: Any, **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("chat.api", logging.INFO, __file__, 1, message, args, None)
    if fields:
        made.fields = fields
    return made


def broken() -> logging.LogRecord:
    """A fault whose words quote what a person wrote, raised from another one."""
    made = record("it broke")
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise RuntimeError(f"no number: {SECRET}") from error
    except RuntimeError as error:
        made.exc_info = (RuntimeError, error, error.__traceback__)
    return made


@pytest.fixture
def current() -> Any:
    with trace.nobodys():
        yield trace.begin("req_1")


def test_a_line_is_one_json_object_with_the_ids_of_its_request(current: trace.Trace) -> None:
    trace.bind(user_id="u1")
    trace.bind(run_id="run_1", route="api/chat")
    line = json.loads(JsonLines().format(record("%s of %d", "one", 2, ms=12)))
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "chat.api",
        "message": "one of 2",
        "request_id": "req_1",
        "user_id": "u1",
        "run_id": "run_1",
        "ms": 12,
    }


def test_a_line_of_a_command_has_no_ids() -> None:
    with trace.nobodys():
        assert "request_id" not in json.loads(JsonLines().format(record("hello")))
        assert ReadableLines().format(record("hello")).endswith("chat.api: hello")


def test_a_process_task_does_not_carry_the_request_that_started_it(current: trace.Trace) -> None:
    with trace.nobodys():
        assert trace.request_id() == ""
    assert trace.request_id() == "req_1"


def test_a_readable_line_ends_with_the_ids(current: trace.Trace) -> None:
    trace.bind(user_id="u1")
    assert ReadableLines().format(record("hello")).endswith("hello  [request=req_1 user=u1]")


@pytest.mark.parametrize("formatter", [JsonLines(), ReadableLines()])
@pytest.mark.parametrize("text", ["a\nERROR forged", "\x1b[31mred", "\u202eevil", "a\rb", "\x9b"])
def test_no_text_forges_a_line_or_speaks_to_a_terminal(
    formatter: logging.Formatter, text: str
) -> None:
    line = formatter.format(record("path %s", text))
    assert line.isprintable()


def test_an_exceptions_words_stay_out_of_production() -> None:
    line = JsonLines().format(broken())
    assert SECRET not in line
    parsed = json.loads(line)
    assert parsed["error"] == "RuntimeError"
    assert "test_logs.py" in parsed["traceback"]
    assert parsed["traceback"].index("ValueError") < parsed["traceback"].index("RuntimeError")


def test_an_exceptions_words_are_shown_where_asked_for() -> None:
    assert SECRET in JsonLines(error_texts=True).format(broken())
    assert SECRET in ReadableLines().format(broken())
