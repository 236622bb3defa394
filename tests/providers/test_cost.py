"""A run by a priced model keeps what it cost, the prices of that time, and how it was asked."""

from decimal import Decimal
from typing import Any

from chat.models import Run
from chat.tests.conftest import Person
from taskchat_site.prices import Price
from tests.fakes.model_server import FakeModel, Turn


def test_a_run_keeps_cost_prices_and_parameters(
    owner: Person, model: FakeModel, settings: Any
) -> None:
    model.turns = [Turn(words=("Fine.",))]
    owner.say("hi")
    run = Run.objects.get()
    assert (run.input_tokens, run.output_tokens) == (100, 10)
    assert run.prices == {"input": 0.1, "cached_input": 0.025, "output": 0.4}
    assert run.cost == Decimal("0.000014")
    assert run.parameters == {"api": settings.OPENAI_API, "temperature": 0.7}


def test_a_price_that_changes_leaves_old_runs_alone(
    owner: Person, model: FakeModel, settings: Any
) -> None:
    model.turns = [Turn(words=("Fine.",)), Turn(words=("Dear.",))]
    owner.say("hi")
    settings.MODEL_PRICES = {"gpt-4.1-nano": Price(100, 50, 400)}
    owner.say("again")
    newer, older = Run.objects.order_by("-started_at")
    assert older.cost == Decimal("0.000014")
    assert newer.cost == Decimal("0.014000")
    assert (older.prices["input"], newer.prices["input"]) == (0.1, 100)


def test_a_failed_run_has_no_cost_that_nobody_told(owner: Person, model: FakeModel) -> None:
    model.turns = [Turn(status=401)]
    owner.say("hi")
    run = Run.objects.get()
    assert (run.status, run.cost) == ("failed", None)
