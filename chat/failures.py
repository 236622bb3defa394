"""What can go wrong while a reply is made, as a code for programs and words for the user."""

from dataclasses import dataclass

import openai
from agents.exceptions import AgentsException, MaxTurnsExceeded


@dataclass(frozen=True)
class Failure:
    """`words` say what happened and what to do; they never repeat the provider's own text."""

    code: str
    words: str


INTERNAL = Failure(
    "internal",
    "Something went wrong on our side. It has been recorded; please try again.",
)

# The first class that fits decides, so the special ones come first.
FAILURES: list[tuple[tuple[type[Exception], ...], Failure]] = [
    (
        (MaxTurnsExceeded,),
        Failure(
            "too_many_steps",
            "This took more steps than one reply may take. What was done so far is kept; "
            "ask again for the rest.",
        ),
    ),
    (
        (openai.AuthenticationError, openai.PermissionDeniedError),
        Failure(
            "provider_refused",
            "The language model refused our key. The people who run this site have to "
            "look at it; please try again later.",
        ),
    ),
    (
        (openai.RateLimitError,),
        Failure(
            "provider_busy",
            "The language model is busy right now. Please try again in a moment.",
        ),
    ),
    (
        (openai.APITimeoutError,),
        Failure("provider_slow", "The language model did not answer in time. Please try again."),
    ),
    (
        (openai.APIConnectionError,),
        Failure(
            "provider_unreachable",
            "The language model cannot be reached. Please try again in a moment.",
        ),
    ),
    (
        (openai.APIError, AgentsException),
        Failure(
            "provider_failed",
            "The language model gave no usable answer. Please try again.",
        ),
    ),
]


def explain(error: Exception) -> Failure:
    """What `error` means for the user."""
    for classes, failure in FAILURES:
        if isinstance(error, classes):
            return failure
    return INTERNAL
