"""Whatever the model's server does wrong: its words in the sidebar, and a retry that works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests import services
from tests.browser.conftest import NewVisitor, Sidebar
from tests.fakes.model_server import SECRET, Turn, fake_model

TIMEOUT = 1.0


@dataclass(frozen=True)
class Case:
    """The model's server answers with `turn`, or is not there; people read `words`."""

    turn: Turn | None
    words: str


CASES = {
    "refused": Case(None, "The language model cannot be reached. Please try again in a moment."),
    "slow": Case(
        Turn(first_pause=2 * TIMEOUT),
        "The language model did not answer in time. Please try again.",
    ),
    "cut in mid-reply": Case(
        Turn(words=("One ",) * 8, cut_after=6),
        "The language model's answer broke off. What it said so far is kept; please try again.",
    ),
    "401": Case(Turn(status=401), "The language model refused our key."),
    "429 with Retry-After": Case(
        Turn(status=429, retry_after="30"),
        "The language model is busy right now. Please try again in 30 seconds.",
    ),
    "garbage": Case(
        Turn(raw=b"<html><body>Bad gateway</body></html>"),
        "The language model gave no usable answer. Please try again.",
    ),
    "endless": Case(
        Turn(words=("on and on " * 200,), endless=True),
        "The language model's answer did not end and was stopped.",
    ),
}


@pytest.fixture(scope="module", params=["responses", "chat_completions"])
def impatient_server(
    request: pytest.FixtureRequest, model_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[services.TaskChatServer]:
    """A server whose model is wherever a test starts one."""
    variables = {
        "OPENAI_BASE_URL": f"http://127.0.0.1:{model_port}/v1",
        "OPENAI_API": request.param,
        "OPENAI_TIMEOUT": str(TIMEOUT),
    }
    with services.taskchat(tmp_path_factory.mktemp("server"), **variables) as running:
        yield running


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_failure_says_its_words_and_retry_answers(
    impatient_server: services.TaskChatServer,
    model_port: int,
    new_visitor: NewVisitor,
    case: Case,
) -> None:
    page = new_visitor(server=impatient_server).sign_up()
    sidebar = Sidebar(page).open()
    with _model_that_fails(case, model_port):
        sidebar.say("good morning")
        expect(sidebar.failure).to_contain_text(case.words)
        assert SECRET not in sidebar.element.inner_text()
    with fake_model(model_port) as model:
        model.turns = [Turn(words=("Here ", "I am."))]
        sidebar.retry()
        sidebar.expect_text("Here I am.")
        assert len(model.requests) == 1
    expect(sidebar.failure).to_have_count(0)
    for _ in ("as it was drawn", "as it is stored"):
        assert sidebar.answers() == ["Here I am."]
        assert sidebar.said_by_the_user() == ["good morning"]
        page.reload()
        sidebar.expect_text("Here I am.")


@contextmanager
def _model_that_fails(case: Case, port: int) -> Iterator[None]:
    if case.turn is None:
        yield
        return
    with fake_model(port) as model:
        model.turns = [case.turn]
        yield
