"""What can go wrong while a reply is made: a code for programs, words for the user, and a cause
for whoever reads the log.

Neither words nor cause repeat text of the provider: it may hold the key, or what people wrote.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import openai
from agents.exceptions import AgentsException

PLAIN_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
LONGEST_WAIT_TOLD = 3600.0


# Read by the Agents SDK: it passes on the words that came before such an error, then the error.
WORDS_FIRST = "_agents_drain_queued_stream_events"


class ProviderFault(Exception):
    """The provider answered, and the answer cannot be used."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        setattr(self, WORDS_FIRST, True)


class GarbledAnswer(ProviderFault):
    """Not the protocol: bytes, JSON or fields that make no sense."""


class EmptyAnswer(ProviderFault):
    """Neither words nor a tool call."""


class CutAnswer(ProviderFault):
    """It ended before its own end."""


class EndlessAnswer(ProviderFault):
    """More than anybody would read; we stopped listening."""


@dataclass(frozen=True)
class Failure:
    """`words` say what happened and what to do; `retry_after` is in seconds, if it is known."""

    code: str
    words: str
    retry_after: int | None = None


INTERNAL = Failure(
    "internal",
    "Something went wrong on our side. It has been recorded; please try again.",
)
BUSY = Failure(
    "provider_busy",
    "The language model is busy right now. Please try again in a moment.",
)

# The first class that fits decides, so the special ones come first.
FAILURES: list[tuple[tuple[type[Exception], ...], Failure]] = [
    (
        (openai.AuthenticationError, openai.PermissionDeniedError),
        Failure(
            "provider_refused",
            "The language model refused our key. The people who run this site have to "
            "look at it; please try again later.",
        ),
    ),
    ((openai.RateLimitError,), BUSY),
    (
        (openai.APITimeoutError,),
        Failure("provider_slow", "The language model did not answer in time. Please try again."),
    ),
    (
        (TimeoutError,),
        Failure(
            "too_slow",
            "The reply took too long and was stopped. What was said and done so far is kept; "
            "please try again.",
        ),
    ),
    (
        (CutAnswer,),
        Failure(
            "provider_cut",
            "The language model's answer broke off. What it said so far is kept; please try again.",
        ),
    ),
    (
        (EndlessAnswer,),
        Failure(
            "too_long",
            "The language model's answer did not end and was stopped. Please try again, perhaps "
            "with a narrower question.",
        ),
    ),
    (
        (openai.APIConnectionError,),
        Failure(
            "provider_unreachable",
            "The language model cannot be reached. Please try again in a moment.",
        ),
    ),
    (
        (openai.APIError, AgentsException, ProviderFault),
        Failure(
            "provider_failed",
            "The language model gave no usable answer. Please try again.",
        ),
    ),
]


def explain(error: BaseException) -> Failure:
    """What `error` means for the user."""
    for classes, failure in FAILURES:
        if isinstance(error, classes):
            wait = retry_after(error)
            if failure is BUSY and wait is not None and wait <= LONGEST_WAIT_TOLD:
                return _busy_for(wait)
            return failure
    return INTERNAL


def words_of(code: str) -> str | None:
    """The words of a failure that a run ended with."""
    return next((failure.words for _, failure in FAILURES if failure.code == code), None)


def _busy_for(wait: float) -> Failure:
    seconds = max(1, round(wait))
    told = f"{seconds} second{'' if seconds == 1 else 's'}"
    if seconds >= 120:
        told = f"{round(seconds / 60)} minutes"
    words = f"The language model is busy right now. Please try again in {told}."
    return replace(BUSY, words=words, retry_after=seconds)


def retry_after(error: BaseException) -> float | None:
    """The seconds that the provider asked to wait, if it did so in a number."""
    if not isinstance(error, openai.APIStatusError):
        return None
    text = error.response.headers.get("retry-after", "")
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,3})?", text) else None


def cause(error: BaseException) -> str:
    """Kinds of error from the outermost to the first, with numbers and codes, without texts."""
    return " < ".join(_kind(link) for link in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen and len(seen) < 8:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _kind(error: BaseException) -> str:
    facts = []
    if isinstance(error, openai.APIStatusError):
        facts = [str(error.status_code), _plain(error.code), _plain(error.request_id)]
    elif isinstance(error, openai.APIError):
        facts = [_plain(error.code)]
    elif isinstance(error, OSError) and error.errno:
        facts = [os.strerror(error.errno)]
    told = ", ".join(fact for fact in facts if fact)
    return f"{type(error).__name__} ({told})" if told else type(error).__name__


def _plain(code: object) -> str:
    """The provider's code if it looks like one; anything longer may be a message."""
    return code if isinstance(code, str) and PLAIN_CODE.fullmatch(code) else ""
