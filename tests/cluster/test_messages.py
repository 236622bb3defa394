"""Messages that are sent once, threads with one run, and Stop."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from tests.cluster.client import Answer, Lost, Person, Reply, message
from tests.cluster.cluster import Cluster, wait_until
from tests.cluster.invariants import status_of, stored_run, violations
from tests.cluster.storm import a_name
from tests.cluster.tally import FULL, Faults


def at_once(count: int, send) -> list[Answer]:
    """The answers to `count` requests that start together."""
    barrier = threading.Barrier(count)

    def one(number: int) -> Answer:
        barrier.wait()
        return send(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def runs_of(cluster: Cluster, person: Person) -> int:
    sql = (
        "SELECT count(*) FROM chat_run r JOIN accounts_user u ON u.id = r.owner_id "
        "WHERE u.public_id = ?"
    )
    return int(cluster.rows(sql, person.id)[0][0])


def test_p10_p13_the_answer_is_lost_at_every_byte(
    cluster: Cluster, person: Person, faults: Faults
) -> None:
    """The same message with the same key, until it is heard: one message, one run."""
    sent = 0
    for count in range(0, 700, 12 if FULL else 97):
        cluster.proxy.losses.extend([count, count])
        reply = person.send(f"{a_name()} words=3 tasks=1")
        reply.receive()
        sent += 1
        faults.made_one("cut", 2)
        faults.found(violations(cluster, person, reply))
    cluster.proxy.heal()
    assert runs_of(cluster, person) == sent
    assert len(person.task_titles()) == min(sent, 100)


def test_p13_twenty_equal_requests_at_once_are_one(cluster: Cluster, person: Person) -> None:
    body = message(f"{a_name()} words=20 pause=0.01 tasks=1")
    answers = at_once(
        20,
        lambda number: person.request(
            "POST",
            person.chat,
            body,
            url=cluster.members[number % len(cluster.members)].url,
            x_resume="1",
            idempotency_key="twenty",
        ),
    )
    assert {answer.status for answer in answers} == {200}
    assert len({answer.headers["x-run-id"] for answer in answers}) == 1
    assert len({answer.body for answer in answers}) == 1
    assert runs_of(cluster, person) == 1

    other = person.request("POST", person.chat, message("else"), idempotency_key="twenty")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    stranger = Person(cluster.url)
    theirs = stranger.request("POST", stranger.chat, body, idempotency_key="twenty")
    assert theirs.headers["x-run-id"] != answers[0].headers["x-run-id"]


def test_p14_fifty_messages_at_once_make_one_run(cluster: Cluster, person: Person) -> None:
    first = person.send(f"{a_name()} words=3")
    first.receive()
    names = [a_name() for _ in range(50)]
    answers = at_once(
        50,
        lambda number: person.request(
            "POST",
            person.chat,
            message(f"{names[number]} words=60 pause=0.05", first.thread_id),
            url=cluster.members[number % len(cluster.members)].url,
            x_resume="1",
        ),
    )
    assert Counter(answer.status for answer in answers) == {200: 1, 409: 49}
    (winner,) = [answer for answer in answers if answer.status == 200]
    for answer in answers:
        if answer.status == 409:
            assert answer.code == "run_active"
            assert answer.json["run_id"] == winner.headers["x-run-id"]
    assert runs_of(cluster, person) == 2
    messages = [item for item in person.items(first.thread_id) if item["type"] == "user_message"]
    assert len(messages) == 2


def test_p14_deleting_a_thread_stops_its_run(cluster: Cluster, person: Person) -> None:
    reply = person.send(f"{a_name()} words=500 pause=0.02", url=cluster.one.url).begin()
    reply.read(lambda received: len(received.frames) > 4)
    body = {"type": "threads.delete", "params": {"thread_id": reply.thread_id}}
    assert person.request("POST", person.chat, body, url=cluster.other.url).status == 200
    wait_until(lambda: status_of(cluster, reply.run_id) == "cancelled", 2, "it is cancelled")
    reply.leave()


def test_p18_stop_through_any_process(cluster: Cluster, person: Person, faults: Faults) -> None:
    stop_through_the_other(cluster, person, faults)


def test_p18_p21_stop_through_any_process_without_redis(two: Cluster, faults: Faults) -> None:
    assert two.redis is not None
    two.redis.kill()
    faults.made_one("Redis outage")
    stop_through_the_other(two, Person(two.url), faults)


def stop_through_the_other(cluster: Cluster, person: Person, faults: Faults) -> None:
    """The model's connection is closed, no tool begins, what was said stays; repeatable."""
    reply = person.send(f"{a_name()} words=500 pause=0.02", url=cluster.one.url).begin()
    reply.read(lambda received: len(received.frames) > 8)
    cluster.model.gone.clear()
    started = time.monotonic()
    answer = person.cancel(reply.run_id, url=cluster.other.url)
    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert cluster.model.gone.wait(2)
    assert time.monotonic() - started < 2.5
    assert reply.receive().end == "cancelled"
    assert person.cancel(reply.run_id).json["status"] == "cancelled"
    faults.found(violations(cluster, person, reply))


def test_p18_no_tool_begins_after_a_stop(cluster: Cluster, person: Person) -> None:
    reply = person.send(f"{a_name()} words=5 tasks=9 pause=0.03", url=cluster.one.url).begin()
    reply.read(lambda received: b"Added" in received.data)
    person.cancel(reply.run_id, url=cluster.other.url)
    done = person.task_titles()
    assert reply.receive().end == "cancelled"
    time.sleep(0.5)
    assert person.task_titles() == done
    assert 1 <= len(done) < 9
    assert violations(cluster, person, reply) == []


def test_p18_a_finished_run_keeps_its_status(cluster: Cluster, person: Person) -> None:
    reply = person.send(f"{a_name()} words=3")
    reply.receive()
    before = stored_run(cluster, reply.run_id)
    assert person.cancel(reply.run_id, url=cluster.other.url).json["status"] == "completed"
    assert stored_run(cluster, reply.run_id) == before


@pytest.mark.parametrize("resumes", [True, False])
def test_p18_a_cut_stops_who_will_not_resume(
    cluster: Cluster, person: Person, resumes: bool, faults: Faults
) -> None:
    replies = [
        person.send(f"{a_name()} words=150 pause=0.02", resumes=resumes).begin() for _ in range(3)
    ]
    for reply in replies:
        reply.read(lambda received: len(received.frames) > 4)
    started = time.monotonic()
    cluster.proxy.hang_up()
    faults.made_one("cut", 3)
    for reply in replies:
        reply.leave()
        expected = "completed" if resumes else "cancelled"
        wait_until(lambda reply=reply: status_of(cluster, reply.run_id) != "running", 10, "an end")
        assert status_of(cluster, reply.run_id) == expected
        if not resumes:
            assert time.monotonic() - started < 5
        reply.receive()
        faults.found(violations(cluster, person, reply))


def test_p12_a_reload_in_mid_reply_finds_the_run(cluster: Cluster, person: Person) -> None:
    """A second tab, in another process: the thread's run, from its first frame."""
    reply = person.send(f"{a_name()} words=60 pause=0.02", url=cluster.one.url).begin()
    reply.read(lambda received: len(received.frames) > 6)
    active = person.run_of(reply.thread_id, url=cluster.other.url)
    assert active.json["run_id"] == reply.run_id
    again = Reply(person, reply.body, reply.text, url=cluster.other.url)
    again.received.run_id = reply.run_id
    assert again.receive().end == "completed"
    assert again.received.data == reply.receive().data
    assert person.run_of(reply.thread_id, url=cluster.other.url).status == 204


def test_p13_a_proxy_never_repeats_a_message(two: Cluster, faults: Faults) -> None:
    """Killed with the message on its way, without a key: nothing is there twice."""
    person = Person(two.url)
    texts = []
    for number in faults.rounds(1, 6):
        text = f"{a_name()} words=5 first=0.2"
        texts.append(text)
        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(person.request, "POST", person.chat, message(text), x_resume="1")
            time.sleep(0.02 * number)
            for member in two.members:
                member.kill()
                faults.made_one("kill -9")
            with suppress(*Lost):
                sending.result()
        two.heal()
    for text in texts:
        rows = two.rows("SELECT id FROM chat_item WHERE text = ?", text)
        faults.found([f"P13: a message without a key is there twice: {text}"] * (len(rows) > 1))
