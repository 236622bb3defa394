"""The grammar of changing what is there: dates, priorities, labels, notes, titles. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from chat.offline import due, text, titles
from chat.offline import vocabulary as words
from chat.offline.intents import (
    Ask,
    Cannot,
    Complete,
    Intent,
    It,
    Named,
    Rename,
    Reopen,
    Target,
    Update,
)
from chat.offline.rules import Found, is_clear, rules, split_date, splits
from chat.offline.targets import target

_SET = (
    r"(?:set|change|make|update|put|move|edit|adjust|modify|assign|fix|correct|switch|reset|alter)"
)
_TAKE = r"(?:remove|clear|delete|drop|unset|get rid of|take (?:off|away|out)|erase|cancel|lose|strip|reset|kill)"
_DATE = r"(?:due ?-?(?:dates?|times?|day)|deadlines?|dates?|due|when)"
_PRIO = words.PRIORITY_WORD
_LEVEL = words.PRIORITY
_OF = r"(?:of|for|on|to|from|in)"
_A = r"(?:(?:the|a|an|its|their|my|any|all|all the|every) )?(?:new |current )?"
_LABEL = r"(?:labels?|tags?)"
_NAME = r"(?:\"[^\"]+\"|#?[\w-]+(?:(?:, | and |, and )#?[\w-]+)*)"
_NOTE = r"(?:notes?|comments?|descriptions?|details?|remarks?)"
_TITLE = r"(?:title|name|text|wording|task name|description text)"


def _update(found: Found, **fields: object) -> Intent:
    meant = found.target()
    update = Update(meant or It(), **fields)  # type: ignore[arg-type]
    return update if meant else Ask("target", update)


# -- due dates -----------------------------------------------------------------------------------


def _date_of(found: Found) -> Intent | None:
    """ "set the due date of X to Friday", in its many orders."""
    rest = found["rest"]
    if cut := split_date(rest):
        left, day = cut
        left = re.sub(rf"^{_OF} ", "", left, flags=re.IGNORECASE)
        meant = target(left, found.conversation)
        return Update(meant, due=day) if meant else Ask("target", Update(It(), due=day))
    bare = re.sub(r"^(?:to|as|for|on|:|=|is|at|by) ?", "", rest, flags=re.IGNORECASE)
    if day := due.as_due(bare):
        return Update(It(), due=day)
    # Unreadable words go to the tool: it says what it can read.
    for left, right in splits(rest, re.compile(r" (?:to|as|=) |: ", re.IGNORECASE)):
        left = re.sub(rf"^{_OF} ", "", left, flags=re.IGNORECASE)
        meant = target(left, found.conversation)
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


def _due(found: Found) -> Intent | None:
    day = due.as_due(found["due"])
    return _update(found, due=day) if day else None


def _when(found: Found) -> Intent | None:
    meant = found.target()
    return Ask("due", Update(meant, due="")) if meant else None


DUE = rules(
    (
        rf"take {_A}{_DATE} (?:off|away|out)(?: (?:of|from))?(?: (?P<x>.+))?",
        lambda f: _update(f, due="none"),
    ),
    (
        rf"{_TAKE} {_A}{_DATE}(?: {_OF} (?P<x>.+))?",
        lambda f: (
            _update(f, due="none")
            if not re.search(r"\bwhen\b", f.sentence, re.IGNORECASE)
            else None
        ),
    ),
    (rf"{_TAKE} (?P<x>.+?)(?:'s|s') {_DATE}", lambda f: _update(f, due="none")),
    (
        rf"(?:set|change|make|update|put) {_A}{_DATE} {_OF} (?P<x>.+?) (?:to )?(?:none|nothing|no date|never|empty|blank)",
        lambda f: _update(f, due="none"),
    ),
    (
        rf"(?:no {_DATE}|without (?:a )?{_DATE}|undate|unschedule)(?: (?:for|on) (?P<x>.+)| (?P<y>(?!for|on).+))?",
        lambda f: _update(f, due="none") if not f["y"] else None,
    ),
    (rf"{_SET} {_A}{_DATE} (?P<rest>.+)", _date_of),
    (
        rf"{_DATE} (?P<rest>(?:of|for|on|to|is|:).+)",
        lambda f: _date_of(f) if not f.sentence.lower().startswith("when") else None,
    ),
    (
        rf"{_SET} (?P<x>.+?)(?:'s|s') {_DATE} (?:to|as|for|on|at|=|:)+ ?(?P<due>.+)",
        lambda f: _update(f, due=due.as_due(f["due"]) or f["due"]),
    ),
    (
        rf"(?:(?:the )?{_DATE} (?:of|for|on) (?P<x>.+?)|(?:the )?{_DATE}) (?:is|should be|must be) (?:now |on |by )?(?P<due>.+)",
        _due,
    ),
    (
        rf"(?:add|give|assign|set|put|attach) (?:an? )?{_DATE}(?: of| on| for|:)? (?P<due>.+?) (?:to|on|for) (?P<x>.+)",
        _due,
    ),
    (
        rf"(?:add|give|assign|set|put|attach) (?:an? )?{_DATE} (?:to|on|for) (?P<x>.+?)(?: of| on|,|:| -) (?P<due>.+)",
        _due,
    ),
    (rf"(?:give|assign) (?P<x>.+?) (?:an? )?{_DATE}(?: of| on| for|:)? (?P<due>.+)", _due),
    (
        rf"(?:add|give|assign|set|put|attach|change) (?:an? |the )?{_DATE}(?: (?:to|on|for|of) (?P<x>.+))?",
        _when,
    ),
    (r"(?:set|make|mark) (?P<x>.+?) (?:to be )?due(?: on| by| for| to| at)? (?P<due>.+)", _due),
    (rf"{_SET} (?P<x>.+?) (?:to )?(?:due|for) (?P<due>.+)", _due),
    (
        r"(?:move|reschedule|re-schedule|postpone|push|delay|shift|bump|snooze|defer|put off|put|set|change|bring|switch|prepone|advance|extend|drag|slide|do|make|plan|schedule)(?: back| forward| out| up)? (?P<rest>.+)",
        lambda f: _rescheduled(f),
    ),
    (r"(?:reschedule|postpone|delay|defer|snooze|put off|re-schedule) (?P<x>.+)", _when),
    (r"(?:reschedule|postpone|delay|defer|snooze)", _when),
    (
        r"(?:make|set) (?:it|that) (?:for )?(?P<due>.+)",
        lambda f: Update(It(), due=day) if (day := due.as_due(f["due"])) else None,
    ),
)

DUE_SAID = rules(
    (
        rf"(?:(?P<x>.+?) (?:has|have|needs?|should have)|there(?:'s| is)) no(?: more)? {_DATE}(?: any ?more)?",
        lambda f: _update(f, due="none"),
    ),
    (rf"(?P<x>.+?)(?:'s|s') {_DATE} (?:is|should be) (?:now |on |by )?(?P<due>.+)", _due),
    (
        r"(?P<x>.+?) (?:is|are|'s|becomes|will be) (?:now )?due(?: on| by| at| for)? (?P<due>.+)",
        _due,
    ),
    (
        r"(?P<x>.+?) (?:is|are|'s) (?:now )?(?:planned |scheduled |happening )?(?:for|on|at|by) (?P<due>.+?)(?: now| instead)?",
        _due,
    ),
    (
        r"(?P<x>(?:the .+|it|that|this|t\d+|them)) (?:can wait|has to wait|must wait)(?: until| till| to)? (?P<due>.+)",
        _due,
    ),
    (
        r"(?P<x>.+?) (?:needs to|has to|must|should|have to|need to) (?:be )?(?:done|finished|completed?|due|ready|happen)(?: on| by| before| at)? (?P<due>.+)",
        _due,
    ),
    (
        r"(?P<x>.+?),? due(?: on| by| at| for|:)? (?P<due>.+)",
        lambda f: _due(f) if is_clear(f["x"], f.conversation) else None,
    ),
)
_SHIFT = re.compile(
    r".+? (?:by|back|forward|for|out)? ?(?:an?|one|two|three|another|a couple of|a few|\d+)(?: more)? (?:minute|hour|day|week|month)s?(?: later| earlier| more)?",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r".+? (?:to (?:the )?(?:top|bottom|end|start|beginning|front)|up|down|above .+|below .+|before .+)",
    re.IGNORECASE,
)


def _rescheduled(found: Found) -> Intent | None:
    verb = found.sentence.split()[0].casefold()
    rest = found["rest"]
    if verb == "schedule" and (
        not (cut := split_date(rest)) or not is_clear(cut[0], found.conversation)
    ):
        return None  # a new task, most likely
    if verb in ("do", "make", "plan") and not (
        (cut := split_date(rest)) and is_clear(cut[0], found.conversation)
    ):
        return None
    if moved := _moved(found):
        return moved
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


# -- priority ------------------------------------------------------------------------------------

_TO_LEVEL = re.compile(r" (?:to|as|=|at|is|be) |: ?| (?=\S+$)", re.IGNORECASE)


def _level(found: Found) -> str:
    groups = found.match.re.groupindex
    return titles.priority(found["p"]) if "p" in groups and found["p"] else "high"


def _prioritised(found: Found) -> Intent | None:
    return _update(found, priority=_level(found))


def _level_of(found: Found) -> Intent | None:
    """ "set the priority of go to gym to high": the last split whose right side is a priority."""
    rest = found["rest"]
    cuts = [cut for cut in splits(rest, _TO_LEVEL) if re.fullmatch(_LEVEL, cut[1], re.IGNORECASE)]
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


_LEVEL_END = rf"(?:to |as |a |an |at |with |on |= |is |be |of |being |very |really |super |more |the |into )*(?P<p>{_LEVEL})"

PRIORITY = rules(
    (
        rf"{_TAKE} {_A}{_PRIO}(?: (?:of|for|on|from) (?P<x>.+))?",
        lambda f: _update(f, priority="none"),
    ),
    (rf"{_TAKE} (?P<x>.+?)(?:'s|s') {_PRIO}", lambda f: _update(f, priority="none")),
    (
        rf"(?:raise|increase|up|bump(?: up)?|boost|elevate) {_A}{_PRIO}(?: (?:of|for|on) (?P<x>.+?))?(?: to (?P<p>{_LEVEL}))?",
        _prioritised,
    ),
    (
        rf"(?:lower|reduce|decrease|drop) {_A}{_PRIO}(?: (?:of|for|on) (?P<x>.+?))?(?: to (?P<q>{_LEVEL}))?",
        lambda f: _update(f, priority=titles.priority(f["q"]) if f["q"] else "low"),
    ),
    (rf"{_SET} {_A}{_PRIO} (?:of|for|on) (?P<rest>.+)", _level_of),
    (
        rf"{_SET} {_A}{_PRIO} (?:to |as |at |= ?|: ?)*(?P<p>{_LEVEL})(?: (?:for|on|of) (?P<x>.+))?",
        _prioritised,
    ),
    (rf"{_SET} (?P<x>.+?)(?:'s|s') {_PRIO} (?:to |as |at |= ?)*(?P<p>{_LEVEL})", _prioritised),
    (
        rf"(?:set|add|give|assign|put|apply)(?: an?)? (?P<p>{_LEVEL})[ -]{_PRIO} (?:to|on|for) (?P<x>.+)",
        _prioritised,
    ),
    (
        rf"(?:set|make|mark|give|put|flag|assign|change|move|turn|bump|treat|rate|rank|label|update|consider|switch|raise|lower|get) (?P<x>.+?) {_LEVEL_END}[ -]{_PRIO}",
        _made,
    ),
    (
        rf"(?:set|make|mark|give|put|flag|assign|change|move|turn|update|switch) (?P<x>.+?) (?:to |with |as )?{_PRIO}[ :=]+(?:to |of |as )?(?P<p>{_LEVEL})",
        _made,
    ),
    (
        rf"(?:make|mark|flag|set|treat|consider|rate|rank|change|bump|raise|lower|drop|turn|put|upgrade|downgrade) (?P<x>.+?) (?:up |down )?{_LEVEL_END}",
        _made,
    ),
    (rf"(?:mark|flag)(?: as)? (?P<p>{words.HIGH})[: ]+(?P<x>.+)", _prioritised),
    (rf"{_PRIO}(?: to| is| of|:| =)? ?(?P<p>{_LEVEL})(?: (?:for|on|to) (?P<x>.+))?", _prioritised),
    (rf"(?P<p>{_LEVEL})[ -]{_PRIO} (?:for|on|to) (?P<x>.+)", _prioritised),
    (
        rf"(?:make it )?(?P<p>{_LEVEL})[ -]{_PRIO}",
        lambda f: _prioritised(f) if f.conversation.spoken else None,
    ),
    (r"de-?prioriti[sz]e (?P<x>.+)", lambda f: _update(f, priority="low")),
    (r"(?:prioriti[sz]e|escalate|star|flag) (?P<x>.+)", lambda f: _update(f, priority="high")),
)

PRIORITY_SAID = rules(
    (
        rf"(?P<x>.+?) (?:isn'?t|is not|is no longer|is not so) (?:so |very |that )?(?:{words.HIGH})(?:[ -]{_PRIO})?(?: any ?more)?",
        lambda f: _update(f, priority="low"),
    ),
    (
        rf"(?P<x>.+?) (?:is|are|'s|has|should be|should have|must be|becomes|needs)(?: now| a| an| to be| actually)* (?:very |really |super |of |extremely |quite )*(?P<p>{_LEVEL})(?:[ -]{_PRIO})?",
        lambda f: (
            _prioritised(f)
            if titles.priority(f["p"]) != "none" or re.search(_PRIO, f.sentence, re.IGNORECASE)
            else None
        ),
    ),
)


# -- labels and notes ----------------------------------------------------------------------------


def _labelled(found: Found) -> Intent | None:
    meant = found.target()
    names = titles.labels(found["l"])
    update = Update(meant or It(), add_labels=names)
    return update if meant else Ask("target", update)


def _unlabelled(found: Found) -> Intent | None:
    names = titles.labels(found["l"]) if found["l"] else ()
    if not names or found["l"].casefold() in ("all", "the", "any", "its", "every"):
        return _update(found, clear_labels=True)
    return _update(found, remove_labels=names)


def _noted(found: Found) -> Intent | None:
    note = text.unquote(text.trim(found["note"]))
    return _update(found, note=note) if note else None


LABELS = rules(
    (
        rf"(?:add|put|attach|apply|assign|set|give|stick|use) {_A}{_LABEL}[ :]+(?P<l>{_NAME}) (?:to|on|for|onto|of|in) (?P<x>.+)",
        _labelled,
    ),
    (
        rf"(?:add|put|attach|apply|assign|set|give|stick) {_A}(?P<l>{_NAME}) {_LABEL} (?:to|on|for|onto) (?P<x>.+)",
        _labelled,
    ),
    (
        rf"(?:add|put|attach|apply|assign|set) (?:an? |the )?{_LABEL} (?:to|on|for|onto|of) (?P<x>.+?)(?::| to| as|,| called| named) (?P<l>{_NAME})",
        _labelled,
    ),
    (r"(?:add|put|attach|apply) (?P<l>#[\w-]+(?: #[\w-]+)*) (?:to|on|for) (?P<x>.+)", _labelled),
    (rf"(?:give|assign) (?P<x>.+?) (?:the |a |an )?{_LABEL}[ :]+(?P<l>{_NAME})", _labelled),
    (rf"(?:give) (?P<x>.+?) (?:the |a |an )?(?P<l>{_NAME}) {_LABEL}", _labelled),
    (
        rf"(?:label|tag|categori[sz]e|file) (?P<x>.+?) (?:as|with|under|into|:)(?: the)?(?: {_LABEL})? ?(?P<l>{_NAME})",
        _labelled,
    ),
    (
        rf"(?:label|tag) (?P<x>it|that|this|them|these|those|#?t?\d+|the .+? (?:task|item|one)|.+?(?= #)|\"[^\"]+\"|(?:this|that|last) (?:one|task)) (?:as |with )?(?P<l>{_NAME})",
        _labelled,
    ),
    (
        rf"(?:add|put|attach|apply|give|assign) {_A}{_LABEL}[ :]+(?P<l>(?!to\b|on\b|for\b){_NAME})",
        _labelled,
    ),
    (
        rf"(?:add|put|attach|set) (?:an? |the )?{_LABEL} (?:to|on|for) (?P<x>.+)",
        lambda f: Ask("label", _update(f)),
    ),
    (
        rf"{_TAKE} (?:the |all |all the |any |its )?{_LABEL}(?: (?P<l>(?!from\b|of\b|on\b|for\b){_NAME}))?(?: (?:from|of|on|for) (?P<x>.+))?",
        _unlabelled,
    ),
    (rf"{_TAKE} (?:the )?(?P<l>{_NAME}) {_LABEL}(?: (?:from|of|on) (?P<x>.+))?", _unlabelled),
    (r"(?:untag|unlabel) (?P<x>.+)", lambda f: _update(f, clear_labels=True)),
    (
        rf"(?:add|put|attach|write|leave|append|include) (?:an? |the |this )?{_NOTE} (?:to|on|for|in|under) (?P<x>.+?)(?:: ?| saying:? | that says:? | that |, | - )(?P<note>.+)",
        _noted,
    ),
    (
        rf"(?:add|put|attach|write|leave|append|include) (?:an? |the |this )?{_NOTE}:? (?P<note>\".+\"|.+?) (?:to|on|for) (?P<x>it|that|this|#?t?\d+|the .+? (?:task|item|one)|.+)",
        _noted,
    ),
    (
        rf"(?:add|put|attach|write|leave|append) (?:an? |the |this )?{_NOTE}(?: to (?P<x>it|that|this))?(?:: ?| saying:? | that says:? | that )(?P<note>.+)",
        _noted,
    ),
    (
        rf"(?:add|put|attach|write|leave|append) (?:an? |the )?{_NOTE}(?: (?:to|on|for) (?P<x>.+))?",
        lambda f: Ask("note", _update(f)),
    ),
    (r"(?:note|comment) (?:on|for) (?P<x>.+?): (?P<note>.+)", _noted),
    (
        rf"{_TAKE} {_A}{_NOTE}(?: (?:from|of|on|for) (?P<x>.+))?",
        lambda f: _update(f, description=""),
    ),
    (
        rf"{_SET} {_A}{_NOTE} (?:of|for|on) (?P<x>.+?) (?:to|as|into|=)[: ]+(?P<note>.+)",
        lambda f: _update(f, description=text.unquote(f["note"])),
    ),
    (
        rf"{_SET} {_A}{_NOTE} to[: ]+(?P<note>.+)",
        lambda f: Update(It(), description=text.unquote(f["note"])),
    ),
    (
        r"describe (?P<x>.+?) as[: ]+(?P<note>.+)",
        lambda f: _update(f, description=text.unquote(f["note"])),
    ),
)


# -- titles --------------------------------------------------------------------------------------

_INTO = re.compile(
    r" (?:to|as|into|with|by|for) | ?(?:->|=>|\u2192|\u27a1\ufe0f?) ?|: ", re.IGNORECASE
)
_TO = re.compile(r" (?:to|as|into) | ?(?:->|=>|\u2192|\u27a1\ufe0f?) ?", re.IGNORECASE)
_READ_AS = re.compile(r"(?:(?:say|read|be|be called|be named|called|named)\s+|:\s*)", re.IGNORECASE)


def _new_title(said: str) -> str:
    found = _READ_AS.match(text.fold(said))
    return text.unquote(text.trim(said[found.end() :] if found else said))


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


RENAME = rules(
    (
        r"(?:rename|retitle|re-name|re-title|renmae|reanme)(?: task| the task(?! called))?(?: from)? (?P<rest>.+)",
        _renamed(_TO),
    ),
    (
        r"(?:rename|retitle) (?P<x>\"[^\"]+\"|'[^']+'|it|that|this|#?t?\d+) (?P<y>\".+\"|'.+'|.+)",
        _called,
    ),
    (rf"{_SET} {_A}{_TITLE} {_OF} (?P<rest>.+)", _renamed(_TO)),
    (rf"{_SET} {_A}{_TITLE} (?:to|into|as) (?P<y>.+)", _called),
    (rf"{_SET} (?P<x>.+?)(?:'s|s')? {_TITLE} (?:to|into|as) (?P<y>.+)", _called),
    (
        r"(?:edit|change|update|rename|reword) (?P<x>(?:the )?task #?\d+|#?t?\d+|the .+? (?:task|item|one)): (?P<y>.+)",
        _called,
    ),
    (
        r"(?:change|edit|update|modify|correct|alter|turn|fix|reword|rephrase|convert)(?: task| the task(?! called))?(?: from)? (?P<rest>.+)",
        _renamed(_TO),
    ),
    (r"(?:rename|retitle|re-name|edit|reword|rephrase)(?: (?P<x>.+))?", _nameless),
    (r"(?:switch|replace|swap|substitute|exchange) (?P<rest>.+)", _renamed(_INTO)),
    (
        r"(?:call|name) (?P<x>it|that|this|this one|that one|(?:the |that |this )(?:last |first )?(?:task|one)|#?t?\d+|task #?\d+|the .+? (?:task|one|item)|\"[^\"]+\") (?:to |as )?(?P<y>.+)",
        lambda f: _called(f) if not due.as_due(f["y"]) else None,
    ),
    (r"(?:call|name) (?P<rest>.+)", lambda f: _call_known(f)),
    (r"make (?P<x>it|that|this|\"[^\"]+\"|.+?) (?:say|read|be called|be named) (?P<y>.+)", _called),
    (r"make (?P<x>it|that|this) (?P<y>\".+\"|'.+')", _called),
)

RENAME_SAID = rules(
    (
        r"(?P<x>.+?) (?:should|must) (?:say|read|be) (?P<y>.+)",
        lambda f: _called(f) if is_clear(f["x"], f.conversation) else None,
    ),
    (
        r"(?P<x>.+?) (?:should|must|needs to|has to) be (?:called|named|renamed(?: to)?|titled|changed to) (?P<y>.+)",
        _called,
    ),
    (
        r"(?P<x>.+?) is (?:now )?(?:called|named|titled) (?P<y>.+)",
        lambda f: _called(f) if is_clear(f["x"], f.conversation) else None,
    ),
    (r"(?P<rest>.+ ?(?:->|=>|\u2192) ?.+)", _renamed(re.compile(r" ?(?:->|=>|\u2192) ?"))),
)


def _call_known(found: Found) -> Intent | None:
    """ "call buy milk buy oat milk", where a task "buy milk" is known; "call mum" is no such thing."""
    rest = found["rest"]
    for task in found.conversation.known.values():
        if text.fold(rest).casefold().startswith(f"{task.title.casefold()} "):
            return Update(Named(task.title), title=_new_title(rest[len(task.title) :]))
    return None


# -- done or not ---------------------------------------------------------------------------------

_MARK = r"(?:mark|set|flag|check|tick|cross|put|move|change|label|make|update|turn|switch|declare|log|record|register|consider|count|mar|toggle|get|show|call|have)"
_NOW = r"(?:(?:just|now|already|finally|also|actually|all|completely|fully|totally|successfully|both|officially|today|even|pretty much) )*"
_DONE_AFTER = r"(?: (?:now|already|today|yesterday|just now|finally|this morning|earlier|as well|too|all|completely|at last|again|this afternoon|tonight|last night|with))*"


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


def _complete_if_clear(found: Found) -> Intent | None:
    return _complete(found) if is_clear(found["x"], found.conversation) else None


REOPEN = rules(
    (rf"{_SET} (?:the )?(?:status|state) of (?P<x>.+?) (?:to|as) {words.NOT_DONE}", _reopen),
    (
        rf"{_MARK} (?P<x>.+?) (?:back )?(?:as |to |to be |back to )*(?:being )?(?:back )?{words.NOT_DONE}(?: again| yet)?",
        _reopen,
    ),
    (rf"{_MARK} (?:as )?{words.NOT_DONE}[: ]+(?P<x>.+)", _reopen),
    (
        r"(?:re-?open|re open|un-?complete|un-?check|un-?tick|un-?mark|un-?finish|un-?do|un-?cross|restore|re-?activate|un-?close|un-?delete|recover|revive|bring back|put back|redo|resume|reinstate|un-?archive)(?: task)? (?P<x>.+?)(?: as (?:done|complete|completed|finished))?(?: (?:back )?(?:on|to|in|from)(?: to)? (?:my |the )?(?:list|tasks|trash|bin))?(?: again)?",
        lambda f: _reopen(f),
    ),
    (
        r"(?:bring|put|get|move|take) (?P<x>.+?) back(?: (?:on|to|in|from)(?: to)? (?:my |the )?(?:list|tasks|trash|bin))?",
        _reopen,
    ),
)

REOPEN_SAID = rules(
    (
        rf"(?P<x>.+?) (?:is|are|was|were)(?:n'?t| not)(?: actually| really| quite| yet| fully)* {words.DONE}(?: yet| after all| at all| though)*",
        _reopen,
    ),
    (
        r"(?P<x>.+?) (?:is|are) (?:actually |still |now |back )*(?:open|undone|unfinished|incomplete|pending)(?: again)?",
        _reopen,
    ),
)

COMPLETE = rules(
    (rf"{_SET} (?:the )?(?:status|state) of (?P<x>.+?) (?:to|as) {words.DONE}", _complete),
    (rf"{_MARK}(?: (?P<x>it|that|this|them))? (?:as )?{words.DONE}", _complete),
    (r"(?:cross|check|tick|mark)(?: it)? off", lambda f: Ask("target", Complete(It()))),
    (
        rf"{_MARK}(?: off| out)? (?P<x>.+?) (?:off )?(?:as |to |to be |status to |= )*(?:being |all |already |now |a )*{words.DONE}(?: task| status)?{_DONE_AFTER}",
        _complete,
    ),
    (rf"{_MARK} (?:it )?(?:as )?{words.DONE}(?: on)?(?: with)?[: ]+(?P<x>.+)", _complete),
    (rf"{_MARK}(?: it| that| this)? (?:as )?{words.DONE}", lambda f: Complete(It())),
    (
        rf"(?:check|tick|cross|strike|mark|scratch)(?: off| out| through) (?P<x>.+?)(?: (?:from|on|off) {words.LIST})?",
        _complete,
    ),
    (
        rf"(?:check|tick|cross|strike|mark|scratch) (?P<x>.+?) (?:off|out)(?: (?:of |from |on )?{words.LIST})?",
        _complete,
    ),
    (r"(?:tick) (?P<x>.+)", _complete),
    (
        r"(?:complete|completed|finish|finished|close|close out|finali[sz]e|wrap up|accomplish|resolve|done|completing|finishing)(?: with| off| up| doing)?\s?:?(?: task)? (?P<x>.+?)",
        lambda f: _complete(f),
    ),
    (
        rf"(?:i|we)(?:'?ve| have|'?m| am| are|'?re|'?d| had)? ?{_NOW}(?:finished|finish|completed|did|done|closed|ticked off|checked off|crossed off|accomplished|wrapped up|handled|taken care of|took care of|dealt with|complete)(?: up| off)?(?: with| doing)?(?: the task)? (?P<x>.+?){_DONE_AFTER}",
        _complete,
    ),
    (
        rf"(?:i|we)(?:'?ve| have)? ?{_NOW}(?:got|gotten|have|get|had) (?P<x>.+?) (?:all )?{words.DONE}{_DONE_AFTER}",
        _complete,
    ),
    (
        rf"(?:i'?m|i am|we are|we're|im) {_NOW}(?:done|finished|through|complete) (?:with|doing)? ?(?P<x>.+?){_DONE_AFTER}",
        _complete,
    ),
    (rf"(?:all |just |got |already )+{words.DONE} (?:with )?(?P<x>.+)", _complete),
)

COMPLETE_SAID = rules(
    (
        rf"(?P<x>(?!i |i'm |we ).+?)(?:'s| is| are| was| were| has been| have been| got| is now| are now| can be| should be| has| have)(?: been)? {_NOW}(?:marked (?:as )?|set to )?{words.DONE}{_DONE_AFTER}",
        _complete,
    ),
    (r"(?P<x>.+?)\s?[:\-,]? ?(?:\u2705|\u2714\ufe0f?|\u2611\ufe0f?|\[x\])", _complete),
    (
        rf"(?P<x>(?!i |i'm |we |all |well |not |what).+?)\s?[:\-,]? {words.DONE}{_DONE_AFTER}",
        lambda f: _complete(f),
    ),
)
