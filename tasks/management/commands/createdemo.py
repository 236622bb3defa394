"""Demo accounts, for a first look and for development."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from taskchat_site.accounts.commands import TaughtCommand
from taskchat_site.accounts.demo import DEMO_EMAIL, DEMO_PASSWORD, STAFF_EMAIL, STAFF_PASSWORD
from taskchat_site.accounts.models import User
from tasks import actions, dates

HELP = """\
Create the demo accounts where they are missing, and print their logins: a user who has a few tasks,
and a member of staff who may do everything in the administration.

  manage.py createdemo
  manage.py createdemo --json | jq -r '.accounts[].email'

`make run` does this itself. An account that is there stays as it is, with its tasks and password.
Everybody knows these passwords, so there are no demo accounts in production (DJANGO_DEBUG=0).
"""
EXITS = """\
exit status:
  0    both accounts are there
  2    not in production, the database is not ready, or the command line is wrong
  130  Ctrl-C
"""


class Command(TaughtCommand):
    help = HELP
    exits = EXITS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the accounts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            words = "Demo accounts have published passwords, so production has none"
            raise CommandError(f"{words} (DJANGO_DEBUG=0).", returncode=2)
        with transaction.atomic():
            accounts = [
                _account("user", DEMO_EMAIL, DEMO_PASSWORD, _create_user),
                _account("staff", STAFF_EMAIL, STAFF_PASSWORD, _create_staff),
            ]
        if options["json"]:
            self.stdout.write(json.dumps({"accounts": accounts}, indent=2))
            return
        for account in accounts:
            self.stdout.write(f"  {account['role']:<5}  {account['email']} / {account['password']}")


def _account(
    role: str, email: str, password: str, create: Callable[[str, str], None]
) -> dict[str, Any]:
    """The account as JSON, created if it is missing."""
    missing = not User.objects.filter(email=email).exists()
    if missing:
        create(email, password)
    return {"role": role, "email": email, "password": password, "created": missing}


def _create_user(email: str, password: str) -> None:
    add_demo_tasks(User.objects.create_user(email, password, name="Demo"))


def _create_staff(email: str, password: str) -> None:
    User.objects.create_superuser(email, password, name="Staff")


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
