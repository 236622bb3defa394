"""Reads a message as the answer to the question that the assistant asked. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from chat.offline.grammar import due, text, titles
from chat.offline.grammar import vocabulary as words
from chat.offline.grammar.targets import position, target
from chat.offline.intents import (
    Add,
    Ask,
    Both,
    Call,
    Choice,
    Complete,
    Confirmation,
    Conversation,
    Decline,
    Delete,
    Every,
    HowTo,
    Intent,
    It,
    Look,
    Named,
    NewTask,
    Nothing,
    Nth,
    Offer,
    Reopen,
    Repeat,
    Show,
    Small,
    Target,
    TaskRef,
    These,
    Undo,
    Unknown,
    Update,
)

_YES = re.compile(words.YES, re.IGNORECASE)
_NO = re.compile(words.NO, re.IGNORECASE)
_BEGINS_WITH_YES = re.compile(rf"(?:{words.YES_WORD})\b", re.IGNORECASE)
_BEGINS_WITH_DELETING = re.compile(r"(?:delete|remove|clear|erase)\b", re.IGNORECASE)
_BEGINS_WITH_NO = re.compile(
    r"(?:no|nope|nah|don'?t|do not|never|stop|keep|cancel)\b", re.IGNORECASE
)
_ALL = re.compile(
    (
        r"(?:all|both|all of (?:them|those|these)|both of them|every ?one|each|them all"
        r"|all (?:two|three|four|five|\d))(?: please)?"
    ),
    re.IGNORECASE,
)
_ITS_NAME = re.compile(
    (
        r"(?:(?:call|name) it|it(?:'s| is| should be)(?: called| named)?|(?:the )?(?:title"
        r"|name)(?: is| should be)?:?|called|named|title it|to|let'?s call it|rename it to)\s+"
    ),
    re.IGNORECASE,
)
_CHOOSING = re.compile(
    (
        r"(?:both(?: of)?|i (?:mean|meant|want|was talking about|choose|pick|think)|(?:it'?s"
        r"|that'?s|that would be|probably|the answer is|delete|remove|complete|mark|finish"
        r"|rename|update|choose|pick|take|use|only|just|number|option)) +"
    ),
    re.IGNORECASE,
)


def is_yes(message: str) -> bool:
    """Whether a message is a yes and nothing else."""
    return bool(_YES.fullmatch(text.fold(text.trim(message))))


def is_no(message: str) -> bool:
    """Whether a message is a no and nothing else."""
    return bool(_NO.fullmatch(text.fold(text.trim(message))))


def answer(message: str, fresh: Intent, conversation: Conversation) -> Intent | None:
    """What a message answers; None if it is no answer but says something of its own, `fresh`."""
    match conversation.pending:
        case Confirmation(call, count):
            return _confirm(message, fresh, call, count)
        case Offer(intent):
            return _offered(message, fresh, intent)
        case Choice() as choice:
            return _chosen(message, fresh, choice, conversation)
        case Ask() as question:
            return _filled(message, fresh, question, conversation)
        case _:
            return None


def _confirm(message: str, fresh: Intent, call: Call, count: int) -> Intent | None:
    if is_yes(message):
        return Repeat(call)
    if is_no(message):
        return Decline(count)
    bare = text.trim_start(text.fold(message))
    if _BEGINS_WITH_NO.match(bare):
        return fresh if _says_something(fresh) else Decline(count)
    if _BEGINS_WITH_DELETING.match(bare) and _is_new_question(fresh):
        return None
    if _BEGINS_WITH_YES.match(bare) and not isinstance(fresh, Add | Show | Complete):
        return Nothing("unsure")  # "yes, but keep the milk" is no yes
    return None


def _is_new_question(fresh: Intent) -> bool:
    """ "delete all tasks" once more is asked about once more, as it may be others by now."""
    return isinstance(fresh, Delete) and isinstance(fresh.target, Every | These)


def _offered(message: str, fresh: Intent, intent: Intent) -> Intent | None:
    if is_yes(message):
        return intent
    return Decline() if is_no(message) else None


def _chosen(
    message: str, fresh: Intent, choice: Choice, conversation: Conversation
) -> Intent | None:
    candidates = choice.candidates
    if is_no(message):
        return Decline()
    if len(candidates) == 1 and is_yes(message):
        return Repeat(_with(choice, candidates))
    said = text.trim(text.without_politeness(message)[0])
    if _ALL.fullmatch(text.fold(said)):
        return Repeat(_with(choice, candidates)) if "title" not in choice.call.arguments else None
    picked = _pick(said, candidates, conversation)
    if not picked and (start := _CHOOSING.match(text.fold(said))):
        picked = _pick(said[start.end() :], candidates, conversation)
    if picked and (len(picked) == 1 or "title" not in choice.call.arguments):
        return Repeat(_with(choice, picked))
    return None if _says_something(fresh) else Ask("target", _again(choice))


def _again(choice: Choice) -> Intent:
    """The command of a call, to be asked again in words."""
    if choice.call.name == "complete_task":
        return Complete(It())
    if choice.call.name == "delete_task":
        return Delete(It())
    given = {
        k: v for k, v in choice.call.arguments.items() if k not in ("tasks", "labels", "status")
    }
    return Update(It(), **given) if given else Reopen(It())


def _pick(
    said: str, candidates: tuple[TaskRef, ...], conversation: Conversation
) -> tuple[TaskRef, ...]:
    """The candidates that an answer names: by place, number, or words that only they hold."""
    listed = replace(conversation, shown=candidates)
    by_id = {task.id: task for task in candidates}
    match position(text.fold(said), listed):
        case Nth(index) if -len(candidates) <= index < len(candidates):
            return (candidates[index],)
        case Named(phrase) if phrase in by_id:
            return (by_id[phrase],)
        case These(references) if all(id in by_id for id in references):
            return tuple(by_id[id] for id in references)
        case None:
            pass
        case _:
            return ()
    meant = target(said, listed)
    if not isinstance(meant, Named):
        return ()
    for phrase in (text.unquote(said), meant.phrase):
        exact = [task for task in candidates if task.title.casefold() == phrase.casefold()]
        if len(exact) == 1:
            return (exact[0],)
    several = [_pick(part, candidates, conversation) for part in meant.parts]
    if several and all(several):
        return tuple(dict.fromkeys(task for picked in several for task in picked))
    spoken = meant.phrase.casefold().split()
    fits = [task for task in candidates if all(_holds(task.title, word) for word in spoken)]
    return (fits[0],) if len(fits) == 1 else ()


def _holds(title: str, word: str) -> bool:
    found = re.findall(r"[\w']+", title.casefold())
    return word in found or any(other.startswith(word) and len(word) > 2 for other in found)


def _with(choice: Choice, picked: tuple[TaskRef, ...]) -> Call:
    tasks = [str(reference) for reference in choice.call.arguments.get("tasks") or ()]
    at = tasks.index(choice.reference) if choice.reference in tasks else 0
    tasks[at : at + 1] = [task.id for task in picked]
    return Call(choice.call.name, {**choice.call.arguments, "tasks": list(dict.fromkeys(tasks))})


def _filled(
    message: str, fresh: Intent, question: Ask, conversation: Conversation
) -> Intent | None:
    if is_no(message):
        return Decline()
    said = text.without_politeness(message)[0]
    match question.missing, question.then:
        case "title", Add((given, *_)):
            return _titled(message, said, fresh, given)
        case "target", then:
            return _aimed(said, fresh, then, conversation)
        case "new_title", Update() as update:
            if isinstance(fresh, Show | Small | HowTo | Undo):
                return None
            start = _ITS_NAME.match(text.fold(said))
            name = text.unquote(text.trim(said[start.end() :] if start else said))
            return replace(update, title=name) if name else None
        case "due", Update() as update:
            day = due.as_due(
                re.sub(r"^(?:make it|to|on|by|set it to|for|at) ", "", said, flags=re.IGNORECASE)
            )
            return replace(update, due=day) if day else None
        case "priority", Update() as update:
            level = re.fullmatch(
                rf"(?:to |make it )?({words.PRIORITY})(?:[ -]{words.PRIORITY_WORD})?",
                said,
                re.IGNORECASE,
            )
            return replace(update, priority=titles.priority(level.group(1))) if level else None
        case "label", Update() as update:
            return (
                None if _says_something(fresh) else replace(update, add_labels=titles.labels(said))
            )
        case "note", Update() as update:
            return (
                None
                if isinstance(fresh, Show | Small | Undo)
                else replace(update, note=text.unquote(said))
            )
    return None


def _titled(message: str, said: str, fresh: Intent, given: NewTask) -> Intent | None:
    if isinstance(fresh, Add | Show | HowTo | Small | Nothing | Undo | Both):
        return None
    if isinstance(fresh, Ask) and fresh.missing == "title":
        return fresh  # "add task" is no title
    start = _ITS_NAME.match(text.fold(said))
    said = said[start.end() :] if start else said
    return Add(titles.new_tasks(said, "bare", given)) if text.has_words(said) else None


def _aimed(said: str, fresh: Intent, then: Intent, conversation: Conversation) -> Intent | None:
    meant = target(said, conversation)
    if _says_something(fresh) and not isinstance(meant, Nth | These):
        return None
    if isinstance(fresh, Small | HowTo | Nothing):
        return None
    return aim(then, meant) if meant and meant != It() else None


def aim(intent: Intent, meant: Target) -> Intent:
    """The intent, about another task."""
    if isinstance(intent, Complete | Reopen | Delete | Update | Look):
        return replace(intent, target=meant)
    return intent


def _says_something(fresh: Intent) -> bool:
    """Whether a message is clear by itself. A guess is not, nor is a question about one."""
    return not isinstance(fresh, Unknown | Offer | Ask | Look | Small | Nothing)
