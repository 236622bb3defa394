"""What a sentence may mean that is no command: a guess, offered for a yes. Pure."""

from __future__ import annotations

import re

from chat.offline.grammar import due, filters, showing, text, titles
from chat.offline.grammar import vocabulary as words
from chat.offline.intents import Add, Complete, Filter, Intent, Named, NewTask, Offer, Show, Unknown

# "I called mum": perhaps "call mum" is done.
_I_DID = re.compile(
    r"(?:i|we)(?:'?ve| have)? (?:just |already |finally |also )*(?P<verb>\w+) (?=\w)",
    re.IGNORECASE,
)
# "paid the rent", "plants watered", "stamps are bought"
_DEED_DONE = re.compile(r"(?:just |already |finally )*(?P<verb>\w+) (?P<what>\w.*)", re.IGNORECASE)
_DONE_DEED = re.compile(
    r"(?P<what>.+?)(?: (?:is|are|was|were|has been|have been|got))?(?: (?:just|already|now"
    r"|finally|all))* (?P<verb>\w+)",
    re.IGNORECASE,
)
_ADVERBS = re.compile(
    r"(?: (?:already|now|today|yesterday|just now|finally|this morning|earlier|too|at last))+$",
    re.IGNORECASE,
)
_PRESENT = frozenset("read set cut put".split())
_WISH = re.compile(
    (
        r"(?:i (?:want|wish|would like|plan|hope|intend|am going|am planning)|i'?d like"
        r"|i'?m (?:going|planning)) to |i wanna |i'?m gonna "
        r"|(?:i have|i'?ve got|there'?s|there is) (?:an? )?"
    ),
    re.IGNORECASE,
)

_LONGEST_DEED = 8


def guess(bare: str) -> Intent:
    """ "buy milk" alone: offers to add it; a filter alone shows the tasks."""
    line = text.one_line(bare)
    if titles.is_bulleted(bare):
        return Offer(Add(titles.new_tasks(bare, "many")))
    if found := _WISH.match(text.fold(line)):
        line = line[found.end() :]
    day, rest = due.split_start(line)
    if day and ":" in line[: len(line) - len(rest)]:  # "tomorrow: buy milk"
        return Offer(Add(titles.new_tasks(rest, "bare", NewTask("", day))))
    reading = None if showing.SAYS.match(text.fold(line)) else filters.whole(line)
    if reading and reading.filter not in (Filter(), Filter(query=reading.filter.query)):
        return Show(reading.filter)
    if (found := _I_DID.match(text.fold(line))) and (verb := words.base_verb(found.group("verb"))):
        return _done(verb, line[found.end() :])
    first, *more = text.fold(line).split() or [""]
    tasks = titles.new_tasks(line, "free")
    dated = bool(tasks) and all(task.due for task in tasks) and len(line.split()) <= 12
    to_us = bool(more) and more[0].casefold() in ("me", "us")  # "tell me a joke"
    deed = first.casefold() in words.TASK_VERBS and more and len(line.split()) <= 20 and not to_us
    if tasks and (dated or deed):
        return Offer(Add(tasks, repeats=any(due.repeats(task.title) for task in tasks)))
    return _past(line) or Unknown(line)


def _past(line: str) -> Intent | None:
    """A deed told as done, with its verb first or last."""
    bare = _ADVERBS.sub("", line)
    if len(bare.split()) > _LONGEST_DEED:
        return None
    for pattern in (_DEED_DONE, _DONE_DEED):
        found = pattern.fullmatch(text.fold(bare))
        verb = _past_verb(found.group("verb")) if found else None
        if found and verb:
            return _done(verb, bare[found.start("what") : found.end("what")])
    return None


def _past_verb(word: str) -> str | None:
    """Of "watered" its verb; None for what may be a noun or the present."""
    if word.casefold() in _PRESENT or word.casefold().endswith("ing"):
        return None
    return words.base_verb(word)


def _done(verb: str, what: str) -> Intent:
    return Offer(Complete(Named(f"{verb} {_ADVERBS.sub('', text.trim(what))}")))
