import pytest
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Permission
from django.urls import reverse

from taskchat_site.accounts.models import User
from tasks import actions, queries
from tasks.models import Task

LIST = reverse("admin:tasks_task_changelist")


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("staff@example.com"))
    return client


@pytest.fixture
def groceries(owner):
    return actions.add_task(
        owner, title="buy groceries <b>now</b>", description="=1+1", labels=["home"]
    )


@pytest.mark.parametrize("words", ["owner@example.com", "groceries"])
def test_staff_find_a_task_by_its_owners_address_and_its_title(staff, groceries, stranger, words):
    actions.add_task(stranger, title="not this one")
    page = staff.get(LIST, {"q": words}).content.decode()
    assert "buy groceries &lt;b&gt;now&lt;/b&gt;" in page
    assert "not this one" not in page


@pytest.mark.parametrize(
    ("state", "shown"), [("open", "open one"), ("completed", "done one"), ("trash", "gone one")]
)
def test_staff_filter_by_state(staff, owner, state, shown):
    _, done, gone = (actions.add_task(owner, title=f"{t} one") for t in ("open", "done", "gone"))
    actions.complete_task(owner, done.id)
    actions.delete_task(owner, gone.id)
    page = staff.get(LIST, {"state": state}).content.decode()
    assert [t for t in ("open one", "done one", "gone one") if t in page] == [shown]


def test_a_task_is_shown_and_can_not_be_changed(staff, groceries):
    page = reverse("admin:tasks_task_change", args=[quote(groceries.id)])
    response = staff.get(page)
    assert "home" in response.content.decode()
    assert staff.post(page, {"title": "changed"}).status_code == 403
    assert staff.get(reverse("admin:tasks_task_add")).status_code == 403
    delete = reverse("admin:tasks_task_delete", args=[quote(groceries.id)])
    assert staff.post(delete).status_code == 403
    assert Task.objects.get().title == groceries.title


def test_staff_restore_from_the_trash_and_the_owner_hears_of_it(staff, owner, groceries, announced):
    actions.delete_task(owner, groceries.id)
    staff.post(LIST, {"action": "restore", "_selected_action": [groceries.id]})
    assert not queries.get_task(owner, groceries.id).in_trash
    assert announced[-1][1]["type"] == "task.created"
    assert announced[-1][1]["by"] == "admin"


def test_staff_without_the_right_can_not_restore(client, owner, groceries):
    viewer = User.objects.create_user("viewer@example.com", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_task"))
    client.force_login(viewer)
    actions.delete_task(owner, groceries.id)
    assert client.get(LIST).status_code == 200
    client.post(LIST, {"action": "restore", "_selected_action": [groceries.id]})
    assert Task.objects.get().in_trash


def test_an_end_user_sees_nothing(client, owner, groceries):
    client.force_login(owner)
    assert client.get(LIST).status_code == 302


def test_a_list_takes_as_many_queries_however_long_it_is(
    staff, owner, django_assert_max_num_queries
):
    for number in range(10):
        actions.add_task(owner, title=f"{number}", labels=["a"])
    with django_assert_max_num_queries(10):
        assert staff.get(LIST).status_code == 200
