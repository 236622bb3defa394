"""Puts typing slips right in the words that make a command. Pure."""

from __future__ import annotations

import re

from chat.offline.grammar import text
from chat.offline.grammar import vocabulary as words


def put_right(sentence: str) -> str | None:
    """The sentence with a slip in its verb, or in the state at its end, put right."""
    bare, asked = text.without_politeness(sentence)
    first, _, rest = bare.partition(" ")
    folded = text.fold(first).casefold().rstrip(":,")
    if folded in words.NOT_SLIPS or folded in words.TASK_VERBS:
        return _at_end(sentence)
    right = words.SLIPS.get(folded)
    if right is None and len(folded) >= 5:
        for verb in words.COMMAND_VERBS:
            if text.edits(folded, verb, 2) <= (1 if len(folded) < 7 else 2):
                right = verb
                break
    if right is None:
        return _at_end(sentence)
    if right == folded:
        return None
    end = "?" if sentence.rstrip().endswith("?") else ""
    return f"{'could you ' if asked else ''}{right} {rest}{end}"


_MARK_AS = re.compile(
    r"(?P<start>(?:mark|set|flag)\b.+ (?:as |to ))(?P<word>[a-z]{4,11})$", re.IGNORECASE
)


def _at_end(sentence: str) -> str | None:
    """ "mark milk as dnoe", put right."""
    said = text.without_tail(sentence)
    found = _MARK_AS.search(text.fold(said))
    if not found:
        return None
    for state in ("done", "complete", "completed", "finished"):
        if 0 < text.edits(found.group("word").casefold(), state, 2) <= len(state) // 4:
            return f"{said[: found.end('start')]}{state}"
    return None
