"""Reads which task is meant: "the groceries task", "t12", "it", "the second one". Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from chat.offline.grammar import filters, text
from chat.offline.grammar import vocabulary as words
from chat.offline.intents import Conversation, Every, Filter, It, Named, Nth, Target, These

_IT = re.compile(
    r"(?:it|that|this|(?:that|this|the)(?: same| new| latest| newest)? (?:one|task|item"
    r"|to-?do|reminder|thing)"
    r"|the (?:same|latest|newest|new one)|(?:the |that )?(?:last |latest |new )?(?:one"
    r"|task|item|reminder)"
    r"(?: that| which)? (?:i|you|we|i've|you've)(?: have| had)?(?: just| recently)? (?:add"
    r"|creat|mak|made|mention|talk|complet|finish|chang|renam|said|told)"
    r"\w*(?: (?:me|you|about|it|just now|before|earlier|last))*|my (?:last|latest|newest"
    r"|new) (?:task|one)|what i just (?:added|created)|the above(?: task| one)?)",
    re.IGNORECASE,
)
_THEM = re.compile(
    r"(?:(?:all(?: of)? |both(?: of)? )?(?:them|those|these)(?: all| both| two| three"
    r"| tasks| ones| items)*|they|both(?: tasks| of them)?"
    r"|all (?:two|three|four|five|\d+)(?: of them| of those)?|the (?:two|three"
    r"|four)(?: of them)?(?: tasks)?|the lot of them)",
    re.IGNORECASE,
)
_ORDINAL_WORD = "|".join(sorted(words.ORDINALS, key=len, reverse=True))
_ORDINAL = re.compile(
    rf"(?:the |my )?(?P<nth>{_ORDINAL_WORD})(?: (?:one|task|item|entry|to-?do|reminder))?"
    rf"(?: (?:of|on|in|from) (?:them|those|these|{words.LIST}|it))?(?: please)?",
    re.IGNORECASE,
)
_ORDINALS = re.compile(rf"\b(?:{_ORDINAL_WORD})\b", re.IGNORECASE)
_SOME_ORDINALS = re.compile(
    rf"(?:the )?(?:{_ORDINAL_WORD})(?: one| task)?(?:(?:, | and |, and "
    rf"| & )(?:the )?(?:{_ORDINAL_WORD})(?: one| task)?)+"
    r"(?: ones?| tasks?)?",
    re.IGNORECASE,
)
_FIRST_FEW = re.compile(
    (
        r"(?:the )?(?P<end>first|last|top) (?P<count>two|three|four|five|2|3|4|5)(?: (?:ones"
        r"|tasks|items|of them))?"
    ),
    re.IGNORECASE,
)
_FEW = {"two": 2, "three": 3, "four": 4, "five": 5}
_ID = re.compile(
    (
        rf"(?:(?:the )?{words.TASK}[ -]?(?:number |no\.? ?|nr\.? ?|id |#)? ?t?(?P<a>\d{{1,9}})"
        rf"|t-?(?P<b>\d{{1,9}})|task://t(?P<c>\d{{1,9}}))"
    ),
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:the )?(?:(?:number|no\.?|nr\.?|option|#)(?: one)? ?)?#?(?P<n>\d{1,9})", re.IGNORECASE
)
_IDS = re.compile(
    r"(?:tasks? |items? |numbers? )?#?t?\d{1,9}(?:(?:, ?| and |, and | & | ?\+ ?)#?t?\d{1,9})+",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    (
        rf"(?:an? |some |any |one |one of (?:my|the) |the |my )?(?:{words.TASKS}|something|one"
        r"|few things|stuff|thing)|some(?: of (?:them|my tasks))?"
    ),
    re.IGNORECASE,
)
_ONLY_IT = re.compile(r"(?:the|that|this) (?:task|one|item|to-?do|reminder)", re.IGNORECASE)
_BESIDES = re.compile(
    (
        r"(?P<all>.+?),? (?:except|but|apart from|other than|besides|excluding|save|minus"
        r"|aside from|bar)(?: for| not)? (?P<not>.+)"
    ),
    re.IGNORECASE,
)
_NOUN = r"(?:tasks?|taks|tsaks?|items?|to-?dos?|to do|todo|reminders?|entry|chore|thing)"
_WRAP_START = re.compile(
    (
        rf"(?:(?:the|my|that|this|our|a|an) )?{_NOUN}(?:(?: that(?:'s| is))? (?:called|named"
        r"|titled|labell?ed|about|to|for|of|with the (?:title|name)|that says|saying"
        r"|which says))?:? (?=\S)"
    ),
    re.IGNORECASE,
)
_WRAP_END = re.compile(
    (
        rf"(?: (?:{_NOUN}|one))?(?: (?:from|off|off of|on|in|of"
        rf"|out of) {words.LIST})?(?: (?:{_NOUN}|one))?$"
    ),
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:the|my|our|that|this) (?=\S)", re.IGNORECASE)
_AT_ONCE = re.compile(r" (?:(?:right )?now|immediately|asap|at once|right away)$", re.IGNORECASE)
_SEVERAL = re.compile(
    r"\s*[,;]\s*(?:(?:and|&|plus) )?(?:also )?| (?:and|&|plus) (?:also )?(?!$)", re.IGNORECASE
)
_PLURAL = re.compile(
    rf"\b(?:{words.TASKS.replace('|task|', '|')}|ones|list|everything|all|every|each)\b",
    re.IGNORECASE,
)


def target(phrase: str, conversation: Conversation) -> Target | None:
    """What a phrase names; None where it names no task ("a task")."""
    phrase = text.trim(text.one_line(phrase))
    folded = text.fold(phrase)
    if not text.has_words(phrase):
        return None
    if text.is_quoted(phrase):
        return Named(text.unquote(phrase))
    if _THEM.fullmatch(folded):
        return It(plural=True)
    if _IT.fullmatch(folded) or _ONLY_IT.fullmatch(folded):
        return It()
    if found := position(folded, conversation):
        return found
    if _FIRST_FEW.fullmatch(folded) or _SOME_ORDINALS.fullmatch(folded):
        return None  # of a list that was not shown
    return _every(phrase) or (None if _NOBODY.fullmatch(folded) else _named(phrase))


def position(folded: str, conversation: Conversation) -> Target | None:
    """A number or a place in the list: "t12", "#12", "the second one", "1 and 3"."""
    if found := _ORDINAL.fullmatch(folded):
        return Nth(words.ORDINALS[found.group("nth").casefold()])
    if found := _ID.fullmatch(folded):
        return Named(f"t{next(group for group in found.groups() if group)}")
    if found := _NUMBER.fullmatch(folded):
        return _numbered(found.group("n"), conversation)
    if _IDS.fullmatch(folded):
        numbers = re.findall(r"(t?)(\d+)", folded)
        found_tasks = [Named(f"t{n}") if t else _numbered(n, conversation) for t, n in numbers]
        return _these(found_tasks, conversation)
    if found := _FIRST_FEW.fullmatch(folded):
        count = _FEW.get(found.group("count").casefold()) or int(found.group("count"))
        few = range(-count, 0) if found.group("end").casefold() == "last" else range(count)
        return _these([Nth(place) for place in few], conversation)
    if _SOME_ORDINALS.fullmatch(folded):
        places = [words.ORDINALS[word.casefold()] for word in _ORDINALS.findall(folded)]
        return _these([Nth(place) for place in places], conversation)
    return None


def _numbered(number: str, conversation: Conversation) -> Named | Nth:
    """ "2" is the second of the list just shown, unless the list shows a t2 or has no second."""
    shown = conversation.shown
    ids = {task.id for task in shown}
    if f"t{number}" not in ids and 1 <= int(number) <= len(shown):
        return Nth(int(number) - 1)
    return Named(f"t{number}")


def _these(places: list[Named | Nth], conversation: Conversation) -> These | None:
    shown = conversation.shown
    references = []
    for place in places:
        if isinstance(place, Named):
            references.append(place.phrase)
        elif -len(shown) <= place.index < len(shown):
            references.append(shown[place.index].id)
        else:
            return None
    return These(tuple(dict.fromkeys(references)))


def _every(phrase: str) -> Every | None:
    besides = ""
    folded = text.hide_quotes(phrase)
    if found := _BESIDES.fullmatch(folded):
        rest = _every(phrase[: found.end("all")])
        if rest:
            besides = _bare(text.trim(phrase[found.start("not") :]))
            return Every(rest.filter, besides)
        return None
    if not _PLURAL.search(folded):
        return None
    reading = filters.whole(phrase) or _every_word(phrase)
    if reading is None or not (reading.all or reading.filter != Filter() or _is_my_list(folded)):
        return None
    return Every(reading.filter)


def _every_word(phrase: str) -> filters.Reading | None:
    """ "all work tasks": those with that word, or that label."""
    reading = filters.read(phrase)
    short = 1 <= len(reading.left.split()) <= 2
    if not (reading.all and reading.noun and short) or reading.filter.query:
        return None
    return replace(reading, filter=replace(reading.filter, query=reading.left), left="")


def _is_my_list(folded: str) -> bool:
    """ "my tasks" are all of them; "tasks" alone are no particular ones."""
    return bool(
        re.fullmatch(
            rf"(?:my|our)(?: \w+)? (?:{words.TASKS}|list)|the(?: \w+)? (?:tasks|to-?dos|list)"
            rf"|(?!the (?:reminders|agenda|plate)){words.LIST}",
            folded,
            re.IGNORECASE,
        )
    ) and not re.fullmatch(words.TASKS, folded, re.IGNORECASE)


def _named(phrase: str) -> Named | These | None:
    bare = _bare(phrase)
    if text.is_quoted(bare):
        return Named(text.unquote(bare))
    hidden = text.hide_quotes(phrase)
    spans = _spans(hidden)
    if len(spans) > 1 and all(text.is_quoted(phrase[start:end]) for start, end in spans):
        return These(tuple(text.unquote(phrase[start:end]) for start, end in spans))
    parts = tuple(
        text.unquote(_bare(phrase[start:end])) for start, end in spans if phrase[start:end].strip()
    )
    several = parts if len(parts) > 1 and all(text.has_words(part) for part in parts) else ()
    if not text.has_words(bare):
        return None
    return Named(text.unquote(bare), several, phrase)


def _spans(hidden: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for found in _SEVERAL.finditer(hidden):
        spans.append((start, found.start()))
        start = found.end()
    return [*spans, (start, len(hidden))]


def _bare(phrase: str) -> str:
    """ "the groceries task" without the words around its name."""
    phrase = text.trim(phrase)
    if text.is_quoted(phrase):
        return phrase
    if (found := _ID.fullmatch(text.fold(phrase))) or (
        found := re.fullmatch(r"#(?P<a>\d{1,9})", phrase)
    ):
        return f"t{next(group for group in found.groups() if group)}"
    rest = _AT_ONCE.sub("", phrase) or phrase
    if found := _WRAP_START.match(text.fold(rest)):
        rest = rest[found.end() :]
    found = _WRAP_END.search(text.fold(rest))
    if found and found.start() > 0:
        rest = rest[: found.start()]
    if found := _ARTICLE.match(text.fold(rest)):
        rest = rest[found.end() :]
    return rest.strip() or phrase
