"""The grammar of done and not done. Pure."""

from __future__ import annotations

from collections.abc import Callable

from chat.offline.grammar import vocabulary as words
from chat.offline.grammar.rules import Found, rules
from chat.offline.grammar.targets import target
from chat.offline.intents import (
    Ask,
    Complete,
    Intent,
    It,
    Named,
    Reopen,
    Target,
)

_MARK = (
    r"(?:mark|set|flag|check|tick|cross|put|move|change|label|make|update|turn|switch|declare"
    r"|log|record|register|consider|count|mar|toggle|get|show|call|have)"
)
_NOW = (
    r"(?:(?:just|now|already|finally|also|actually|all|completely|fully|totally|successfully"
    r"|both|officially|today|even|pretty much) )*"
)
_DONE_AFTER = (
    r"(?: (?:now|already|today|yesterday|just now|finally|this morning|earlier|as well|too|all"
    r"|completely|at last|again|this afternoon|tonight|last night|with))*"
)


def _act(kind: type[Complete] | type[Reopen]) -> Callable[[Found], Intent | None]:
    def build(found: Found) -> Intent | None:
        meant: Target | None = _deed(found.target())
        return kind(meant) if meant else Ask("target", kind(It()))

    return build


def _deed(meant: Target | None) -> Target | None:
    """ "I finished cleaning the fridge" means "clean the fridge"."""
    if isinstance(meant, Named):
        first, _, rest = meant.phrase.partition(" ")
        verb = words.base_verb(first) if first.casefold().endswith("ing") else None
        if verb and rest:
            return Named(f"{verb} {rest}", whole=meant.phrase)
    return meant


_complete, _reopen = _act(Complete), _act(Reopen)


def _restore(found: Found) -> Intent | None:
    return Reopen(found.target() or It(plural=True), restores=True)


REOPEN = rules(
    (r"(?:restore|un-?delete|recover)", lambda f: Reopen(It(), restores=True)),
    (
        (
            r"(?:re-?add|(?:add|put|create)(?= .+ (?:again|back)\b)) (?P<x>it|that|this|them"
            r"|those|these|both|both of them|all of them)"
            r"(?: (?:again|back|in|on|to my list|to the list))*"
        ),
        lambda f: _restore(f) if f.conversation.deleted else None,
    ),
    (rf"{words.SET} (?:the )?(?:status|state) of (?P<x>.+?) (?:to|as) {words.NOT_DONE}", _reopen),
    (
        (
            rf"{_MARK} (?P<x>.+?) (?:back )?(?:as |to |to be "
            rf"|back to )*(?:being )?(?:back )?{words.NOT_DONE}(?: again| yet)?"
        ),
        _reopen,
    ),
    (rf"{_MARK} (?:as )?{words.NOT_DONE}[: ]+(?P<x>.+)", _reopen),
    (
        (
            r"(?:restore|un-?delete|un-?trash|recover|revive|bring back|put back|reinstate"
            r"|un-?archive)(?: task)? (?P<x>.+?)(?: (?:back )?(?:on|to|in|from|onto)(?: to)? (?:my "
            r"|the )?(?:list|tasks|trash|bin))?(?: again)?"
        ),
        _restore,
    ),
    (
        (
            r"(?:re-?open|re open|un-?complete|un-?check|un-?tick|un-?mark|un-?finish|un-?do"
            r"|un-?cross|re-?activate|un-?close|redo|resume)(?: task)? (?P<x>.+?)(?: as (?:done"
            r"|complete|completed|finished))?(?: (?:back )?(?:on|to|in|from)(?: to)? (?:my "
            r"|the )?(?:list|tasks|trash|bin))?(?: again)?"
        ),
        _reopen,
    ),
    (
        (
            r"(?:bring|put|get|move|take) (?P<x>.+?) back(?: (?:on|to|in|from)(?: to)? (?:my "
            r"|the )?(?:list|tasks|trash|bin))?"
        ),
        _restore,
    ),
)

REOPEN_STATEMENTS = rules(
    (
        (
            r"(?P<x>.+?) (?:is|are|was|were)(?:n'?t| not)(?: actually| really| quite| yet"
            rf"| fully)* {words.DONE}(?: yet| after all| at all| though)*"
        ),
        _reopen,
    ),
    (
        (
            r"(?P<x>.+?) (?:is|are) (?:actually |still |now |back )*(?:open|undone|unfinished"
            r"|incomplete|pending)(?: again)?"
        ),
        _reopen,
    ),
)

COMPLETE = rules(
    (rf"{words.SET} (?:the )?(?:status|state) of (?P<x>.+?) (?:to|as) {words.DONE}", _complete),
    (
        (
            rf"{_MARK} (?P<x>.+?) (?:as )?{words.DONE},? (?P<but>(?:except|but|apart from"
            r"|other than|besides|excluding)(?: for| not)? .+)"
        ),
        lambda f: (
            Complete(meant) if (meant := target(f"{f['x']} {f['but']}", f.conversation)) else None
        ),
    ),
    (rf"{_MARK}(?: (?P<x>it|that|this|them))? (?:as )?{words.DONE}", _complete),
    (r"(?:cross|check|tick|mark)(?: it)? off", lambda f: Ask("target", Complete(It()))),
    (
        (
            rf"{_MARK}(?: off| out)? (?P<x>.+?) (?:off )?(?:as |to |to be |status to "
            rf"|= )*(?:being |all |already |now |a )*{words.DONE}(?: task"
            rf"| status)?{_DONE_AFTER}"
        ),
        _complete,
    ),
    (rf"{_MARK} (?:it )?(?:as )?{words.DONE}(?: on)?(?: with)?[: ]+(?P<x>.+)", _complete),
    (rf"{_MARK}(?: it| that| this)? (?:as )?{words.DONE}", lambda f: Complete(It())),
    (
        (
            r"(?:check|tick|cross|strike|mark|scratch)(?: off| out"
            rf"| through) (?P<x>.+?)(?: (?:from|on|off) {words.LIST})?"
        ),
        _complete,
    ),
    (
        (
            r"(?:check|tick|cross|strike|mark|scratch) (?P<x>.+?) (?:off|out)(?: (?:of |from "
            rf"|on )?{words.LIST})?"
        ),
        _complete,
    ),
    (r"(?:tick) (?P<x>.+)", _complete),
    (
        (
            r"(?:complete|completed|finish|finished|close|close out|finali[sz]e|wrap up"
            r"|accomplish|resolve|done|completing|finishing)(?: with| off| up"
            r"| doing)?\s?:?(?: task)? (?P<x>.+?)"
        ),
        _complete,
    ),
    (
        (
            rf"(?:i|we)(?:'?ve| have|'?m| am| are|'?re|'?d| had)? ?{_NOW}(?:finished|finish"
            r"|completed|did|done|closed|ticked off|checked off|crossed off|accomplished"
            r"|wrapped up|handled|taken care of|took care of|dealt with|complete)(?: up"
            rf"| off)?(?: with| doing)?(?: the task)? (?P<x>.+?){_DONE_AFTER}"
        ),
        _complete,
    ),
    (
        (
            rf"(?:i|we)(?:'?ve| have)? ?{_NOW}(?:got|gotten|have|get"
            rf"|had) (?P<x>.+?) (?:all )?{words.DONE}{_DONE_AFTER}"
        ),
        _complete,
    ),
    (
        (
            rf"(?:i'?m|i am|we are|we're|im) {_NOW}(?:done|finished|through|complete) (?:with"
            rf"|doing)? ?(?P<x>.+?){_DONE_AFTER}"
        ),
        _complete,
    ),
    (rf"(?:all |just |got |already )+{words.DONE} (?:with )?(?P<x>.+)", _complete),
)

COMPLETE_STATEMENTS = rules(
    (
        (
            r"(?P<x>(?!i |i'm |we ).+?)(?:'s| is| are| was| were| has been| have been| got"
            r"| is now| are now| can be| should be| has"
            rf"| have)(?: been)? {_NOW}(?:marked (?:as )?|set to )?{words.DONE}{_DONE_AFTER}"
        ),
        _complete,
    ),
    (r"(?P<x>.+?)\s?[:\-,]? ?(?:\u2705|\u2714\ufe0f?|\u2611\ufe0f?|\[x\])", _complete),
    (
        rf"(?P<x>(?!i |i'm |we |all |well |not |what).+?)\s?[:\-,]? {words.DONE}{_DONE_AFTER}",
        _complete,
    ),
)
