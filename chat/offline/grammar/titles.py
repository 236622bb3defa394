"""Reads what is to be added: one title or several, each with its date, priority, labels. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from chat.offline.grammar import due, text
from chat.offline.grammar import vocabulary as words
from chat.offline.intents import NewTask

# How a sentence was begun says how far it may be taken apart:
# one   "a task to ...": one title, whatever commas it holds
# free  "remind me to ...": several only where each part is a task by itself
# bare  "add ...": several things
# many  "add these: ...": several things
Form = Literal["one", "free", "bare", "many"]

_BULLET = re.compile(
    r"^\s*(?:[-*+\u2022\u2023\u25aa\u25e6\u2013\u2014\u00b7](?: \[[ xX]?\])?"
    r"|\(?\d{1,2}[.)]|\[[ xX]?\]|\u2610)\s+"
)
_INLINE_NUMBERS = re.compile(r"(?:^|\s)\(?1[.)]\s.*\s\(?2[.)]\s", re.DOTALL)
_NUMBER_MARK = re.compile(r"(?:^|\s)\(?\d{1,2}[.)]\s+")
_COMMAS = re.compile(r"\s*(?:,(?!\d{3}\b)|;)\s*(?:(?:and|&|plus|then) )?(?:also )?")
_AND = re.compile(r" (?:and|&|plus) (?:also )?", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"\b(?:with|for|from|at|to|of|about|between|in|on|by|after|before|into|without|via|re)\b",
    re.IGNORECASE,
)
# Pairs that are one thing.
_ONE_THING = re.compile(
    r"(?:mac (?:and|&|n) cheese|fish (?:and|&) chips|bread and butter|bed (?:and"
    r"|&) breakfast|gin (?:and|&) tonic|rock (?:and|&|n) roll"
    r"|black and white|profit (?:and|&) loss|terms (?:and|&) conditions|pros (?:and"
    r"|&) cons|research (?:and|&) development|r ?& ?d|q ?& ?a|p ?& ?l"
    r"|trial and error|peanut butter (?:and|&) (?:jelly|jam)|(?:ham|bacon) (?:and|&) eggs"
    r"|cookies (?:and|&) cream|knife and fork|hide and seek"
    r"|back and forth|tom and jerry|war and peace|supply and demand|copy and paste"
    r"|cut and paste|drag and drop|meet (?:and|&) greet|show and tell"
    r"|wash and fold|pen and paper|shirt and tie|lost and found|health (?:and|&) safety"
    r"|arts (?:and|&) crafts|nuts and bolts|odds and ends"
    r"|ins and outs|ups and downs|song and dance|trick or treat|hit and run)",
    re.IGNORECASE,
)

_PRIORITY_AT_END = re.compile(
    r"(?:^|[\s,;(\-]+)(?:(?:with|at|as|of|and|in|has|is|it's|having|make it|set"
    r"|which is)(?: an?)? )?(?:"
    rf"(?P<a>{words.PRIORITY})[ -]{words.PRIORITY_WORD}|{words.PRIORITY_WORD}(?: is| to"
    rf"| of)?[ :=]+(?P<b>{words.PRIORITY})"
    rf"|!(?P<c>high|medium|low)|(?P<d>p[1-3]))\)?$"
    r"|(?:,|;|\(| -|:) ?(?:it'?s |very |this is )*(?P<e>urgent|important|critical|high|low"
    r"|medium)\)?$",
    re.IGNORECASE,
)
_LABELS = r"(?:#?[\w-]+(?:(?:, ?| and | & |, and )#?[\w-]+)*|\"[^\"]+\")"
_LABELS_AT_END = re.compile(
    r"(?:^|[\s,;(]+)(?:(?:(?:and|with|under|having|using|add) )+(?:the |a )?(?:labels?"
    r"|tags?|category)"
    r"|(?:labell?ed|tagged|categori[sz]ed)(?: as| with| under)?|(?:labels?"
    rf"|tags?):)[ :]+(?P<names>{_LABELS})\)?$"
    r"|(?P<hashes>(?:(?:^|\s+)#[^\W\d][\w-]*)+)$",
    re.IGNORECASE,
)
_NOTE_AT_END = re.compile(
    r"(?:,|;|\.)? (?:and |with )+(?:an? |the )?(?:note|description|details?"
    r"|comment)s?(?: saying| that says)?"
    r"[ :]+(?P<note>.+)$|[,;.]? (?:note|description|details|comment): ?(?P<note2>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_FILLER_START = re.compile(
    r"(?:(?:called|named|titled|saying|that says|which says|with the (?:title|name)|to remind me to"
    r"|for me to|reminding me to)\s+|[:\-\u2013\u2014,]\s*)+",
    re.IGNORECASE,
)
_ON_LIST = re.compile(
    (
        r" (?:to|on|onto|in|into) (?:my|the|our) (?:(?:tasks?|to-?do|todo) )?(?:list|tasks"
        r"|to-?dos)(?: for(?= )|$)"
    ),
    re.IGNORECASE,
)


def priority(word: str) -> str:
    """What a priority word means to the tools."""
    word = " ".join(word.casefold().split())
    # "not important" holds "important": the low ones come first.
    for name, pattern in (
        ("low", words.LOW),
        ("high", words.HIGH),
        ("medium", words.MEDIUM),
    ):
        if re.fullmatch(pattern, word):
            return name
    return "none"


def labels(names: str) -> tuple[str, ...]:
    """ "#work, home and "late shift"": the names."""
    if text.is_quoted(names):
        return (text.unquote(names),)
    parts = re.split(r",? and |, ?| & |\s+(?=#)", names.strip())
    return tuple(text.unquote(part.strip().lstrip("#")) for part in parts if part.strip(" #"))


def new_tasks(said: str, form: Form, given: NewTask | None = None) -> tuple[NewTask, ...]:
    """The tasks to add. `given`: what the words before the title said of each of them."""
    given = given or NewTask("")
    parts = split_list(said, form)
    tasks = [_new_task(part, given) for part in parts]
    tasks = [task for task in tasks if task.title]
    last = tasks[-1] if tasks else None
    only_last = last and last.due and not any(task.due for task in tasks[:-1])
    # "milk, eggs and bread for tomorrow": all of them. "buy milk, call mum tomorrow": who knows.
    if last and last.due and only_last and not any(_is_deed(part) for part in parts):
        tasks = [replace(task, due=last.due) for task in tasks]
    return tuple(tasks)


def _new_task(said: str, given: NewTask) -> NewTask:
    title = clean(said)
    if text.is_quoted(said.strip()):
        return NewTask(title, given.due, given.priority, given.labels, given.description)
    note, day, level, names = given.description, given.due, given.priority, given.labels
    whole = ""
    if found := _NOTE_AT_END.search(text.hide_quotes(title)):
        start = found.start("note") if found.group("note") else found.start("note2")
        note, title = text.unquote(title[start:].strip()), title[: found.start()].strip()
    for _ in range(4):
        before, folded = title, text.hide_quotes(title)
        rest, found_day = due.split_end(title) if not day else (title, None)
        if found_day:
            whole, title, day = before, rest, found_day
        elif (found := _PRIORITY_AT_END.search(folded)) and folded[: found.start()].strip():
            level = priority(next(group for group in found.groups() if group))
            title = title[: found.start()]
        elif (found := _LABELS_AT_END.search(folded)) and folded[: found.start()].strip():
            names += labels(
                title[found.start("names") : found.end("names")]
                if found.group("names")
                else found.group("hashes")
            )
            title = title[: found.start()]
        title = clean(title)
        if title == before:
            break
    return NewTask(title, day, level, names, note, whole if whole != title else "")


def clean(title: str) -> str:
    """A title as the user would write it in the list."""
    title = text.trim(text.one_line(_BULLET.sub("", title)))
    if found := _FILLER_START.match(text.fold(title)):
        title = title[found.end() :]
    return text.unquote(text.trim(title))


def without_list(said: str) -> str:
    """ "milk to my list" is "milk"."""
    found = next(iter(_ON_LIST.finditer(text.hide_quotes(said))), None)
    return (said[: found.start()] + said[found.end() :]).strip() if found else said


def is_bulleted(said: str) -> bool:
    """Whether it is a list of items, a line each."""
    lines = [line for line in said.split("\n") if line.strip()]
    # The first line's mark may have been trimmed off.
    return len(lines) > 1 and all(_BULLET.match(line) for line in lines[1:])


def split_list(said: str, form: Form) -> list[str]:
    """The items of a list, or the whole as one."""
    said = said.strip()
    lines = [line for line in said.split("\n") if line.strip()]
    if len(lines) > 1:
        bulleted = [line for line in lines if _BULLET.match(line)]
        if bulleted and not _BULLET.match(lines[0]):
            lines = (
                lines[1:]
                if len(bulleted) == len(lines) - 1 and lines[0].rstrip().endswith(":")
                else lines
            )
        return [_BULLET.sub("", line).strip().rstrip(",;") for line in lines]
    if text.is_quoted(said):
        return [said]
    if _INLINE_NUMBERS.search(said):
        return [part.strip(" ,;") for part in _NUMBER_MARK.split(said) if part.strip(" ,;")]
    said = _BULLET.sub("", said)
    if form == "one":
        return [said]
    return _split_line(said, form)


def _split_line(said: str, form: Form) -> list[str]:
    """The things of a line, each a task; the line itself where they are parts of one."""
    hidden = re.sub(r"\([^)]*\)", lambda found: "\0" * len(found.group()), text.hide_quotes(said))
    has_comma = bool(re.search(r"[,;](?=\s|[^\W\d])", hidden))
    parts = _parts(said, hidden) if has_comma else _cut(said, hidden, _AND)
    whole = [said]
    if len(parts) < 2 or not all(map(text.has_words, parts)) or _is_addition(parts[1:]):
        return whole
    if not has_comma and all(due.split_end(part)[1] for part in parts):
        return parts  # "lunch tomorrow and dinner on Friday"
    deeds = [_is_deed(part) for part in parts]
    if all(deeds):
        return parts if has_comma or form != "free" else whole
    if form == "free":
        return whole
    if ";" in hidden:
        return parts
    if any(deeds):
        return _grouped(parts, deeds, said) if has_comma else whole
    return parts if form == "many" or _are_things(parts, said, has_comma=has_comma) else whole


def _parts(said: str, hidden: str) -> list[str]:
    """Cut at commas, and at the "and" after the last one: "salt and pepper, oil" are two.

    Among many short ones an "and" between two words is no more than a comma.
    """
    first, *others = _cut(said, hidden, _COMMAS)
    parts = [first]
    for number, part in enumerate(others, 1):
        last, short = number == len(others), len(part.split()) == 3
        if last or (short and len(others) > 1 and not _ONE_THING.fullmatch(part.strip())):
            parts += _cut(part, text.hide_quotes(part), _AND)
        else:
            parts.append(part)
    return parts


def _are_things(parts: list[str], said: str, *, has_comma: bool) -> bool:
    """Whether nouns stand for tasks of their own: not in "lunch with Ann, Bob and Eve"."""
    first, *others = parts
    joins = len(first.split()) >= 3 and _PREPOSITION.search(first)
    if joins and all(len(part.split()) <= 2 for part in others):
        return False
    if has_comma:
        return True
    short = len(parts) == 2 and all(len(part.split()) <= 2 for part in parts)
    return short and not _ONE_THING.fullmatch(said.strip())


def _cut(said: str, hidden: str, mark: re.Pattern[str]) -> list[str]:
    parts, start = [], 0
    for found in mark.finditer(hidden):
        parts.append(said[start : found.start()])
        start = found.end()
    return [*parts, said[start:]]


def _grouped(parts: list[str], deeds: list[bool], said: str) -> list[str]:
    """ "buy milk, eggs, call mum" is "buy milk, eggs" and "call mum": things go with a verb."""
    if not deeds[0]:
        return parts
    starts = []
    position = 0
    for part, deed in zip(parts, deeds, strict=True):
        position = said.index(part, position)
        if deed:
            starts.append(position)
        position += len(part)
    ends = [*starts[1:], len(said)]
    groups = [said[start:end] for start, end in zip(starts, ends, strict=True)]
    return [
        re.sub(r"[\s,;]*(?:\b(?:and|then|plus|also)|&)?[\s,;]*$", "", group) for group in groups
    ]


def _is_deed(part: str) -> bool:
    """Whether it is a task by itself: begins with a verb that has an object."""
    part = text.without_politeness(part)[0]
    found = text.fold(part).casefold().split()
    if found and found[0] == "to":
        found = found[1:]
    return len(found) >= 2 and found[0].strip("\"'") in words.TASK_VERBS


def _is_addition(parts: list[str]) -> bool:
    """Whether what follows a comma only adds to the title: a date, a priority, "cc Bob"."""
    return any(
        due.as_due(part.strip())
        or re.match(
            r"(?:due|by|with|high|low|medium|urgent|important|priority|p[1-3]$|cc"
            r"|including|because|since|so"
            r"|but|not|which|who|that|don'?t|labell?ed|tagged|label|tag|note|etc|e\.?g"
            r"|i\.?e|if|when|as)\b",
            part.strip(),
            re.IGNORECASE,
        )
        for part in parts
    )
