"""Staff find a conversation and read it; records cannot be edited; end users get nowhere."""

import pytest
from django.contrib.admin.utils import quote
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from chat.models import Feedback, Item, Run, Thread, ToolCall
from chat.tests.conftest import PASSWORD, Person
from taskchat_site.accounts.models import User


@pytest.fixture
def staff(db: None) -> Client:
    user = User.objects.create_superuser("staff@example.com", PASSWORD)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def talked(owner: Person) -> Person:
    owner.say("Create a task to buy groceries")
    owner.say("Show my tasks")
    return owner


def page(client: Client, path: str, **query: str) -> str:
    """The page's HTML, with one space wherever there is any."""
    response = client.get(path, query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("words", ["owner@example.com", "groceries", "owner groceries"])
def test_a_conversation_is_found_by_email_and_by_words(
    staff: Client, talked: Person, words: str
) -> None:
    html = page(staff, "/admin/chat/thread/", q=words)
    assert "1 conversation" in html
    assert "owner@example.com" in html


def test_a_conversation_is_filtered_by_how_it_ended_and_by_tool(
    staff: Client, talked: Person
) -> None:
    html = page(staff, "/admin/chat/thread/")
    for title in ("error", "model", "tool used", "feedback", "state", "user's e-mail"):
        assert f"By {escape(title)}" in html
    assert "0 conversations" in page(staff, "/admin/chat/thread/", error="any")
    assert "1 conversation" in page(staff, "/admin/chat/thread/", tool="add_task")


def test_words_that_nobody_said_find_nothing(staff: Client, talked: Person) -> None:
    assert "0 conversations" in page(staff, "/admin/chat/thread/", q="owner dentist")


def test_a_conversation_shows_both_sides_with_the_tool_call(staff: Client, talked: Person) -> None:
    html = page(staff, reverse("admin:chat_thread_change", args=[quote(str(talked.thread_id))]))
    assert "Create a task to buy groceries" in html
    assert "Added &quot;buy groceries&quot;" in html
    assert "add_task" in html
    assert "&quot;title&quot;: &quot;buy groceries&quot;" in html
    assert "[ ] buy groceries" in html  # the widget, as text
    assert "offline" in html


def test_runs_and_calls_are_listed_with_what_they_did(staff: Client, talked: Person) -> None:
    assert "2 runs" in page(staff, "/admin/chat/run/")
    assert "buy groceries" in page(staff, "/admin/chat/toolcall/", q="owner@example.com")
    call = ToolCall.objects.get(name="add_task")
    assert "buy groceries" in page(staff, reverse("admin:chat_toolcall_change", args=[call.pk]))
    run = Run.objects.first()
    assert run is not None
    assert "Completed" in page(staff, reverse("admin:chat_run_change", args=[quote(run.pk)]))


def test_what_the_user_deleted_stays_readable(staff: Client, talked: Person) -> None:
    talked.chatkit("threads.delete", {"thread_id": talked.thread_id})
    html = page(staff, reverse("admin:chat_thread_change", args=[quote(str(talked.thread_id))]))
    assert "Create a task to buy groceries" in html


def test_html_in_a_message_is_text(staff: Client, owner: Person) -> None:
    owner.say("Create a task to <script>alert(1)</script>")
    for path in (
        "/admin/chat/thread/",
        reverse("admin:chat_thread_change", args=[quote(str(owner.thread_id))]),
        "/admin/chat/toolcall/",
    ):
        assert "<script>alert(1)" not in page(staff, path)


@pytest.mark.parametrize("model", ["thread", "run", "toolcall", "feedback"])
def test_records_cannot_be_added_changed_or_deleted(
    staff: Client, talked: Person, model: str
) -> None:
    item = Item.objects.filter(type="assistant_message").first()
    assert item is not None
    talked.chatkit(
        "items.feedback",
        {"thread_id": talked.thread_id, "item_ids": [item.item_id], "kind": "negative"},
    )
    row = {"thread": Thread, "run": Run, "toolcall": ToolCall, "feedback": Feedback}[model]
    key = row.objects.first().pk  # type: ignore[attr-defined]  # a model's default manager
    assert staff.get(f"/admin/chat/{model}/add/").status_code == 403
    assert staff.post(reverse(f"admin:chat_{model}_change", args=[key]), {}).status_code == 403
    assert staff.post(reverse(f"admin:chat_{model}_delete", args=[key]), {}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/chat/thread/", "/admin/chat/run/", "/admin/accounts/user/"]
)
def test_an_end_user_gets_nowhere(owner: Person, path: str) -> None:
    client = Client()
    client.force_login(owner.user)
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


def test_the_admins_forms_are_protected_from_other_sites(staff: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 403
