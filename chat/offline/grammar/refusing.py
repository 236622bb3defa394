"""The grammar of negations: what must change nothing. Pure."""

from __future__ import annotations

import re

from chat.offline.grammar.rules import Found, rules
from chat.offline.intents import Delete, Intent, Named, Nothing, Offer

_NEVER_MIND = (
    r"(?:(?:oh |ok(?:ay)? |um+ |actually |no |wait )*(?:never ?mind|nvm|nevermind"
    r"|forget (?:it|that|about (?:it|that)|what i said)|cancel(?: (?:that|it|this))?"
    r"|ignore (?:that|it|me|this|my last .*)"
    r"|scratch that|skip (?:it|that|this)|leave (?:it|that|them|this)(?: (?:alone|be"
    r"|as (?:it )?is|as they are))?|stop(?: (?:it|that|this))?|abort|wait|hold on|not now"
    r"|nothing|no need|quit|drop it|disregard(?: that)?|belay that|let it be"
    r"|on second thoughts?(?:,? no)?|i changed my mind|changed my mind|just kidding|jk"
    r"|my mistake|maybe later|not yet|none|neither))"
    r"(?:[ ,.]+(?:thanks|thank you|please|sorry|then|actually|it|that|for now))*"
)
_NOT_TO = (
    r"(?:(?:please |pls )?(?:do not|don'?t|dont|do n't|donot|never|no need to|not to"
    r"|you (?:don'?t|do not|needn'?t|must not|mustn'?t|should(?: not|n'?t)) (?:need to"
    r"|have to|ever)?|you must never"
    r"|i (?:do not|don'?t|dont|didn'?t|never)(?: really)? (?:want|need|wish|ask(?:ed)?"
    r"|intend|mean|say|said)(?: you| for you| it| that| them)?(?: to)?|i(?:'d"
    r"| would) (?:rather|prefer)(?: (?:you|that you|it if you))?(?: (?:not|didn'?t"
    r"|don'?t))"
    r"|stop|quit|avoid|refrain from|under no circumstances|by no means|let'?s not|lets not"
    r"|not going to|i(?:'m| am) not (?:going|planning|trying) to|i (?:won'?t|will not"
    r"|wouldn'?t|can'?t|cannot|shouldn'?t|should not)|we (?:don'?t|won'?t|shouldn'?t)"
    r"|please no|no,? (?:do not|don'?t|dont))\b.*)"
)
_UNDONE = (
    r"(?:(?:i|we|he|she|they) (?:haven'?t|have not|havent|hasn'?t|hadn'?t|didn'?t|did not"
    r"|didnt|couldn'?t|could not|am not|ain'?t|never|have yet to|still (?:have|need) to"
    r"|still haven'?t|wasn'?t able to|failed to|forgot to)(?: (?:yet|actually|really|even"
    r"|quite|been able to))*"
    r"|i'?m not|im not|not)(?: (?:really|yet|quite|actually|even))*"
    r" (?:finish(?:ed)?|complet(?:ed?)|do(?:ne)?|started?|get(?: to)?|got(?:ten)?(?: to"
    r"| around to)?|ready|through|check(?:ed)? off|clos(?:ed?)|begun)(?: with| doing"
    r"| on)?(?: (?P<x>.+?))?(?: (?:yet|done|at all|today|so far|either))*"
)


def _not_finished(found: Found) -> Intent:
    meant = found.target()
    return Nothing("not_finished", meant.phrase if isinstance(meant, Named) else "")


def _no_need(found: Found) -> Intent | None:
    """ "no need to call Alice": perhaps that task may go. "no need to add it" only refuses."""
    meant = found.target()
    if not isinstance(meant, Named) or _COMMAND.match(meant.phrase):
        return None
    return Offer(Delete(meant))


_COMMAND = re.compile(
    r"(?:add|create|delete|remove|mark|complete|rename|move|reopen|show|list|remind|set|change"
    r"|worry|apologi[sz]e|hurry|thank|do|be|say|ask|tell|explain|rush)\b",
    re.IGNORECASE,
)

NEGATIONS = rules(
    (
        r"(?:there'?s |there is )?no (?:more )?need to (?P<x>.+?)(?: any ?more| any longer| now)?",
        _no_need,
    ),
    (r"(?:do not|don'?t|dont|never) (?:let me )?forget\b.*", lambda f: None),
    (_NEVER_MIND, lambda f: Nothing("never_mind")),
    (_UNDONE, _not_finished),
    (
        _NOT_TO,
        lambda f: (
            None
            if re.match(
                (
                    r"(?:please )?(?:do not|don'?t|dont|never) (?:let me )?forget\b"
                    r"|i (?:do not|don'?t|dont) (?:need|want|care)\b.*(?:any ?more|any longer)"
                ),
                f.sentence,
                re.IGNORECASE,
            )
            else Nothing("dont")
        ),
    ),
    (
        r"(?:i|we) (?:have not|haven'?t|havent|did not|didn'?t|didnt)\b.*",
        lambda f: Nothing("not_finished"),
    ),
    (r"not (?!important|urgent).+", lambda f: Nothing("dont")),
)
