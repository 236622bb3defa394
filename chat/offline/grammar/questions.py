"""The grammar of questions: they change nothing. Pure."""

from __future__ import annotations

import re
from typing import Literal

from chat.offline.grammar import filters
from chat.offline.grammar import vocabulary as words
from chat.offline.grammar.rules import Build, Found, rules
from chat.offline.grammar.targets import target
from chat.offline.intents import (
    HowTo,
    Intent,
    It,
    Look,
    Nothing,
)

_TOPICS = (
    ("undo", r"undo|revert|restore|recover|get .+ back|trash|bring back"),
    ("reopen", r"reopen|re-open|uncheck|uncomplete|not done"),
    ("rename", r"rename|retitle|title|edit|call it|change (?:the )?name|reword|change a task"),
    ("due", r"due|deadline|dates?|reschedule|postpone|move|remind|schedule"),
    ("priority", r"priorit|important|urgent"),
    ("label", r"label|tag|categor|project|group"),
    ("delete", r"delet|remov|eras|clear|get rid|trash"),
    ("show", r"show|see|view|find|search|list|filter|look"),
    ("complete", r"complet|finish|mark|done|check|tick|close"),
    ("add", r"add|creat|new|make|put|enter"),
)


def topic(sentence: str) -> str:
    """What a question is about."""
    for name, pattern in _TOPICS:
        if re.search(rf"\b(?:{pattern})", sentence, re.IGNORECASE):
            return name
    return ""


def _how_to(found: Found) -> Intent:
    return HowTo(topic(found.sentence))


def _look(about: Literal["done", "due", "exists", "details"]) -> Build:
    def build(found: Found) -> Intent | None:
        if filters.whole(found["x"]) and re.match(
            "what about|how about|and", found.sentence, re.IGNORECASE
        ):
            return None  # "what about tomorrow?" asks for a list
        meant = target(_PAST.sub("", found["x"]), found.conversation) if found["x"] else It()
        return Look(about, meant) if meant else None

    return build


# "have I called mum?": the list says "call mum", so look for what comes after the verb.
_PAST = re.compile(
    (
        r"^(?:\w{2,}ed|bought|paid|sent|written|wrote|got|gotten|made|taken|took|done|gone|met"
        r"|told|read|sold|cut|put|set|given|gave|brought|booked) (?=\w)"
    ),
    re.IGNORECASE,
)
_ON_LIST = rf"(?:on|in|among|part of) (?:{words.LIST}|there|here)"


_WHETHER = (
    r"(?:how (?:do|can|could|would|should|does|to|might|did|shall)\b(?!.*\bmany\b).*"
    r"|(?:can|could|may|might) (?:i|we|one)\b(?! (?:see|view|get|have|look|ask"
    r"|trouble)\b).*|(?:is|are) (?:it|there|you|this) (?:possible(?! for you)|an? way"
    r"|any way|able|capable|a command|allowed|ok|okay|safe)\b.*"
    r"|(?:do|does) (?:you|it|this|taskchat|the (?:app|assistant)) (?:know|support|have"
    r"|allow|let|offer|do|understand|handle|work|remember|delete|keep|store|save|show"
    r"|send)\b.*"
    r"|what(?:'s| is) the (?:best |right |easiest |quickest )?(?:way|command|trick|syntax"
    r"|difference)\b.*|(?:which|what) command\b.*|(?:tell|show|explain"
    r"|teach)(?: to)?(?: me| us)? how\b.*|explain\b.*"
    r"|where (?:do|can|should|would|could) i\b.*|(?:can|could|will|would) (?:it|this|that"
    r"|they|someone|people|taskchat|the (?:app|assistant|bot))\b.*|what do i (?:say|type"
    r"|do to|need to (?:say|type))\b.*"
    r"|i (?:want|need|would like|'d like|wonder)(?: to)? (?:know|learn|understand|find out"
    r"|ask)?(?: about)? ?how (?:to|do|can)\b.*|i(?:'m| am) (?:wondering|asking"
    r"|curious) (?:how|if|whether|about)\b.*|(?:any )?(?:idea|tips|clue) (?:how|on)\b.*)"
)


def _did(found: Found) -> Intent | None:
    """ "did I call mum?"; "what did I do?" is a list."""
    phrase = found["x"]
    if re.match(r"(?:do|finish|complete|have|miss|forget)\b", phrase, re.IGNORECASE):
        return None
    meant = target(_PAST.sub("", phrase), found.conversation)
    return Look("done", meant) if meant else None


LOOKING = rules(
    (r"(?:what(?:'s| is)|when is) (?:the|its) (?:due ?date|deadline|date)", _look("due")),
    (
        (
            rf"(?:is|are) (?P<x>.+?) (?:an? )?(?:very |really )?(?:{words.PRIORITY})"
            rf"(?:[ -]{words.PRIORITY_WORD})?"
        ),
        _look("details"),
    ),
    (r"(?:remind|tell) me when (?P<x>.+?) (?:is|are) (?:due|planned|scheduled)", _look("due")),
    (
        r"(?:has|have) (?P<x>(?!i\b|we\b|you\b).+?) (?:already )?been \w+(?: yet| already)*",
        _look("done"),
    ),
    (
        (
            r"(?:when|by when|until when|what (?:date|day|time))(?:'s| is| are| was| will"
            r"| must| should| does)? (?P<x>.+?) (?:be )?(?:due|planned|scheduled"
            r"|happening)(?: again| date| for| on)?"
        ),
        _look("due"),
    ),
    (
        (
            r"when (?:did|have) (?:i|we) (?:finish(?:ed)? |complete[d]? |do(?:ne)? |mark(?:ed)? "
            rf"|check(?:ed)? off )?(?P<x>.+?)(?: as {words.DONE})?"
        ),
        _look("done"),
    ),
    (
        (
            r"(?:when|by when) (?:do|must|should|did|have|am|can) i (?:have to |need to "
            r"|supposed to |going to )?(?:do |finish |complete )?(?P<x>.+)"
        ),
        _look("due"),
    ),
    (
        r"(?:what(?:'s| is| was)? )(?:the )?(?:due ?date|deadline|date) (?:of|for|on) (?P<x>.+)",
        _look("due"),
    ),
    (r"what(?:'s| is) (?P<x>.+?)(?:'s|s') (?:due ?date|deadline)", _look("due")),
    (r"when(?:'s| is| are| was) (?P<x>.+?)(?: due)?", _look("due")),
    (r"(?:is|are) (?P<x>.+?) (?:over-?due|late|due(?: .*)?)", _look("due")),
    (r"does (?P<x>.+?) have (?:a |any )?(?:due ?date|deadline)", _look("due")),
    (
        (
            rf"(?:am|are) (?:i|we) (?:already |all )?(?:{words.DONE}"
            r"|through) with (?P<x>.+?)(?: yet| already)*"
        ),
        _look("done"),
    ),
    (
        (
            r"(?:is|are|was|were|has|have|had) (?P<x>(?!i\b|we\b|there\b"
            r"|anything\b).+?) (?:been |already |marked |all |set |as |to "
            rf"|is )*(?:{words.DONE}|{words.NOT_DONE})(?: yet| already| now| today)*"
        ),
        _look("done"),
    ),
    (
        (
            r"(?:did|have|had|haven'?t|didn'?t|has|were) (?:i|we|you)(?: not)? (?:already "
            r"|ever |just |actually |really |remember to |manage to "
            r"|get around to )*(?:finish(?:ed)?|complete[d]?|done|do|did|mark(?:ed)?"
            r"|check(?:ed)?(?: off)?|tick(?:ed)?(?: off)?|close[d]?|get)(?: with"
            rf"| off)? (?P<x>.+?)(?: (?:as )?{words.DONE}| yet| already| today| off)*"
        ),
        _look("done"),
    ),
    (
        (
            r"(?:did|have) (?:you|u|i|we) (?:already |just |actually )*(?:add(?:ed)?"
            r"|creat(?:ed?)|sav(?:ed?)|put|delet(?:ed?)|remov(?:ed?)|renam(?:ed?)|chang(?:ed?)"
            r"|mov(?:ed?)|updat(?:ed?))(?: (?P<x>.+?))?(?: (?:yet|already|from|to|on"
            r"|off)(?: (?:my|the) list)?)*"
        ),
        _look("exists"),
    ),
    (
        rf"(?:is|are|was) (?P<x>.+?) (?:still |already |even )*{_ON_LIST}(?: yet| already)?",
        _look("exists"),
    ),
    (
        (
            r"(?:do|must|should) i (?:still |even |really )?(?:need|have) to (?!do\b|finish\b"
            r"|complete\b|be\b)(?P<x>.+)"
        ),
        _look("exists"),
    ),
    (
        (
            r"(?:did|have|had) i (?:already |ever |just |actually |really |remember to "
            r"|manage to )*(?P<x>.+?)(?: yet| already)*"
        ),
        _did,
    ),
    (r"(?:is|are) (?P<x>it|that|the .+? task|t\d+|#\d+|task #?\d+) .+", _look("details")),
    (
        (
            r"(?:what(?:'s| is| are)?|tell me)(?: the)? (?:status|state|details?|priority"
            r"|labels?|description|notes?) (?:of|for|on|about) (?P<x>.+)"
        ),
        _look("details"),
    ),
    (
        (
            r"(?:what|which)(?: are)?(?: the)? (?:priority|labels?|tags?|status) (?:is|does"
            r"|are|on|of|has) (?P<x>.+?)(?: have)?"
        ),
        _look("details"),
    ),
    (
        r"what(?:'s| is) (?P<x>.+?)(?:'s|s') (?:priority|label|labels|status|description|title)",
        _look("details"),
    ),
    (
        (
            r"(?:(?:the )?(?:details?|status|state|info(?:rmation)?) (?:of|on|for|about)"
            r"|tell me (?:more )?about|more (?:about|on|info on)|describe|(?:what|how) about"
            r"|give me (?:the )?details (?:of|on|about)) (?P<x>.+)"
        ),
        _look("details"),
    ),
    (
        (
            r"(?:what|what's|whats|what is)(?: is)?(?: on)? (?P<x>(?:task )?#?t?\d+"
            r"|(?:the )?(?:first|second|third|last|next) (?:one|task))"
        ),
        _look("details"),
    ),
)

QUESTIONS = rules(
    (
        (
            r"(?:what|whats?|what'?s?)(?: (?:will|would|could|might|is"
            r"|'s)(?: going to)?)? (?:happens?|if)\b.*"
        ),
        lambda f: Nothing("what_if"),
    ),
    (_WHETHER, _how_to),
    (
        (
            r"(?:should|shall|ought|must) (?:i|we|you)\b.*|(?:do"
            r"|don'?t) you think\b(?! you (?:could|can)).*|is it (?:a good idea|time|better"
            r"|wise|worth|ok|fine) to\b.*|(?:what|which) (?:do you|would you) (?:think|suggest"
            r"|recommend)\b.*|would (?:it|you recommend|you suggest|i)\b.*"
        ),
        lambda f: Nothing("should"),
    ),
    (
        (
            r"(?!if (?:possible|you (?:can|could|would|don'?t mind)))(?:if|when|once|unless"
            r"|after|as soon as|whenever|in case|provided|assuming)\b.+"
        ),
        lambda f: (
            Nothing("conditional")
            if re.search(
                r"[,;]|\bthen\b|\b(?:delete|remove|complete|mark|add|rename|move|clear)\b",
                f.sentence,
                re.IGNORECASE,
            )
            else None
        ),
    ),
)

# A sentence that begins so asks: whatever it holds, it is no command.

ASKS = re.compile(
    r"(?:how|why|who|whose|when|where|what|what's|whats|which|is|isn'?t|are|aren'?t|am|was"
    r"|wasn'?t|were|does|doesn'?t|did|didn'?t|has|hasn'?t|should|shouldn'?t|shall|may"
    r"|might"
    r"|do (?:i|you|we|they|my)|have (?:i|you|we|they)|had (?:i|you)|can (?:i|we|it|they)"
    r"|could (?:i|we|it|they)|would (?:i|we|it|they)|will (?:i|it|they|my|the))\b",
    re.IGNORECASE,
)

CONDITION_AT_END = re.compile(
    (
        r" (?!after all$|if you (?:don'?t mind|can|could|would|please)\b)"
        r"(?:if|unless|once|when|as soon as|whenever|in case|provided|after|only if) (?:i|it"
        r"|it's|its|they|they're|you|he|she|we|that|this|the|all|everything|my|there|not|done"
        r"|finished|overdue|possible)\b.*$"
    ),
    re.IGNORECASE,
)
