from datetime import UTC, datetime

import pytest

from taskchat_site.errors import ApiError
from tasks import actions, queries
from tasks.actions import TaskChanges

DUE = datetime(2026, 12, 1, 17, tzinfo=UTC)


@pytest.fixture
def task(owner):
    return actions.add_task(
        owner, title="buy milk", description="2 %", priority="low", due_at=DUE, labels=["home"]
    )


def test_only_what_is_named_changes(owner, task):
    changed = actions.update_task(owner, task.id, TaskChanges(title="buy oat milk"))
    assert (changed.title, changed.description, changed.priority) == ("buy oat milk", "2 %", "low")
    assert (changed.due_at, changed.label_names) == (DUE, ["home"])
    assert queries.get_task(owner, task.id).title == "buy oat milk"


def test_every_field_can_be_changed(owner, task):
    changes = TaskChanges(
        title="a", description="b", priority="high", due_at=None, labels=["x", "y"], completed=True
    )
    actions.update_task(owner, task.id, changes)
    stored = queries.get_task(owner, task.id)
    assert (stored.title, stored.description, stored.priority) == ("a", "b", "high")
    assert (stored.due_at, stored.label_names, stored.completed) == (None, ["x", "y"], True)


def test_a_change_raises_version_and_updated_at(owner, task):
    changed = actions.update_task(owner, task.id, TaskChanges(labels=[]))
    assert changed.version == task.version + 1
    assert changed.updated_at > task.updated_at


def test_updated_at_rises_even_when_the_clock_stands_still(owner, task, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: task.updated_at)
    first = actions.update_task(owner, task.id, TaskChanges(title="a")).updated_at
    assert actions.update_task(owner, task.id, TaskChanges(title="b")).updated_at > first


def test_what_is_so_already_is_no_change_and_not_announced(owner, task, announced):
    same = TaskChanges(title=" buy milk", priority="low", due_at=DUE, labels=["HOME"])
    assert actions.update_task(owner, task.id, same).version == task.version
    assert actions.update_task(owner, task.id, TaskChanges()).version == task.version
    assert announced == []


def test_a_refused_field_leaves_the_others_unchanged(owner, task):
    with pytest.raises(ApiError, match="priority must be"):
        actions.update_task(owner, task.id, TaskChanges(title="new", priority="p1"))
    assert queries.get_task(owner, task.id).title == "buy milk"


def test_completing_and_reopening(owner, task):
    done = actions.complete_task(owner, task.id)
    assert done.completed
    again = actions.complete_task(owner, task.id)
    assert (again.completed_at, again.version) == (done.completed_at, done.version)
    assert not actions.reopen_task(owner, task.id).completed


def test_a_stranger_changes_nothing(owner, stranger, task):
    for action in (
        actions.complete_task,
        actions.reopen_task,
        actions.delete_task,
        actions.restore_task,
        lambda user, pk: actions.update_task(user, pk, TaskChanges(title="mine")),
    ):
        with pytest.raises(ApiError) as refused:
            action(stranger, task.id)
        assert refused.value.status == 404
    assert queries.get_task(owner, task.id).version == task.version
