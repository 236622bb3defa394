import pytest
from django.db import transaction

from tasks import actions, queries
from tasks.actions import TaskChanges
from tasks.models import Label
from tasks.queries import TaskFilters

pytestmark = pytest.mark.django_db(transaction=True)


def test_tasks_added_at_once_get_different_numbers(owner, at_once):
    numbers = at_once(lambda n: actions.add_task(owner, title=f"task {n}").number, list(range(8)))
    assert sorted(numbers) == list(range(1, 9))


def test_a_new_label_used_at_once_is_made_once(owner, at_once):
    at_once(lambda n: actions.add_task(owner, title=f"{n}", labels=["new", f"l{n}"]), [1, 2, 3, 4])
    [count] = at_once(lambda _: Label.objects.filter(owner=owner).count(), [0])
    assert count == 5


def test_two_changes_of_one_task_both_happen(owner, at_once):
    [task] = at_once(lambda _: actions.add_task(owner, title="x"), [0])
    changes = [TaskChanges(title="y"), TaskChanges(description="d"), TaskChanges(completed=True)]
    at_once(lambda change: actions.update_task(owner, task.id, change), changes)
    [stored] = at_once(lambda _: queries.get_task(owner, task.id), [0])
    assert (stored.title, stored.description, stored.completed) == ("y", "d", True)
    assert stored.version == 4


def test_changes_of_several_tasks_in_either_order_do_not_lock_each_other_out(owner, at_once):
    tasks = at_once(lambda n: actions.add_task(owner, title=f"{n}"), [1, 2, 3])

    def change(order):
        with transaction.atomic():
            for task in order:
                actions.update_task(owner, task.id, TaskChanges(title=f"{task.title} {order[0]}"))

    at_once(change, [tasks, tasks[::-1], tasks, tasks[::-1]])
    [count] = at_once(lambda _: queries.count_tasks(owner, TaskFilters(status="open")), [0])
    assert count == 3
