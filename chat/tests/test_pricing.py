"""What tokens cost."""

from decimal import Decimal
from typing import Any

import pytest

from chat.context import Usage
from chat.pricing import Bill, bill, price_of
from taskchat_site.prices import PRICES, Price


def test_input_cached_input_and_output_have_their_prices() -> None:
    made = bill("gpt-4.1-nano", Usage(1_000_000, 2_000_000, 400_000))
    assert made.cost == Decimal("0.6") * Decimal("0.1") + Decimal("0.4") * Decimal("0.025") + 2 * (
        Decimal("0.4")
    )
    assert made.prices == {"input": 0.1, "cached_input": 0.025, "output": 0.4}


def test_a_small_reply_is_not_rounded_away() -> None:
    assert bill("gpt-4.1-nano", Usage(200, 20, 0)).cost == Decimal("0.000028")


def test_a_dated_state_of_a_model_costs_what_the_model_does() -> None:
    assert price_of("gpt-4.1-nano-2025-04-14") == PRICES["gpt-4.1-nano"]
    assert price_of("gpt-4.1-nano-experimental") is None


def test_a_model_without_a_price_has_no_cost() -> None:
    assert bill("llama-3.2-1b", Usage(100, 100, 0)) == Bill(None, {})


def test_a_provider_that_tells_no_tokens_leaves_the_cost_open() -> None:
    made = bill("gpt-4.1-nano", Usage())
    assert made.cost is None
    assert made.prices["output"] == 0.4


def test_more_cached_tokens_than_input_is_no_negative_cost() -> None:
    assert bill("gpt-4.1", Usage(100, 0, 500)).cost == Decimal("0.000050")


def test_the_settings_say_what_a_model_costs(settings: Any) -> None:
    settings.MODEL_PRICES = {**PRICES, "mine": Price(1, 1, 2)}
    assert bill("mine", Usage(1000, 1000, 0)).cost == Decimal("0.003")


@pytest.mark.parametrize("model", PRICES)
def test_each_price_is_plausible(model: str) -> None:
    """Cached input is never dearer than input, and output never cheaper."""
    price = PRICES[model]
    assert 0 <= price.cached_input <= price.input <= price.output <= 100
