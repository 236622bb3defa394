"""The grammar of new titles. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from chat.offline.grammar import due, text
from chat.offline.grammar import vocabulary as words
from chat.offline.grammar.rules import Found, is_clear, rules, splits
from chat.offline.grammar.targets import target
from chat.offline.intents import (
    Ask,
    Intent,
    It,
    Named,
    Rename,
    Update,
)

_TITLE = r"(?:title|name|text|wording|task name|description text)"
_INTO = re.compile(
    r" (?:to|as|into|with|by|for) | ?(?:->|=>|\u2192|\u27a1\ufe0f?) ?|: ", re.IGNORECASE
)
_TO = re.compile(r" (?:to|as|into) | ?(?:->|=>|\u2192|\u27a1\ufe0f?) ?", re.IGNORECASE)
_READ_AS = re.compile(r"(?:(?:say|read|be|be called|be named|called|named)\s+|:\s*)", re.IGNORECASE)


_AFTERTHOUGHT = re.compile(r",? (?:actually|instead|after all|i mean)$", re.IGNORECASE)


def _new_title(said: str) -> str:
    found = _READ_AS.match(text.fold(said))
    name = text.trim(said[found.end() :] if found else said)
    return text.unquote(_AFTERTHOUGHT.sub("", name) or name)


def _renamed(mark: re.Pattern[str]) -> Callable[[Found], Intent | None]:
    def build(found: Found) -> Intent | None:
        return rename(found["rest"], mark, found)

    return build


def rename(rest: str, mark: re.Pattern[str], found: Found) -> Intent | None:
    """ "X to Y", where both may hold a "to"."""
    cuts = [(left, _new_title(right)) for left, right in splits(rest, mark)]
    cuts = list(dict.fromkeys((left, right) for left, right in cuts if right))
    if not cuts:
        return None
    titles_known = {task.title.casefold() for task in found.conversation.known.values()}
    for left, right in cuts:
        meant = target(left, found.conversation)
        if not isinstance(meant, Named):
            if meant is not None:
                return Update(meant, title=right)
        elif (
            len(cuts) == 1
            or text.is_quoted(left)
            or meant.phrase.casefold() in titles_known
            or is_clear(left, found.conversation)
        ):
            return Update(meant, title=right)
    named = [
        (text.unquote(m.phrase), right)
        for left, right in cuts
        if isinstance(m := target(left, found.conversation), Named)
    ]
    if not named:
        return Ask("target", Update(It(), title=cuts[0][1]))
    # Titles that follow each other mostly begin alike: "go to gym" becomes "go to pool".
    named.sort(key=lambda cut: cut[0].split()[0].casefold() != cut[1].split()[0].casefold())
    return Rename(tuple(named))


def _nameless(found: Found) -> Intent | None:
    meant = found.target()
    return (
        Ask("new_title", Update(meant, title=""))
        if meant
        else Ask("target", Update(It(), title=""))
    )


def _called(found: Found) -> Intent | None:
    meant = found.target()
    name = _new_title(found["y"])
    return Update(meant, title=name) if meant and name else None


def _call_known(found: Found) -> Intent | None:
    """ "call buy milk buy oat milk", where "buy milk" is known; "call mum" is no such thing."""
    rest = found["rest"]
    for task in found.conversation.known.values():
        if text.fold(rest).casefold().startswith(f"{task.title.casefold()} "):
            return Update(Named(task.title), title=_new_title(rest[len(task.title) :]))
    return None


COMMANDS = rules(
    (
        (
            r"(?:rename|retitle|re-name|re-title|renmae|reanme)(?: task"
            r"| the task(?! called))?(?: from)? (?P<rest>.+)"
        ),
        _renamed(_TO),
    ),
    (
        r"(?:rename|retitle) (?P<x>\"[^\"]+\"|'[^']+'|it|that|this|#?t?\d+) (?P<y>\".+\"|'.+'|.+)",
        _called,
    ),
    (rf"{words.SET} {words.DETERMINER}{_TITLE} {words.OF} (?P<rest>.+)", _renamed(_TO)),
    (rf"{words.SET} {words.DETERMINER}{_TITLE} (?:to|into|as) (?P<y>.+)", _called),
    (rf"{words.SET} (?P<x>.+?)(?:'s|s')? {_TITLE} (?:to|into|as) (?P<y>.+)", _called),
    (
        (
            r"(?:edit|change|update|rename|reword) (?P<x>(?:the )?task #?\d+|#?t?\d+"
            r"|the .+? (?:task|item|one)): (?P<y>.+)"
        ),
        _called,
    ),
    (
        (
            r"(?:change|edit|update|modify|correct|alter|turn|fix|reword|rephrase"
            r"|convert)(?: task| the task(?! called))?(?: from)? (?P<rest>.+)"
        ),
        _renamed(_TO),
    ),
    (r"(?:rename|retitle|re-name|edit|reword|rephrase)(?: (?P<x>.+))?", _nameless),
    (r"(?:switch|replace|swap|substitute|exchange) (?P<rest>.+)", _renamed(_INTO)),
    (
        (
            r"(?:call|name) (?P<x>it|that|this|this one|that one|(?:the |that |this )(?:last "
            r"|first )?(?:task|one)|#?t?\d+|task #?\d+|the .+? (?:task|one|item)"
            r"|\"[^\"]+\") (?:to |as )?(?P<y>.+)"
        ),
        lambda f: _called(f) if not due.as_due(f["y"]) else None,
    ),
    (r"(?:call|name) (?P<rest>.+)", _call_known),
    (r"make (?P<x>it|that|this|\"[^\"]+\"|.+?) (?:say|read|be called|be named) (?P<y>.+)", _called),
    (r"make (?P<x>it|that|this) (?P<y>\".+\"|'.+')", _called),
)

STATEMENTS = rules(
    (
        r"(?P<x>.+?) (?:should|must) (?:say|read|be) (?P<y>.+)",
        lambda f: _called(f) if is_clear(f["x"], f.conversation) else None,
    ),
    (
        (
            r"(?P<x>.+?) (?:should|must|needs to|has to) be (?:called|named|renamed(?: to)?"
            r"|titled|changed to) (?P<y>.+)"
        ),
        _called,
    ),
    (
        r"(?P<x>.+?) is (?:now )?(?:called|named|titled) (?P<y>.+)",
        lambda f: _called(f) if is_clear(f["x"], f.conversation) else None,
    ),
    (r"(?P<rest>.+ ?(?:->|=>|\u2192) ?.+)", _renamed(re.compile(r" ?(?:->|=>|\u2192) ?"))),
)
