"""Intents as short texts, so that a test is a line: "mark milk as done" -> "complete milk"."""

from chat.offline.intents import (
    Add,
    Ask,
    Both,
    Cannot,
    Complete,
    Decline,
    Delete,
    Every,
    Filter,
    HowTo,
    Intent,
    It,
    Look,
    Named,
    NewTask,
    Nothing,
    Nth,
    Offer,
    Rename,
    Reopen,
    Repeat,
    Show,
    Small,
    Target,
    These,
    Undo,
    Unknown,
    Update,
)


def brief(intent: Intent) -> str:  # noqa: C901 (a table in code)
    match intent:
        case Add(tasks, repeats):
            return "add " + " / ".join(map(_new, tasks)) + (" (repeats)" if repeats else "")
        case Show(wanted, any_found):
            return ("any" if any_found else "show") + _filter(wanted)
        case Complete(target) | Reopen(target) | Delete(target):
            return f"{type(intent).__name__.lower()} {_target(target)}"
        case Update(target):
            return f"update {_target(target)}:{_fields(intent)}"
        case Rename(splits):
            return "rename " + " / ".join(f"{old} > {new}" for old, new in splits)
        case Look(about, target):
            return f"look {about} {_target(target)}"
        case HowTo(topic) | Nothing(topic) | Small(topic) | Cannot(topic):
            return f"{type(intent).__name__.lower()} {topic}".strip()
        case Ask(missing, then):
            return f"ask {missing}: {brief(then)}"
        case Offer(offered):
            return f"offer {brief(offered)}"
        case Repeat(call):
            return f"repeat {call.name} {dict(call.arguments)}"
        case Decline(kept):
            return f"decline {kept}"
        case Both(parts):
            return " & ".join(map(brief, parts))
        case Undo():
            return "undo"
        case Unknown():
            return "unknown"
    raise AssertionError(intent)


def _new(task: NewTask) -> str:
    more = [f"@{task.due}"] if task.due else []
    more += [f"!{task.priority}"] if task.priority else []
    more += [f"#{label}" for label in task.labels]
    more += [f"({task.description})"] if task.description else []
    return " ".join([task.title, *more])


def _filter(wanted: Filter) -> str:
    return "".join(f" {name}={value}" for name, value in wanted.arguments().items())


def _target(target: Target) -> str:
    match target:
        case Named(phrase, parts):
            return phrase + (f" [{' + '.join(parts)}]" if parts else "")
        case These(references):
            return "+".join(references)
        case It(plural):
            return "<them>" if plural else "<it>"
        case Nth(index):
            return f"<{index}>"
        case Every(wanted, besides):
            return f"<every{_filter(wanted)}>" + (f" but {besides}" if besides else "")


def _fields(update: Update) -> str:
    values = {
        "title": update.title,
        "due": update.due,
        "priority": update.priority,
        "description": update.description,
        "note": update.note,
    }
    said = [f" {name}={value}" for name, value in values.items() if value is not None]
    said += [f" +#{label}" for label in update.add_labels]
    said += [f" -#{label}" for label in update.remove_labels]
    return "".join(said) + (" no labels" if update.clear_labels else "")
