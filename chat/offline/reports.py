"""What the assistant says about tasks: after a change, beside a list, in a question back. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chat.offline.conversation import Problem
from chat.offline.intents import Call, Filter, NewTask, TaskRef
from chat.offline.phrases import MOST_TITLES, counted, joined, named, pick, quoted

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


def told(
    call: Call,
    now: Sequence[TaskRef],
    same: Sequence[TaskRef],
    *,
    restored: bool = False,
    old_title: str = "",
) -> str:
    """What a successful call did: `now` changed by it, `same` so already. Empty for no tasks."""
    arguments = call.arguments
    state = "complete" if arguments.get("status") == "completed" else arguments.get("status")
    if call.name == "complete_task":
        state = "complete"
    if call.name == "delete_task":
        state = "deleted"
    if state is None:
        tasks = [*now, *same]
        return _updated(arguments, tasks, joined(named(tasks)), old_title) if tasks else ""
    said = [_now(state, now, restored=restored)] if now else []
    if same:
        were = "was" if len(same) == 1 else "were"
        said.append(f"{joined(named(same))} {were} already {state}.")
    return " ".join(said)


def _now(state: str, tasks: Sequence[TaskRef], *, restored: bool) -> str:
    names = joined(named(tasks))
    several = len(tasks) > 1
    are = "are" if several else "is"
    if state == "complete":
        return pick(
            names,
            f"Marked {names} as complete.",
            f"Done: {names} {are} complete.",
            f"Nice! {names} {are} complete.",
        )
    if state == "deleted":
        if several:
            return f"Deleted {counted(len(tasks), 'task')}: {names}."
        return pick(
            names, f"Deleted {names}.", f"{names} is deleted.", f"Done, {names} is deleted."
        )
    if restored:
        done = [task for task in tasks if task.completed]
        still = f" {joined(named(done))} {'are' if len(done) > 1 else 'is'} still complete."
        return f"{names} {are} back on your list.{still if done else ''}"
    if several:
        return f"Reopened {names}."
    return pick(names, f"Reopened {names}.", f"{names} is open again.")


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


def without_date(due: str) -> str:
    return f"I couldn't read {quoted(due)} as a date, so it has none."


def no_date_from(words: str) -> str:
    return f"I set no due date, as I can't tell the day from {quoted(words)}."


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
    if filter.status == "trash":
        after.append("in the trash")
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


def next_page(before: int, count: int, total: int) -> str:
    if not count:
        return "That was all of them."
    return f"Here are tasks {before + 1} to {before + count} of {total}."


def nothing_to_undo(in_trash: int) -> str:
    start = "I know of no change of mine to undo here."
    if not in_trash:
        return start
    them = "it" if in_trash == 1 else "them all"
    return (
        f"{start} There {'is' if in_trash == 1 else 'are'} {counted(in_trash, 'task')} in the "
        f'trash: "restore all" brings {them} back.'
    )


def no_task_or_label(word: str) -> str:
    return f"You have no open task and no label {quoted(word)}."


def no_such_task(phrase: str) -> str:
    return f"I find no task {quoted(phrase)} on your list, so nothing is changed."


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
        names = [*names[:MOST_TITLES], f"{count - min(len(names), MOST_TITLES)} more"]
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


def missing(titles: Sequence[str]) -> str:
    """Of several tasks named, some are not there."""
    return f"I can't find {joined([quoted(title) for title in titles], 'or')}. Nothing is changed."


def labelled_so(label: str, tasks: Sequence[TaskRef]) -> str:
    are = "is" if len(tasks) == 1 else "are"
    names = joined(named(tasks))
    return f"No task is called {quoted(label)}, but {names} {are} labelled so. Do you mean that?"


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
    r"\s*(?:Call \w+_tasks? again[^.]*\.|Ask which, then[^.]*\."
    r"|\w+_tasks?(?:\([^)]*\))? (?:shows|restores|can)[^.]*\.?)"
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
