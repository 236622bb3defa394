"""What the assistant says. Pure; the same words for the same facts, yet not always the same."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

from chat.offline.conversation import Outcome, Problem
from chat.offline.intents import (
    Add,
    Call,
    Complete,
    Delete,
    Every,
    Filter,
    Intent,
    It,
    Named,
    NewTask,
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
_MOST_TITLES = 5


def pick(seed: str, *variants: str) -> str:
    """One of the variants, always the same for the same seed."""
    return variants[zlib.crc32(seed.encode()) % len(variants)]


def quoted(title: str) -> str:
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
    if len(items) > _MOST_TITLES + 1:
        items = [*items[:_MOST_TITLES], f"{len(items) - _MOST_TITLES} more"]
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
    "time": "I have no clock to read from, but I can show what is due today.",
}
HELP = (
    "I can add tasks (with due dates, priorities and labels), show and find them, "
    "complete or reopen "
    "them, rename, reschedule and delete them. For example: " + ", ".join(EXAMPLES) + "."
)
_HOW = {
    "add": 'To add a task, say "add buy milk" or "remind me to call mum tomorrow".',
    "delete": (
        'To delete a task, say "delete buy milk". Several at once ("delete all completed tasks") '
        "I only delete after your yes. Nothing is changed now."
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


def unknown(phrase: str) -> str:
    start = pick(
        phrase,
        "Sorry, I didn't get that.",
        "I'm not sure what to do with that.",
        "That one is beyond me.",
    )
    example = pick(phrase[::-1], *EXAMPLES)
    return (
        f"{start} I'm the built-in assistant and only understand task commands: add, "
        "show, complete, "
        f"change or delete tasks. For example: {example}."
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
    "nothing_to_undo": "There is no change of mine to undo in this conversation.",
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


# -- after a change ------------------------------------------------------------------------------


def added(tasks: Sequence[TaskRef], new: Sequence[NewTask]) -> str:
    """`tasks` as the tool gave them back; their due words are what was understood."""
    if len(tasks) == 1:
        task = tasks[0]
        more = []
        if task.due_text:
            more.append(f"due {task.due_text}")
        if task.priority and new[0].priority:
            more.append(f"{task.priority} priority")
        if task.labels and new[0].labels:
            more.append(f"labelled {joined(task.labels)}")
        return f"Added {quoted(task.title)}{''.join(', ' + words for words in more)}."
    each = [
        f"{quoted(task.title)} (due {task.due_text})" if task.due_text else quoted(task.title)
        for task in tasks
    ]
    return f"Added {counted(len(tasks), 'task')}: {joined(each)}."


def told(call: Call, outcome: Outcome, old_title: str = "") -> str:
    """What a successful call did."""
    tasks, arguments = outcome.tasks, call.arguments
    if not tasks:
        return str(outcome.data.get("message") or "Done.")
    names = joined(named(tasks))
    are = "are" if len(tasks) > 1 else "is"
    already = "already" in str(outcome.data.get("message", ""))
    if call.name == "complete_task" or arguments.get("status") == "completed":
        if already and len(tasks) == 1:
            return f"{names} was already complete."
        return pick(
            names,
            f"Marked {names} as complete.",
            f"Done: {names} {are} complete.",
            f"Nice! {names} {are} complete.",
        )
    if call.name == "delete_task":
        if already and len(tasks) == 1:
            return f"{names} was already deleted."
        if len(tasks) > 1:
            return f"Deleted {counted(len(tasks), 'task')}: {names}."
        return pick(
            names, f"Deleted {names}.", f"{names} is deleted.", f"Done, {names} is deleted."
        )
    if arguments.get("status") == "open":
        if already and len(tasks) == 1:
            return f"{names} was already open."
        return (
            f"Reopened {names}."
            if len(tasks) > 1
            else pick(names, f"Reopened {names}.", f"{names} is open again.")
        )
    return _updated(arguments, tasks, names, old_title)


def _updated(arguments: object, tasks: Sequence[TaskRef], names: str, old_title: str) -> str:
    assert isinstance(arguments, dict)
    are = "are" if len(tasks) > 1 else "is"
    have = "have" if len(tasks) > 1 else "has"
    facts = []
    if "title" in arguments:
        start = f"Renamed {quoted(old_title)} to" if old_title else "It is now called"
        facts.append(f"{start} {names}")
    if "due" in arguments:
        if arguments["due"] == "none":
            facts.append(f"{have} no due date now")
        else:
            facts.append(f"{are} now due {tasks[0].due_text or arguments['due']}")
    if "priority" in arguments:
        none = arguments["priority"] == "none"
        facts.append(
            f"{have} no priority now" if none else f"{are} now {arguments['priority']} priority"
        )
    if "labels" in arguments:
        labels = joined(list(arguments["labels"]))
        facts.append(f"{are} now labelled {labels}" if labels else f"{have} no labels now")
    if "description" in arguments:
        facts.append(
            f"{have} a new description"
            if arguments["description"]
            else f"{have} no description now"
        )
    if not facts:
        return f"Updated {names}."
    if "title" not in arguments:
        facts[0] = f"{names} {facts[0]}"
    return f"{joined(facts)}."


def restored(tasks: Sequence[TaskRef]) -> str:
    names = joined(named(tasks))
    return (
        f"{names} {'is' if len(tasks) == 1 else 'are'} back on your list." if tasks else "Restored."
    )


def without_date(due: str) -> str:
    return f"I couldn't read {quoted(due)} as a date, so it has none."


def not_added(title: str, why: str) -> str:
    return f"I couldn't add {quoted(title)}: {why}"


def long_description(title: str) -> str:
    return (
        f"The description of {quoted(title)} is long, and I might lose part of it. Please add "
        "the note on the tasks page."
    )


# -- lists and questions -------------------------------------------------------------------------

_DUE_WORDS = {
    "overdue": "overdue",
    "today": "due today",
    "tomorrow": "due tomorrow",
    "week": "due this week",
    "upcoming": "coming up",
    "none": "without a due date",
}


def tasks_of(filter: Filter, number: int) -> str:
    """ "3 open tasks due today": the kind of tasks a filter lets through."""
    before, after = [], []
    if filter.due == "overdue":
        before.append("overdue")
    elif filter.status in (None, "open"):
        before.append("open")
    if filter.status == "completed":
        before.append("completed")
    if filter.priority and filter.priority != "none":
        before.append(f"{filter.priority}-priority")
    if filter.priority == "none":
        after.append("without a priority")
    if filter.due and filter.due != "overdue":
        after.append(_DUE_WORDS.get(filter.due, f"due {filter.due}"))
    if filter.label:
        after.append(f"labelled {quoted(filter.label)}")
    if filter.query:
        after.append(f"matching {quoted(filter.query)}")
    noun = "task" if number == 1 else "tasks"
    return " ".join([str(number) if number else "no", *before, noun, *after])


def listed(filter: Filter, total: int, tasks: Sequence[TaskRef], *, asked_if: bool = False) -> str:
    """One sentence beside the list that the user sees."""
    found = tasks_of(filter, total)
    if asked_if:
        return f"Yes, you have {found}." if total else f"No, you have {found}."
    if total == 0:
        if filter == Filter() or filter == Filter(status="open"):
            return pick(
                found, "You have no open tasks. Enjoy!", "Your list is clear: no open tasks."
            )
        if filter.due in ("today", "tomorrow", "overdue", "week") and not (
            filter.label or filter.query
        ):
            return (
                f"Nothing is {_DUE_WORDS[filter.due]}."
                if not filter.priority
                else f"You have {found}."
            )
        return f"You have {found}."
    if total == 1 and tasks:
        due = f", due {tasks[0].due_text}" if tasks[0].due_text and not filter.due else ""
        return f"You have {found}: {quoted(tasks[0].title)}{due}."
    shown = f" Here are the first {len(tasks)}." if len(tasks) < total else ""
    return f"You have {found}.{shown}"


def cannot_list(note: str) -> str:
    """What of a wish for a list the tools can't fulfil."""
    if note == "sort":
        return "I can't sort the list."
    return f"I can't pick out {note} alone, so this is all that is coming up."


def state_of(task: TaskRef) -> str:
    return f"{quoted(task.title)} is {'complete' if task.completed else 'still open'}"


def looked(about: str, phrase: str, tasks: Sequence[TaskRef]) -> str:
    """The answer to a question about tasks that match a phrase."""
    if not tasks:
        return f"I find no task matching {quoted(phrase)} on your list."
    if len(tasks) > 1:
        if about == "due":
            each = [
                f"{quoted(t.title)} ({'due ' + t.due_text if t.due_text else 'no date'})"
                for t in tasks
            ]
            return f"{len(tasks)} tasks match: {joined(each)}."
        return f"{len(tasks)} tasks match: {joined([state_of(task) for task in tasks])}."
    task = tasks[0]
    due = f", due {task.due_text}" if task.due_text else ""
    if about == "done":
        return f"Yes, {state_of(task)}." if task.completed else f"Not yet: {state_of(task)}{due}."
    if about == "due":
        return (
            f"{quoted(task.title)} is due {task.due_text}."
            if task.due_text
            else f"{quoted(task.title)} has no due date."
        )
    if about == "exists":
        return f"Yes: {state_of(task)}{due}."
    more = [f"{task.priority} priority"] if task.priority else []
    more += [f"labelled {joined(task.labels)}"] if task.labels else []
    extra = "".join(f", {words}" for words in more)
    note = f" Description: {task.description}" if task.description else ""
    return f"{state_of(task)}{due}{extra}.{note}"


# -- questions back ------------------------------------------------------------------------------


def confirm_deletion(count: int, titles: Sequence[str]) -> str:
    names = list(titles)
    if count > len(names):
        names = [*names[:_MOST_TITLES], f"{count - min(len(names), _MOST_TITLES)} more"]
    what = "this task" if count == 1 else counted(count, "task")
    shown = joined(names)
    return (
        f"This deletes {what}{': ' + shown if shown else ''}. Delete "
        f"{'it' if count == 1 else 'them'}? (yes or no)"
    )


def which(reference: str, candidates: Sequence[TaskRef]) -> str:
    return (
        f"{len(candidates)} tasks match {quoted(reference)}: {joined(named(candidates))}. "
        "Which one?"
    )


def not_found(reference: str, candidates: Sequence[TaskRef], state: str = "") -> str:
    start = f"I can't find {'an open' if state == 'open' else 'a'} task {quoted(reference)}."
    if not candidates:
        return f'{start} Say "show my tasks" to see what is there.'
    return f"{start} Did you mean {joined(named(candidates), 'or')}?"


def which_of(tasks: Sequence[TaskRef]) -> str:
    return f"Which one do you mean: {joined(named(tasks), 'or')}?"


def one_at_a_time() -> str:
    return "I can do that for one task at a time. Which one first?"


def no_such_position(count: int) -> str:
    if not count:
        return "There are no tasks to choose from."
    return (
        f"There {'is' if count == 1 else 'are'} only {counted(count, 'task')} to choose from. "
        "Which one?"
    )


def there_are_more() -> str:
    return "That is more than I can do at once; this is a part of it."


def none_of(filter: Filter) -> str:
    return f"You have {tasks_of(filter, 0)}, so there is nothing to do."


_NEXT_CALL = re.compile(
    (
        r"\s*(?:Call \w+_tasks? again[^.]*\.|Ask which, then[^.]*\."
        r"|\w+_tasks?(?:\([^)]*\))? (?:shows|restores|can)[^.]*\.?)"
    )
)
_NUMBER_BEFORE_TITLE = re.compile(r"\bt\d+ (?=\")")
_BROKEN = re.compile(r"^An error occurred while running the tool\..*", re.DOTALL)


def problem(trouble: Problem) -> str:
    """A tool's error in words for people: no tool names, numbers only where needed."""
    if trouble.code == "state" and len(trouble.candidates) == 1:
        title = trouble.candidates[0].title
        state = re.sub(r"^t\d+ ", "", _NEXT_CALL.sub("", trouble.message)).strip()
        return f'{quoted(title)} {state} Say "restore {title}" to bring it back.'
    words = _BROKEN.sub("", trouble.message)
    words = " ".join(words.split())
    words = _NUMBER_BEFORE_TITLE.sub("", _NEXT_CALL.sub("", words)).strip()
    if not words:
        return (
            "Something went wrong while I did that, and I can't tell whether it worked. "
            "Please look at your list."
        )
    return words if words.endswith((".", "?", "!")) else f"{words}."
