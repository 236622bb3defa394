"""Who may not read conversations finds nothing of them anywhere in the admin.

The test finds the admin's addresses by itself: a new page is asked for as well, and a model that
is new needs a row here before it passes.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver

from chat import audit
from chat.models import AuditEvent, Feedback, Thread
from chat.tests.records import add_call, add_item, add_run, add_thread, add_user
from taskchat_site.accounts.models import User
from tasks import actions

TITLE, MESSAGE, REPLY = "canary-title", "canary-message", "canary-reply"
ARGUMENT, RESULT = "canary-argument", "canary-result"
OF_THREADS = {TITLE, MESSAGE, REPLY}
OF_CALLS = {ARGUMENT, RESULT}
EVERYTHING = OF_THREADS | OF_CALLS

LIST_SLASHES = 4  # of /admin/chat/thread/
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>([^)]*)\)")


@pytest.fixture
def thread(db: None) -> Thread:
    """A conversation full of canaries, and a row of every other model that the admin shows."""
    owner = add_user("owner")
    thread = add_thread(owner, title=TITLE)
    asked = add_item(
        thread,
        MESSAGE,
        "user_message",
        content=[{"type": "input_text", "text": MESSAGE}],
        attachments=[],
        inference_options={},
    )
    said = [{"type": "output_text", "text": REPLY, "annotations": []}]
    answer = add_item(thread, REPLY, "assistant_message", 1, content=said)
    for item in (asked, answer):
        item.data = {**item.data, "id": item.item_id, "thread_id": thread.pk}
        item.save()
    result = {"text": RESULT, "structured": {"message": RESULT}}
    run = add_run(thread, turn_id=asked.item_id, status="failed", code="internal")
    add_call(run, arguments={"title": ARGUMENT}, result=result)
    Feedback.objects.create(
        thread=thread, item_id=answer.item_id, kind="negative", created_at=run.started_at
    )
    actions.add_task(owner, title="a task")
    audit.record(owner, AuditEvent.Action.READ, thread.pk)
    return thread


@dataclass(frozen=True)
class Address:
    """A place in the admin; `model` is the one that it belongs to, if any."""

    path: str
    model: Any = None


def addresses() -> Iterator[Address]:
    """Every address of the admin, with the first row of each model in place of its parameters."""
    for route, model in _routes(admin.site.urls[0]):
        for path in _filled(route, model):
            yield Address("/admin/" + path.lstrip("^").rstrip("$"), model)


def _routes(patterns: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route, _model_at(route)


def _model_at(route: str) -> Any:
    for model in admin.site._registry:
        if route.startswith(f"{model._meta.app_label}/{model._meta.model_name}/"):
            return model
    return None


def _filled(route: str, model: Any) -> list[str]:
    """`route` with values; one that names its choices gives an address for each."""
    found = PARAMETER.search(route)
    if found is None:
        return [route]
    name = found[1] or found[2]
    filled = []
    for value in _values(name, found[3], model):
        filled += _filled(route[: found.start()] + value + route[found.end() :], model)
    return filled


def _values(name: str, choices: str | None, model: Any) -> list[str]:
    if name == "content_type_id":
        return [str(ContentType.objects.get_for_model(Thread).pk)]
    if name in ("object_id", "id"):
        row = (model or Thread)._default_manager.first()
        assert row is not None, f"{model} is new here: give it a row in the fixture"
        return [quote(str(row.pk))]
    if name == "app_label" and choices:
        return choices.split("|")
    if name == "url":
        return ["nowhere"]
    raise AssertionError(f"a new parameter of the admin's addresses: {name}")


def answers(client: Client, address: Address) -> Iterator[tuple[str, str]]:
    """What is asked of an address, as words, and what it answers. Nothing stays changed."""
    session = client.cookies.get(settings.SESSION_COOKIE_NAME)
    for words, ask in _questions(client, address):
        with transaction.atomic():
            response = ask()
            transaction.set_rollback(True)
        if session is not None:  # one of the addresses signs out
            client.cookies[settings.SESSION_COOKIE_NAME] = session.value
        assert response.status_code < 500, f"{words} {address.path}"
        yield f"{words} {address.path}", _body(response)


def _questions(client: Client, address: Address) -> Iterator[tuple[str, Any]]:
    path, model = address.path, address.model
    thread = Thread.objects.get()
    yield "GET", lambda: client.get(path)
    search = {"q": "canary", "s": "canary", "extended": "1", "_popup": "1"}
    yield "GET with a search", lambda: client.get(path, search)
    if "autocomplete" in path:
        for query in _autocompletions():
            yield f"GET {query}", lambda query=query: client.get(path, query)
    yield "POST", lambda: client.post(path, {})
    yield "POST yes", lambda: client.post(path, {"post": "yes"})
    if model and path.count("/") == LIST_SLASHES:
        for action in _actions(model):
            data = {"action": action, "_selected_action": [model._default_manager.first().pk]}
            yield f"POST {action}", lambda data=data: client.post(path, data)
    for kind in ("threads.get_by_id", "items.list", "threads.list") if "chatkit" in path else ():
        body = json.dumps({"type": kind, "params": {"thread_id": thread.pk}})
        yield (
            f"POST {kind}",
            lambda body=body: client.post(path, body, content_type="application/json"),
        )


def _autocompletions() -> Iterator[dict[str, str]]:
    """Every foreign key, of models that the admin knows and of others."""
    for content_type in ContentType.objects.all():
        model = content_type.model_class()
        for field in model._meta.get_fields() if model else ():
            if field.is_relation and field.concrete:
                yield {
                    "app_label": content_type.app_label,
                    "model_name": content_type.model,
                    "field_name": field.name,
                    "term": "canary",
                }


def _actions(model: Any) -> list[str]:
    model_admin = admin.site._registry.get(model)
    named = (
        [getattr(one, "__name__", one) for one in (model_admin.actions or ())]
        if model_admin
        else []
    )
    return ["delete_selected", *map(str, named)]


def _body(response: Any) -> str:
    if response.streaming:
        from asgiref.sync import async_to_sync

        async def collect() -> bytes:
            if hasattr(response.streaming_content, "__aiter__"):
                return b"".join([part async for part in response.streaming_content])
            return b"".join(response.streaming_content)

        return async_to_sync(collect)().decode()
    return response.content.decode()


def seen(client: Client) -> dict[str, str]:
    """Each canary that shows anywhere, with where it was seen first."""
    found: dict[str, str] = {}
    for address in addresses():
        for where, text in answers(client, address):
            for canary in EVERYTHING:
                if canary in text:
                    found.setdefault(canary, where)
    return found


def staff(*codenames: str, but_of: str | None = None) -> Client:
    """A member of staff with these permissions; with `but_of` all that are not of that app."""
    user = User.objects.create_user("staff@example.com", "correct horse 42", is_staff=True)
    rows = Permission.objects.filter(codename__in=codenames)
    if but_of is not None:
        rows = Permission.objects.exclude(content_type__app_label=but_of)
    user.user_permissions.set(rows)
    return signed_in(user)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_search_for_canaries_finds_them_all_for_an_auditor(thread: Thread) -> None:
    user = User.objects.create_user("auditor@example.com", "correct horse 42", is_staff=True)
    user.groups.set(Group.objects.filter(name="Auditors"))
    client = signed_in(user)
    assert seen(client).keys() == EVERYTHING
    paths = {address.path for address in addresses()}
    assert len(paths) > 60
    assert f"/admin/chat/thread/{quote(thread.pk)}/chatkit/" in paths


def test_nobody_finds_anything(thread: Thread) -> None:
    assert seen(Client()) == {}


def test_a_user_does_not_find_even_their_own(thread: Thread) -> None:
    assert seen(signed_in(thread.owner)) == {}


def test_staff_without_a_permission_find_nothing(thread: Thread) -> None:
    assert seen(staff()) == {}


def test_staff_with_every_permission_but_those_of_chat_find_nothing(thread: Thread) -> None:
    assert seen(staff(but_of="chat")) == {}


def test_who_may_see_runs_thumbs_and_audits_finds_no_words_of_a_conversation(
    thread: Thread,
) -> None:
    client = staff("view_run", "view_feedback", "view_auditevent", "stop_run", "export_thread")
    assert seen(client) == {}


def test_who_may_see_tool_calls_finds_those_and_no_conversation(thread: Thread) -> None:
    assert seen(staff("view_toolcall")).keys() == OF_CALLS


@pytest.mark.parametrize("lookup", ["threads__title__startswith", "threads__items__text__contains"])
def test_a_filter_made_up_by_hand_does_not_ask_about_conversations(
    thread: Thread, lookup: str
) -> None:
    client = staff("view_user")
    response = client.get("/admin/accounts/user/", {lookup: "canary"})
    assert response.status_code == 400
