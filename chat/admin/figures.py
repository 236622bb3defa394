"""What the list shows of each conversation on a page, in as many queries for one as for all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from chat.models import Feedback, Item, Run, Thread
from chat.usage import ERRORS

MESSAGES = ("user_message", "assistant_message")


@dataclass
class Figures:
    """Of one conversation. `cost` is in USD, None where no run has a price."""

    messages: int = 0
    runs: int = 0
    errors: int = 0
    tokens: int = 0
    cost: Decimal | None = None
    up: int = 0
    down: int = 0


def figures_of(threads: Sequence[Thread]) -> dict[str, Figures]:
    """By the key of each of `threads`."""
    keys = [thread.pk for thread in threads]
    figures = {key: Figures() for key in keys}
    for row in _messages(keys):
        figures[row["thread"]].messages = row["messages"]
    for row in _runs(keys):
        shown = figures[row["thread"]]
        shown.runs, shown.errors, shown.cost = row["runs"], row["errors"], row["cost"]
        shown.tokens = row["read"] + row["written"]
    for row in _feedback(keys):
        shown = figures[row["thread"]]
        shown.up, shown.down = row["up"], row["down"]
    return figures


def _messages(keys: list[str]) -> Iterable[Mapping[str, Any]]:
    rows = Item.objects.filter(thread__in=keys, type__in=MESSAGES, removed_at=None)
    return rows.order_by().values("thread").annotate(messages=Count("pk"))


def _runs(keys: list[str]) -> Iterable[Mapping[str, Any]]:
    rows = Run.objects.filter(thread__in=keys).order_by().values("thread")
    return rows.annotate(
        runs=Count("pk"),
        errors=Count("pk", filter=Q(status__in=ERRORS)),
        read=Sum("input_tokens"),
        written=Sum("output_tokens"),
        cost=Sum("cost"),
    )


def _feedback(keys: list[str]) -> Iterable[Mapping[str, Any]]:
    rows = Feedback.objects.filter(thread__in=keys).order_by().values("thread")
    return rows.annotate(
        up=Count("pk", filter=Q(kind="positive")), down=Count("pk", filter=Q(kind="negative"))
    )
