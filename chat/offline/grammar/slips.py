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
    if right == "what":
        rest = " ".join(_SHORT_FORMS.get(word.casefold(), word) for word in rest.split())
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


_SHORT_FORMS = {"hav": "have", "2do": "to do", "u": "you", "r": "are", "4": "for", "tsks": "tasks"}
_OF_LISTS = ("completed", "finished", "overdue", "priority", "tomorrow", "unfinished")


def in_list(sentence: str) -> str | None:
    """ "show my completd tasks", put right."""
    found = [_of_list(word) for word in sentence.split()]
    put_right = " ".join(found)
    return put_right if found != sentence.split() else None


def _of_list(word: str) -> str:
    near = (known for known in _OF_LISTS if text.edits(word.casefold(), known, 2) <= 1)
    return next(near, word) if len(word) >= 6 else word
