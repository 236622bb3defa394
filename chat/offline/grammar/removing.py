"""The grammar of deleting. Pure."""

from __future__ import annotations

import re

from chat.offline.grammar import vocabulary as words
from chat.offline.grammar.rules import Found, is_clear, rules
from chat.offline.grammar.targets import target
from chat.offline.intents import Ask, Delete, Every, Filter, Intent, It, Named, Offer

_VERB = (
    r"(?:delete|remove|erase|trash|bin|discard|drop|scrap|get rid of|throw (?:away|out)"
    r"|take (?:out|off)|dump|eliminate|ditch|del|rm|remvoe|deltee"
    r"|dispose of|do away with|destroy|chuck out|toss(?: out)?|purge|nuke|wipe(?: out| off)?|zap)"
)
_CLEAR = (
    r"(?:clear(?: out| up| away| off)?|clean(?: up| out)?|empty|wipe(?: out| clean)?|reset"
    r"|purge|flush|tidy up|archive)"
)
_FROM = rf"(?: (?:from|off|off of|out of|on|in) {words.LIST})?"


def _delete(found: Found) -> Intent | None:
    meant = found.target()
    return Delete(meant) if meant else Ask("target", Delete(It()))


def _clear(found: Found) -> Intent | None:
    """ "clear my list" deletes; "clean the kitchen" does not."""
    meant = target(found["x"], found.conversation)
    if isinstance(meant, Every):
        return Delete(meant)
    if isinstance(meant, It) and found.sentence.lower().startswith("clear"):
        return Delete(meant)
    clear = meant is not None and is_clear(found["x"], found.conversation)
    return Delete(meant) if clear and meant else None


def _perhaps(found: Found) -> Intent | None:
    meant = found.target()
    if meant is None:
        return None
    return (
        Delete(meant)
        if is_clear(found["x"], found.conversation) and isinstance(meant, Named)
        else Offer(Delete(meant))
    )


def _offer(found: Found) -> Intent | None:
    meant = found.target()
    return Offer(Delete(meant)) if meant else None


COMMANDS = rules(
    (rf"{_VERB}(?: task)?[: ]+(?P<x>.+?){_FROM}", _delete),
    (rf"{_VERB}", lambda f: Ask("target", Delete(It()))),
    (rf"{_CLEAR}:? (?P<x>.+?){_FROM}", _clear),
    (
        (
            r"(?:take|cross|strike|throw|toss) (?P<x>.+?) (?:off|away"
            rf"|out)(?: of)?{_FROM}(?: {words.LIST})?"
        ),
        _delete,
    ),
    (
        r"start (?:over|fresh|from scratch)(?: with an? (?:empty|new|clean) list)?",
        lambda f: Delete(Every(Filter())),
    ),
    (r"(?:cancel|abandon|abort|call off) (?P<x>.+)", _perhaps),
)

STATEMENTS = rules(
    (
        (
            r"(?P<x>.+?) (?:can|should|must|needs to|may) (?:be (?:deleted|removed|dropped"
            r"|erased|trashed)|go(?: away)?)"
        ),
        _delete,
    ),
    (
        (
            r"(?:i|we) (?:do not|don'?t|dont|no longer) (?:need|want"
            r"|care about)(?: to)? (?P<x>.+?)(?: any ?more| any longer| now)?(?: on my list)?"
        ),
        lambda f: (
            _offer(f)
            if re.search(r"any ?more|any longer|no longer|on my list", f.sentence, re.IGNORECASE)
            else None
        ),
    ),
    (
        (
            r"(?P<x>.+?) (?:is|are) (?:no longer|not) (?:needed|necessary|relevant"
            r"|required)(?: any ?more)?"
        ),
        _offer,
    ),
    (r"(?P<x>.+?) (?:is|are) (?:obsolete|irrelevant|cancell?ed|outdated|moot)(?: now)?", _offer),
)
