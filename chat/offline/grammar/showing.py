"""The grammar of looking at tasks: lists, counts, searches, one task. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from chat.offline.grammar import filters, text
from chat.offline.grammar.rules import Found, is_clear, rules
from chat.offline.grammar.targets import target
from chat.offline.intents import Conversation, Filter, Intent, Look, Named, Show, Target

_SHOW = (
    r"(?:(?:show|list|see|view|display|get|give|print|read|pull up|bring up|open(?: up)?"
    r"|check|fetch|look at|go (?:over|through)|run through"
    r"|tell|recap|summari[sz]e|review|retrieve|load|output|present|enumerate"
    r"|remind(?= (?:me|us) (?:of|about|what|which|when|how))|refresh|call up|let me (?:see"
    r"|have)|i (?:want|need|would like|'d like)"
    r" to (?:see|view|know|check)|want to see)(?: me| us| my memory)?(?: back| out| off"
    r"| again)?(?: of| about| on| a list of| an overview of)?)"
)
_ASKED = (
    r"(?:what|which|whats|what's|what're|what are|any|anything|anythin|do i|have i|did i"
    r"|am i|what's next|whats next|is there|are there|is anything|are any|can i (?:see"
    r"|view|get|have)|could i (?:see|view|get|have)"
    r"|may i (?:see|view|get|have)|does|has|how does|how is|how's|who|where|got)"
)
_COUNT = (
    r"(?:how many|how much|what(?:'s| is) the (?:number|count|total) of|number of"
    r"|count(?: up)?(?: of)?|total(?: number of)?|tell me how many|the number of)"
)
_FIND = (
    r"(?:find|search(?: for| through)?|look(?: for| up)|locate|where(?:'s| is| are)"
    r"|filter(?: by| for| on)?|query|hunt for)"
    r"(?: me)?(?: (?:in |through )?(?:my )?(?:tasks|list|to-?dos) for)?"
)
_TASK_ABOUT = (
    r"(?:an? |any |some )?(?:tasks?|items?|to-?dos?|reminders?|anything"
    r"|something)(?: (?:on|in) (?:my|the) list)?"
    r"(?: that (?:is|are))? (?:about|called|named|titled|to|for|regarding|related to|with"
    r"|mentioning|containing|matching|that says?)(?: the words?)?"
)
# Looking at a day the tools have no filter for shows what is coming up, and says so.
_WIDER = re.compile(
    (
        r"\b(next week(?:end)?|next month|this month|this year|next year|(?:next |on "
        r"|for )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
    ),
    re.IGNORECASE,
)
_NOT_LISTS = re.compile(
    r"(?:what|which|who|where|how)(?:'s| is| are)?(?: the)? (?:weather|time|date|day"
    r"|meaning|name|news|capital|score|point|difference|matter|wrong|new|up|happening)\b.*"
    r"|what day is it.*|what can (?:i|you)\b.*|what (?:do|did|are|were) you\b.*"
    r"|what else can.*|do i know.*|what do i (?:say|type|call).*",
    re.IGNORECASE,
)


_HOW_ABOUT = re.compile(r"(?:and )?(?:what|how) about(?: for| on)? ", re.IGNORECASE)
_NEXT = re.compile(
    r"(?:what(?:'?s| is)|which (?:task|one) is) (?:up )?next(?: up| task| on .*)?|next(?: task)?",
    re.IGNORECASE,
)
_OVERVIEW = re.compile(
    r"(?:(?:give|show) me )?(?:an? |the |my )?(?:quick )?(?:summary|overview|recap|status|progress)"
    r"(?: (?:update|report|of my (?:tasks|list|day)))?|how am i doing|(?:what|how)(?:'?s"
    r"| is) my (?:progress|status)",
    re.IGNORECASE,
)
_ABOUT_IT = re.compile(
    r"(?:is|was|when(?:'s| is)?|did|has|have|does) (?:it|this|that)\b", re.IGNORECASE
)
_SORTED = re.compile(
    (
        r",? (?:sorted |ordered |grouped |arranged |in order |organi[sz]ed )?(?:by"
        r"|of) (?:their )?(?:priority|due ?dates?|dates?|deadlines?|importance|label|name"
        r"|title|creation|urgency)(?: first)?$"
    ),
    re.IGNORECASE,
)


_GIVEN = re.compile(r"give (?:it|that|this|them|#?t?\d+|the .+? (?:task|one)) \w", re.IGNORECASE)
_TRASH = re.compile(
    r"(?:(?:show|list|see|view|open|check|display|look (?:in|at))(?: me)? )?(?:what(?:'?s"
    r"| is) in )?"
    r"(?:all )?(?:my |the )?(?:trash(?: can)?|(?:recycle )?bin|deleted (?:tasks|items|ones|things))"
    r"|(?:what|which (?:tasks|ones)|what tasks)(?:'?s| is| are| have| did| was"
    r"| were)?(?: (?:i|we|you))?"
    r"(?: (?:just|already|recently|been))* (?:deleted?|removed?|trashed|in (?:the"
    r"|my) (?:trash|bin))"
    r"(?: (?:today|recently|so far))?",
    re.IGNORECASE,
)
_FORMAT = re.compile(
    r" (?:as|in) (?:an? )?(?:json|csv|xml|yaml|html|markdown|table|plain text|bullet(?:ed|s)?"
    r"(?: points?| list)?|numbered list)(?: format)?$",
    re.IGNORECASE,
)
_FEW = re.compile(
    r"\b(?:only |just )?(?:the |my )?(?:first |top |next )?(?:one|two|three|four|five|six|seven"
    r"|eight|nine|ten|\d{1,2})(?= (?:of my |of the )?(?:open |completed )?tasks?\b)",
    re.IGNORECASE,
)


def show(sentence: str) -> Show | None:
    """A list, if that is what is asked for."""
    folded = text.fold(sentence)
    if _NOT_LISTS.fullmatch(folded) or _ABOUT_IT.match(folded):
        return None
    if found := _HOW_ABOUT.match(folded):
        sentence = sentence[found.end() :]
        folded = text.fold(sentence)
    if _GIVEN.match(folded):
        return None
    if _TRASH.fullmatch(folded):
        return Show(Filter(status="trash"))
    if found := _FORMAT.search(folded):
        return show(sentence[: found.start()])
    if found := _FEW.search(folded):
        return show(f"{sentence[: found.start()]} {sentence[found.end() :]}")
    if _NEXT.fullmatch(folded) or _OVERVIEW.fullmatch(folded):
        return Show(Filter())
    if found := _SORTED.search(folded):
        unsorted = show(sentence[: found.start()])
        return replace(unsorted, note="sort") if unsorted else None
    reading = _asked_for(sentence, folded)
    return _shown(reading, sentence) if reading else None


def _asked_for(sentence: str, folded: str) -> filters.Reading | None:
    for starter in (_SHOWN, _COUNTED, _ASKED_FOR):
        found = starter.match(folded)
        reading = filters.whole(sentence[found.end() :]) if found else None
        if reading and reading.says_something:
            return reading
    if SAYS.match(folded):
        return None
    reading = filters.whole(sentence)
    # "today", "my tasks", "overdue?": a filter alone.
    alone = reading and (reading.noun or reading.filter.due or _bare_status(folded))
    return reading if alone else None


def _bare_status(folded: str) -> bool:
    return bool(
        re.fullmatch(
            (
                r"(?:completed|all completed|(?:show|list) (?:completed|done|open|all"
                r"|everything)|labels?:? .+|#[\w-]+)"
            ),
            folded,
            re.IGNORECASE,
        )
    )


def _shown(reading: filters.Reading, sentence: str) -> Show:
    wanted = reading.filter
    if (
        reading.all
        and wanted == Filter()
        and not re.search(r"\bto do\b|left|\bdue\b", sentence, re.IGNORECASE)
    ):
        wanted = replace(wanted, status="all")
    if (
        re.match(
            r"(?:have|did|what (?:did|have)|which .*(?:did|have)|how many .*(?:did|have))\b",
            sentence,
            re.IGNORECASE,
        )
        and re.search(
            r"\b(?:finish|complete|do|done|accomplish|check|get done|achieve)\w*(?: off)?\b",
            sentence,
            re.IGNORECASE,
        )
        and not re.search(
            r"\bto (?:do|finish|complete|be)\b|\bhave(?: i)? left\b|n't\b|\bnot\b|\bdo i\b",
            sentence,
            re.IGNORECASE,
        )
    ):
        wanted = replace(wanted, status="completed")
    if wanted.status == "completed" and wanted.due:
        wanted = replace(wanted, due=None)  # due says when it had to be done, not when it was
    note = ""
    if wanted.due == "upcoming" and (found := _WIDER.search(sentence)):
        note = re.sub(r"^(?:on|for) ", "", found.group(1), flags=re.IGNORECASE)
    asked_if = bool(
        re.match(
            r"(?:do i have|have i got|is there|are there|is anything|are any|any|got)\b",
            sentence,
            re.IGNORECASE,
        )
    )
    return Show(wanted, any_found=asked_if and wanted.query is not None, note=note)


# "complete all tasks" is a command, "it's not done yet" a statement.
SAYS = re.compile(
    (
        r"(?:(?:complete|finish|close|do|add|new)\b(?! list)|(?:it|this|that|they|these"
        r"|those)(?:'?s|'?re| is| are| has| was)?\b)"
    ),
    re.IGNORECASE,
)
_SHOWN = re.compile(rf"{_SHOW}(?: |$)", re.IGNORECASE)
_COUNTED = re.compile(rf"{_COUNT} ", re.IGNORECASE)
_ASKED_FOR = re.compile(rf"{_ASKED}(?: |$|'s )", re.IGNORECASE)


def _search(found: Found) -> Intent | None:
    reading = filters.read(found["rest"])
    if reading.says_something and not reading.left:
        return Show(reading.filter)
    query = reading.filter.query or _name(found["rest"])
    return Show(replace(reading.filter, query=query)) if query else None


def _is_there(found: Found) -> Intent | None:
    """ "do I have a task to call mum?": a yes or a no."""
    if filters.whole(found.sentence[found.match.start("rest") :]):
        return None  # "anything for today"
    query = _name(found["rest"])
    return Show(Filter(query=query), any_found=True) if query else None


def _one(found: Found) -> Intent | None:
    """ "show me the milk task": that one; "show me milk": what matches."""
    meant = found.target()
    if not isinstance(meant, Named):
        return Look("details", meant) if meant else None
    if is_clear(found["x"], found.conversation):
        return Look("details", meant)
    return Show(Filter(query=meant.phrase))


def _name(phrase: str) -> str:
    meant: Target | None = target(phrase, Conversation())
    return meant.phrase if isinstance(meant, Named) else ""


SEARCH = rules(
    (
        (
            r"(?:do i (?:already |still |also )?have|have i got|is there|are there|have|got"
            rf"|did i (?:add|create|make|already add)) {_TASK_ABOUT} (?P<rest>.+?)(?: (?:on"
            r"|in) (?:my|the) (?:list|tasks|to-?do list)| already)*"
        ),
        _is_there,
    ),
    (
        (
            r"(?:show|list|see|find|get|give|search(?: for)?|look(?: for| up)?|display|view"
            rf"|pull up)(?: me| us)?(?: all| every)?(?: the| my)? ?{_TASK_ABOUT} (?P<rest>.+)"
        ),
        lambda f: Show(Filter(query=_name(f["rest"]))) if _name(f["rest"]) else None,
    ),
    (rf"{_FIND}[: ]+(?P<rest>.+)", _search),
    (
        (
            r"(?:show|display|view|list|open|see|get me|pull up)(?: me"
            r"| us)?(?: the details (?:of|on|for|about)| details (?:of|on|for"
            r"|about))? (?P<x>.+)"
        ),
        _one,
    ),
    (
        (
            r"(?:do i (?:already |still |also )?(?:have|own)|have i got) (?:an? |any |the "
            r"|my )(?P<rest>.+?)(?: (?:on|in) (?:my|the) (?:list|tasks)| already| planned"
            r"| scheduled)*"
        ),
        _is_there,
    ),
)
