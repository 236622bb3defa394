"""Conversations made up in bulk, in the shape of real ones, to measure and to try the admin with.

Conversation n is the same in every run, so that a filling which was stopped goes on where it was.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import chain
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from chat.models import Feedback, Item, Run, Thread, ToolCall
from taskchat_site.accounts.models import User

DOMAIN = "filled.invalid"  # nobody has an address there
USERS = 2_000
SPAN = timedelta(days=365)
LONGEST = timedelta(days=2)  # what the longest conversation may take

VERBS = (
    "buy call send renew book clean repair return water plan review pay order print sell".split()
)
THINGS = """groceries passport dentist invoice report tickets garden bicycle kitchen contract
parcel window laptop insurance present library medicine printer curtains budget slides newsletter
boiler piano calendar receipts recipe suitcase camera fence""".split()
NAMES = "Ann Ben Carla Dev Elif Femi Grete Hugo Ines Jonas Kofi Lena Maya Noor Otto Priya".split()
RARE = "xylophone"  # about one message in 100,000

# USD for a million tokens, and how often the model answers.
MODELS: dict[str, tuple[dict[str, str], float]] = {
    "gpt-4.1-nano": ({"input": "0.10", "cached_input": "0.025", "output": "0.40"}, 70),
    "gpt-4.1-mini": ({"input": "0.40", "cached_input": "0.10", "output": "1.60"}, 20),
    "gpt-4.1": ({"input": "2.00", "cached_input": "0.50", "output": "8.00"}, 9.9),
    "o4-mini": ({"input": "1.10", "cached_input": "0.275", "output": "4.40"}, 0.1),
}
FAILURES = ("provider_unreachable", "provider_busy", "provider_slow", "provider_cut")


@dataclass
class Conversation:
    """The rows of one conversation."""

    thread: Thread
    items: list[Item] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    feedback: list[Feedback] = field(default_factory=list)


def filled_users() -> list[User]:
    """The owners of what is made up; they can not sign in."""
    emails = [f"user{number}@{DOMAIN}" for number in range(1, USERS + 1)]
    if User.objects.filter(email__in=emails).count() < USERS:
        unusable = make_password(None)
        made = [
            User(email=email, name=email.partition("@")[0], password=unusable) for email in emails
        ]
        User.objects.bulk_create(made, ignore_conflicts=True)
    return list(User.objects.filter(email__in=emails).order_by("pk"))


def conversation(number: int, owner: User, at: datetime) -> Conversation:
    """Conversation `number`, of `owner`, begun at `at`: mostly a few turns, sometimes hundreds."""
    random = Random(number)  # noqa: S311  # the same each time, on purpose
    return _Maker(random, owner, at, f"{number:08d}").conversation()


def store(conversations: list[Conversation]) -> None:
    """All of them in one transaction."""
    with transaction.atomic():
        Thread.objects.bulk_create(one.thread for one in conversations)
        Item.objects.bulk_create(chain.from_iterable(one.items for one in conversations))
        Run.objects.bulk_create(chain.from_iterable(one.runs for one in conversations))
        ToolCall.objects.bulk_create(chain.from_iterable(one.calls for one in conversations))
        Feedback.objects.bulk_create(chain.from_iterable(one.feedback for one in conversations))


class _Maker:
    def __init__(self, random: Random, owner: User, at: datetime, number: str) -> None:
        self.random = random
        self.owner = owner
        self.at = at
        self.number = number
        self.count = 0

    @cached_property
    def made(self) -> Conversation:
        thread = Thread(
            id=f"thr_filled{self.number}",
            owner=self.owner,
            extra={"status": {"type": "active"}, "allowed_image_domains": None, "metadata": {}},
            created_at=self.at,
        )
        return Conversation(thread)

    def conversation(self) -> Conversation:
        for _ in range(self._turns()):
            self._turn()
        thread = self.made.thread
        thread.title = self.made.items[0].text[:60]
        thread.updated_at = self.at
        if self.random.random() < 0.001:
            thread.flagged_at = self.at
            thread.flag_note = "Please look at this again."
        if self.random.random() < 0.05:
            thread.deleted_at = self.at
        return self.made

    def _turns(self) -> int:
        if self.random.random() < 0.0002:
            return 300
        return 1 + min(60, int(self.random.expovariate(1 / 5.2)))

    def _turn(self) -> None:
        random = self.random
        self.at += timedelta(seconds=random.uniform(5, 400))
        title = f"{random.choice(VERBS)} the {random.choice(THINGS)} for {random.choice(NAMES)}"
        if random.random() < 0.00004:
            title += f" with a {RARE}"
        asked = self._message(
            "user", random.choice(["Add a task to {}", "Please {}"]).format(title)
        )
        run = self._run(asked.item_id)
        if run.status == Run.Status.COMPLETED:
            self._reply(run, title)

    def _reply(self, run: Run, title: str) -> None:
        self._call(run, "add_task", title)
        if self.random.random() < 0.3:
            self._call(run, "list_tasks", title)
            self._widget(title)
        answer = self._message("assistant", f'Added "{title}". Anything else that you need?')
        if self.random.random() < 0.004:
            kind = self.random.choice(["positive", "positive", "negative"])
            rating = Feedback(
                thread=self.made.thread, item_id=answer.item_id, kind=kind, created_at=self.at
            )
            self.made.feedback.append(rating)

    def _run(self, turn_id: str) -> Run:
        random = self.random
        model = random.choices(list(MODELS), [often for _, often in MODELS.values()])[0]
        prices = MODELS[model][0]
        first_delta = int(random.lognormvariate(6, 0.5))
        read, written = random.randint(300, 4_000), random.randint(10, 200)
        cached = read // 2 if random.random() < 0.4 else 0
        cost = (
            (read - cached) * Decimal(prices["input"])
            + cached * Decimal(prices["cached_input"])
            + written * Decimal(prices["output"])
        ) / 1_000_000
        status = random.choices(
            [Run.Status.COMPLETED, Run.Status.CANCELLED, Run.Status.FAILED, Run.Status.INTERRUPTED],
            [960, 20, 15, 5],
        )[0]
        failed = status == Run.Status.FAILED
        run = Run(
            id=f"run_filled{self.number}_{len(self.made.runs)}",
            owner=self.owner,
            thread=self.made.thread,
            request_type="threads.add_user_message",
            turn_id=turn_id,
            status=status,
            code=random.choice(FAILURES) if failed else "",
            detail="The model's server did not answer." if failed else "",
            provider="openai",
            model=model,
            parameters={"api": "responses", "temperature": 0.7},
            request_id=f"filled{self.number}",
            lease_until=self.at,
            started_at=self.at,
            finished_at=self.at + timedelta(milliseconds=first_delta + 25 * written),
            first_delta_ms=None if failed else first_delta,
            input_tokens=read,
            output_tokens=written,
            cached_tokens=cached,
            prices=prices,
            cost=cost,
        )
        self.made.runs.append(run)
        return run

    def _call(self, run: Run, name: str, title: str) -> None:
        message = f'Added t{len(self.made.calls) + 1} "{title}".'
        task = {"status_indicator": "complete", "type": "custom", "title": f"Added {title}"}
        workflow = {"type": "custom", "tasks": [task], "summary": {"duration": 0}}
        item = self._item("wf", "workflow", f"Added {title}", {"workflow": workflow})
        failed = self.random.random() < 0.01
        self.made.calls.append(
            ToolCall(
                run=run,
                thread=self.made.thread,
                turn_id=run.turn_id,
                workflow_id=item.item_id,
                call_id=f"{item.item_id}.0",
                name=name,
                arguments={"title": title} if name == "add_task" else {},
                arguments_digest="filled",
                result={"text": message, "structured": {"message": message, "tasks": []}},
                status="failed" if failed else "completed",
                created_at=self.at,
                duration_ms=self.random.randint(2, 40),
            )
        )

    def _widget(self, title: str) -> None:
        text = {"type": "Text", "value": title}
        row = {"type": "ListViewItem", "key": title, "children": [text]}
        widget = {"type": "ListView", "children": [row], "limit": 10}
        self._item("msg", "widget", f"[ ] {title}", {"widget": widget})

    def _message(self, role: str, text: str) -> Item:
        data: dict[str, Any]
        if role == "user":
            data = {
                "content": [{"type": "input_text", "text": text}],
                "attachments": [],
                "inference_options": {},
            }
        else:
            data = {"content": [{"type": "output_text", "text": text, "annotations": []}]}
        return self._item("msg", f"{role}_message", text, data)

    def _item(self, prefix: str, type: str, text: str, data: dict[str, Any]) -> Item:
        self.count += 1
        self.at += timedelta(milliseconds=40)
        item_id = f"{prefix}_filled{self.number}_{self.count}"
        about = {
            "id": item_id,
            "thread_id": self.made.thread.id,
            "created_at": self.at.isoformat(),
            "type": type,
        }
        item = Item(
            thread=self.made.thread,
            item_id=item_id,
            type=type,
            text=text,
            data={**about, **data},
            created_at=self.at,
        )
        self.made.items.append(item)
        return item
