"""The grammar of negations: what must change nothing. Pure."""

from __future__ import annotations

import re

from chat.offline.grammar.rules import Found, rules
from chat.offline.intents import (
    Intent,
    Named,
    Nothing,
)

_NEVER_MIND = (
    r"(?:(?:oh |ok(?:ay)? |um+ |actually |no |wait )*(?:never ?mind|nvm|nevermind|forget (?:it|that|about (?:it|that)|what i said)|cancel(?: (?:that|it|this))?|ignore (?:that|it|me|this|my last .*)"
    r"|scratch that|skip (?:it|that|this)|leave (?:it|that|them|this)(?: (?:alone|be|as (?:it )?is|as they are))?|stop(?: (?:it|that|this))?|abort|wait|hold on|not now|nothing|no need|quit|drop it|disregard(?: that)?|belay that|let it be|on second thoughts?(?:,? no)?|i changed my mind|changed my mind|just kidding|jk|my mistake|maybe later|not yet|none|neither))"
    r"(?:[ ,.]+(?:thanks|thank you|please|sorry|then|actually|it|that|for now))*"
)
_NOT_TO = (
    r"(?:(?:please |pls )?(?:do not|don'?t|dont|do n't|donot|never|no need to|not to|you (?:don'?t|do not|needn'?t|must not|mustn'?t|should(?: not|n'?t)) (?:need to|have to|ever)?|you must never"
    r"|i (?:do not|don'?t|dont|didn'?t|never)(?: really)? (?:want|need|wish|ask(?:ed)?|intend|mean|say|said)(?: you| for you| it| that| them)?(?: to)?|i(?:'d| would) (?:rather|prefer)(?: (?:you|that you|it if you))?(?: (?:not|didn'?t|don'?t))"
    r"|stop|quit|avoid|refrain from|under no circumstances|by no means|let'?s not|lets not|not going to|i(?:'m| am) not (?:going|planning|trying) to|i (?:won'?t|will not|wouldn'?t|can'?t|cannot|shouldn'?t|should not)|we (?:don'?t|won'?t|shouldn'?t)|please no|no,? (?:do not|don'?t|dont))\b.*)"
)
_UNDONE = (
    r"(?:(?:i|we|he|she|they) (?:haven'?t|have not|havent|hasn'?t|hadn'?t|didn'?t|did not|didnt|couldn'?t|could not|am not|ain'?t|never|have yet to|still (?:have|need) to|still haven'?t|wasn'?t able to|failed to|forgot to)(?: (?:yet|actually|really|even|quite|been able to))*"
    r"|i'?m not|im not|not)(?: (?:really|yet|quite|actually|even))*"
    r" (?:finish(?:ed)?|complet(?:ed?)|do(?:ne)?|started?|get(?: to)?|got(?:ten)?(?: to| around to)?|ready|through|check(?:ed)? off|clos(?:ed?)|begun)(?: with| doing| on)?(?: (?P<x>.+?))?(?: (?:yet|done|at all|today|so far|either))*"
)


def _not_finished(found: Found) -> Intent:
    meant = found.target()
    return Nothing("not_finished", meant.phrase if isinstance(meant, Named) else "")


NEGATIONS = rules(
    (r"(?:do not|don'?t|dont|never) (?:let me )?forget\b.*", lambda f: None),
    (_NEVER_MIND, lambda f: Nothing("never_mind")),
    (_UNDONE, _not_finished),
    (
        _NOT_TO,
        lambda f: (
            None
            if re.match(
                r"(?:please )?(?:do not|don'?t|dont|never) (?:let me )?forget\b|i (?:do not|don'?t|dont) (?:need|want|care)\b.*(?:any ?more|any longer)",
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
