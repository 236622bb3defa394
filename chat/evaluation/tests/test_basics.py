"""The cases that come with the product, talked through with the offline assistant."""

import pytest
from asgiref.sync import async_to_sync

from chat.evaluation.cases import BASICS, Case, read_cases
from chat.evaluation.results import Outcome
from chat.evaluation.talk import talk_through

pytestmark = pytest.mark.django_db


def talked(*cases: Case) -> list[Outcome]:
    outcomes: list[Outcome] = []
    async_to_sync(talk_through)(cases, 2, outcomes.append)
    return outcomes


def test_the_offline_assistant_passes_the_basics() -> None:
    cases, _ = read_cases(BASICS)
    assert len(cases) > 20
    outcomes = talked(*cases)
    assert len(outcomes) == len(cases)
    assert {one.name: one.problems for one in outcomes if not one.passed} == {}


def test_an_outcome_holds_the_conversation_and_its_figures() -> None:
    case = Case(
        name="fails",
        say=["Create a task to buy milk", "Hello!"],
        tasks_after=[],
        reply_has=["goodbye"],
    )
    (outcome,) = talked(case)
    assert outcome.problems == [
        "there should be no task [ ] buy milk",
        'the reply lacks "goodbye"',
    ]
    first, second = outcome.turns
    assert (first.said, second.said) == ("Create a task to buy milk", "Hello!")
    assert first.calls[0]["name"] == "add_task"
    assert (outcome.tasks_before, outcome.tasks_after) == ([], ["[ ] buy milk"])
    assert len(outcome.first_delta_ms) == 2
    assert outcome.input_tokens > 0
    assert outcome.cost == 0  # nobody is paid for the offline assistant


def test_a_reply_that_fails_is_a_problem_and_ends_the_case() -> None:
    outcome = talked(Case(name="long", say=["x" * 30_000, "Hello!"], reply_has=["hi"]))[0]
    assert len(outcome.turns) == 1
    assert "too long" in outcome.problems[0]


def test_cases_do_not_see_each_other() -> None:
    both = [
        Case.model_validate(
            {"name": name, "tasks": [name], "say": ["Show my tasks"], "tasks_after": [name]}
        )
        for name in ("ann's task", "bob's task")
    ]
    assert [one.problems for one in talked(*both)] == [[], []]
