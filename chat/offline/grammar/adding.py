"""The grammar of adding tasks. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from chat.offline.grammar import due, text, titles
from chat.offline.grammar import vocabulary as words
from chat.offline.grammar.rules import Found, is_clear, rules
from chat.offline.grammar.targets import target
from chat.offline.intents import Add, Ask, Intent, NewTask, Update

_ADD = (
    r"(?:add|create|make|set up|set|put(?: in| down)?|insert|enter|write(?: down)?"
    r"|note(?: down)?|jot(?: down)?|record|schedule"
    r"|log|start|register|give me|file|save|build|generate|include|append|get me)"
)
# "make these tasks high priority" adds nothing: only these verbs add several without a colon.
_ADD_MANY = (
    r"(?:add|create|insert|enter|append|include|record|register|jot down|note down|write down)"
)
_ONE = r"(?:an?|another|one(?: more)?|1|yet another)"
_MANY = (
    r"(?:these|the following|the|those|some|(?:a )?few|several|a couple(?: of)?|multiple"
    r"|more|two|three|four|five|six|seven|eight"
    r"|nine|ten|\d+)(?: (?:new|more|other|following|separate|different))*"
)
_KIND = (
    rf"(?:(?P<prio>{words.PRIORITY})(?:[ -]{words.PRIORITY_WORD})?,? )?(?:new |quick |simple "
    r"|small )*(?:(?P<label>[\w-]+) )?"
)
_ONE_TASK = (
    r"(?:(?:task|taks|tsak|tsk|tast|to-do item|todo item|to do item|to-?do|to do|item"
    r"|reminder|entry"
    r"|list item|action item|chore)(?! list\b))"
)
_MANY_TASKS = (
    r"(?:tasks|taks|to-?dos|to dos|items|to-do items|todo items|reminders|entries|things"
    r"|chores|stuff|all of these|ones)"
)
_TO_LIST = (
    r"(?: (?:to|on|onto|in|into|for)(?: to)? (?:me|(?=(?:my|the|our|your|this|that|to-?do|todo"
    rf"|shopping|grocer\w*) ){words.LIST}))?"
)
_LINK = (
    r"(?: ?(?:[:\u2013\u2014,]|-(?= )| - )\s*(?:to )?|\s+(?:called|named|titled"
    r"|labell?ed as|with (?:the )?(?:title|name)(?: of)?|entitled|that says|which says"
    r"|saying"
    r"|that reads|for me to|to remind me (?:to|about|of)|reminding me (?:to|about|of)"
    r"|so (?:that )?i (?:can|don't forget to|remember to)"
    r"|to|for|about|of|where i|that i (?:need|have) to|that)(?:\s+|: ?)|\s+)"
)
_NOT_TITLES = re.compile(
    rf"(?:an? |the |some |any |one |new |another |more )*(?:{words.TASKS}|something"
    r"|anything|stuff|it|that|this|them|those|these|one|few things|thing)"
    r"(?: else)?(?: please)?",
    re.IGNORECASE,
)
# What is left of "create a task to", or an "it" that names nothing.
_LOOSE_END = re.compile(
    r"to|for|about|called|named|titled|that|saying|with|of|(?:it|that|this|them) (?:again"
    r"|back)|(?:it|that|this) (?:on|by|for|at|in|due)"
    r" .+|(?:an? )?(?:new )?(?:task|to-?do|reminder|item)s?",
    re.IGNORECASE,
)
LEADING_TO = re.compile(
    r"^(?:to|2(?! \w+s\b)|that i (?:need|have) to|that i (?:should|must)|about|of|that|for) ",
    re.IGNORECASE,
)
_FOR_A_DAY = re.compile(r"(?:for |by |on )?(?P<day>[\w ]{3,24}?): ", re.IGNORECASE)
# Words before "task" that say nothing of a label: "a quick task".
_NO_LABELS = frozenset(
    (
        "a an the new my quick simple small big little single separate extra main to do "
        "following first next last"
    ).split()
)


def add(said: str, form: titles.Form, given: NewTask | None = None) -> Intent:
    """Adding what was said; asks for a title where there is none."""
    given = given or NewTask("")
    bare = text.trim(said)
    folded = text.fold(bare)
    if not text.has_words(bare) or _NOT_TITLES.fullmatch(folded) or _LOOSE_END.fullmatch(folded):
        return Ask("title", Add((given,)))
    found = titles.new_tasks(said, form, given)
    if not found:
        return Ask("title", Add((given,)))
    return Add(found, repeats=any(due.repeats(task.title) for task in found))


def _given(found: Found, day: str | None = None) -> NewTask:
    level = titles.priority(found["prio"]) if found["prio"] else None
    label = found["label"]
    names = (label,) if label and label.casefold() not in _NO_LABELS else ()
    return NewTask("", day, level, names)


def _one_task(found: Found) -> Intent | None:
    said = found["title"]
    day, said = leading_date(said)
    return add(titles.without_list(said), "one", _given(found, day))


def _many_tasks(found: Found) -> Intent | None:
    return add(found["title"], "many", _given(found))


def leading_date(said: str) -> tuple[str | None, str]:
    """ "tomorrow to call mum", "on Friday: call mum" and, at the start, "for tomorrow"."""
    day, rest = due.split_start(said)
    if day is None and (whole := due.as_due(said)):
        return whole, ""
    if day is None:
        return None, said
    return day, LEADING_TO.sub("", rest, count=1)


def _bare(found: Found) -> Intent | None:
    said = found["title"]
    if re.fullmatch(r"(?:up|to)\b(?!-).*", said, re.IGNORECASE):
        return None  # "add up the numbers" is no addition to a list
    if (dated := _FOR_A_DAY.match(said)) and (day := due.as_due(dated.group("day"))):
        return add(said[dated.end() :], "bare", NewTask("", day))
    return add(said, "bare")


def _to_list(found: Found) -> Intent | None:
    """ "add milk to my list", also to one by name ("to my work list": the label work)."""
    said = f"{found['title']} {found['rest']}".strip()
    name = found["list"].casefold()
    names = (found["list"],) if name and name not in _NO_LABELS else ()
    return add(said, "bare", NewTask("", labels=names))


def _to_task(found: Found) -> Intent | None:
    """ "add eggs to the groceries task" notes it there."""
    if not is_clear(f"the {found['x']} task", found.conversation):
        return None
    meant = target(found["x"], found.conversation)
    return Update(meant, note=titles.clean(found["title"])) if meant else None


def _dated_task(found: Found) -> Intent | None:
    said, when = found["title"], found["when"]
    if not said and not re.match(
        r"(?:add|create|make|new|set up|write|need|want|put|give|insert|start)\b",
        found.sentence,
        re.IGNORECASE,
    ):
        return None
    if when and not due.as_due(when):
        said, when = found.sentence[found.match.start("when") :], ""  # "a task for Bob to sign"
    day, said = leading_date(said)
    said = LEADING_TO.sub("", said, count=1) if day else said
    given = _given(found, due.as_due(when) or day)
    if found["level"]:
        given = replace(given, priority=titles.priority(found["level"]))
    return add(titles.without_list(said), "one", given)


_PUT = (
    r"(?:add|put|throw|stick|pop|place|get|include|insert|write|jot|note|append|slap|chuck"
    r"|drop|push|enter|toss|stuff|bung|save|set)"
)


def _created(found: Found) -> Intent | None:
    """ "create buy milk" adds that; "create a report" may be the title itself."""
    first, *more = text.fold(found["title"]).casefold().split()
    return add(found["title"], "bare") if first in words.TASK_VERBS and more else None


def _scheduled(found: Found) -> Intent | None:
    intent = add(found["title"], "one")
    return intent if isinstance(intent, Add) and intent.tasks[0].due else None


# Begun with words that can only add: the title may hold anything.

EXPLICIT = rules(
    (
        r"another(?: one| task)? (?:to|for|about|called|named)[: ]+(?P<title>.+)",
        _one_task,
    ),
    (
        r"(?:todo|to-do|task|reminder) (?P<title>(?!list\b|number\b|#|\d|t\d).+)",
        lambda f: _one_task(f) if f["title"].split()[0].casefold() in words.TASK_VERBS else None,
    ),
    (
        (
            r"(?:make|take|leave|write)(?: me)? an? (?:quick |mental )?note (?:to"
            r"|that i (?:need|have) to|about|of)[: ]+(?P<title>.+)"
        ),
        _one_task,
    ),
    (
        (
            rf"(?:i|we)(?:'d| would)? (?:need|want|like) {_ONE} ?{_KIND}{_ONE_TASK}{_LINK}"
            r"(?P<title>.+)"
        ),
        _one_task,
    ),
    (r"(?:remind me|set (?:an? )?reminder|new (?:task|reminder|to-?do))", lambda f: add("", "one")),
    (
        r"remind me(?: (?P<day>.+))?",
        lambda f: Ask("title", Add((NewTask("", day),))) if (day := due.as_due(f["day"])) else None,
    ),
    (
        (
            rf"{_ADD_MANY} (?:me )?(?:{_MANY} )?{_KIND}{_MANY_TASKS}{_TO_LIST}(?: for me)?"
            rf"(?:{_LINK}(?P<title>.*))?"
        ),
        _many_tasks,
    ),
    (
        (
            rf"{_ADD} (?:me )?(?:{_MANY} )?{_KIND}{_MANY_TASKS}{_TO_LIST}"
            r"(?: for me)?\s?[:\-\n]\s*(?P<title>.*)"
        ),
        _many_tasks,
    ),
    (
        (
            rf"{_ADD_MANY} (?:these|the following|all of these|all these"
            rf"|following){_TO_LIST}\s*[:\-]?\s*(?P<title>.+)"
        ),
        _many_tasks,
    ),
    (
        (
            rf"(?:{_ADD}) (?:me )?(?:(?:down|in) )?{_ONE} ?{_KIND}{_ONE_TASK}{_TO_LIST}"
            rf"(?: for me)?(?: (?:for|due)(?: on| by)? (?P<when>[\w ]{{3,20}}?)(?= to "
            r"|: ))?(?: (?:with|of|at) (?:an? )?"
            rf"(?P<level>{words.PRIORITY})[ -]{words.PRIORITY_WORD}(?= to |: ?"
            rf"| called))?(?:{_LINK}(?P<title>.+))?"
        ),
        _dated_task,
    ),
    (
        (
            rf"(?:add|create|new|insert|enter) (?:new )?(?P<prio>{words.PRIORITY})"
            rf"(?:[ -]{words.PRIORITY_WORD})? (?:new )?{_ONE_TASK}(?:{_LINK}(?P<title>.+))?"
        ),
        _one_task,
    ),
    (
        rf"(?:add|create|new|another|insert|enter) (?:new )?{_ONE_TASK}s?(?:{_LINK}(?P<title>.+))?",
        _one_task,
    ),
    (rf"(?:new|next|another) (?:task|to-?do|reminder|item)(?:{_LINK}(?P<title>.+))?", _one_task),
    (
        r"(?:a )?(?:task|to-?do|reminder|todo item)\s?(?:[:\u2013\u2014]|-(?= ))\s*(?P<title>.+)",
        _one_task,
    ),
    (
        (
            r"(?:add|put|write|insert|append|include)(?: this| the following| these)? (?:to|on"
            rf"|onto|in) {words.LIST}\s?[:,\-]?\s*(?P<title>.+)"
        ),
        _bare,
    ),
    (
        r"(?:note(?: to self)?|memo|remember(?: this)?|to remember)\s?[:\-]\s*(?P<title>.+)",
        _one_task,
    ),
    (r"(?:add|todo|to do|to-do|tasks|todos|to-dos|new tasks|list)\s?:\s*(?P<title>.+)", _bare),
    (
        (
            r"(?:note|jot|write|put) (?:this |that )?down(?: that| to| this)?[: ]+(?:i (?:need"
            r"|have) to )?(?P<title>.+)"
        ),
        _one_task,
    ),
)

# Put on the list, by name.

TO_LIST = rules(
    (
        (
            rf"{_PUT}(?: down)? (?P<title>.+?)(?<! back) (?:to|on|onto|in"
            rf"|into)(?: to)? {words.LIST}(?: of (?:tasks|to-?dos"
            r"|things(?: to do)?))?(?P<rest>(?:,? (?:for|by|on|due|with|at|in|labell?ed|tagged"
            r"|as|today|tomorrow|next|this)\b.*)?)"
        ),
        _to_list,
    ),
    (
        (
            rf"{_PUT}(?: down)? (?P<title>.+?)(?<! back) (?:to|on|onto|in|into) (?:my"
            r"|the) (?P<list>[\w-]+) (?:task |to-?do )?list(?P<rest>(?:,? (?:for|by|on|due"
            r"|with|at)\b.*)?)"
        ),
        _to_list,
    ),
)

# Begun with words that may also be part of something else; tried after the changes.

GENERAL = rules(
    (
        (
            r"(?:add|append|put|include) (?P<title>.+?) (?:to|in|into"
            r"|on) (?:the )(?P<x>.+?) (?:task|to-?do|item|reminder)"
        ),
        _to_task,
    ),
    (
        (
            r"(?:add|append|insert|create|new|include)\s*[:\-]?\s*(?P<title>.+?) as (?:an? )?"
            r"(?:new )?(?:task|to-?do|item|reminder|to-?do item)s?"
        ),
        _bare,
    ),
    (
        (
            r"(?:add|append|insert|include|jot down|note down|write down"
            r"|pencil in)[\s:]+(?:in )?(?P<title>.+)"
        ),
        _bare,
    ),
    (r"(?:add|create|new|insert)", lambda f: add("", "one")),
    (r"(?:create|new|enter|log|record)\s*:?\s+(?P<title>.+)", _created),
    (r"schedule (?P<title>.+)", _scheduled),
    (
        (
            r"(?P<title>.+?) (?:needs? to|should|must|has to|can) (?:be added|go|be put"
            r"|get added)(?: to| on| onto| in)? (?:the|my) (?:list|tasks|to-?do list)"
        ),
        _bare,
    ),
)
