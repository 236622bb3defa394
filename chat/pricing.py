"""What a run cost: the provider's count of tokens times the price at that time."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings

from chat.context import Usage
from taskchat_site.prices import Price

MILLION = Decimal(1_000_000)
SIXTH_DECIMAL = Decimal("0.000001")
# Providers name a state of a model by its date: gpt-4.1-nano-2025-04-14.
DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class Bill:
    """`cost` in USD, None when there is no price or the provider told no tokens; `prices` as in
    `Run.prices`, empty without a price."""

    cost: Decimal | None = None
    prices: dict[str, float] = field(default_factory=dict)


def price_of(model: str) -> Price | None:
    """The price of `model`, or of the model of which it is a dated state."""
    prices: dict[str, Price] = settings.MODEL_PRICES
    return prices.get(model) or prices.get(DATED.sub("", model))


def bill(model: str, usage: Usage) -> Bill:
    """What `usage` of `model` costs now."""
    price = price_of(model)
    if price is None:
        return Bill()
    free = not any(price)
    told = usage.input_tokens or usage.output_tokens or free
    return Bill(_cost(price, usage) if told else None, price._asdict())


def _cost(price: Price, usage: Usage) -> Decimal:
    """The input's count includes what the provider had cached."""
    cached = min(usage.cached_tokens, usage.input_tokens)
    parts = (
        (usage.input_tokens - cached, price.input),
        (cached, price.cached_input),
        (usage.output_tokens, price.output),
    )
    total = sum((tokens * Decimal(str(usd)) for tokens, usd in parts), Decimal(0))
    return (total / MILLION).quantize(SIXTH_DECIMAL)
