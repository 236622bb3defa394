"""Demo accounts, for a first look and for development."""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from taskchat_site.accounts.models import User
from tasks import actions, dates

DEMO_EMAIL, DEMO_PASSWORD = "demo@example.com", "demo-taskchat-1"
STAFF_EMAIL, STAFF_PASSWORD = "staff@example.com", "staff-taskchat-1"


class Command(BaseCommand):
    help = "Create the demo accounts if they are missing, and print their logins."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "Demo accounts have published passwords, so production has none (DJANGO_DEBUG=0)."
            )
        with transaction.atomic():
            if not User.objects.filter(email=DEMO_EMAIL).exists():
                add_demo_tasks(User.objects.create_user(DEMO_EMAIL, DEMO_PASSWORD, name="Demo"))
            if not User.objects.filter(email=STAFF_EMAIL).exists():
                User.objects.create_superuser(STAFF_EMAIL, STAFF_PASSWORD, name="Staff")
        self.stdout.write(f"  user   {DEMO_EMAIL} / {DEMO_PASSWORD}")
        self.stdout.write(f"  staff  {STAFF_EMAIL} / {STAFF_PASSWORD}")


def add_demo_tasks(owner: User) -> None:
    """One task of each kind that the pages show differently."""

    def day(days: int, at: time = dates.END_OF_DAY) -> datetime:
        today = timezone.now().astimezone(owner.zone()).date()
        return datetime.combine(today + timedelta(days=days), at, tzinfo=owner.zone())

    done = actions.add_task(owner, title="Book train tickets to Lisbon", labels=["travel"])
    actions.complete_task(owner, done.id)
    actions.add_task(owner, title="Read “The Left Hand of Darkness”", labels=["books"])
    actions.add_task(
        owner, title="Plan Maria's birthday dinner", due_at=day(5, time(19)), labels=["family"]
    )
    actions.add_task(
        owner,
        title="Send the quarterly report",
        description="Ask Tom for the sales figures first.",
        priority="high",
        due_at=day(2, time(17)),
        labels=["work"],
    )
    actions.add_task(owner, title="Water the plants", due_at=day(0), labels=["home"])
    actions.add_task(
        owner,
        title="Pay the electricity bill",
        priority="medium",
        due_at=day(-2),
        labels=["home"],
    )
