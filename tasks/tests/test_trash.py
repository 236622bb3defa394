from datetime import timedelta

import pytest
from django.utils import timezone

from taskchat_site.errors import ApiError
from tasks import actions, queries
from tasks.models import Task
from tasks.queries import TaskFilters


def titles(owner, **filters):
    return [t.title for t in queries.list_tasks(owner, TaskFilters(**filters)).items]


def test_a_deleted_task_is_in_no_list_but_the_trash(owner):
    task = actions.add_task(owner, title="x")
    actions.delete_task(owner, task.id)
    assert [titles(owner, status=status) for status in ("open", "completed", "all", "trash")] == [
        [],
        [],
        [],
        ["x"],
    ]
    with pytest.raises(ApiError, match="not found"):
        queries.get_task(owner, task.id)
    with pytest.raises(ApiError, match="not found"):
        actions.complete_task(owner, task.id)


def test_a_restored_task_is_as_it_was(owner):
    task = actions.add_task(owner, title="x", labels=["home"], priority="high")
    actions.complete_task(owner, task.id)
    actions.delete_task(owner, task.id)
    back = actions.restore_task(owner, task.id)
    assert (back.id, back.number, back.completed) == (task.id, 1, True)
    assert (back.label_names, back.priority) == (["home"], "high")


def test_deleting_or_restoring_again_changes_nothing(owner, announced):
    task = actions.add_task(owner, title="x")
    actions.restore_task(owner, task.id)
    first = actions.delete_task(owner, task.id)
    assert actions.delete_task(owner, task.id).deleted_at == first.deleted_at
    assert len(announced) == 2


def test_only_what_was_thrown_away_long_enough_ago_is_purged(owner):
    old, new, kept = (
        actions.add_task(owner, title=t, labels=["l"]) for t in ("old", "new", "kept")
    )
    for task in (old, new):
        actions.delete_task(owner, task.id)
    month_ago = timezone.now() - timedelta(days=30)
    Task.objects.filter(pk=old.pk).update(deleted_at=month_ago - timedelta(seconds=1))
    assert actions.purge_trash(month_ago) == 1
    assert set(Task.objects.values_list("title", flat=True)) == {"new", "kept"}
    assert kept.number == 3
