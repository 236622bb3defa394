"""The grammar of due dates. Pure."""

from __future__ import annotations

import re

from chat.offline.grammar import due
from chat.offline.grammar import vocabulary as words
from chat.offline.grammar.rules import Found, is_clear, rules, split_date, splits, update
from chat.offline.grammar.targets import target
from chat.offline.intents import (
    Ask,
    Cannot,
    Intent,
    It,
    Update,
)

_DATE = r"(?:due ?-?(?:dates?|times?|day)|deadlines?|dates?|due|when)"


def _date_of(found: Found) -> Intent | None:
    """ "set the due date of X to Friday", in its many orders."""
    rest = found["rest"]
    if cut := split_date(rest):
        left, day = cut
        left = re.sub(rf"^{words.OF} ", "", left, flags=re.IGNORECASE)
        meant = target(left, found.conversation)
        return Update(meant, due=day) if meant else Ask("target", Update(It(), due=day))
    bare = re.sub(r"^(?:to|as|for|on|:|=|is|at|by) ?", "", rest, flags=re.IGNORECASE)
    if alone := due.as_due(bare):
        return Update(It(), due=alone)
    # Unreadable words go to the tool: it says what it can read.
    for left, right in splits(rest, re.compile(r" (?:to|as|=) |: ", re.IGNORECASE)):
        name = re.sub(rf"^{words.OF} ", "", left, flags=re.IGNORECASE)
        meant = target(name, found.conversation)
        if meant:
            return Update(meant, due=right)
    return None


def _moved(found: Found) -> Intent | None:
    cut = split_date(found["rest"])
    if not cut:
        return None
    cut = (re.sub(r" (?:back|forward|out|up)$", "", cut[0], flags=re.IGNORECASE), cut[1])
    meant = target(cut[0], found.conversation)
    return Update(meant, due=cut[1]) if meant else Ask("target", Update(It(), due=cut[1]))


_A_DAY_OFF = re.compile(
    r"(?:the |a )?(?:next )?day (?:after|before)|a day (?:later|earlier)", re.IGNORECASE
)


def _no_such_day(found: Found) -> Intent | None:
    """ "set it for 31 February": the tool says what it can read. "the day after" is an amount."""
    for left, right in splits(
        found["rest"], re.compile(r" (?:to|for|on|until|till|by) ", re.IGNORECASE)
    ):
        if _A_DAY_OFF.fullmatch(right):
            return Cannot("shift", right)
        if due.looks_like_one(right):
            meant = target(left, found.conversation)
            return Update(meant, due=right) if meant else None
    return None


def _due(found: Found) -> Intent | None:
    day = due.as_due(found["due"])
    return update(found, due=day) if day else None


def _when(found: Found) -> Intent | None:
    meant = found.target()
    return Ask("due", Update(meant, due="")) if meant else None


_SHIFT = re.compile(
    (
        r".+? (?:by|back|forward|for|out)? ?(?:an?|one|two|three|another|a couple of|a few"
        r"|\d+)(?: more)? (?:minute|hour|day|week|month)s?(?: later| earlier| more)?"
    ),
    re.IGNORECASE,
)

_PLACES = re.compile(
    (
        r".+? (?:to (?:the )?(?:top|bottom|end|start|beginning|front)|up|down|above .+"
        r"|below .+|before .+)"
    ),
    re.IGNORECASE,
)


def _rescheduled(found: Found) -> Intent | None:
    verb = found.sentence.split()[0].casefold()
    rest = found["rest"]
    if verb in ("finish", "complete") and not re.search(r" (?:by|before) ", rest, re.IGNORECASE):
        return None  # "complete everything due today"
    if verb == "schedule" and (
        not (cut := split_date(rest)) or not is_clear(cut[0], found.conversation)
    ):
        return None  # a new task, most likely
    if verb in ("do", "make", "plan", "finish", "complete") and not (
        (cut := split_date(rest)) and is_clear(cut[0], found.conversation)
    ):
        return None
    if moved := _moved(found):
        return moved
    if no_day := _no_such_day(found):
        return no_day
    if verb in (
        "move",
        "push",
        "postpone",
        "delay",
        "shift",
        "bump",
        "snooze",
        "defer",
        "extend",
        "bring",
    ):
        if _SHIFT.fullmatch(rest):
            return Cannot("shift", rest)
        if verb in ("move", "push", "bring", "bump") and _PLACES.fullmatch(rest):
            return Cannot("sort", rest)
    return None


COMMANDS = rules(
    (
        rf"take {words.DETERMINER}{_DATE} (?:off|away|out)(?: (?:of|from))?(?: (?P<x>.+))?",
        lambda f: update(f, due="none"),
    ),
    (
        rf"{words.TAKE} {words.DETERMINER}{_DATE}(?: {words.OF} (?P<x>.+))?",
        lambda f: (
            update(f, due="none") if not re.search(r"\bwhen\b", f.sentence, re.IGNORECASE) else None
        ),
    ),
    (rf"{words.TAKE} (?P<x>.+?)(?:'s|s') {_DATE}", lambda f: update(f, due="none")),
    (
        (
            rf"(?:set|change|make|update|put) {words.DETERMINER}{_DATE} {words.OF} (?P<x>.+?) "
            r"(?:to )?(?:none|nothing|no date|never|empty|blank)"
        ),
        lambda f: update(f, due="none"),
    ),
    (
        (
            rf"(?:no {_DATE}|without (?:a )?{_DATE}|undate|unschedule)(?: (?:for|on) (?P<x>.+)"
            r"| (?P<y>(?!for|on).+))?"
        ),
        lambda f: update(f, due="none") if not f["y"] else None,
    ),
    (rf"{words.SET} {words.DETERMINER}{_DATE} (?P<rest>.+)", _date_of),
    (
        rf"{_DATE} (?P<rest>(?:of|for|on|to|is|:).+)",
        lambda f: _date_of(f) if not f.sentence.lower().startswith("when") else None,
    ),
    (
        rf"{words.SET} (?P<x>.+?)(?:'s|s') {_DATE} (?:to|as|for|on|at|=|:)+ ?(?P<due>.+)",
        lambda f: update(f, due=due.as_due(f["due"]) or f["due"]),
    ),
    (
        (
            rf"(?:(?:the )?{_DATE} (?:of|for|on) (?P<x>.+?)|(?:the )?{_DATE}) (?:is|should be"
            r"|must be) (?:now |on |by )?(?P<due>.+)"
        ),
        _due,
    ),
    (
        (
            rf"(?:add|give|assign|set|put|attach) (?:an? )?{_DATE}(?: of| on| for"
            r"|:)? (?P<due>.+?) (?:to|on|for) (?P<x>.+)"
        ),
        _due,
    ),
    (
        (
            rf"(?:add|give|assign|set|put|attach) (?:an? )?{_DATE} (?:to|on"
            r"|for) (?P<x>.+?)(?: of| on|,|:| -) (?P<due>.+)"
        ),
        _due,
    ),
    (rf"(?:give|assign) (?P<x>.+?) (?:an? )?{_DATE}(?: of| on| for|:)? (?P<due>.+)", _due),
    (
        (
            rf"(?:add|give|assign|set|put|attach|change) (?:an? |the )?{_DATE}(?: (?:to|on|for"
            r"|of) (?P<x>.+))?"
        ),
        _when,
    ),
    (r"(?:set|make|mark) (?P<x>.+?) (?:to be )?due(?: on| by| for| to| at)? (?P<due>.+)", _due),
    (rf"{words.SET} (?P<x>.+?) (?:to )?(?:due|for) (?P<due>.+)", _due),
    (
        (
            r"(?:move|reschedule|re-schedule|postpone|push|delay|shift|bump|snooze|defer"
            r"|put off|put|set|change|bring|switch|prepone|advance|extend|drag|slide|do|make"
            r"|plan|schedule|finish|complete)(?: back| forward| out| up)? (?P<rest>.+)"
        ),
        _rescheduled,
    ),
    (r"(?:reschedule|postpone|delay|defer|snooze|put off|re-schedule) (?P<x>.+)", _when),
    (r"(?:reschedule|postpone|delay|defer|snooze)", _when),
    (
        r"(?:make|set) (?:it|that) (?:for )?(?P<due>.+)",
        lambda f: Update(It(), due=day) if (day := due.as_due(f["due"])) else None,
    ),
)

STATEMENTS = rules(
    (
        (
            r"(?:(?P<x>.+?) (?:has|have|needs?|should have)|there(?:'s"
            rf"| is)) no(?: more)? {_DATE}(?: any ?more)?"
        ),
        lambda f: update(f, due="none"),
    ),
    (rf"(?P<x>.+?)(?:'s|s') {_DATE} (?:is|should be) (?:now |on |by )?(?P<due>.+)", _due),
    (
        r"(?P<x>.+?) (?:is|are|'s|becomes|will be) (?:now )?due(?: on| by| at| for)? (?P<due>.+)",
        _due,
    ),
    (
        (
            r"(?P<x>.+?) (?:is|are|'s) (?:now )?(?:planned |scheduled |happening )?(?:for|on"
            r"|at|by) (?P<due>.+?)(?: now| instead)?"
        ),
        _due,
    ),
    (
        (
            r"(?P<x>(?:the .+|it|that|this|t\d+|them)) (?:can wait|has to wait"
            r"|must wait)(?: until| till| to)? (?P<due>.+)"
        ),
        _due,
    ),
    (
        (
            r"(?P<x>.+?) (?:needs to|has to|must|should|have to|need to) (?:be )?(?:done"
            r"|finished|completed?|due|ready|happen)(?: on| by| before| at)? (?P<due>.+)"
        ),
        _due,
    ),
    (
        r"(?P<x>.+?),? due(?: on| by| at| for|:)? (?P<due>.+)",
        lambda f: _due(f) if is_clear(f["x"], f.conversation) else None,
    ),
)
