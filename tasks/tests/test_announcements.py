from django.db import transaction

from tasks import actions, queries
from tasks.actions import TaskChanges


def test_every_change_is_announced_to_its_owner_alone(owner, stranger, announced):
    task = actions.add_task(owner, title="x")
    changed = actions.update_task(owner, task.id, TaskChanges(title="y"), by="assistant")
    done = actions.complete_task(owner, task.id, by="mcp")
    deleted = actions.delete_task(owner, task.id)
    restored = actions.restore_task(owner, task.id, by="admin")
    assert [event for _, event in announced] == [
        {"type": "task.created", "task": queries.task_json(task), "by": "user"},
        {"type": "task.updated", "task": queries.task_json(changed), "by": "assistant"},
        {"type": "task.updated", "task": queries.task_json(done), "by": "mcp"},
        {"type": "task.deleted", "task": queries.task_json(deleted), "by": "user"},
        {"type": "task.created", "task": queries.task_json(restored), "by": "admin"},
    ]
    assert {user for user, _ in announced} == {owner}
    owner.refresh_from_db()
    stranger.refresh_from_db()
    assert (owner.live_counter, stranger.live_counter) == (5, 0)


def test_an_announced_task_tells_its_new_labels(owner, announced):
    task = actions.add_task(owner, title="x", labels=["a"])
    actions.update_task(owner, task.id, TaskChanges(labels=["b"]))
    assert [event["task"]["labels"] for _, event in announced] == [["a"], ["b"]]


def test_p25_a_change_that_is_undone_raises_no_counter(owner):
    with transaction.atomic():
        actions.add_task(owner, title="x")
        transaction.set_rollback(True)
    owner.refresh_from_db()
    assert owner.live_counter == 0
