"""What each intent does: tool calls, then the words. Pure; `respond` plays it."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from chat.offline import phrases, reports
from chat.offline.grammar import due
from chat.offline.intents import (
    Add,
    Ask,
    Both,
    Call,
    Cannot,
    Choice,
    Complete,
    Conversation,
    Decline,
    Delete,
    Every,
    Filter,
    HowTo,
    Intent,
    It,
    Look,
    Named,
    NextPage,
    Nothing,
    Nth,
    Offer,
    Rename,
    Reopen,
    Repeat,
    Reply,
    Show,
    Small,
    Target,
    TaskRef,
    These,
    Undo,
    Unknown,
    Update,
)
from chat.offline.references import change, change_all, find_one, which_tasks
from chat.offline.talk import Part, Talk, everything, labelled_instead, look_up

Script: TypeAlias = Part[Reply]

MOST_AT_ONCE = 50
_MOST_LOOKED_UP = 4


def script(intent: Intent, facts: Conversation) -> Script:
    """The script of an intent, for a conversation up to now."""
    return _run(intent, Talk(facts))


def _run(intent: Intent, talk: Talk) -> Script:  # noqa: C901, PLR0912 (a table in code)
    match intent:
        case Add():
            return (yield from _add(intent, talk))
        case Show():
            return (yield from _show(intent, talk))
        case Complete(target):
            return (yield from change(talk, intent, target, "complete_task", {}))
        case Reopen(target):
            return (yield from change(talk, intent, target, "update_task", {"status": "open"}))
        case Delete(target):
            return (yield from _delete(intent, target, talk))
        case Update():
            return (yield from _update(intent, talk))
        case Rename():
            return (yield from _rename(intent, talk))
        case Look():
            return (yield from _look(intent, talk))
        case Undo():
            return (yield from _undo(talk))
        case NextPage():
            return (yield from _next_page(talk))
        case Offer():
            return (yield from _offer(intent, talk))
        case Repeat(call):
            return (yield from talk.make(call.name, call.arguments))
        case Both(parts):
            return (yield from _both(parts, talk))
        case Unknown(phrase):
            titles = [task.title for task in talk.facts.spoken if not task.completed]
            return Reply(phrases.unknown(phrase, titles))
        case Small("time") if talk.facts.now:
            return Reply(f"It is {talk.facts.now}.")
        case _:
            return _words(intent)


def _words(intent: Intent) -> Reply:
    """The reply to an intent that needs no tool."""
    match intent:
        case Small(kind):
            return Reply(phrases.HELP if kind == "help" else phrases.small(kind))
        case HowTo(topic):
            return Reply(phrases.how_to(topic))
        case Nothing(kind, phrase):
            return Reply(phrases.nothing(kind, phrase))
        case Cannot(kind, _):
            return Reply(phrases.cannot(kind))
        case Ask(missing, _):
            return Reply(phrases.ask(missing), intent)
        case Decline(kept):
            return Reply(phrases.declined(kept))
    raise AssertionError(f"no words for {intent!r}")


def _both(parts: tuple[Intent, ...], talk: Talk) -> Script:
    replies: list[Reply] = []
    for part in parts:
        if isinstance(part, Unknown):
            reply = Reply(phrases.unknown_part(part.phrase))
        else:
            reply = yield from _run(part, talk)
        replies.append(reply)
    # A question comes last: it is what the user's next message answers.
    replies.sort(key=lambda reply: reply.pending is not None)
    return Reply(" ".join(reply.text for reply in replies), replies[-1].pending)


def _add(intent: Add, talk: Talk) -> Script:
    if len(intent.tasks) > MOST_AT_ONCE:
        return Reply(phrases.cannot("many"))
    outcomes = yield from talk.calls(*(Call("add_task", t.arguments()) for t in intent.tasks))
    added: list[TaskRef] = []
    extra: list[str] = []
    for new, first_try in zip(intent.tasks, outcomes, strict=True):
        outcome = first_try
        if outcome.problem and new.due:
            # The words taken for a date were none: better in the title than a task lost.
            plain = replace(new, title=new.whole or new.title, due=None)
            (outcome,) = yield from talk.calls(Call("add_task", plain.arguments()))
            if not outcome.problem:
                extra.append(reports.without_date(new.due))
        if trouble := outcome.problem:
            extra.append(reports.not_added(new.title, reports.problem(trouble)))
        if outcome.tasks and not new.due and (words := due.unread(new.title)):
            extra.append(reports.no_date_from(words))
        added += outcome.tasks
    talk.speak_of(added)
    if intent.repeats and added:
        extra.append(phrases.cannot("repeat"))
    said = [reports.added(added, intent.tasks)] if added else []
    return Reply(" ".join(said + extra))


def _show(intent: Show, talk: Talk) -> Script:
    wanted = intent.filter
    call = Call("list_tasks", wanted.arguments())
    (outcome,) = yield from talk.calls(call)
    if not outcome.total and not outcome.problem and (by_label := labelled_instead(wanted)):
        (labelled,) = yield from talk.calls(Call("list_tasks", by_label.arguments()))
        if labelled.total:
            wanted, outcome = by_label, labelled
        elif not intent.any_found and wanted == Filter(query=wanted.query):
            return Reply(reports.no_task_or_label(wanted.query or ""))
    if outcome.problem:
        return talk.told(call, outcome)
    said = reports.listed(wanted, outcome.total, outcome.tasks, asked_if=intent.any_found)
    return Reply(f"{reports.cannot_list(intent.note)} {said}" if intent.note else said)


def _delete(intent: Delete, target: Target, talk: Talk) -> Script:
    whole = {
        Filter(): "everything",
        Filter(status="all"): "everything",
        Filter(status="open"): "open",
        Filter(status="completed"): "completed",
    }
    if isinstance(target, Every) and not target.besides and target.filter in whole:
        return (yield from talk.make("delete_task", {"all": whole[target.filter]}))
    if isinstance(target, Nth) and not talk.facts.shown:
        # Nobody should lose a task by its position in a list they have not seen.
        yield from everything(talk, Filter())
        return Reply(phrases.ask("target"), Ask("target", intent))
    return (yield from change(talk, intent, target, "delete_task", {}))


def _update(intent: Update, talk: Talk) -> Script:
    fields = {
        "title": intent.title,
        "due": intent.due,
        "priority": intent.priority,
        "description": intent.description,
    }
    given: dict[str, object] = {k: value for k, value in fields.items() if value is not None}
    if intent.clear_labels:
        given["labels"] = []
    if not (intent.add_labels or intent.remove_labels or intent.note):
        return (yield from change(talk, intent, intent.target, "update_task", given))
    if not intent.note and (several := (yield from _several(intent, talk))):
        return (yield from _relabel(intent, several, given, talk))
    # Labels are set as a whole and notes overwrite, so look first at what is there.
    found = yield from find_one(talk, intent, intent.target)
    if isinstance(found, Reply):
        return found
    if intent.note:
        if found.description.endswith("…"):
            return Reply(reports.long_description(found.title))
        given["description"] = f"{found.description}\n{intent.note}".strip()
    if intent.add_labels or intent.remove_labels:
        given["labels"] = _labels_of(found, intent)
    return (yield from talk.make("update_task", {"tasks": [found.id], **given}))


def _labels_of(task: TaskRef, intent: Update) -> list[str]:
    gone = {label.casefold() for label in (*intent.remove_labels, *intent.add_labels)}
    return [*(label for label in task.labels if label.casefold() not in gone), *intent.add_labels]


def _several(intent: Update, talk: Talk) -> Part[tuple[TaskRef, ...]]:
    """The tasks of "label them", "label wash car and vacuum sofa"; none if it is about one."""
    target = intent.target
    if isinstance(target, Named) and not target.parts:
        return ()
    if not isinstance(target, Named):
        if isinstance(target, Nth) or target == It():
            return ()
        meant = yield from which_tasks(talk, intent, target)
        return () if isinstance(meant, Reply) or len(meant) < 2 else meant
    if (yield from look_up(talk, target.phrase)):
        return ()
    found: tuple[TaskRef, ...] = ()
    for part in target.parts[:_MOST_LOOKED_UP]:
        tasks = yield from look_up(talk, part)
        if len(tasks) != 1:
            return ()
        found += tasks
    return found


def _relabel(
    intent: Update, tasks: tuple[TaskRef, ...], given: dict[str, object], talk: Talk
) -> Script:
    """Those that end up with the same labels in one call."""
    alike: dict[tuple[str, ...], list[TaskRef]] = {}
    for task in tasks:
        alike.setdefault(tuple(_labels_of(task, intent)), []).append(task)
    if len(alike) > _MOST_LOOKED_UP:
        return Reply(reports.one_at_a_time())
    said = []
    for labels, group in alike.items():
        fields = {**given, "labels": list(labels)}
        reply = yield from change_all(talk, "update_task", group, fields)
        said.append(reply.text)
    talk.speak_of(tasks)
    return Reply(" ".join(said))


def _rename(intent: Rename, talk: Talk) -> Script:
    """ "rename go to gym to go to pool": the list tells which "to" parts the two titles."""
    tasks = yield from everything(talk, Filter(status="all"))
    titles = {task.title.casefold(): task for task in tasks}
    for old, new in intent.splits:
        if task := titles.get(old.casefold()):
            return (yield from talk.make("update_task", {"tasks": [task.id], "title": new}))
    old, new = intent.splits[0]
    update = Update(Named(old), title=new)
    return (yield from change(talk, update, update.target, "update_task", {"title": new}))


def _look(intent: Look, talk: Talk) -> Script:
    if isinstance(intent.target, Named):
        tasks = yield from look_up(talk, intent.target.phrase)
        return Reply(reports.looked(intent.about, intent.target.phrase, tasks))
    found = yield from find_one(talk, intent, intent.target)
    if isinstance(found, Reply):
        return found
    return Reply(reports.looked(intent.about, found.title, [found]))


def _undo(talk: Talk) -> Script:
    last = talk.facts.changed
    if not last:
        trash = yield from everything(talk, Filter(status="trash"))
        return Reply(reports.nothing_to_undo(len(trash)))
    opposites: dict[str, tuple[str, dict[str, object]]] = {
        "add": ("delete_task", {}),
        "complete": ("update_task", {"status": "open"}),
        "reopen": ("complete_task", {}),
        "restore": ("delete_task", {}),
        "delete": ("update_task", {"status": "open"}),
    }
    if last.kind not in opposites:
        return Reply(phrases.cannot("undo"))
    tool, fields = opposites[last.kind]
    return (yield from change_all(talk, tool, last.tasks, fields))


def _next_page(talk: Talk) -> Script:
    more = talk.facts.more
    if more is None:
        seen = bool(talk.facts.shown)
        return Reply(reports.next_page(0, 0, 0) if seen else phrases.cannot("no_more"))
    call = Call("list_tasks", {"cursor": more.cursor})
    (outcome,) = yield from talk.calls(call)
    if outcome.problem:
        return talk.told(call, outcome)
    return Reply(reports.next_page(more.before, len(outcome.tasks), outcome.total))


def _offer(intent: Offer, talk: Talk) -> Script:
    """An offer about a task is made once it is found."""
    offered = intent.intent
    if not (isinstance(offered, Complete | Delete) and isinstance(offered.target, Named)):
        return Reply(phrases.offer(offered), intent)
    phrase = offered.target.phrase
    found = yield from look_up(talk, phrase, exact_alone=False)
    if isinstance(offered, Complete) and any(not task.completed for task in found):
        found = tuple(task for task in found if not task.completed)
    if not found:
        return Reply(reports.no_such_task(phrase))
    tool = "complete_task" if isinstance(offered, Complete) else "delete_task"
    if len(found) > 1:
        choice = Choice(Call(tool, {"tasks": [phrase]}), phrase, found)
        return Reply(reports.which(phrase, found), choice)
    task = found[0]
    if isinstance(offered, Complete) and task.completed:
        return Reply(reports.looked("done", phrase, found))
    words = phrases.offer(replace(offered, target=Named(task.title)))
    return Reply(words, Offer(replace(offered, target=These((task.id,)))))
