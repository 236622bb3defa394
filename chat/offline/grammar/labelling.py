"""The grammar of labels and notes. Pure."""

from __future__ import annotations

from chat.offline.grammar import text, titles
from chat.offline.grammar import vocabulary as words
from chat.offline.grammar.rules import Found, rules, update
from chat.offline.intents import (
    Ask,
    Intent,
    It,
    Update,
)

_LABEL = r"(?:labels?|tags?)"
_NAME = r"(?:\"[^\"]+\"|#?[\w-]+(?:(?:, | and |, and )#?[\w-]+)*)"
_NOTE = r"(?:notes?|comments?|descriptions?|details?|remarks?)"


def _labelled(found: Found) -> Intent | None:
    meant = found.target()
    names = titles.labels(found["l"])
    update = Update(meant or It(), add_labels=names)
    return update if meant else Ask("target", update)


def _unlabelled(found: Found) -> Intent | None:
    names = titles.labels(found["l"]) if found["l"] else ()
    if not names or found["l"].casefold() in ("all", "the", "any", "its", "every"):
        return update(found, clear_labels=True)
    return update(found, remove_labels=names)


def _noted(found: Found) -> Intent | None:
    note = text.unquote(text.trim(found["note"]))
    return update(found, note=note) if note else None


COMMANDS = rules(
    (
        (
            r"(?:add|put|attach|apply|assign|set|give|stick"
            rf"|use) {words.DETERMINER}{_LABEL}[ :]+(?P<l>{_NAME}) (?:to|on|for|onto|of"
            r"|in) (?P<x>.+)"
        ),
        _labelled,
    ),
    (
        (
            rf"(?:add|put|attach|apply|assign|set|give|stick) {words.DETERMINER}"
            rf"(?P<l>{_NAME}) {_LABEL} (?:to|on|for|onto) (?P<x>.+)"
        ),
        _labelled,
    ),
    (
        (
            rf"(?:add|put|attach|apply|assign|set) (?:an? |the )?{_LABEL} (?:to|on|for|onto"
            rf"|of) (?P<x>.+?)(?::| to| as|,| called| named) (?P<l>{_NAME})"
        ),
        _labelled,
    ),
    (r"(?:add|put|attach|apply) (?P<l>#[\w-]+(?: #[\w-]+)*) (?:to|on|for) (?P<x>.+)", _labelled),
    (rf"(?:give|assign) (?P<x>.+?) (?:the |a |an )?{_LABEL}[ :]+(?P<l>{_NAME})", _labelled),
    (rf"(?:give) (?P<x>.+?) (?:the |a |an )?(?P<l>{_NAME}) {_LABEL}", _labelled),
    (
        (
            r"(?:label|tag|categori[sz]e|file) (?P<x>.+?) (?:as|with|under|into"
            rf"|:)(?: the)?(?: {_LABEL})? ?(?P<l>{_NAME})"
        ),
        _labelled,
    ),
    (
        (
            r"(?:label|tag) (?P<x>it|that|this|them|these|those|#?t?\d+|the .+? (?:task|item"
            r"|one)|.+?(?= #)|\"[^\"]+\"|(?:this|that|last) (?:one|task)) (?:as "
            rf"|with )?(?P<l>{_NAME})"
        ),
        _labelled,
    ),
    (
        (
            rf"(?:add|put|attach|apply|give|assign) {words.DETERMINER}{_LABEL}[ :]+(?P<l>"
            rf"(?!to\b|on\b|for\b){_NAME})"
        ),
        _labelled,
    ),
    (
        rf"(?:add|put|attach|set) (?:an? |the )?{_LABEL} (?:to|on|for) (?P<x>.+)",
        lambda f: Ask("label", update(f)),
    ),
    (
        (
            rf"{words.TAKE} (?:the |all |all the |any |its )?{_LABEL}(?: (?P<l>(?!from\b|of\b"
            rf"|on\b|for\b){_NAME}))?(?: (?:from|of|on|for) (?P<x>.+))?"
        ),
        _unlabelled,
    ),
    (rf"{words.TAKE} (?:the )?(?P<l>{_NAME}) {_LABEL}(?: (?:from|of|on) (?P<x>.+))?", _unlabelled),
    (r"(?:untag|unlabel) (?P<x>.+)", lambda f: update(f, clear_labels=True)),
    (
        (
            rf"(?:add|put|attach|write|leave|append|include) (?:an? |the |this )?{_NOTE} (?:to"
            r"|on|for|in|under) (?P<x>.+?)(?:: ?| saying:? | that says:? | that |, "
            r"| - )(?P<note>.+)"
        ),
        _noted,
    ),
    (
        (
            r"(?:add|put|attach|write|leave|append|include) (?:an? |the "
            rf"|this )?{_NOTE}:? (?P<note>\".+\"|.+?) (?:to|on|for) (?P<x>it|that|this|#?t?\d+"
            r"|the .+? (?:task|item|one)|.+)"
        ),
        _noted,
    ),
    (
        (
            rf"(?:add|put|attach|write|leave|append) (?:an? |the |this )?{_NOTE}(?: to (?P<x>it"
            r"|that|this))?(?:: ?| saying:? | that says:? | that )(?P<note>.+)"
        ),
        _noted,
    ),
    (
        (
            rf"(?:add|put|attach|write|leave|append) (?:an? |the )?{_NOTE}(?: (?:to|on"
            r"|for) (?P<x>.+))?"
        ),
        lambda f: Ask("note", update(f)),
    ),
    (r"(?:note|comment) (?:on|for) (?P<x>.+?): (?P<note>.+)", _noted),
    (
        rf"{words.TAKE} {words.DETERMINER}{_NOTE}(?: (?:from|of|on|for) (?P<x>.+))?",
        lambda f: update(f, description=""),
    ),
    (
        (
            rf"{words.SET} {words.DETERMINER}{_NOTE} (?:of|for|on) (?P<x>.+?) (?:to|as|into"
            r"|=)[: ]+(?P<note>.+)"
        ),
        lambda f: update(f, description=text.unquote(f["note"])),
    ),
    (
        rf"{words.SET} {words.DETERMINER}{_NOTE} to[: ]+(?P<note>.+)",
        lambda f: Update(It(), description=text.unquote(f["note"])),
    ),
    (
        r"describe (?P<x>.+?) as[: ]+(?P<note>.+)",
        lambda f: update(f, description=text.unquote(f["note"])),
    ),
)
