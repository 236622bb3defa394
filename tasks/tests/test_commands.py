import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from taskchat_site.accounts.models import User
from tasks import actions, queries
from tasks.models import Task
from tasks.queries import TaskFilters


def run(name, *arguments):
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def debug(settings, db):
    settings.DEBUG = True


def titles(owner, **filters):
    return [task.title for task in queries.list_tasks(owner, TaskFilters(**filters)).items]


def test_createdemo_makes_both_accounts_and_prints_their_logins(debug):
    printed = run("createdemo")
    assert "demo@example.com / demo-taskchat-1" in printed
    assert "staff@example.com / staff-taskchat-1" in printed
    demo = User.objects.get(email="demo@example.com")
    staff = User.objects.get(email="staff@example.com")
    assert demo.check_password("demo-taskchat-1")
    assert staff.check_password("staff-taskchat-1")
    assert (demo.name, demo.is_staff, demo.is_superuser) == ("Demo", False, False)
    assert (staff.is_staff, staff.is_superuser) == (True, True)


def test_the_demo_user_has_a_task_of_each_kind(debug):
    run("createdemo")
    demo = User.objects.get(email="demo@example.com")
    assert titles(demo, due="overdue") == ["Pay the electricity bill"]
    assert titles(demo, due="today") == ["Water the plants"]
    assert len(titles(demo, due="upcoming")) == 2
    assert len(titles(demo, due="none", status="open")) == 1
    assert len(titles(demo, status="completed")) == 1


def test_createdemo_again_changes_nothing(debug):
    run("createdemo")
    demo = User.objects.get(email="demo@example.com")
    User.objects.filter(pk=demo.pk).update(name="Renamed")
    Task.objects.filter(owner=demo).delete()
    assert "demo@example.com" in run("createdemo")
    assert User.objects.get(pk=demo.pk).name == "Renamed"
    assert not Task.objects.exists()


def test_createdemo_refuses_in_production(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DJANGO_DEBUG=0") as refusal:
        run("createdemo")
    assert refusal.value.returncode == 2
    assert not User.objects.exists()


def test_createdemo_tells_programs_what_it_made(debug):
    logins = [
        {"role": "user", "email": "demo@example.com", "password": "demo-taskchat-1"},
        {"role": "staff", "email": "staff@example.com", "password": "staff-taskchat-1"},
    ]
    for created in (True, False):
        told = json.loads(run("createdemo", "--json"))
        assert told == {"accounts": [{**login, "created": created} for login in logins]}


def test_emptytrash_deletes_for_good_what_is_older_than_30_days(owner):
    old, new = (actions.add_task(owner, title=title) for title in ("old", "new"))
    for task, days in ((old, 31), (new, 29)):
        actions.delete_task(owner, task.id)
        Task.objects.filter(pk=task.pk).update(deleted_at=timezone.now() - timedelta(days=days))
    assert run("emptytrash") == "Deleted 1 task for good.\n"
    assert Task.objects.get() == new
    assert run("emptytrash", "--days=0") == "Deleted 1 task for good.\n"


@pytest.mark.parametrize(("days", "words"), [("-1", "0 or more"), (str(10**9), "longer ago")])
def test_emptytrash_refuses_days_that_cannot_be_meant(owner, days, words):
    task = actions.add_task(owner, title="old")
    actions.delete_task(owner, task.id)
    with pytest.raises(CommandError, match=words) as refusal:
        run("emptytrash", f"--days={days}")
    assert refusal.value.returncode == 2
    assert Task.objects.exists()


def test_emptytrash_tells_programs_what_it_deleted(owner):
    task = actions.add_task(owner, title="old")
    assert json.loads(run("emptytrash", "--days=0", "--json"))["deleted"] == 0
    actions.delete_task(owner, task.id)
    told = json.loads(run("emptytrash", "--days=0", "--json"))
    assert told["deleted"] == 1
    assert datetime.fromisoformat(told["before"]) <= timezone.now()
    assert not Task.objects.exists()
