"""What a message can mean: the words that the pure parts of the assistant pass to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class TaskRef:
    """A task as a tool's result named it."""

    id: str
    title: str
    completed: bool = False
    due_text: str = ""
    priority: str = ""
    labels: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call."""

    name: str
    arguments: Mapping[str, Any]


# -- which tasks ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """Tasks by title, part of a title, or number, as the user put it.

    `parts` is the other reading of a phrase that may be a list ("laundry and dishes").
    `whole` is the phrase before words like "the ... task" were taken off.
    """

    phrase: str
    parts: tuple[str, ...] = ()
    whole: str = ""


@dataclass(frozen=True, slots=True)
class It:
    """The task just spoken of, or several ("them")."""

    plural: bool = False


@dataclass(frozen=True, slots=True)
class Nth:
    """A position in the list just shown: 0 is the first, -1 the last."""

    index: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which tasks a list holds. None: not said."""

    status: Literal["open", "completed", "all", "trash"] | None = None
    due: str | None = None
    priority: str | None = None
    label: str | None = None
    query: str | None = None

    def arguments(self) -> dict[str, Any]:
        """The fields that were said, as `list_tasks` takes them."""
        said = {
            "status": self.status,
            "due": self.due,
            "priority": self.priority,
            "label": self.label,
            "query": self.query,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Every:
    """All tasks of a filter, perhaps with some left out ("all but the milk one")."""

    filter: Filter = Filter()
    besides: str = ""


@dataclass(frozen=True, slots=True)
class These:
    """Tasks by number."""

    references: tuple[str, ...]


Target: TypeAlias = Named | These | It | Nth | Every


# -- what to do ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to add. `whole` is the title with the date still in it, should that be unreadable."""

    title: str
    due: str | None = None
    priority: str | None = None
    labels: tuple[str, ...] = ()
    description: str = ""
    whole: str = ""

    def arguments(self) -> dict[str, Any]:
        """The fields that were said, as `add_task` takes them."""
        given: dict[str, Any] = {"title": self.title}
        if self.due:
            given["due"] = self.due
        if self.priority:
            given["priority"] = self.priority
        if self.labels:
            given["labels"] = list(self.labels)
        if self.description:
            given["description"] = self.description
        return given


@dataclass(frozen=True, slots=True)
class Add:
    tasks: tuple[NewTask, ...]
    repeats: bool = False  # "every Monday" was said, which cannot be done


@dataclass(frozen=True, slots=True)
class Show:
    filter: Filter
    any_found: bool = False  # "do I have anything about milk?": answer yes or no
    note: str = ""  # what the tools can't do of it: "sort", or the days asked for ("next week")


@dataclass(frozen=True, slots=True)
class Complete:
    target: Target


@dataclass(frozen=True, slots=True)
class Reopen:
    target: Target
    restores: bool = False  # "restore", "bring back": what was deleted is meant first


@dataclass(frozen=True, slots=True)
class Delete:
    target: Target


@dataclass(frozen=True, slots=True)
class Rename:
    """ "rename A to B to C": its readings, most likely first. Of one it would be an `Update`."""

    splits: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Update:
    target: Target
    title: str | None = None
    due: str | None = None  # "none" takes it away
    priority: str | None = None
    description: str | None = None
    note: str | None = None  # put under the description
    add_labels: tuple[str, ...] = ()
    remove_labels: tuple[str, ...] = ()
    clear_labels: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """A question about one task: is it done, when is it due, is it there?"""

    about: Literal["done", "due", "exists", "details"]
    target: Target


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last change."""


@dataclass(frozen=True, slots=True)
class NextPage:
    """The rest of the list that was shown."""


@dataclass(frozen=True, slots=True)
class HowTo:
    """A question about how something is done: explain, change nothing."""

    topic: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """A negation or a question that must change nothing."""

    kind: Literal[
        "dont", "never_mind", "not_finished", "should", "conditional", "what_if", "unsure"
    ]
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Small:
    """Hello, thanks, who are you: answered with words alone."""

    kind: str


@dataclass(frozen=True, slots=True)
class Cannot:
    """Understood, but beyond what the tools can do."""

    kind: str
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A command with something missing. As a pending question: the answer fills it in."""

    missing: Literal["title", "target", "new_title", "due", "label", "priority", "note"]
    then: Intent


@dataclass(frozen=True, slots=True)
class Offer:
    """A guess that needs a yes first. As a pending question: yes does it."""

    intent: Intent


@dataclass(frozen=True, slots=True)
class Repeat:
    """Make this call: the answer to "which one?" or to "delete them?"."""

    call: Call


@dataclass(frozen=True, slots=True)
class Decline:
    """No to a question that was asked. `kept` says how many tasks stay because of it."""

    kept: int = 0


@dataclass(frozen=True, slots=True)
class Both:
    """Several commands in one message, in order."""

    parts: tuple[Intent, ...]


Intent: TypeAlias = (
    Add
    | Show
    | Complete
    | Reopen
    | Delete
    | Rename
    | Update
    | Look
    | Undo
    | NextPage
    | HowTo
    | Nothing
    | Small
    | Cannot
    | Unknown
    | Ask
    | Offer
    | Repeat
    | Decline
    | Both
)


# -- what was asked ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """ "Which one?": `reference` in the call's `tasks` stands for one of the candidates."""

    call: Call
    reference: str
    candidates: tuple[TaskRef, ...]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """ "Delete them?": a yes makes the same call again."""

    call: Call
    count: int


Pending: TypeAlias = Ask | Offer | Choice | Confirmation


@dataclass(frozen=True, slots=True)
class Reply:
    """The words that end a turn, and the question they leave open."""

    text: str
    pending: Pending | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What "undo" would take back: only tasks that it made different."""

    kind: Literal["add", "complete", "reopen", "restore", "delete", "update"]
    tasks: tuple[TaskRef, ...]


@dataclass(frozen=True, slots=True)
class More:
    """The rest of a list: where it goes on, and how many tasks came before."""

    cursor: str
    before: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a message can refer to: everything said before it, boiled down."""

    spoken: tuple[TaskRef, ...] = ()  # "it", "them"
    group: Every | None = None  # "them", where they were spoken of without their names
    shown: tuple[TaskRef, ...] = ()  # "the second one"
    listed: bool = False  # a list was shown after the tasks spoken of: "them" are its
    newer: tuple[TaskRef, ...] = ()  # added after what was shown: "the last one" is of these
    deleted: tuple[TaskRef, ...] = ()  # by the last deletion: "restore both"
    known: Mapping[str, TaskRef] = field(default_factory=dict)  # every task named so far, by id
    pending: Pending | None = None
    changed: Change | None = None  # the last change, for "undo"
    now: str = ""  # the day and the time, in words, if they are known
    more: More | None = None  # the rest of the list shown
    adding: bool = False  # the last turn added tasks: "and eggs" adds another
