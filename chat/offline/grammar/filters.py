"""Reads which tasks a list should hold: "overdue tasks labelled work". Pure.

A phrase is a filter when nothing is left of it once its parts and the small words are taken out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from chat.offline.grammar import text, titles
from chat.offline.grammar import vocabulary as words
from chat.offline.intents import Filter

_ABOUT = re.compile(
    r"\b(?:about|regarding|concerning|(?:that are |which are )?related to|(?:that "
    r"|which )?(?:mention|contain|includ)"
    r"(?:s|es|e|ing)?|with the words?|(?:that |which )?match(?:es|ing)?|named|called|to do with)"
    r"(?: the words?)? (?P<query>.+)$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:(?:(?:that are |which are )?(?:labell?ed|tagged|categori[sz]ed)|(?:with|under"
    r"|having|in|for|that have)(?: the| a)?"
    r" (?:labels?|tags?|category|project)|labels?|tags?)(?: as| with"
    r"| of)?[ :]+)#?(?P<label>\"[^\"]+\"|[\w-]+)"
    r"|(?<!\w)#(?P<hash>[^\W\d][\w-]*)",
    re.IGNORECASE,
)
_LABEL_BEFORE = re.compile(r"\b(?P<label>[\w-]+)[ -](?:labell?ed|tagged)\b", re.IGNORECASE)
_PRIORITY = re.compile(
    r"\b(?:(?:with|of|at|that are|which are) )?(?:an? )?(?:"
    rf"(?P<a>{words.PRIORITY})[ -]{words.PRIORITY_WORD}"
    rf"|{words.PRIORITY_WORD}(?: is| of)?[ :=]+(?P<b>{words.PRIORITY})|(?P<c>urgent"
    r"|important|critical|p[1-3])"
    r"|most (?P<d>important|urgent))\b",
    re.IGNORECASE,
)
_FOR = (
    r"(?:(?:that (?:are|is)|which (?:are|is)|that's|is|are) )?(?:(?:due|scheduled|planned"
    r"|set|happening|to do|to be done)"
    r"(?: on| by| for| in| before)?|for|on|by)?"
)
Due = Literal["overdue", "today", "tomorrow", "week", "upcoming", "none", "any"]
_DUE_WORDS: tuple[tuple[Due, str], ...] = (
    (
        "none",
        (
            r"(?:without|with no|have no|has no|having no|no|missing)(?: an?"
            r"| any)? (?:due ?dates?|deadlines?|dates?|due)"
            r"|undated|unscheduled|not scheduled|that (?:are not|aren't) (?:scheduled|dated)"
        ),
    ),
    (
        "overdue",
        (
            r"(?:(?:that are|which are) )?(?:over-?due|over due"
            r"|past(?: the(?:ir)?)? (?:due(?: date)?|deadline)|late|missed|behind"
            r"(?: schedule| on)?|should have been done)"
        ),
    ),
    (
        "today",
        (
            rf"{_FOR} ?(?:today|2day|tonight|this (?:morning|afternoon|evening)|the day|eod"
            r"|by the end of the day)"
        ),
    ),
    (
        "tomorrow",
        (
            rf"{_FOR} ?(?:tomorrow|tomorow|tommorow|tommorrow|tmrw?)(?: (?:morning|afternoon"
            r"|evening|night))?"
        ),
    ),
    (
        "week",
        (
            rf"{_FOR} ?(?:this week|this weekend|(?:in )?the next (?:week|7 days|seven days"
            r"|few days|couple of days)"
            r"|(?:with)?in the week|weekly|the week|next (?:7|seven) days|by the end of the week)"
        ),
    ),
    (
        "upcoming",
        (
            rf"{_FOR} ?(?:upcoming|coming up(?: (?:next|soon))?|soon(?:est)?|in (?:the )?future"
            r"|later|next week(?:end)?|next month"
            r"|this month|this year|next year|(?:next |on )?(?:mon|tues|wednes|thurs|fri|satur"
            r"|sun)day|coming days)"
        ),
    ),
    (
        "any",
        (
            r"with (?:an? )?(?:due ?dates?|deadlines?|dates?)"
            r"|that have (?:an? )?(?:due ?dates?|deadlines?)|scheduled|dated"
        ),
    ),
)
_DUE = tuple(
    (name, re.compile(rf"\b(?:{pattern})(?:'s)?(?!\w)", re.IGNORECASE))
    for name, pattern in _DUE_WORDS
)
_TO_DO = re.compile(
    r"\b(?:(?:have|has|need|needs|left|got|gotta|things?|stuff|supposed|want|remain(?:s"
    r"|ing)?|still|is|are|was|planning|going) )?"
    r"to (?:do|finish|complete|get done|be done|be completed|be finished|work on"
    r"|take care of|tackle|handle|accomplish|worry about)\b"
    r"|\b(?:should|must|can|could|shall|ought) i (?:be )?(?:do(?:ing)?|work(?:ing)? on"
    r"|tackl(?:e|ing)|focus(?:ing)? on|start(?: with)?)(?: first| next| now)?\b",
    re.IGNORECASE,
)
_STATUS: tuple[tuple[Literal["open", "completed", "all"], re.Pattern[str]], ...] = (
    (
        "open",
        re.compile(
            r"\b(?:(?:that|which) )?(?:(?:i )?(?:haven'?t|have not|are not|aren'?t|is not"
            r"|isn'?t|not|still|yet to be)"
            r"(?: (?:yet|been|i))*(?: (?:done|completed?|finished|do|checked off))(?: yet)?"
            r"|un(?:completed|finished|done)|incompleted?|open|pending|active|outstanding"
            r"|remaining|left|in progress|unchecked)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "completed",
        re.compile(
            r"\b(?:(?:that|which) )?(?:(?:are|is|have|has|were|was|i|i'?ve|did"
            r"|done) )*(?:already |been |all )*"
            r"(?:completed|complete|complted|finished|finish|done|checked(?: off)?"
            r"|ticked(?: off)?|closed|accomplished|crossed off|archived)\b",
            re.IGNORECASE,
        ),
    ),
)
_BOTH = re.compile(
    r"\b(?:open|completed?|done|finished|incomplete|pending)(?: tasks)?,? (?:and|or"
    r"|&) (?:the )?(?:open|completed?|done|finished|incomplete|pending)\b"
    r"|\bcomplete list\b|\bboth\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:all|every(?:thing|\s?one)?|each|entire|whole|full|any(?:thing)?|the lot)\b(?: of)?",
    re.IGNORECASE,
)
_ALL_ONLY = re.compile(
    r"\b(?:all|every(?:thing|\s?one)?|each|entire|whole|full|the lot)\b(?: of)?", re.IGNORECASE
)
_NOUN = re.compile(
    rf"\b(?:{words.TASKS}|{words.LIST}|schedule|day|plate|docket|agenda|due)\b", re.IGNORECASE
)
_SMALL_WORDS = frozenset(
    """
    's a about account add added again all also am an and any app are as at be been being
    busiest busy but by can come comes coming current currently day did do does doing due else
    ever everything exactly existing far for free from full get give go going got had has have
    having here hey how i i'm i've in is it it's item just kind kinds left like list lists look
    looking looks many me much my need needs now of off ok on one ones only or our out overall
    overview plan planned please pls plz present quick remain remains right s saved see should
    show so some sort sorts status still stuff such summary task tasks tell thanks that that's
    the their them there there're there's these they thing things this those to today today's
    tonight type up update us waiting want we well what what're what's whats when which who will
    with yet you your yours
    """.split()
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a phrase, and what was left of it."""

    filter: Filter
    all: bool  # "all", "every" was said
    noun: bool  # "tasks", "list" or the like was said
    left: str

    @property
    def says_something(self) -> bool:
        return self.noun or self.all or self.filter != Filter()


def read(phrase: str) -> Reading:
    """Take a phrase apart into a filter, a noun and the rest."""
    folded = text.fold(phrase)
    wanted = Filter()
    if found := _ABOUT.search(folded):
        wanted = replace(wanted, query=text.unquote(text.trim(phrase[found.start("query") :])))
        folded, phrase = folded[: found.start()], phrase[: found.start()]
    if found := _LABEL.search(folded) or _LABEL_BEFORE.search(folded):
        name = next(group for group in found.groups() if group)
        if name.casefold() not in _SMALL_WORDS:
            wanted = replace(wanted, label=text.unquote(name))
            folded = _without(folded, found)
    if found := _PRIORITY.search(folded):
        level = titles.priority(next(group for group in found.groups() if group))
        wanted = replace(wanted, priority=level)
        folded = _without(folded, found)
    for due_name, pattern in _DUE:
        if found := pattern.search(folded):
            wanted = replace(wanted, due=due_name)
            folded = _without(folded, found)
            break
    noun = bool(_NOUN.search(folded))
    folded, to_do = _TO_DO.subn(" ", folded)
    if found := _BOTH.search(folded):
        wanted = replace(wanted, status="all")
        folded = _without(folded, found)
    for status, pattern in _STATUS:
        if found := pattern.search(folded):
            wanted = replace(wanted, status=wanted.status or status)
            folded = _without(folded, found)
    everything = bool(_ALL_ONLY.search(folded))
    folded = _NOUN.sub(" ", _ALL.sub(" ", folded))
    left = [
        word for word in re.findall(r"[^\s,.?!:;]+", folded) if word.casefold() not in _SMALL_WORDS
    ]
    return Reading(wanted, everything, noun or bool(to_do), " ".join(left))


def whole(phrase: str) -> Reading | None:
    """The reading of a phrase that is nothing but a filter."""
    reading = read(phrase)
    return reading if reading.says_something and not reading.left else None


def _without(folded: str, found: re.Match[str]) -> str:
    return f"{folded[: found.start()]} {folded[found.end() :]}"
