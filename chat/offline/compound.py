"""Cuts a message into its commands: "add milk and mark laundry as done". Pure.

A title may hold any word, so a cut needs a reason: what follows must be a command by itself, and
the more the words before could go on, the surer a one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from chat.offline.grammar import text
from chat.offline.grammar import vocabulary as words
from chat.offline.intents import (
    Add,
    Ask,
    HowTo,
    Intent,
    Look,
    Nothing,
    Offer,
    Show,
    Small,
    Unknown,
    Update,
)

# Each possible cut is tried, so there is an end to them.
_MOST_CUTS = 24

Meaning = Callable[[str], Intent]

_CUT = re.compile(
    r"(?P<hard>(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bvs)(?<!\betc)"
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bNo)(?<![ap]\.m)[.!?;]+\s+|\s*\n\s*"
    r"|[,;.]?\s+(?:(?:and|but) )?(?:then|after that|afterwards|after which|next(?=[,:])"
    r"|finally|lastly)[,:]?\s+)"
    r"|(?P<weak>,?\s+(?:and|&|but|plus)(?: also| please| then| now)*,?\s+|,\s+(?:also "
    r"|please |now |instead )*)",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"^[^\n]*:\s*\n|\n\s*(?:[-*+\u2022\u2013\u2014]|\d{1,2}[.)]|\[[ xX]?\])\s", re.MULTILINE
)
_BUT = re.compile(r"[,.;!]|\bbut\b|\n", re.IGNORECASE)

_REFERENCE = (
    r"(?:it|that|this|them|those|these|both|everything|t\d+|#\d+|tasks? #?\d+"
    r"|the [^,.]{1,60}? (?:tasks?|one|ones|item|reminder)|all (?:of )?(?:my "
    r"|the )?[^,.]{0,40}?tasks"
    r"|the (?:first|second|third|last|other)(?: one| task)?|(?:all |the |my )*(?:completed"
    r"|done|finished|overdue|open) (?:tasks|ones|items)|\"[^\"]+\")"
)
# Right of a cut: surely a command, whatever stands left of it.
_SURELY = re.compile(
    r"(?:(?:please|also|then|now|just) )*(?:"
    + "|".join(
        (
            rf"(?:mark|check|tick|set|flag) .+? (?:as |to )?(?:{words.DONE}|{words.NOT_DONE})\b",
            r"(?:check|tick|cross) off\b",
            (
                r"(?:delete|remove|complete|finish|reopen|rename|move|reschedule|postpone|erase"
                rf"|get rid of|label|tag|prioriti[sz]e|restore|uncheck) {_REFERENCE}(?!\w)"
            ),
            r"(?:show|list|display|tell) (?:me )?(?:my|all|the|what|everything|how)\b",
            r"what(?:'?s| is| are| do) (?:due|on|my|left|i|overdue|next)\b|how many \w+",
            (
                r"set (?:the|its|a) (?:due|deadline|priority|date|label)|set .+? to (?:high"
                r"|medium|low)\b"
            ),
            rf"(?:make|mark|flag|set) .+? (?:as )?(?:{words.HIGH}|low|medium)\b(?: priority)?",
            r"another(?: one| task)? (?:to|for|called|named)\b",
            r"remind me (?:to|about|that|on|at|in|tomorrow)\b",
            (
                r"(?:add|create|make) (?:a|an|another|the) (?:new |\w+ priority )?(?:task"
                r"|reminder|to-?do)\b"
            ),
            (
                r"add (?:label|tag|note|\"|'|task\b)|(?:add|put) .+ (?:to|on) (?:my"
                r"|the) (?:\w+ )?list\b"
            ),
            r"rename .+ (?:to|as) |clear (?:the |all |my )*(?:completed|done|finished|list)",
            r"(?:don'?t|do not) (?:add|delete|remove|complete|mark|rename|change|touch)",
            r"(?:i|i've|i have|i'm|i am) (?:just |already )*(?:finished|completed|done)\b",
            (
                r"(?:move|push|reschedule|postpone) .+ to (?:today|tomorrow|next|mon|tues"
                r"|wednes|thurs|fri|satur|sun)"
            ),
        )
    )
    + ")",
    re.IGNORECASE,
)
# Right of a cut: a command, if what stands left cannot go on.
_COMMAND = re.compile(
    r"(?:(?:please|also|then|now|just)\s+)*(?:add|create|delete|remove|erase|complete"
    r"|finish|mark|check off|tick off|reopen|re-open|rename|retitle|move|reschedule"
    r"|postpone|set|make|change"
    r"|show|list|remind me|clear|prioriti[sz]e|label|tag|update|get rid of|undo|restore"
    r"|uncheck|call it|find|close|put .+ on|cross off)\b",
    re.IGNORECASE,
)
_ADDS = re.compile(
    (
        r"(?:(?:please|also|then|now|and|can you|could you)\s+)*(?:add|create|put|remind me"
        r"|new task)\b"
    ),
    re.IGNORECASE,
)
_ADD_AGAIN = re.compile(
    r"(?:(?:please|also|then|now)\s+)*(?:add|create|put|remind me)\b", re.IGNORECASE
)
_LOOKS = re.compile(r"(?:show|list|find|search|what|how|tell)\b", re.IGNORECASE)
_LONG_FORM = re.compile(
    (
        r"\b(?:tasks?|to-?do|reminder|item)\b(?: called| named|:)? (?:to|for|about)?"
        r"|\bremind me\b|\b(?:need|have|got|gotta|must) (?:to )?"
    ),
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    (
        r"(?:i|i'm|i've|i'll|it|it's|we|we're|he|she|they|the|my|this|that|that's|there"
        r"|because|since|so|today|yesterday|god|man|just|well)\b"
    ),
    re.IGNORECASE,
)


def split(message: str, meaning: Meaning) -> list[str]:
    """The commands of a message in order; the message itself if it is one."""
    if _LIST.search(message):
        return [message]
    hidden = text.hide_quotes(message)
    parts, start = [], 0
    for found in itertools.islice(_CUT.finditer(hidden), _MOST_CUTS):
        left, right = message[start : found.start()], message[found.end() :]
        if not text.has_words(right) or text.is_filler(left):
            continue
        if _is_cut(left, right, found, meaning):
            end = found.start()
            mark = found.group("hard")
            if mark and mark[0] in "?!":
                end += 1  # the question mark belongs to the left
            parts.append(message[start:end])
            start = found.end()
    return [*parts, message[start:]]


_CONDITION = re.compile(
    r"(?:if|when|once|unless|after|as soon as|whenever|in case)\b", re.IGNORECASE
)


def _is_cut(left: str, right: str, found: re.Match[str], meaning: Meaning) -> bool:
    if _CONDITION.match(text.trim_start(left)) and "\n" not in found.group():
        return False
    if found.group("hard"):
        following = _CUT_HARD.split(right, maxsplit=1)[0]
        if isinstance(meaning(left), Ask):
            return False
        return _is_clear(meaning(following)) or isinstance(meaning(left), Small | Nothing | HowTo)
    right = text.without_politeness(right)[0]
    if not (_COMMAND.match(right) or _SURELY.match(right)):
        return False
    before = meaning(left)
    if isinstance(before, Nothing):
        # "don't delete milk and eggs": the negation reaches over an "and".
        return bool(_BUT.search(found.group())) and _is_clear(meaning(right))
    if isinstance(before, HowTo | Unknown | Offer | Look | Ask):
        return isinstance(before, Unknown | Look) and bool(_SURELY.match(right))
    if _SURELY.match(right):
        return True
    if isinstance(before, Add):
        return _add_ends(left, right, before, meaning)
    if isinstance(before, Update) and before.title is not None:
        return False
    return _is_clear(meaning(right))


def _add_ends(left: str, right: str, before: Add, meaning: Meaning) -> bool:
    """Whether a new title ends here: "add milk | and delete eggs", but "add wash and delete"."""
    if _ADD_AGAIN.match(right):
        return bool(_ADDS.match(left))
    if _LONG_FORM.search(left):
        return False
    following = meaning(right)
    if isinstance(following, Show) and not _LOOKS.match(right):
        return False  # "dentist with high priority and label health"
    title = before.tasks[-1].title.split()
    return bool(title) and title[0].casefold() not in words.TASK_VERBS


def _is_clear(intent: Intent) -> bool:
    return not isinstance(intent, Unknown | Offer)


_ANSWERED = ("help", "who", "thanks")
_CUT_HARD = re.compile(r"[.!?;]+\s+|\s*\n\s*")


def join(intents: list[Intent], parts: list[str]) -> list[Intent]:
    """What counts of several: no greeting beside a command, no small remark; adds side by side."""
    telling = [
        (intent, part)
        for intent, part in zip(intents, parts, strict=True)
        if not isinstance(intent, Small)
        and not (isinstance(intent, Unknown | Offer) and _STATEMENT.match(text.trim(part)))
    ]
    kept: list[Intent] = []
    for intent, _ in telling:
        last = kept[-1] if kept else None
        if isinstance(intent, Add) and isinstance(last, Add):
            kept[-1] = Add(last.tasks + intent.tasks, last.repeats or intent.repeats)
        else:
            kept.append(intent)
    helped: list[Intent] = [
        intent
        for intent in intents
        if isinstance(intent, Small) and intent.kind in ("help", "who", "thanks")
    ]
    return kept or helped[:1] or intents[-1:]
