"""The grammar of priorities. Pure."""

from __future__ import annotations

import re

from chat.offline.grammar import titles
from chat.offline.grammar import vocabulary as words
from chat.offline.grammar.rules import Found, rules, splits, update
from chat.offline.grammar.targets import target
from chat.offline.intents import (
    Ask,
    Intent,
    It,
    Update,
)

_TO_LEVEL = re.compile(r" (?:to|as|=|at|is|be) |: ?| (?=\S+$)", re.IGNORECASE)


def _level(found: Found) -> str:
    return titles.priority(found["p"]) if found["p"] else "high"


def _prioritised(found: Found) -> Intent | None:
    return update(found, priority=_level(found))


def _level_of(found: Found) -> Intent | None:
    """ "set the priority of go to gym to high": the last split whose right side is a priority."""
    rest = found["rest"]
    cuts = [
        cut
        for cut in splits(rest, _TO_LEVEL)
        if re.fullmatch(words.PRIORITY, cut[1], re.IGNORECASE)
    ]
    if cuts:
        meant = target(cuts[0][0], found.conversation)
        update = Update(meant or It(), priority=titles.priority(cuts[0][1]))
        return update if meant else Ask("target", update)
    meant = target(rest, found.conversation)
    return Ask("priority", Update(meant, priority="")) if meant else None


def _made(found: Found) -> Intent | None:
    """ "make X high": a priority, where nothing says otherwise."""
    if not found["x"] or re.fullmatch(r"(?:the |a )?(?:list|sure)", found["x"], re.IGNORECASE):
        return None
    return _prioritised(found)


_LEVEL_END = (
    r"(?:to |as |a |an |at |with |on |= |is |be |of |being |very |really |super |more |the "
    rf"|into )*(?P<p>{words.PRIORITY})"
)

COMMANDS = rules(
    (
        rf"{words.TAKE} {words.DETERMINER}{words.PRIORITY_WORD}(?: (?:of|for|on|from) (?P<x>.+))?",
        lambda f: update(f, priority="none"),
    ),
    (
        rf"{words.TAKE} (?P<x>.+?)(?:'s|s') {words.PRIORITY_WORD}",
        lambda f: update(f, priority="none"),
    ),
    (
        (
            r"(?:raise|increase|up|bump(?: up)?|boost"
            rf"|elevate) {words.DETERMINER}{words.PRIORITY_WORD}(?: (?:of|for"
            rf"|on) (?P<x>.+?))?(?: to (?P<p>{words.PRIORITY}))?"
        ),
        _prioritised,
    ),
    (
        (
            rf"(?:lower|reduce|decrease|drop) {words.DETERMINER}{words.PRIORITY_WORD}(?: (?:of"
            rf"|for|on) (?P<x>.+?))?(?: to (?P<q>{words.PRIORITY}))?"
        ),
        lambda f: update(f, priority=titles.priority(f["q"]) if f["q"] else "low"),
    ),
    (rf"{words.SET} {words.DETERMINER}{words.PRIORITY_WORD} (?:of|for|on) (?P<rest>.+)", _level_of),
    (
        (
            rf"{words.SET} {words.DETERMINER}{words.PRIORITY_WORD} (?:to |as |at |= ?"
            rf"|: ?)*(?P<p>{words.PRIORITY})(?: (?:for|on|of) (?P<x>.+))?"
        ),
        _prioritised,
    ),
    (
        (
            rf"{words.SET} (?P<x>.+?)(?:'s|s') {words.PRIORITY_WORD} (?:to |as |at "
            rf"|= ?)*(?P<p>{words.PRIORITY})"
        ),
        _prioritised,
    ),
    (
        (
            r"(?:set|add|give|assign|put|apply)(?: an?)? "
            rf"(?P<p>{words.PRIORITY})[ -]{words.PRIORITY_WORD} (?:to|on|for) (?P<x>.+)"
        ),
        _prioritised,
    ),
    (
        (
            r"(?:set|make|mark|give|put|flag|assign|change|move|turn|bump|treat|rate|rank"
            r"|label|update|consider|switch|raise|lower"
            rf"|get) (?P<x>.+?) {_LEVEL_END}[ -]{words.PRIORITY_WORD}"
        ),
        _made,
    ),
    (
        (
            r"(?:set|make|mark|give|put|flag|assign|change|move|turn|update"
            rf"|switch) (?P<x>.+?) (?:to |with |as )?{words.PRIORITY_WORD}[ :=]+(?:to |of "
            rf"|as )?(?P<p>{words.PRIORITY})"
        ),
        _made,
    ),
    (
        (
            r"(?:make|mark|flag|set|treat|consider|rate|rank|change|bump|raise|lower|drop|turn"
            rf"|put|upgrade|downgrade) (?P<x>.+?) (?:up |down )?{_LEVEL_END}"
        ),
        _made,
    ),
    (rf"(?:mark|flag)(?: as)? (?P<p>{words.HIGH})[: ]+(?P<x>.+)", _prioritised),
    (
        (
            rf"{words.PRIORITY_WORD}(?: to| is| of|:| =)? ?(?P<p>{words.PRIORITY})(?: (?:for|on"
            r"|to) (?P<x>.+))?"
        ),
        _prioritised,
    ),
    (rf"(?P<p>{words.PRIORITY})[ -]{words.PRIORITY_WORD} (?:for|on|to) (?P<x>.+)", _prioritised),
    (
        rf"(?:make it )?(?P<p>{words.PRIORITY})[ -]{words.PRIORITY_WORD}",
        lambda f: _prioritised(f) if f.conversation.spoken else None,
    ),
    (r"de-?prioriti[sz]e (?P<x>.+)", lambda f: update(f, priority="low")),
    (r"(?:prioriti[sz]e|escalate|star|flag) (?P<x>.+)", lambda f: update(f, priority="high")),
)

STATEMENTS = rules(
    (
        (
            r"(?P<x>.+?) (?:isn'?t|is not|is no longer|is not so) (?:so |very "
            rf"|that )?(?:{words.HIGH})(?:[ -]{words.PRIORITY_WORD})?(?: any ?more)?"
        ),
        lambda f: update(f, priority="low"),
    ),
    (
        (
            r"(?P<x>.+?) (?:is|are|'s|has|should be|should have|must be|becomes|needs)(?: now"
            r"| a| an| to be| actually)* (?:very |really |super |of |extremely "
            rf"|quite )*(?P<p>{words.PRIORITY})(?:[ -]{words.PRIORITY_WORD})?"
        ),
        lambda f: (
            _prioritised(f)
            if titles.priority(f["p"]) != "none"
            or re.search(words.PRIORITY_WORD, f.sentence, re.IGNORECASE)
            else None
        ),
    ),
)
