"""`manage.py prunechats`: what is old goes as a whole and is written down; the rest stays."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chat import retention
from chat.management.commands import prunechats
from chat.models import Attachment, AuditEvent, Feedback, Item, Run, Thread, ToolCall
from chat.runs.models import FrameBatch
from chat.tests.records import NOON, add_call, add_item, add_run, add_thread, add_user
from taskchat_site.accounts.models import User
from tasks import actions
from tasks.models import Task

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OLD = ["--older-than", "2026-11-20"]


@pytest.fixture
def ann() -> User:
    return add_user("ann")


@pytest.fixture
def old(ann: User) -> Thread:
    """A conversation of the 19th with a row of everything that can belong to one."""
    actions.add_task(ann, title="milk")
    thread = add_thread(ann, "buy milk", "Added milk.", at=NOON - DAY)
    add_item(thread, "see file", "user_message", 5, attachments=[{"id": "att_1"}])
    for attachment in ("att_1", "att_2"):
        Attachment.objects.create(id=attachment, owner=ann, data={})
    run = add_run(thread, cost="0.1")
    first = add_call(run)
    add_call(add_run(thread, status="interrupted"), replayed=first)
    FrameBatch.objects.create(run=run, first_id=1, last_id=1, data=b"data: {}\n\n")
    Feedback.objects.create(thread=thread, item_id="m", kind="positive", created_at=NOON)
    return thread


def pruned(capsys: pytest.CaptureFixture[str], *options: str) -> Any:
    call_command("prunechats", *OLD, "--json", *options)
    return json.loads(capsys.readouterr().out)


def rows() -> list[int]:
    tables = (Thread, Item, Run, ToolCall, FrameBatch, Feedback, Attachment)
    return [table.objects.count() for table in tables]


def test_everything_of_an_old_conversation_goes_and_tasks_stay(old: Thread, capsys: Any) -> None:
    told = pruned(capsys)
    assert told["dry_run"] is False
    assert told["before"] == "2026-11-20T00:00:00+00:00"
    del told["dry_run"], told["before"]
    assert told == {
        "conversations": 1,
        "items": 3,
        "runs": 2,
        "tool_calls": 2,
        "feedback": 1,
        "attachments": 1,
        "kept_flagged": 0,
    }
    assert rows() == [0, 0, 0, 0, 0, 0, 1]  # the other attachment is none of this conversation
    assert Task.objects.count() == 1


def test_a_dry_run_tells_the_same_and_deletes_nothing(old: Thread, capsys: Any) -> None:
    before = rows()
    would = pruned(capsys, "--dry-run")
    assert rows() == before
    assert not AuditEvent.objects.exists()
    assert {**would, "dry_run": False} == pruned(capsys)


def test_what_goes_is_written_down_without_what_was_said(old: Thread, capsys: Any) -> None:
    pruned(capsys)
    event = AuditEvent.objects.get()
    assert (event.action, event.thread_id, event.actor) == ("prune", old.pk, None)
    assert event.detail == {
        "by": "prunechats",
        "owner": old.owner.public_id,
        "created_at": "2026-11-19T12:00:00+00:00",
        "last_activity": "2026-11-19T12:00:00+00:00",
    }


def test_open_pages_learn_of_it(old: Thread, capsys: Any) -> None:
    before = User.objects.get(pk=old.owner_id).live_counter
    pruned(capsys)
    assert User.objects.get(pk=old.owner_id).live_counter == before + 1


def test_what_is_new_running_or_flagged_stays(ann: User, capsys: Any) -> None:
    add_thread(ann, title="new", at=NOON - DAY, updated_at=NOON)
    add_run(add_thread(ann, title="running", at=NOON - DAY), status="running", finished_at=None)
    add_thread(ann, title="flagged", at=NOON - DAY, flagged_at=NOON)
    add_thread(ann, title="deleted by its user", at=NOON - DAY, deleted_at=NOON)
    told = pruned(capsys)
    assert (told["conversations"], told["kept_flagged"]) == (1, 1)
    assert set(Thread.objects.values_list("title", flat=True)) == {"new", "running", "flagged"}
    assert pruned(capsys, "--flagged")["conversations"] == 1
    assert not Thread.objects.filter(title="flagged").exists()


def test_it_goes_on_where_it_was_stopped(
    ann: User, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        add_thread(ann, "hello", title=f"no {number}", at=NOON - DAY * (9 - number))
    monkeypatch.setattr(retention, "BATCH", 2)
    done: list[Any] = []

    def prune_some(*args: Any) -> retention.Amount:
        if done:
            raise KeyboardInterrupt
        done.append(args)
        return retention.prune_some(*args)

    with monkeypatch.context() as patch:
        patch.setattr(prunechats, "prune_some", prune_some)
        with pytest.raises(SystemExit) as stop:
            call_command("prunechats", *OLD)
    assert stop.value.code == 130
    assert "Stopped: 2 conversations deleted." in capsys.readouterr().err
    assert Thread.objects.count() == AuditEvent.objects.count() + 1 == 3
    assert pruned(capsys)["conversations"] == 3
    assert AuditEvent.objects.count() == 5


def test_in_words(old: Thread, capsys: Any) -> None:
    add_thread(old.owner, at=NOON - DAY, flagged_at=NOON)
    call_command("prunechats", *OLD, "--dry-run")
    told = capsys.readouterr()
    first, *lines = told.out.splitlines()
    assert first == "Would delete 1 conversation without activity since 2026-11-20 00:00 UTC."
    assert ["tool", "calls", "2"] in [line.split() for line in lines]
    assert told.err == "Kept, being flagged: 1 conversation. See --flagged.\n"


@pytest.mark.parametrize(("answer", "left"), [("y", 0), ("", 1), ("no", 1)])
def test_at_a_terminal_it_asks_first(
    old: Thread, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    monkeypatch.setattr("django.core.management.base.OutputWrapper.isatty", lambda _: True)
    asked: list[str] = []

    def ask(words: str) -> str:
        asked.append(words)
        return answer

    monkeypatch.setattr("builtins.input", ask)
    if left:
        with pytest.raises(CommandError, match="Nothing was deleted") as refusal:
            call_command("prunechats", *OLD)
        assert refusal.value.returncode == 1
    else:
        call_command("prunechats", *OLD)
    assert Thread.objects.count() == left
    assert "1 conversation" in asked[0]


@pytest.mark.parametrize("when", ["2999-01-01", "soon", "-3d", "99999y"])
def test_a_wrong_age_deletes_nothing(old: Thread, when: str) -> None:
    with pytest.raises(CommandError):
        call_command("prunechats", f"--older-than={when}")
    assert Thread.objects.count() == 1
