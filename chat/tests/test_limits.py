"""Messages a minute and replies at once, for one user."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from chat import limits
from chat.models import Item, Run, Thread


@pytest.fixture
def person(new_person):
    return new_person("olga")


def later(user, seconds):
    """Put the user's runs so many seconds into the past."""
    for run in Run.objects.filter(owner=user):
        run.started_at -= timedelta(seconds=seconds)
        run.save()


def run_elsewhere(user, **fields):
    """A run that another process executes."""
    now = timezone.now()
    thread = Thread.objects.create(owner=user, created_at=now, updated_at=now)
    values = {"started_at": now, "request_type": "threads.create", **fields}
    return Run.objects.create(owner=user, thread=thread, **values)


def refused(reply, code):
    body = json.loads(reply.raw)
    assert (reply.status, body["code"]) == (429, code), body
    assert body["detail"].endswith(".")
    assert int(reply.headers["Retry-After"]) > 0
    return body


def test_one_message_too_many_in_a_minute_is_429_with_words(person, settings):
    settings.CHAT_MESSAGES_PER_MINUTE = 3
    assert [person.say("hello").status for _ in range(3)] == [200, 200, 200]

    body = refused(person.say("hello"), "too_many_messages")
    assert "3 messages in a minute" in body["detail"]


def test_nothing_of_a_refused_message_is_stored(person, settings):
    settings.CHAT_MESSAGES_PER_MINUTE = 1
    person.say("hello")
    before = (Thread.objects.count(), Item.objects.count(), Run.objects.count())
    person.thread_id = None
    refused(person.say("add buy milk"), "too_many_messages")

    assert (Thread.objects.count(), Item.objects.count(), Run.objects.count()) == before
    assert person.tasks() == {}


def test_retry_after_is_when_the_oldest_message_is_a_minute_old(person, settings):
    settings.CHAT_MESSAGES_PER_MINUTE = 2
    person.say("hello")
    later(person.user, 45)
    person.say("hello")
    reply = person.say("hello")

    refused(reply, "too_many_messages")
    assert 13 <= int(reply.headers["Retry-After"]) <= 15


def test_a_minute_later_it_goes_on(person, settings):
    settings.CHAT_MESSAGES_PER_MINUTE = 1
    person.say("hello")
    refused(person.say("hello"), "too_many_messages")
    later(person.user, 60)

    assert person.say("hello").status == 200


def test_another_user_is_not_held_up(person, new_person, settings):
    settings.CHAT_MESSAGES_PER_MINUTE = 1
    person.say("hello")

    assert new_person("sven").say("hello").status == 200


def test_a_retry_counts_and_a_click_does_not(person, settings):
    settings.CHAT_MESSAGES_PER_MINUTE = 1
    (task,) = person.add("buy milk")
    person.say("show my tasks")
    items = person.items()
    message = next(item for item in items if item["type"] == "user_message")
    widget = next(item for item in items if item["type"] == "widget")
    params = {"thread_id": person.thread_id, "item_id": message["id"]}
    refused(person.stream("threads.retry_after_item", params), "too_many_messages")

    action = {
        "type": "task.set_completed",
        "payload": {"task_id": task.id, "completed": True},
        "handler": "server",
    }
    click = {"thread_id": person.thread_id, "item_id": widget["id"], "action": action}
    assert person.stream("threads.custom_action", click).status == 200


def test_more_than_three_replies_at_once_are_429(person, settings):
    settings.CHAT_RUNS_PER_USER = 3
    runs = [run_elsewhere(person.user) for _ in range(3)]
    refused(person.say("hello"), "too_many_runs")

    runs[0].status = Run.Status.COMPLETED
    runs[0].save()
    assert person.say("hello").status == 200


def test_a_run_that_its_process_left_behind_holds_nobody_up(person, settings):
    settings.CHAT_RUNS_PER_USER = 1
    run_elsewhere(person.user, started_at=timezone.now() - timedelta(hours=1))

    assert person.say("hello").status == 200


def test_an_equal_request_joins_its_run_instead_of_counting(person, settings):
    settings.CHAT_MESSAGES_PER_MINUTE = 1
    first = person.say("hello", **{"Idempotency-Key": "k1"})
    person.thread_id = None
    again = person.say("hello", **{"Idempotency-Key": "k1"})

    assert again.status == 200
    assert again.headers["X-Run-Id"] == first.headers["X-Run-Id"]


def test_counting_costs_one_query(person, settings, django_assert_num_queries):
    settings.CHAT_MESSAGES_PER_MINUTE = settings.CHAT_RUNS_PER_USER = 5
    with django_assert_num_queries(1):
        limits.check(person.user, timezone.now())
