"""What must hold after any fault: of a run's log, of what its clients got, of its thread.

Each function returns violations, as words that begin with the promise they break.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.cluster.client import END_OF_FRAME, Person, Received, Reply, events_of
from tests.cluster.cluster import Cluster

DELTA = "assistant_message.content_part.text_delta"
SPOKEN = ("assistant_message", "workflow", "widget")


@dataclass(frozen=True)
class StoredRun:
    """A run as the database has it."""

    id: str
    status: str
    epoch: int
    last_event_id: int
    thread_id: str
    turn_id: str
    frames: tuple[bytes, ...]
    batches: tuple[tuple[int, int], ...]

    @property
    def data(self) -> bytes:
        return b"".join(self.frames)


def stored_run(cluster: Cluster, run_id: str) -> StoredRun:
    columns = "status, epoch, last_event_id, thread_id, turn_id"
    ((status, epoch, last, thread_id, turn_id),) = cluster.rows(
        f"SELECT {columns} FROM chat_run WHERE id = ?", run_id
    )
    frames: list[bytes] = []
    batches = []
    for first_id, last_id, data in cluster.rows(
        "SELECT first_id, last_id, data FROM chat_framebatch WHERE run_id = ? ORDER BY first_id",
        run_id,
    ):
        batches.append((first_id, last_id))
        frames += [part + END_OF_FRAME for part in bytes(data).split(END_OF_FRAME)[:-1]]
    return StoredRun(run_id, status, epoch, last, thread_id, turn_id, tuple(frames), tuple(batches))


def status_of(cluster: Cluster, run_id: str) -> str:
    return str(cluster.rows("SELECT status FROM chat_run WHERE id = ?", run_id)[0][0])


def violations(cluster: Cluster, person: Person, reply: Reply) -> list[str]:
    """Everything that can be said of an ended reply, its log and its thread."""
    run = stored_run(cluster, reply.run_id)
    found = [
        *reply.received.faults,
        *of_log(run),
        *of_received(run, reply.received),
        *of_message(cluster, person, reply),
        *of_thread(person, run, cluster.other.url),
        *of_uncut(person, run, cluster.other.url),
    ]
    return [f"{text} [run {run.id}, {run.status}, “{reply.text}”]" for text in found]


def of_log(run: StoredRun) -> Iterator[str]:
    numbers = [int(frame.split(b"\n", 1)[0].removeprefix(b"id: ")) for frame in run.frames]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"P1: the log's ids are {numbers}"
    expected = 1
    for first, last in run.batches:
        if first != expected or last < first:
            yield f"P1: the log's batches are {run.batches}"
            break
        expected = last + 1
    if run.status != "running" and run.last_event_id != len(run.frames):
        yield f"P11: the run says {run.last_event_id} frames, its log has {len(run.frames)}"


def of_received(run: StoredRun, received: Received) -> Iterator[str]:
    """The client's bytes up to the log's end are the log; what is beyond is text deltas only."""
    common = min(len(received.frames), len(run.frames))
    for number, (got, stored) in enumerate(zip(received.frames, run.frames, strict=False), 1):
        if got != stored:
            yield f"P3: frame {number} was {got!r}, its log has {stored!r}"
            return
    for frame in received.frames[common:]:
        if not _is_delta(frame):
            yield f"P3: seen and never stored: {frame!r}"
    if received.end is None:
        yield "P5: the end was never seen"
    elif received.end != run.status:
        yield f"P5: the end said {received.end}, the run {run.status}"
    elif received.end != "interrupted" and len(received.frames) != len(run.frames):
        yield f"P2: {len(received.frames)} frames came, the log has {len(run.frames)}"


def of_message(cluster: Cluster, person: Person, reply: Reply) -> Iterator[str]:
    """The user's message is stored exactly once, in one thread."""
    sql = (
        "SELECT i.thread_id FROM chat_item i JOIN chat_thread t ON t.id = i.thread_id "
        "JOIN accounts_user u ON u.id = t.owner_id "
        "WHERE u.public_id = ? AND i.type = 'user_message' AND i.text = ?"
    )
    rows = cluster.rows(sql, person.id, reply.text)
    if len(rows) != 1:
        yield f"P10: the message is there {len(rows)} times"


def of_thread(person: Person, run: StoredRun, url: str) -> Iterator[str]:
    """The thread shows what the log showed, as far as later runs of the turn left it."""
    shown = fold(run.frames)
    items = {item["id"]: item for item in person.items(run.thread_id, url=url)}
    for item_id, item in shown.items():
        there = items.get(item_id)
        if there is None:
            yield f"P12: {item['type']} {item_id} was shown and is not in the thread"
        elif (kept := _content(there)) != (seen := _content(item)):
            yield f"P12: the thread has {kept!r}, the log showed {seen!r}"
    for item in items.values():
        if item["type"] == "assistant_message" and not _content(item).strip():
            yield "P12: an empty message"


def of_strangers(person: Person, runs: Iterable[StoredRun], thread_id: str) -> Iterator[str]:
    """Nothing in the thread that no run of it has shown."""
    known = {item_id for run in runs for item_id in fold(run.frames)}
    for item in person.items(thread_id):
        if item["type"] in SPOKEN and item["id"] not in known:
            yield f"P12: {item['type']} “{_content(item)[:60]}” was in no log"


def of_uncut(person: Person, run: StoredRun, url: str) -> Iterator[str]:
    """A reader that starts at 0 in the other process gets the log, byte for byte, and its end."""
    answer = person.persistently("GET", f"{person.chat}/runs/{run.id}/events", url=url)
    if answer.status != 200:
        yield f"P7: {answer.status} for a run that ended just now"
        return
    expected = run.data + f": end {run.status}\n\n".encode()
    if answer.body.replace(b": ping\n\n", b"") != expected:
        yield "P2: the uncut log is not the stored one"


def fold(frames: Iterable[bytes]) -> dict[str, dict[str, Any]]:
    """The items that the frames leave in a thread, by id: what is done, and what was begun."""
    items: dict[str, dict[str, Any]] = {}
    for event in events_of(list(frames)):
        kind = event["type"]
        if kind in ("thread.item.added", "thread.item.done", "thread.item.replaced"):
            items[event["item"]["id"]] = event["item"]
        elif kind == "thread.item.removed":
            items.pop(event["item_id"], None)
        elif kind == "thread.item.updated" and event["item_id"] in items:
            _update(items[event["item_id"]], event["update"])
    return {
        item_id: item
        for item_id, item in items.items()
        if item["type"] != "assistant_message" or _content(item).strip()
    }


def _update(item: dict[str, Any], update: dict[str, Any]) -> None:
    if update["type"] == DELTA:
        index = update["content_index"]
        content = item["content"]
        content.extend({"text": ""} for _ in range(index + 1 - len(content)))
        content[index]["text"] += update["delta"]
    elif update["type"].startswith("workflow.task."):
        tasks = item["workflow"]["tasks"]
        tasks[update["task_index"] : update["task_index"] + 1] = [update["task"]]


def _content(item: dict[str, Any]) -> str:
    """What a person sees of an item; a task that was loading when all ended shows no spinner."""
    match item["type"]:
        case "user_message" | "assistant_message":
            return "".join(part.get("text", "") for part in item["content"])
        case "workflow":
            tasks = item["workflow"]["tasks"]
            return re.sub("loading", "none", json.dumps(tasks, sort_keys=True))
    return json.dumps(item.get("widget"), sort_keys=True)


def _is_delta(frame: bytes) -> bool:
    (event,) = events_of([frame])
    return bool(event["type"] == "thread.item.updated" and event["update"]["type"] == DELTA)
