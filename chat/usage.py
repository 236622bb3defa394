"""What the assistant was used for and what that cost, a row for each user and day (UTC)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from chat.models import Run
from taskchat_site.accounts.models import User

ERRORS = ("failed", "interrupted")


@dataclass(frozen=True)
class UserDay:
    """`cost` is in USD, of the runs whose price is known (None: of none); `unpriced` are others."""

    day: date | None
    user: str
    runs: int
    errors: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: Decimal | None
    unpriced: int

    def as_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "day": self.day.isoformat() if self.day else None,
            "cost": None if self.cost is None else float(self.cost),
        }


def usage(since: datetime, until: datetime, user: User | None = None) -> list[UserDay]:
    """Runs that started in [since, until), of everybody or of `user`; the newest day first."""
    runs = Run.objects.filter(started_at__gte=since, started_at__lt=until)
    if user is not None:
        runs = runs.filter(owner=user)
    rows = (
        runs.order_by()
        .annotate(day=TruncDate("started_at", tzinfo=UTC))
        .values("day", "owner__email")
        .annotate(
            runs=Count("pk"),
            errors=Count("pk", filter=Q(status__in=ERRORS)),
            read=Sum("input_tokens"),
            cached=Sum("cached_tokens"),
            written=Sum("output_tokens"),
            usd=Sum("cost"),
            unpriced=Count("pk", filter=Q(cost=None)),
        )
        .order_by("-day", "owner__email")
    )
    return [
        UserDay(
            day=row["day"],
            user=row["owner__email"],
            runs=row["runs"],
            errors=row["errors"],
            input_tokens=row["read"],
            cached_tokens=row["cached"],
            output_tokens=row["written"],
            cost=row["usd"],
            unpriced=row["unpriced"],
        )
        for row in rows
    ]


def total(rows: Iterable[UserDay]) -> UserDay:
    rows = list(rows)
    costs = [row.cost for row in rows if row.cost is not None]
    return UserDay(
        day=None,
        user="",
        runs=sum(row.runs for row in rows),
        errors=sum(row.errors for row in rows),
        input_tokens=sum(row.input_tokens for row in rows),
        cached_tokens=sum(row.cached_tokens for row in rows),
        output_tokens=sum(row.output_tokens for row in rows),
        cost=sum(costs, Decimal(0)) if costs else None,
        unpriced=sum(row.unpriced for row in rows),
    )
