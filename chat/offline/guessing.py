"""What a sentence may mean that is no command: a guess, offered for a yes. Pure."""

from __future__ import annotations

import re

from chat.offline.grammar import due, filters, showing, text, titles
from chat.offline.grammar import vocabulary as words
from chat.offline.intents import Add, Complete, Filter, Intent, Named, NewTask, Offer, Show, Unknown

# "I called mum": perhaps "call mum" is done.
_I_DID = re.compile(
    r"(?:i|we)(?:'?ve| have)? (?:just |already |finally )?(?P<verb>\w+) (?=\w)", re.IGNORECASE
)
_WISH = re.compile(
    (
        r"(?:i (?:want|wish|would like|plan|hope|intend|am going|am planning)|i'?d like"
        r"|i'?m (?:going|planning)) to |i wanna |i'?m gonna "
        r"|(?:i have|i'?ve got|there'?s|there is) (?:an? )?"
    ),
    re.IGNORECASE,
)


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
        return Offer(Complete(Named(f"{verb} {line[found.end() :]}")))
    first, *more = text.fold(line).split() or [""]
    tasks = titles.new_tasks(line, "free")
    dated = bool(tasks) and all(task.due for task in tasks) and len(line.split()) <= 12
    to_us = bool(more) and more[0].casefold() in ("me", "us")  # "tell me a joke"
    deed = first.casefold() in words.TASK_VERBS and more and len(line.split()) <= 20 and not to_us
    if tasks and (dated or deed):
        return Offer(Add(tasks, repeats=any(due.repeats(task.title) for task in tasks)))
    return Unknown(line)
