"""What language models cost, in USD for a million tokens.

OpenAI's list prices (https://developers.openai.com/api/docs/pricing, standard tier) as collected by
the package genai-prices 0.2.3 (https://github.com/pydantic/genai-prices), read on 2026-11-28.
Dearer tiers begin at prompts of 272,000 tokens, far beyond what this product sends, and are left
out.
"""

from typing import Annotated, NamedTuple

from pydantic import Field

Usd = Annotated[float, Field(ge=0)]


class Price(NamedTuple):
    """USD for a million tokens; `cached_input` for those of the input that the provider knew."""

    input: Usd
    cached_input: Usd
    output: Usd


PRICES = {
    "gpt-4.1": Price(2, 0.5, 8),
    "gpt-4.1-mini": Price(0.4, 0.1, 1.6),
    "gpt-4.1-nano": Price(0.1, 0.025, 0.4),
    "gpt-4o": Price(2.5, 1.25, 10),
    "gpt-4o-mini": Price(0.15, 0.075, 0.6),
    "gpt-5": Price(1.25, 0.125, 10),
    "gpt-5-mini": Price(0.25, 0.025, 2),
    "gpt-5-nano": Price(0.05, 0.005, 0.4),
    "gpt-5.1": Price(1.25, 0.125, 10),
    "gpt-5.2": Price(1.75, 0.175, 14),
    "gpt-5.4": Price(2.5, 0.25, 15),
    "gpt-5.4-mini": Price(0.75, 0.075, 4.5),
    "gpt-5.4-nano": Price(0.2, 0.02, 1.25),
    "gpt-5.5": Price(5, 0.5, 30),
    "gpt-6-luna": Price(0.1, 0.01, 0.5),
    "gpt-6-sol": Price(2, 0.2, 10),
    "gpt-6.1-sol": Price(2, 0.1, 10),
    "gpt-6.1-terra": Price(1, 0.05, 5),
    "o3": Price(2, 0.5, 8),
    "o3-mini": Price(1.1, 0.55, 4.4),
    "o4-mini": Price(1.1, 0.275, 4.4),
    # The built-in assistant, which runs in the process.
    "offline": Price(0, 0, 0),
}
