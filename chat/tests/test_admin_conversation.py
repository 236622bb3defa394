"""Staff read one conversation: as its user saw it, what the assistant did, and who read it."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, get_args

import pytest
from chatkit.types import ChatKitReq
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from chat.models import AuditEvent, Item, Run, Thread
from chat.tests.conftest import PASSWORD, Person
from chat.tests.records import NASTY, add_call, add_run, add_thread, add_user
from taskchat_site.accounts.models import User

BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
READS = {"threads.get_by_id", "items.list", "threads.list"}


def member(role: str) -> Client:
    """A member of staff, signed in."""
    user = User.objects.create_user(f"{role.lower()}@example.com", PASSWORD, is_staff=True)
    user.groups.set([Group.objects.get(name=role)])
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def auditor(db: None) -> Client:
    return member("Auditors")


@pytest.fixture
def talked(owner: Person) -> Person:
    owner.say("Create a task to buy groceries")
    owner.say("Show my tasks")
    return owner


def address(thread_id: Any, view: str = "change") -> str:
    return reverse(f"admin:chat_thread_{view}", args=[quote(str(thread_id))])


def page(client: Client, path: str, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200, path
    return response.content.decode()


def ask(client: Client, thread_id: Any, kind: str, /, **params: Any) -> Any:
    """What the element asks of the staff's endpoint."""
    body = {"type": kind, "params": {"thread_id": thread_id, **params}}
    path = address(thread_id, "chatkit")
    return client.post(path, json.dumps(body), content_type="application/json")


# --- As its user saw it --------------------------------------------------------------------------


def test_staff_get_the_items_that_the_user_gets_in_a_closed_thread(
    auditor: Client, talked: Person
) -> None:
    users = talked.chatkit("threads.get_by_id", {"thread_id": talked.thread_id})
    theirs = ask(auditor, talked.thread_id, "threads.get_by_id").json()
    assert theirs["items"]["data"] == users["items"]["data"]
    assert (theirs["id"], theirs["title"]) == (users["id"], users["title"])
    assert theirs["status"]["type"] == "closed"
    assert users["status"]["type"] == "active"


def test_the_newest_items_come_by_pages_as_the_element_asks_for_them(
    auditor: Client, talked: Person
) -> None:
    first = ask(auditor, talked.thread_id, "items.list", limit=2, order="desc").json()
    rest = ask(
        auditor, talked.thread_id, "items.list", limit=90, order="desc", after=first["after"]
    ).json()
    ids = [item["id"] for item in [*first["data"], *rest["data"]]]
    assert ids[::-1] == [item["id"] for item in talked.items()]


def test_a_reply_that_failed_is_told_without_a_way_to_try_again(
    auditor: Client, talked: Person
) -> None:
    last = Run.objects.latest("started_at")
    Run.objects.filter(pk=last.pk).update(status="failed", code="internal")
    ended = ask(auditor, talked.thread_id, "threads.get_by_id").json()["last_run"]
    assert ended["status"] == "failed"
    assert ended["words"]
    assert ended["retry_after_item_id"] is None


def test_what_the_user_deleted_is_read_too(auditor: Client, talked: Person) -> None:
    talked.chatkit("threads.delete", {"thread_id": talked.thread_id})
    assert "groceries" in ask(auditor, talked.thread_id, "threads.get_by_id").content.decode()
    assert "Its user deleted this conversation" in page(auditor, address(talked.thread_id))


@pytest.mark.parametrize(
    "kind",
    sorted(
        {
            get_args(one.model_fields["type"].annotation)[0]
            for union in get_args(ChatKitReq)[:1]
            for part in (get_args(union) or [union])
            for one in (get_args(part) or [part])
            if hasattr(one, "model_fields")
        }
        - READS
    ),
)
def test_nothing_is_written_through_the_elements_data(
    auditor: Client, talked: Person, kind: str
) -> None:
    message = {"content": [{"type": "input_text", "text": "written by staff"}]}
    before = _rows()
    response = ask(
        auditor,
        talked.thread_id,
        kind,
        input={**message, "attachments": [], "inference_options": {}},
        item_id=talked.items()[0]["id"],
        item_ids=[talked.items()[0]["id"]],
        kind="positive",
        title="written by staff",
        action={"type": "task.set_completed", "payload": {}},
    )
    assert response.status_code == 403
    assert response.json()["code"] == "read_only"
    assert _rows() == before


def _rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Thread, Item, Run, User)]


def test_the_request_types_of_chatkit_were_found() -> None:
    marks = test_nothing_is_written_through_the_elements_data.pytestmark  # type: ignore[attr-defined]
    kinds = set(marks[0].args[1])
    assert {"threads.create", "threads.delete", "items.feedback", "threads.custom_action"} <= kinds


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"type": "threads.get_by_id"}', 403),
        (b'{"type": "nonsense", "params": {}}', 403),
        (b'{"type": "threads.get_by_id", "params": {"thread_id": "thr_other"}}', 404),
        (b'{"type": "items.list", "params": {"thread_id": "thr_other"}}', 404),
    ],
)
def test_what_is_no_reading_of_this_thread_is_refused(
    auditor: Client, talked: Person, body: bytes, status: int
) -> None:
    path = address(talked.thread_id, "chatkit")
    response = auditor.post(path, body, content_type="application/json")
    assert response.status_code == status
    assert response.json()["detail"]


def test_another_site_cannot_ask_in_the_name_of_staff(talked: Person) -> None:
    member("Auditors")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(email="auditors@example.com"))
    assert ask(strict, talked.thread_id, "threads.get_by_id").status_code == 403


def test_whose_session_is_over_is_told_so_in_json(talked: Person) -> None:
    response = ask(Client(), talked.thread_id, "threads.get_by_id")
    assert (response.status_code, response.json()["code"]) == (401, "signed_out")


def test_the_users_own_token_opens_nothing_here(talked: Person) -> None:
    response = talked.request(
        "POST",
        address(talked.thread_id, "chatkit"),
        {"type": "threads.get_by_id", "params": {"thread_id": talked.thread_id}},
    )
    assert response.status_code == 401


# --- What the assistant did ----------------------------------------------------------------------


def test_the_timeline_says_of_each_run_what_there_is_to_say(auditor: Client) -> None:
    thread = add_thread(add_user("ann"), "Delete the invoice task", "Done.")
    turn = thread.items.earliest("pk").item_id
    failed = add_run(
        thread,
        turn_id=turn,
        status="failed",
        code="rate_limited",
        detail="The language model is busy.",
        request_id="trace-of-the-failure",
    )
    run = add_run(
        thread,
        cost="0.001234",
        turn_id=turn,
        provider="openai",
        parameters={"temperature": 0.7},
        prices={"input": "0.10"},
        started_at=failed.started_at + timedelta(seconds=5),
        finished_at=failed.started_at + timedelta(seconds=8),
        input_tokens=1834,
        cached_tokens=1024,
        output_tokens=96,
        resumes=2,
    )
    add_call(run, name="delete_task", arguments={"task": "invoice"}, status="failed")
    html = page(auditor, address(thread.pk))
    for words in (
        "Delete the invoice task",
        "rate_limited",
        "The language model is busy.",
        "trace-of-the-failure",
        "Retry, try 2",
        "openai · gpt-4.1-nano",
        "temperature 0.7",
        "310 ms",
        "3.00 s",
        "1,834 in (1,024 cached) · 96 out",
        "$0.001234",
        "input 0.10",
        "A lost connection was taken up again 2 times.",
        "delete_task",
        "&quot;task&quot;: &quot;invoice&quot;",
        "12 ms",
    ):
        assert words in html, words
    assert html.index("rate_limited") < html.index("Retry, try 2")


def test_a_run_that_was_stopped_says_when(auditor: Client) -> None:
    thread = add_thread(add_user("ann"), "hello")
    run = add_run(thread, status="cancelled")
    Run.objects.update(stop_asked_at=run.started_at + timedelta(seconds=1))
    assert "Stop was asked for after 1.00 s." in page(auditor, address(thread.pk))


def test_a_long_conversation_comes_in_pages(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.admin.transcript.MAX_ITEMS", 2)
    monkeypatch.setattr("chat.admin.timeline.MAX_RUNS", 2)
    thread = add_thread(add_user("ann"), *(f"words {number}" for number in range(5)))
    for number in range(5):
        at = thread.created_at + timedelta(minutes=number)
        add_run(thread, started_at=at, finished_at=at, code=f"code-{number}", status="failed")
    html = page(auditor, address(thread.pk))
    assert ("words 4" in html, "words 2" in html) == (True, False)
    assert ("code-4" in html, "code-2" in html) == (True, False)
    for link, older, newer in (("items", "words 2", "words 4"), ("runs", "code-2", "code-4")):
        found = re.search(rf'href="(\?{link}_before=[^"]+)"', html)
        assert found is not None
        earlier = page(auditor, address(thread.pk) + found[1].replace("&amp;", "&"))
        assert (older in earlier, newer in earlier) == (True, False)


@pytest.mark.parametrize("query", ["items_before=x", "runs_before=2026", "items_before=9999999"])
def test_an_address_that_makes_no_sense_shows_the_newest(auditor: Client, query: str) -> None:
    thread = add_thread(add_user("ann"), "hello")
    assert "hello" in page(auditor, f"{address(thread.pk)}?{query}")


def test_a_page_asks_the_database_equally_often_however_long_it_is(
    auditor: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    ann = add_user("ann")
    thread = add_thread(ann, *(f"words {number}" for number in range(100)))
    for number in range(40):
        at = thread.created_at + timedelta(minutes=number)
        add_call(add_run(thread, started_at=at, finished_at=at))
    page(auditor, address(thread.pk))
    with django_assert_max_num_queries(24):
        page(auditor, address(thread.pk))


# --- Harmless, whatever was written --------------------------------------------------------------


def test_nothing_that_was_written_does_harm_in_the_admin(auditor: Client) -> None:
    thread = add_thread(add_user("ann"), NASTY, NASTY, title=NASTY)
    run = add_run(thread, status="failed", code="internal", detail=NASTY)
    call = add_call(run, arguments={NASTY: NASTY}, result={"text": NASTY, "structured": {}})
    for path in (
        address(thread.pk),
        "/admin/chat/thread/",
        "/admin/chat/run/",
        "/admin/chat/run/live/",
        "/admin/chat/toolcall/",
        reverse("admin:chat_run_change", args=[quote(run.pk)]),
        reverse("admin:chat_toolcall_change", args=[call.pk]),
    ):
        html = page(auditor, path)
        assert BIDI.search(html) is None, path
        assert "<b>" not in html, path
        assert 'href="http://x' not in html, path


# --- Who read it ---------------------------------------------------------------------------------


def test_a_visit_is_one_reading_and_the_page_says_whose(auditor: Client, talked: Person) -> None:
    page(auditor, address(talked.thread_id))
    ask(auditor, talked.thread_id, "threads.get_by_id")
    html = page(auditor, address(talked.thread_id))
    event = AuditEvent.objects.get()
    assert (event.action, event.thread_id) == ("read", talked.thread_id)
    assert event.actor_email == "auditors@example.com"
    assert "Who read this conversation" in html
    listed = page(auditor, "/admin/chat/auditevent/", thread_id=str(talked.thread_id))
    assert "auditors@example.com" in listed
    assert "chat/admin.css" in listed


def test_the_data_alone_is_a_reading(auditor: Client, talked: Person) -> None:
    ask(auditor, talked.thread_id, "threads.get_by_id")
    assert AuditEvent.objects.get().action == "read"


def test_a_refused_reading_is_none(talked: Person) -> None:
    ask(Client(), talked.thread_id, "threads.get_by_id")
    assert not AuditEvent.objects.exists()


def test_a_tool_calls_page_is_a_reading_and_a_search_a_search(
    auditor: Client, talked: Person
) -> None:
    call = Thread.objects.get().tool_calls.first()
    assert call is not None
    page(auditor, reverse("admin:chat_toolcall_change", args=[call.pk]))
    page(auditor, "/admin/chat/thread/", q="invoice")
    page(auditor, "/admin/chat/thread/", q="invoice", p="1")
    events = AuditEvent.objects.order_by("pk").values_list("action", "thread_id", "detail")
    assert list(events) == [
        ("read", talked.thread_id, {"page": "tool call"}),
        ("search", "", {"words": "invoice"}),
    ]


def test_the_history_of_a_conversation_is_what_staff_did(auditor: Client, talked: Person) -> None:
    response = auditor.get(address(talked.thread_id, "history"))
    assert response["Location"] == f"/admin/chat/auditevent/?thread_id={talked.thread_id}"


def test_a_conversation_that_is_gone_leads_back_to_the_list(auditor: Client) -> None:
    response = auditor.get(address("thr_gone"), follow=True)
    assert "no longer kept" in response.content.decode()


# --- Roles and flags -----------------------------------------------------------------------------


def test_support_flags_with_a_note_and_takes_the_flag_away(talked: Person) -> None:
    support = member("Support")
    html = page(support, address(talked.thread_id))
    assert "Flag this conversation" in html
    assert "Who read this conversation" not in html
    support.post(address(talked.thread_id, "flag"), {"note": "asked for a refund"})
    thread = Thread.objects.get()
    assert thread.flagged_by == User.objects.get(email="support@example.com")
    assert "asked for a refund" in page(support, address(talked.thread_id))
    support.post(address(talked.thread_id, "flag"), {"unflag": "1"})
    thread.refresh_from_db()
    assert thread.flagged_at is None
    assert thread.flagged_by_id is None
    assert thread.flag_note == ""
    actions = AuditEvent.objects.exclude(action="read").order_by("pk")
    assert [event.action for event in actions] == ["flag", "unflag"]
    assert actions[0].detail == {"note": "asked for a refund"}


def test_an_auditor_flags_and_stops_nothing(auditor: Client, talked: Person) -> None:
    assert "Flag this conversation" not in page(auditor, address(talked.thread_id))
    flag = auditor.post(address(talked.thread_id, "flag"), {"note": "x"})
    stop = auditor.post(reverse("admin:chat_run_stop", args=[quote(Run.objects.all()[0].pk)]))
    assert (flag.status_code, stop.status_code) == (403, 403)


ROLES = {
    "Auditors": {"chat.export_thread", "chat.view_auditevent"},
    "Support": {"chat.flag_thread"},
    "Administrators": {
        "chat.export_thread",
        "chat.flag_thread",
        "chat.stop_run",
        "chat.view_auditevent",
        "tasks.change_task",
        "accounts.add_user",
        "accounts.change_user",
    },
}
READ = {
    "chat.view_thread",
    "chat.view_run",
    "chat.view_toolcall",
    "chat.view_feedback",
    "tasks.view_task",
    "accounts.view_user",
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_exactly_this(db: None, role: str) -> None:
    permissions = Group.objects.get(name=role).permissions.select_related("content_type")
    granted = {f"{one.content_type.app_label}.{one.codename}" for one in permissions}
    assert granted == ROLES[role] | READ


# --- What is running -----------------------------------------------------------------------------


def test_what_is_running_is_listed_with_who_waits_for_it(db: None) -> None:
    thread = add_thread(add_user("ann"), "hello", title="A long reply")
    run = add_run(thread, status="running", finished_at=None)
    client = member("Administrators")
    Run.objects.update(lease_until=run.started_at + timedelta(days=9999))
    html = page(client, "/admin/chat/run/live/")
    assert "1 running" in html
    assert "A long reply" in html
    assert "ann@example.com" in html
    assert f'action="{reverse("admin:chat_run_stop", args=[quote(run.pk)])}"' in html


def test_stopping_a_run_that_nobody_executes_ends_it_and_is_written_down(db: None) -> None:
    client = member("Administrators")
    thread = add_thread(add_user("ann"), "hello")
    run = add_run(thread, status="running", finished_at=None)
    Run.objects.update(lease_until=run.started_at)
    response = client.post(reverse("admin:chat_run_stop", args=[quote(run.pk)]), follow=True)
    run.refresh_from_db()
    assert run.status == "interrupted"
    assert "had ended before it could be stopped" in response.content.decode()
    event = AuditEvent.objects.get(action="stop")
    assert (event.thread_id, event.detail) == (thread.pk, {"run": run.pk})


def test_nothing_running_says_so(auditor: Client) -> None:
    assert "Nothing is running." in page(auditor, "/admin/chat/run/live/")
