"""The made-up people of an office who talk to the assistant, for staff who ask about them.

`fill` writes into the database of the server under test, within its own environment:
`server.manage("shell", "-c", FILL)`. Every question of staff has rows here that answer it, and
rows beside them that must not be in the answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from chat import audit
from chat.context import Usage
from chat.models import AuditEvent, Feedback, Item, Run, Thread, ToolCall
from chat.pricing import bill
from taskchat_site.accounts.models import User

FILL = "from tests.browser.office import fill; fill()"
AUDITOR = ("auditor@example.com", "auditor-taskchat-1")
OTHER_AUDITOR = "second-auditor@example.com"
FIRST_DELTAS = [9_000 - 500 * number for number in range(12)]  # milliseconds, the slowest first

_numbers = count(1)


def fill() -> None:
    auditor = _auditor(*AUDITOR)
    other = _auditor(OTHER_AUDITOR, "second-taskchat-1")
    ann, ben, carla, dora, emil = map(_user, ("ann", "ben", "carla", "dora", "emil"))
    invoice = _ann(ann)
    holiday = _ben(ben)
    _carla(carla)
    _last_month(dora)
    _slow(emil)
    _read(other, invoice)
    _read(auditor, holiday)


def _ann(ann: User) -> Thread:
    """Yesterday and today; she writes of an invoice, and has tasks deleted."""
    talk = Talk(ann, "Invoice for the printers", _yesterday(9), "gpt-4.1-nano")
    talk.turn(
        "Add a task to pay the printers' invoice by Friday",
        "Added **pay the printers' invoice**, due on Friday. Shall I remind you of it?",
        calls=[("add_task", {"title": "pay the printers' invoice", "due": "friday"}, "Added t1.")],
    )
    talk.turn(
        "Delete the task about the old scanner",
        "The old scanner is in the trash. You have 30 days to bring it back.",
        calls=[("delete_task", {"task": "sell the old scanner"}, "Deleted t2.")],
    )
    today = Talk(ann, "Tidying up", _today(0.2))
    today.turn(
        "Delete renew the badge, and the party",
        "Renew the badge is in the trash. I found no task about a party.",
        calls=[
            ("delete_task", {"task": "renew the badge"}, "Deleted t3."),
            ("delete_task", {"task": "plan the party"}, "There is no task like that.", "failed"),
        ],
        thumb="positive",
    )
    return talk.thread


def _ben(ben: User) -> Thread:
    """Yesterday: an invoice of his own, a deletion, a failure that was tried again."""
    talk = Talk(ben, "Before the holiday", _yesterday(15), "gpt-4.1-nano")
    talk.turn(
        "Delete water the garden",
        "Deleted. Have a good holiday!",
        calls=[("delete_task", {"task": "water the garden"}, "Deleted t4.")],
        thumb="negative",
    )
    asked = talk.turn(
        "Is the plumber's invoice paid?",
        status="failed",
        code="provider_busy",
        detail="The model's server is busy (429), also after 3 tries.",
    )
    talk.turn(asked, "Yes, it was completed on Monday.", resumes=1)
    return talk.thread


def _carla(carla: User) -> None:
    """Today alone: stopped, cut, broken and running."""
    Talk(carla, "A long list", _today(0.3)).turn(
        "Tell me about all my tasks", "You have 214 tasks. The first", status="cancelled"
    )
    Talk(carla, "Restart", _today(0.4)).turn("Show today", "You have", status="interrupted")
    talk = Talk(carla, "Moving dates", _today(0.5), "o4-mini")
    talk.turn(
        "Move the review to the 31st of June",
        "June has only 30 days. Which day do you mean?",
        tokens=(40_000, 1_500, 0),
        calls=[
            ("update_task", {"task": "t9", "due": "31 June"}, "“31 June” is no date.", "failed")
        ],
    )
    talk.turn("The 30th", status="failed", code="provider_cut", detail="The stream broke off.")
    Talk(carla, "Planning the week", _today(1)).turn(
        "Plan my week, task by task",
        status="running",
        calls=[("list_tasks", {"due": "this week"}, "12 tasks")],
    )


def _last_month(dora: User) -> None:
    first_of_month = _midnight().replace(day=1)
    Talk(dora, "Old times", first_of_month - timedelta(days=3), "gpt-4o").turn(
        "Show my tasks", "You have none."
    )


def _slow(emil: User) -> None:
    """Twelve replies of a model of one's own, which has no price."""
    talk = Talk(emil, "Is it slow today?", _today(0.6), "smollm2")
    for number, milliseconds in enumerate(FIRST_DELTAS, 1):
        talk.turn(
            f"Question {number}",
            f"Answer {number}.",
            first_delta=milliseconds,
            tokens=(100, 10, 0),
        )


def _user(name: str) -> User:
    return User.objects.create_user(f"{name}@example.com", None, name=name.title())


def _auditor(email: str, password: str) -> User:
    user = User.objects.create_user(email, password, name="Auditor", is_staff=True)
    user.groups.add(Group.objects.get(name="Auditors"))
    return user


def _read(by: User, thread: Thread) -> None:
    audit.record(by, AuditEvent.Action.READ, thread.pk, page="conversation")


def _midnight() -> datetime:
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


def _yesterday(hour: int) -> datetime:
    return _midnight() - timedelta(hours=24 - hour)


def _today(share: float) -> datetime:
    """A moment of the part of today that is over: its start at 0, now at 1."""
    return _midnight() + share * (timezone.now() - _midnight())


class Talk:
    """A conversation, written turn by turn; each of them within a tenth of a second."""

    def __init__(self, owner: User, title: str, at: datetime, model: str = "gpt-4.1") -> None:
        self.at = at
        self.model = model
        extra = {"status": {"type": "active"}, "allowed_image_domains": None, "metadata": {}}
        self.thread = Thread.objects.create(
            owner=owner, title=title, extra=extra, created_at=at, updated_at=at
        )

    def turn(
        self,
        asked: str | Item,
        answer: str = "",
        *,
        calls: list[tuple[Any, ...]] = [],  # noqa: B006  # only read
        thumb: str = "",
        **run: Any,
    ) -> Item:
        """A message, or an earlier one again, what was run for it and what came of it.

        A call is `(name, arguments, words)`, and "failed" if it did. Answers the message.
        """
        if isinstance(asked, str):
            content = [{"type": "input_text", "text": asked}]
            said = {"content": content, "attachments": [], "inference_options": {}}
            asked = self._item("user_message", asked, said)
        made = self._run(asked, **run)
        for call in calls:
            self._call(made, *call)
        if answer:
            parts = [{"type": "output_text", "text": answer, "annotations": []}]
            reply = self._item("assistant_message", answer, {"content": parts})
            if thumb:
                Feedback.objects.create(
                    thread=self.thread, item_id=reply.item_id, kind=thumb, created_at=self.at
                )
        Thread.objects.filter(pk=self.thread.pk).update(updated_at=self.at)
        return asked

    def _run(
        self,
        asked: Item,
        *,
        status: str = "completed",
        tokens: tuple[int, int, int] = (20_000, 600, 8_000),  # in, out, and of the first cached
        first_delta: int = 420,
        **fields: Any,
    ) -> Run:
        told = status not in ("failed", "running")
        usage = Usage(*tokens) if told else Usage()
        billed = bill(self.model, usage)
        running = status == Run.Status.RUNNING
        return Run.objects.create(
            owner=self.thread.owner,
            thread=self.thread,
            request_type="threads.add_user_message",
            turn_id=asked.item_id,
            status=status,
            provider="openai",
            model=self.model,
            parameters={"api": "responses", "temperature": 0.7},
            request_id=f"{next(_numbers):032x}",
            started_at=self.at,
            lease_until=timezone.now() + timedelta(hours=1 if running else 0),
            finished_at=None if running else self.at + timedelta(milliseconds=first_delta + 1_100),
            first_delta_ms=first_delta if told else None,
            input_tokens=usage.input_tokens,
            cached_tokens=usage.cached_tokens,
            output_tokens=usage.output_tokens,
            prices=billed.prices,
            cost=billed.cost,
            **fields,
        )

    def _call(
        self,
        run: Run,
        name: str,
        arguments: dict[str, Any],
        words: str,
        status: str = "completed",
    ) -> None:
        done = {"status_indicator": "complete", "type": "custom", "title": words}
        workflow = {"type": "custom", "tasks": [done], "summary": {"duration": 0}}
        item = self._item("workflow", words, {"workflow": workflow})
        ToolCall.objects.create(
            run=run,
            thread=self.thread,
            turn_id=run.turn_id,
            workflow_id=item.item_id,
            call_id=f"{item.item_id}.0",
            name=name,
            arguments=arguments,
            arguments_digest="made up",
            result={"text": words, "structured": {"message": words}},
            status=status,
            created_at=self.at,
            duration_ms=14,
        )

    def _item(self, kind: str, text: str, data: dict[str, Any]) -> Item:
        self.at += timedelta(milliseconds=20)
        item_id = f"msg_office{next(_numbers)}"
        about = {
            "id": item_id,
            "thread_id": self.thread.pk,
            "created_at": self.at.isoformat(),
            "type": kind,
        }
        return Item.objects.create(
            thread=self.thread,
            item_id=item_id,
            type=kind,
            text=text,
            data={**about, **data},
            created_at=self.at,
        )
