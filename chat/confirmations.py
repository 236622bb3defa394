"""What the user agreed to: read from their own message by the server, never from a model."""

import re

from chat.offline.answers import is_no, is_yes

_POLITE = re.compile(r"\b(please|pls|thanks|thank you|now|just|can you|could you)\b", re.IGNORECASE)
_CLEARS_COMPLETED = re.compile(
    r"(clear|delete|remove|trash|empty|clean up|clean out|clear out|get rid of|throw away)"
    r"( (out|up|away|all|my|the|of|off))*"
    r" (completed|complete|done|finished|checked)( off)?"
    r"( (tasks?|items?|ones|todos?|to-dos?|things))?",
    re.IGNORECASE,
)


def says_yes(text: str) -> bool:
    """Only a plain yes counts; a longer sentence might mean anything."""
    return is_yes(text)


def says_no(text: str) -> bool:
    return is_no(text)


def clears_completed(text: str) -> bool:
    """Is this nothing but the wish to clear all completed tasks?"""
    return _CLEARS_COMPLETED.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    """Without punctuation and politeness."""
    words = _POLITE.sub(" ", re.sub(r"[.,!?;:]+", " ", text))
    return re.sub(r"\s+", " ", words).strip()
