"""What readers of a log get: through cuts, from any number on, in any process, and in numbers."""

import itertools
import random
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from tests.cluster.client import Lost, Person, Received, Reply, silent_reader
from tests.cluster.cluster import Cluster, wait_until
from tests.cluster.invariants import status_of, stored_run, violations
from tests.cluster.storm import Storm, a_name
from tests.cluster.tally import FULL, Faults

LARGE = 900  # words of a log that fills what lies between two processes


def said(person: Person, words: int = 12, tasks: int = 1, **more: object) -> Reply:
    """A reply that has come to its end."""
    settings = "".join(f" {key}={value}" for key, value in more.items())
    reply = person.send(f"{a_name()} words={words} tasks={tasks}{settings}")
    assert reply.receive().end == "completed"
    return reply


def test_p02_a_cut_at_every_byte_loses_nothing(
    cluster: Cluster, person: Person, faults: Faults
) -> None:
    """Of an answer with its headers, also inside a character; then on from the last whole frame."""
    reply = said(person, words=6, tasks=0)
    run = stored_run(cluster, reply.run_id)
    end = f": end {run.status}\n\n".encode()
    whole = person.request("GET", f"{person.chat}/runs/{run.id}/events")
    assert whole.body == run.data + end
    size = len(run.data) + len(end) + 900  # headers, and the lengths of chunks
    step = 1 if FULL else 61

    def cut_after(count: int) -> list[str]:
        received = Received(run.id)
        with suppress(*Lost):
            stream = person.open("GET", f"{person.chat}/runs/{run.id}/events")
            received.connected()
            try:
                for chunk in stream.chunks():
                    received.feed(chunk)
            finally:
                stream.close()
        rest = person.events(run.id, len(received.frames), url=cluster.other.url)
        if received.end is None:
            received.connected()
            received.feed(rest.body)
        if rest.status != 200 or received.data != run.data or received.end != run.status:
            return [f"P2: cut after {count} bytes: {rest.status}, {len(received.frames)} frames"]
        return received.faults

    cluster.proxy.politely = True  # so that exactly so many bytes arrive
    for count in range(0, size, step):
        cluster.proxy.losses.append(count)
        faults.found(cut_after(count))
        faults.made_one("cut at every byte")


def test_p02_p03_p05_p10_p11_random_cuts(cluster: Cluster, person: Person, faults: Faults) -> None:
    """Of living replies, at random places, with and without a goodbye."""
    seed = random.Random(2)
    for number in faults.rounds(2, 13):
        cluster.proxy.heal()
        cluster.proxy.politely = number % 2 == 0
        cluster.proxy.cuts.extend(seed.randint(0, 4000) for _ in range(30))
        with ThreadPoolExecutor(12) as pool:
            storm = Storm(cluster, person, pool, entry=cluster.url)
            storm.send_some(8, cluster.members, seed)
            for sent in storm.ended():
                faults.made_one("cut", sent.reply.received.connections - 1)
                if sent.end != "completed":
                    faults.found([f"P2: a cut reply ended as {sent.end}"])
            cluster.proxy.heal()
            faults.found(storm.violations())


def test_p06_where_a_reader_may_begin(cluster: Cluster, person: Person) -> None:
    reply = said(person)
    run = stored_run(cluster, reply.run_id)
    asked = cluster.script.asked[reply.text.split()[0]]
    for url in {cluster.one.url, cluster.other.url}:
        for start in (None, "0", ""):
            assert person.events(run.id, start, url=url).body.startswith(run.frames[0])
        half = len(run.frames) // 2
        rest = b"".join(run.frames[half:]) + b": end completed\n\n"
        assert person.events(run.id, half, url=url).body == rest
        assert person.events(run.id, len(run.frames), url=url).body == b": end completed\n\n"
        for wrong in ("abc", "-1", "1.5", "٣", "9" * 40):
            answer = person.events(run.id, wrong.encode().decode("latin-1"), url=url)
            assert (answer.status, answer.code) == (400, "cursor_invalid"), wrong
        answer = person.events(run.id, len(run.frames) + 1, url=url)
        assert (answer.status, answer.code) == (400, "cursor_past_end")
    assert cluster.script.asked[reply.text.split()[0]] == asked
    assert len(cluster.rows("SELECT id FROM chat_run WHERE thread_id = ?", run.thread_id)) == 1


def test_p05_p06_past_the_log_of_a_dead_process_is_its_end(two: Cluster, faults: Faults) -> None:
    """A client that saw more than the log, and asks while nobody knows yet that the run is dead."""
    person = Person(two.url)
    for _ in faults.rounds(1, 4):
        reply = person.send(f"{a_name()} words=200 pause=0.02", url=two.one.url).begin()
        reply.read(lambda received: len(received.frames) > 20)
        reply.leave()
        two.one.kill()
        faults.made_one("kill -9")
        path = f"{person.chat}/runs/{reply.run_id}/events"
        cursor = str(len(reply.frames) + 40)
        answer = person.persistently("GET", path, url=two.other.url, last_event_id=cursor)
        two.one.begin()
        two.one.wait_until_ready()
        if (answer.status, answer.body) != (200, b": end interrupted\n\n"):
            words = f"P6: {answer.status} {answer.body[:120]!r} past the log of a dead process"
            faults.found([words])


def test_p07_pruned_under_a_reader(cluster: Cluster, person: Person) -> None:
    """A reader in the middle of old frames is cut, never told of an end; then it is 410."""
    reply = said(person, words=LARGE, tasks=0)
    run = stored_run(cluster, reply.run_id)
    slow = silent_reader(person, cluster.other.url, run.id)
    time.sleep(0.2)
    long_ago = "2020-01-01 00:00:00" + ("" if cluster.database is None else "+00")
    cluster.execute("UPDATE chat_run SET finished_at = ? WHERE id = ?", long_ago, run.id)
    sql = "SELECT count(*) FROM chat_framebatch WHERE run_id = ?"
    wait_until(lambda: cluster.rows(sql, run.id) == [(0,)], 15, "its frames are pruned")
    slow.settimeout(10)
    got = b""
    with suppress(OSError):
        while data := slow.recv(65536):
            got += data
    slow.close()
    got = got[got.index(b"id: 1\n") :]
    if b": end" in got:
        assert run.frames[-1] in got
    answer = person.events(run.id, 1, url=cluster.other.url)
    assert (answer.status, answer.code) == (410, "run_gone")
    assert [item["type"] for item in person.items(run.thread_id)] != []


def test_p08_fifty_readers_get_the_same_bytes_of_one_model_call(
    cluster: Cluster, person: Person
) -> None:
    reply = person.send(f"{a_name()} words=80 pause=0.02", url=cluster.one.url).begin()

    def read(number: int) -> tuple[bytes, str | None]:
        received = Received(reply.run_id)
        time.sleep(number % 10 / 10)
        url = cluster.members[number % len(cluster.members)].url
        received.feed(person.events(reply.run_id, 0, url=url).body)
        return received.data, received.end

    with ThreadPoolExecutor(50) as pool:
        results = set(pool.map(read, range(50)))
    reply.receive()
    assert results == {(reply.received.data, "completed")}
    assert cluster.script.asked[reply.text.split()[0]] == 1
    assert violations(cluster, person, reply) == []


@pytest.mark.slow
def test_p09_a_silent_reply_is_heard_every_15_seconds(two: Cluster) -> None:
    person = Person(two.url)
    reply = person.send(f"{a_name()} words=3 first=32").begin()
    times = [time.monotonic()]
    stream = person.open("GET", f"{person.chat}/runs/{reply.run_id}/events", url=two.other.url)
    pings = b""
    for chunk in stream.chunks():
        if b": ping" in chunk:
            pings += chunk
            times.append(time.monotonic())
    stream.close()
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(gaps) == 2
    assert max(gaps) < 16
    assert reply.receive().end == "completed"


def test_p09_a_resume_takes_less_than_two_seconds(cluster: Cluster, person: Person) -> None:
    """A proxy cuts by age, whatever is sent; nobody should notice."""
    reply = person.send(f"{a_name()} words=100 pause=0.02", url=cluster.one.url).begin()
    reply.read(lambda received: len(received.frames) > 10)
    reply.leave()
    for url in (cluster.one.url, cluster.other.url):
        reply.url = url
        count, started = len(reply.frames), time.monotonic()
        assert reply.resume() == 200
        reply.read(lambda received, count=count: len(received.frames) > count)  # type: ignore[misc]
        assert time.monotonic() - started < 2
        reply.leave()
    assert reply.receive().end == "completed"


def test_p09_words_come_live_through_another_process(two: Cluster) -> None:
    """By hints: without one, a process looks every two seconds."""
    person = Person(two.one.url)
    reply = person.send(f"{a_name()} words=60 pause=0.05").begin()
    path = f"{person.chat}/runs/{reply.run_id}/events"
    stream = person.open("GET", path, url=two.other.url)
    times = [time.monotonic() for _ in stream.chunks()]
    stream.close()
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) < 1
    assert reply.receive().end == "completed"


def test_p05_the_model_breaks_off_at_each_step(cluster: Cluster, person: Person) -> None:
    """However it breaks, the reply has an end, and what was said stays."""
    replies = []
    for count in range(0, 14, 1 if FULL else 3):
        reply = person.send(f"{a_name()} words=6 tasks=1 cut={count}")
        reply.receive(20)
        replies.append(reply)
        assert reply.received.end in ("failed", "completed"), count
        assert violations(cluster, person, reply) == []
    assert "failed" in {reply.received.end for reply in replies}
    assert status_of(cluster, replies[0].run_id) == "failed"


def test_p24_ids_are_no_secrets(cluster: Cluster, person: Person) -> None:
    """Who may do what with a run: nobody but its owner, whatever they know."""
    reply = person.send(f"{a_name()} words=150 pause=0.02", url=cluster.one.url).begin()
    reply.read(lambda received: len(received.frames) > 3)
    thread_id, run_id = reply.thread_id, reply.run_id
    stranger = Person(cluster.url)
    paths = [
        ("GET", f"runs/{run_id}/events"),
        ("POST", f"runs/{run_id}/cancel"),
        ("GET", f"threads/{thread_id}/run"),
    ]
    for url in {cluster.one.url, cluster.other.url}:
        for method, path in paths:
            own, others = f"{stranger.chat}/{path}", f"{person.chat}/{path}"
            assert stranger.request(method, own, url=url).status == 404
            assert stranger.request(method, others, url=url).status == 403
            assert stranger.request(method, others, url=url, token="").status == 401
            forged = person.token[:-6] + secrets.token_hex(3)
            assert stranger.request(method, others, url=url, token=forged).status == 401
    assert reply.receive().end == "completed"


@pytest.mark.parametrize("how", ["sign out everywhere", "disabled", "thread deleted"])
def test_p24_who_may_read_no_longer_stops_reading(
    cluster: Cluster, person: Person, how: str
) -> None:
    """Within a minute, here divided, open streams end; the one of a deleted thread with its run."""
    reply = person.send(f"{a_name()} words=1200 pause=0.02", url=cluster.one.url).begin()
    stream = person.open("GET", f"{person.chat}/runs/{reply.run_id}/events", url=cluster.other.url)
    for chunk in stream.chunks():
        if b"text_delta" in chunk:
            break
    started = time.monotonic()
    if how == "thread deleted":
        body = {"type": "threads.delete", "params": {"thread_id": thread_of_run(cluster, reply)}}
        assert person.request("POST", person.chat, body, url=cluster.other.url).status == 200
    elif how == "disabled":
        sql = "UPDATE accounts_user SET is_active = ? WHERE public_id = ?"
        cluster.execute(sql, False, person.id)
    else:
        sql = (
            "UPDATE accounts_signin SET ended_at = CURRENT_TIMESTAMP WHERE user_id = "
            "(SELECT id FROM accounts_user WHERE public_id = ?)"
        )
        cluster.execute(sql, person.id)
    rest = b""
    with suppress(*Lost):
        for chunk in stream.chunks():
            rest += chunk
    stream.close()
    took = time.monotonic() - started
    assert took < 60 / cluster.times.by
    assert (b": end" in rest) == (how == "thread deleted")
    assert person.events(reply.run_id, 0, url=cluster.other.url).status in (401, 404)
    reply.leave()
    cluster.execute(
        "UPDATE chat_run SET stop_asked_at = CURRENT_TIMESTAMP WHERE id = ?", reply.run_id
    )
    wait_until(lambda: status_of(cluster, reply.run_id) != "running", 10, "it stops")


def thread_of_run(cluster: Cluster, reply: Reply) -> str:
    return str(cluster.rows("SELECT thread_id FROM chat_run WHERE id = ?", reply.run_id)[0][0])
