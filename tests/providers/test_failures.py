"""Whatever a provider does wrong: words in the chat, a retry that works, a cause in the log."""

import gzip
import logging
from dataclasses import dataclass
from typing import Any

import pytest

from chat import server
from chat.models import Item, Run
from chat.providers import provider
from chat.tests.conftest import Person, Reply
from chat.tests.test_plain_protocol import say
from tests.fakes.model_server import SECRET, FakeModel, Turn
from tests.providers.conftest import KEY

WORDS = ("One ",) * 8
GOOD = Turn(words=("Fine ", "now."))


@dataclass(frozen=True)
class Case:
    """`turn` is answered; the run fails with `code`, the log names `cause`, people read `words`."""

    turn: Turn
    code: str
    words: str
    cause: str = ""


HTTP = {
    "a wrong key": Case(Turn(status=401), "provider_refused", "refused our key", "401, fake_code"),
    "a forbidden model": Case(Turn(status=403), "provider_refused", "refused our key", "403"),
    "a limit": Case(Turn(status=429), "provider_busy", "try again in a moment", "429"),
    "a limit with a wait": Case(
        Turn(status=429, retry_after="30"), "provider_busy", "try again in 30 seconds"
    ),
    "a limit with a long wait": Case(
        Turn(status=429, retry_after="600"), "provider_busy", "try again in 10 minutes"
    ),
    "a limit with an absurd wait": Case(
        Turn(status=429, retry_after="999999999"), "provider_busy", "try again in a moment"
    ),
    "a limit until a date": Case(
        Turn(status=429, retry_after="Wed, 21 Oct 2099 07:28:00 GMT"), "provider_busy", "a moment"
    ),
    "a wrong request": Case(Turn(status=400), "provider_failed", "no usable answer", "400"),
    "a missing model": Case(Turn(status=404), "provider_failed", "no usable answer", "404"),
    "a bug of theirs": Case(Turn(status=500), "provider_failed", "no usable answer", "500"),
    "a redirect to itself": Case(
        Turn(status=307, headers=(("Location", "/v1/elsewhere"),)), "provider_failed", "usable"
    ),
}
STREAM = {
    "silence": Case(Turn(first_pause=1.5), "provider_slow", "did not answer in time", "Timeout"),
    "a cut": Case(
        Turn(words=WORDS, cut_after=6),
        "provider_cut",
        "broke off",
        "CutAnswer",
    ),
    "a quiet cut": Case(Turn(words=WORDS, cut_after=6, quiet=True), "provider_cut", "broke off"),
    "a cut before anything": Case(Turn(cut_after=0), "provider_unreachable", "cannot be reached"),
    "an error in mid-stream": Case(
        Turn(raw=b'data: {"error": {"message": "%b"}}\n\n' % SECRET.encode()),
        "provider_failed",
        "no usable answer",
    ),
    "endless words": Case(
        Turn(words=("on and on " * 200,), endless=True), "too_long", "did not end", "EndlessAnswer"
    ),
    "an endless line": Case(
        Turn(raw=b"data: " + b"x" * 65536, endless=True), "too_long", "did not end"
    ),
    "endless comments": Case(
        Turn(raw=b": %b\n\n" % (b"x" * 1000), endless=True), "too_long", "end"
    ),
    "a huge word": Case(Turn(words=("x" * 200_000,)), "too_long", "did not end"),
    "a hundred calls at once": Case(
        Turn(tool_calls=(("list_tasks", {}),) * 100), "too_long", "did not end"
    ),
}
GARBAGE = {
    "nothing": b"",
    "a page": b"<html><body>Bad gateway</body></html>",
    "broken JSON": b"data: {nope\n\n",
    "no UTF-8": b"data: \xff\xfe\n\n",
    "a list": b"data: []\n\n",
    "null": b"data: null\n\n",
    "a number": b"data: 7\n\n",
    "another protocol": b'event: hello\ndata: {"hello": "world"}\n\n',
    "wrong shapes": b'data: {"choices": "x", "type": "response.completed", "response": 3}\n\n',
    "a delta that is no text": (
        b'data: {"type": "response.output_text.delta", "item_id": "a", "content_index": 0,'
        b' "delta": 7, "choices": [{"index": 0, "delta": {"content": 7}}]}\n\n'
    ),
    "an item that is none": (
        b'data: {"type": "response.output_item.done", "output_index": 0, "item": "x",'
        b' "choices": [{"index": 0, "delta": "x"}]}\n\n'
    ),
    "an output that is none": (
        b'data: {"type": "response.completed", "response": {"output": 7},'
        b' "choices": [{"index": 0, "delta": {"tool_calls": [7]}}]}\n\n'
    ),
    "a call without a name": (
        b'data: {"type": "response.output_item.done", "output_index": 0, "item":'
        b' {"type": "function_call"}}\n\n'
    ),
    "half an event": b'data: {"choices": [{"index": 0, "delta": {"content"',
    "deep nesting": b"data: " + b"[" * 50_000 + b"\n\n",
    "compressed": gzip.compress(b"x" * 100),
}


def _garbage(raw: bytes, name: str) -> Case:
    headers = (("Content-Encoding", "gzip"),) if name == "compressed" else ()
    return Case(Turn(raw=raw, headers=headers), "", "please try again")


CASES = {**HTTP, **STREAM, **{name: _garbage(raw, name) for name, raw in GARBAGE.items()}}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, settings: Any) -> Case:
    settings.OPENAI_TIMEOUT = 0.5
    return CASES[request.param]


def test_a_failure_becomes_words_with_a_retry_that_works(
    owner: Person, model: FakeModel, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    model.turns = [case.turn]
    reply = owner.say("hi")
    (error,) = reply.errors
    assert case.words in error["message"].lower()
    assert error["allow_retry"]
    assert reply.raw.endswith(b": end failed\n\n")
    run = Run.objects.get()
    assert run.status == "failed"
    assert run.code == case.code or (not case.code and run.code.startswith("provider_"))
    assert f"run {run.id}: {run.code}: " in caplog.text
    assert case.cause in caplog.text
    assert "Traceback" not in caplog.text
    _expect_no_secret(reply.raw.decode() + caplog.text + run.detail)
    model.turns = [GOOD]
    assert _retry(owner).text == "Fine now."
    assert [item["type"] for item in owner.items()] == ["user_message", "assistant_message"]


def test_the_plain_protocol_says_the_same(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(status=429, retry_after="30")]
    answer = say(owner, "hi")
    error, done = answer.frames
    assert error.event == "error"
    assert error.data == {
        "type": "error",
        "code": "provider_busy",
        "message": "The language model is busy right now. Please try again in 30 seconds.",
        "allow_retry": True,
        "retry_after": 30,
    }
    assert done.data["content"] == ""
    assert answer.raw.endswith(b": end failed\n\n")


@pytest.mark.parametrize("quiet", [False, True])
def test_words_before_a_cut_stay_in_the_thread(
    owner: Person, model: FakeModel, quiet: bool
) -> None:
    turn = Turn(words=WORDS, cut_after=6, quiet=quiet)
    model.turns = [turn]
    reply = owner.say("hi")
    assert reply.text.startswith("One ")
    assert Item.objects.get(type="assistant_message").text == reply.text
    assert owner.items()[-1]["content"][0]["text"] == reply.text


def test_words_before_a_cut_are_in_the_last_plain_frame(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(words=WORDS, cut_after=6)]
    answer = say(owner, "hi")
    assert answer.done["content"] == answer.words
    assert answer.words.startswith("One ")
    assert [frame.event for frame in answer.frames[-2:]] == ["error", "done"]


def test_a_failure_after_a_tool_call_keeps_what_was_done(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(tool_calls=(("add_task", {"title": "x"}),)), Turn(status=401)]
    reply = owner.say("add x")
    assert reply.tool_lines == ["Added x"]
    assert list(owner.tasks()) == ["x"]
    assert reply.errors
    assert owner.items()[-1]["type"] == "workflow"


def test_an_unreachable_server_becomes_words(
    owner: Person, model: FakeModel, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OPENAI_BASE_URL = "http://127.0.0.1:1/v1"
    provider.cache_clear()
    assert "cannot be reached" in owner.say("hi").errors[0]["message"]
    assert Run.objects.get().code == "provider_unreachable"
    assert "ConnectError" in caplog.text


@pytest.mark.parametrize(
    "turn",
    [Turn(status=500), Turn(status=429), Turn(status=503, retry_after="0"), Turn(cut_after=0)],
)
def test_a_short_fault_before_the_first_word_is_not_noticed(
    owner: Person, model: FakeModel, turn: Turn
) -> None:
    model.turns = [turn, GOOD]
    reply = owner.say("hi")
    assert reply.text == "Fine now."
    assert reply.errors == []


@pytest.mark.parametrize("turn", [Turn(status=401), Turn(status=429, retry_after="30")])
def test_what_no_retry_helps_is_asked_once(owner: Person, model: FakeModel, turn: Turn) -> None:
    model.turns = [turn]
    owner.say("hi")
    assert len(model.requests) == 1


def test_a_reply_that_takes_too_long_is_stopped_in_words(
    owner: Person, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MAX_SECONDS", 0.6)
    model.turns = [Turn(words=("one ",) * 500, pause=0.02)]
    reply = owner.say("hi")
    assert "took too long" in reply.errors[0]["message"]
    assert Run.objects.get().code == "too_slow"
    assert Item.objects.get(type="assistant_message").text == reply.text
    assert reply.text.startswith("one ")
    assert model.gone.wait(2)


def _retry(person: Person) -> Reply:
    first = person.items()[0]["id"]
    return person.stream(
        "threads.retry_after_item", {"thread_id": person.thread_id, "item_id": first}
    )


def _expect_no_secret(text: str) -> None:
    for secret in (SECRET, KEY):
        assert secret not in text
