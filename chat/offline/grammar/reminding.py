"""The grammar of "remind me to ..." and "I need to ...": they add tasks. Pure."""

from __future__ import annotations

import re

from chat.offline.grammar import due, text
from chat.offline.grammar.adding import LEADING_TO, add, leading_date
from chat.offline.grammar.rules import Found, rules
from chat.offline.intents import Intent, NewTask

_REMIND = (
    r"(?:remind (?:me|us)|reminder|set (?:up )?an? (?:reminder|alarm)|set reminder"
    r"|give me an? (?:reminder|nudge)|send me a reminder"
    r"|(?:ping|nudge|notify|alert|tell) me(?= to )|i (?:need|want) an? reminder|i (?:need"
    r"|want) to remember|an? reminder(?= to | for | about ))"
)
_MUST = (
    r"(?:(?:i|we)(?:'ve| have)?(?: really| also| still| just| definitely)* (?:need to"
    r"|have to|gotta|got to|must|had better|needa|ned to|hav to|needs to"
    r"|should(?: really)?|ought to)"
    r"|(?:need|have|got|gotta|ned)(?: to)?|(?:i|we)(?:'d| had) better|i can'?t forget to"
    r"|i mustn'?t forget to)"
)
_NO_NEED = re.compile(
    r"(?:go|leave|run|sleep|know|see|understand|ask you|tell you|talk|think|say|admit"
    r"|confess|find|look|check (?:my|what)|review my"
    r"|list|show|view|find out|figure out|have|help|be)\b(?: (?:if|whether|what|how|why"
    r"|when|which|who|my|the|all|something|a question|about (?:it|this|that)|now|that|i"
    r"|this|it)\b.*)?",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    r"(?P<often>(?:every|each) [\w ]{3,30}?|daily|weekly|monthly),? (?:to|that i|about) ",
    re.IGNORECASE,
)


def _remind(found: Found) -> Intent | None:
    said = found["title"]
    if re.match(
        r"(?:what|which|when|how|who|of (?:my|all)|about (?:my|all)|if|whether)\b",
        said,
        re.IGNORECASE,
    ):
        return None
    said = LEADING_TO.sub("", said, count=1)
    day, said = leading_date(said)
    said = LEADING_TO.sub("", re.sub(r"^later,? (?=to |about )", "", said), count=1)
    if found_often := _OFTEN.match(said):
        said = f"{said[found_often.end() :]} {found_often.group('often')}"
    return add(said, "free", NewTask("", day))


def _must(found: Found) -> Intent | None:
    said = found["title"]
    if _NO_NEED.fullmatch(text.fold(text.trim(said))):
        return None
    day = due.as_due(found["day"]) if found["day"] else None
    if not day:
        day, said = leading_date(said)
    return add(said, "free", NewTask("", day))


RULES = rules(
    (rf"{_REMIND}[:,]? (?P<title>.+)", _remind),
    (
        (
            r"(?:please )?(?:do not|don'?t|dont|never) (?:let me )?forget(?: to| about"
            r"| that i (?:need|have) to)? (?!it\b|that\b|about it\b)(?P<title>.+)"
        ),
        _remind,
    ),
    (
        (
            r"(?:help me )?(?:remember|make sure (?:that )?i(?: remember to"
            r"| don'?t forget to)?)(?: to| about)? (?P<title>.+)"
        ),
        _remind,
    ),
    (
        rf"(?P<day>(?:on |by |this |next )?[\w ]{{3,24}}?),? {_MUST} (?P<title>.+)",
        lambda f: _must(f) if due.as_due(f["day"]) else None,
    ),
    (
        rf"{_MUST} (?P<title>.+)",
        lambda f: (
            None if re.match(r"(?:need|have|got)\b(?! to)", f.sentence, re.IGNORECASE) else _must(f)
        ),
    ),
    (
        (
            rf"(?P<day>(?:on |by |this |next )?[\w ]{{3,24}}?),? {_REMIND}(?: to| about"
            r"| of)? (?P<title>.+)"
        ),
        lambda f: _must(f) if due.as_due(f["day"]) else None,
    ),
)
