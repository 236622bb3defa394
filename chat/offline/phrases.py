"""What the assistant says of itself, and the pieces of its other sentences. Pure.

The same words for the same facts, yet not always the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from chat.offline.intents import (
    Add,
    Complete,
    Delete,
    Every,
    Intent,
    It,
    Named,
    Reopen,
    Target,
    TaskRef,
)

EXAMPLES = (
    '"add buy groceries"',
    '"remind me to call mum tomorrow"',
    '"what\'s due today?"',
    '"mark buy groceries as done"',
    '"move call mum to Friday"',
    '"delete buy groceries"',
)
_HARMLESS = (
    '"add buy milk"',
    '"show my tasks"',
    '"what\'s due today?"',
    '"remind me to call mum tomorrow"',
)
_SHORT = 30
MOST_TITLES = 5
_LONGEST_TITLE = 100


def pick(seed: str, *variants: str) -> str:
    """One of the variants, always the same for the same seed."""
    return variants[zlib.crc32(seed.encode()) % len(variants)]


def quoted(title: str) -> str:
    """A title in quotes; of a very long one its beginning."""
    if len(title) > _LONGEST_TITLE:
        title = f"{title[: _LONGEST_TITLE - 1].rstrip()}\u2026"
    return f'"{title}"'


def named(tasks: Sequence[TaskRef]) -> list[str]:
    """Titles in quotes, with the number where two titles are the same."""
    titles = [task.title.casefold() for task in tasks]
    return [
        f"{quoted(task.title)} ({task.id})"
        if titles.count(task.title.casefold()) > 1
        else quoted(task.title)
        for task in tasks
    ]


def joined(items: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"; a long list is cut, and says so."""
    if len(items) > MOST_TITLES + 1:
        items = [*items[:MOST_TITLES], f"{len(items) - MOST_TITLES} more"]
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


# -- small talk and help -------------------------------------------------------------------------

_SMALL = {
    "hello": 'Hello! I look after your task list. Try "add buy groceries" or "what\'s due today?".',
    "how_are_you": "All well here, thank you! What can I do for your list?",
    "thanks": "You're welcome!",
    "bye": "Goodbye! Your tasks stay right here.",
    "praise": "Glad that helped!",
    "sorry": "No problem at all. What shall I do?",
    "who": (
        "I'm TaskChat's built-in assistant. I work without a language model: I understand commands "
        "about your tasks, in English, and carry them out."
    ),
    "complaint": (
        "Sorry about that. I only understand task commands. "
        'Try it in other words, such as "add buy milk" or "mark buy milk as done".'
    ),
    "yes": "There is nothing waiting for a yes. What shall I do?",
    "no": "All right, nothing is changed.",
    "time": "I can't tell the date here. \"What's due today?\" shows the tasks of today.",
}
HELP = (
    "I can add tasks (with due dates, priorities and labels), show and find them, "
    "complete or reopen "
    "them, rename, reschedule and delete them. For example: " + ", ".join(EXAMPLES) + "."
)
_HOW = {
    "add": 'To add a task, say "add buy milk" or "remind me to call mum tomorrow".',
    "delete": (
        'To delete a task, say "delete buy milk". Several at once I only delete after your yes; '
        '"clear completed tasks" deletes the completed ones at once. All of them stay in the '
        "trash for 30 days. Nothing is changed now."
    ),
    "complete": 'To complete a task, say "mark buy milk as done" or "I finished buy milk".',
    "reopen": 'To reopen a task, say "reopen buy milk".',
    "rename": 'To rename a task, say "rename buy milk to buy oat milk".',
    "due": (
        'To set a due date, say "move buy milk to Friday"; to drop it, "remove the due date '
        'of buy milk".'
    ),
    "priority": 'To set a priority, say "make buy milk high priority" (or medium, low, none).',
    "label": 'To label a task, say "add label home to buy milk"; then "show tasks labelled home".',
    "show": (
        'To see tasks, say "show my tasks", "what\'s due this week?" or "find tasks about milk".'
    ),
    "undo": (
        'Say "undo" right after a change: I can take back adding, completing, reopening and '
        "deleting."
    ),
}


def small(kind: str) -> str:
    return _SMALL[kind]


def how_to(topic: str) -> str:
    return _HOW.get(topic, HELP)


def unknown_part(phrase: str) -> str:
    return f"I don't know what to do with {quoted(phrase)}."


def unknown(phrase: str, open_titles: Sequence[str] = ()) -> str:
    """One short line, with an example that harms nothing: about a task of the user's, if short."""
    short = [title for title in open_titles if len(title) <= _SHORT and '"' not in title]
    examples = [f'"move {short[-1]} to Friday"', f'"is {short[-1]} done?"'] if short else []
    example = pick(phrase[::-1], *_HARMLESS, *examples)
    return pick(
        phrase,
        f"Sorry, I didn't get that. Try, for example, {example}.",
        f"I'm not sure what to do with that. I know commands like {example}.",
        f"That one is beyond me: I only do task commands, such as {example}.",
    )


_NOTHING = {
    "dont": "All right, I won't. Nothing is changed.",
    "never_mind": "No problem, nothing is changed.",
    "should": "That is for you to decide; I changed nothing.",
    "what_if": (
        "A deleted task leaves your list and stays in the trash for 30 days. A completed "
        "one is kept "
        "as done and can be reopened. I changed nothing."
    ),
    "unsure": (
        'I wasn\'t sure that was a yes, so nothing is deleted. Say "yes" to delete, or tell '
        "me which ones."
    ),
    "conditional": (
        "I can't wait for something to happen first, so I changed nothing. Tell me when it is time."
    ),
}


def nothing(kind: str, phrase: str) -> str:
    if kind == "not_finished":
        what = f"{quoted(phrase)} stays" if phrase else "it stays"
        return (
            f'All right, {what} as it is. If it is marked done by mistake, say "reopen '
            f'{phrase or "it"}".'
        )
    return _NOTHING[kind]


_CANNOT = {
    "repeat": "I can't repeat tasks by myself.",
    "undo": "I can't undo that kind of change; tell me what it should be instead.",
    "no_more": 'There is no list to go on with. Say "show my tasks" to see yours.',
    "share": "I can't share or assign tasks; your list is yours alone.",
    "subtask": "I can't split tasks into subtasks. I can add each step as a task of its own.",
    "shift": "I can't move a date by an amount. Tell me the new date, for example Friday.",
    "long": (
        "That is too long for me to read. Send up to 4,000 characters, or a list with one "
        "task a line."
    ),
    "many": "That is more than I can add at once. Please send at most 50 tasks in one message.",
    "no_tool": "I can't do that here: the tool for it is missing.",
    "sort": (
        "I can't change the order of your list. I can show what is due soon or what has high "
        "priority."
    ),
}


def cannot(kind: str) -> str:
    return _CANNOT[kind]


_ASK = {
    "title": "What should the task be called?",
    "target": "Which task do you mean?",
    "new_title": "What should its new title be?",
    "due": 'When should it be due? For example "Friday" or "tomorrow at 5pm".',
    "label": "Which label?",
    "priority": "Which priority: high, medium, low or none?",
    "note": "What should the note say?",
}


def ask(missing: str) -> str:
    return _ASK[missing]


def offer(intent: Intent) -> str:
    """A guess, to be answered with yes or no."""
    match intent:
        case Add(tasks):
            titles = joined([quoted(task.title) for task in tasks])
            return (
                f"I'm not sure what you would like. Shall I add {titles} to your list? (yes or no)"
            )
        case Delete(target):
            return f"Do you want me to delete {aimed_at(target)}? (yes or no)"
        case Complete(target):
            return f"Shall I mark {aimed_at(target)} as complete? (yes or no)"
        case Reopen(target):
            return f"Shall I reopen {aimed_at(target)}? (yes or no)"
    return "Do you want me to do that? (yes or no)"


def aimed_at(target: Target) -> str:
    if isinstance(target, Named):
        return quoted(target.phrase)
    if isinstance(target, Every):
        return "all of them"
    return "it" if not (isinstance(target, It) and target.plural) else "them"


def declined(kept: int) -> str:
    if not kept:
        return "All right, nothing is changed."
    return (
        "All right, "
        f"{'it stays' if kept == 1 else 'both stay' if kept == 2 else f'all {kept} stay'}. "
        "Nothing is deleted."
    )
