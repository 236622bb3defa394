"""Many replies at once, of which a test breaks some, and the check of all of them afterwards."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.cluster.client import Person, Received, Reply
from tests.cluster.cluster import Cluster, Member
from tests.cluster.invariants import of_strangers, stored_run, violations


def a_name() -> str:
    """The first word of a message, which no other message has."""
    return f"w{secrets.token_hex(4)}"


@dataclass
class Sent:
    """A reply under way, the member that it was sent to, and what reads it."""

    reply: Reply
    member: Member
    tasks: int
    reading: Future[Received] | None = None

    @property
    def end(self) -> str | None:
        return self.reply.received.end


@dataclass
class Storm:
    """Replies sent to chosen members, or through `entry`; where they are cut, they are resumed
    through the front.
    """

    cluster: Cluster
    person: Person
    pool: ThreadPoolExecutor
    entry: str = ""
    front: str = ""  # where replies are resumed; the proxy, if not said
    patience: float = 75.0
    sent: list[Sent] = field(default_factory=list)

    def send(
        self,
        member: Member,
        *,
        tasks: int = 0,
        words: int = 40,
        pause: float = 0.02,
        **options: str,
    ) -> Sent:
        """The message is taken by `member`; its frames come in another thread."""
        more = "".join(f" {key}={value}" for key, value in options.items())
        text = f"{a_name()} words={words} pause={pause} tasks={tasks}{more}"
        sent = Sent(
            self.person.send(text, url=self.entry or member.url, patience=self.patience),
            member,
            tasks,
        )
        self.sent.append(sent)
        sent.reading = self.pool.submit(self._read, sent)
        return sent

    def send_some(self, count: int, members: Sequence[Member], seed: random.Random) -> None:
        for number in range(count):
            self.send(
                members[number % len(members)],
                tasks=seed.choice((0, 1, 2)),
                words=seed.randint(5, 60),
                pause=round(seed.uniform(0.005, 0.03), 3),
            )

    def wait_until_begun(self) -> None:
        while not all(sent.reply.run_id or _is_done(sent) for sent in self.sent):
            time.sleep(0.01)

    def ended(self) -> list[Sent]:
        """All of them, after each was read to its end."""
        for sent in self.sent:
            assert sent.reading is not None
            sent.reading.result()
        return self.sent

    def violations(self) -> list[str]:
        """Of every ended reply; the broken ones are tried again with a model that asks again."""
        return [text for found in self.pool.map(self._violations, self.ended()) for text in found]

    def _read(self, sent: Sent) -> Received:
        sent.reply.begin()
        sent.reply.url = self.front or self.cluster.url
        return sent.reply.receive()

    def _violations(self, sent: Sent) -> list[str]:
        found = violations(self.cluster, self.person, sent.reply)
        if sent.end != "interrupted":
            return found + self._of_tasks(sent.reply.text.split()[0], sent.tasks, exactly=True)
        return found + self._of_retry(sent)

    def _of_retry(self, sent: Sent) -> list[str]:
        first = stored_run(self.cluster, sent.reply.run_id)
        retry = self.person.retry(first.thread_id, first.turn_id, sent.reply.text, url=self.front)
        retry.receive()
        run = stored_run(self.cluster, retry.run_id)
        found = violations(self.cluster, self.person, retry)
        if run.status != "completed":
            found.append(f"P12: the retry ended as {run.status} [run {run.id}]")
        found += of_strangers(self.person, [first, run], first.thread_id)
        name = sent.reply.text.split()[0]
        return found + self._of_tasks(name, sent.tasks, exactly=run.status == "completed")

    def _of_tasks(self, name: str, count: int, *, exactly: bool) -> list[str]:
        sql = "SELECT title FROM tasks_task WHERE title LIKE ? ORDER BY title"
        titles = [title for (title,) in self.cluster.rows(sql, f"{name} %")]
        wanted = [f"{name} {number + 1}" for number in range(count)]
        right = titles == wanted if exactly else titles == wanted[: len(titles)]
        return [] if right else [f"P17: the tasks are {titles}, asked for were {wanted}"]


def _is_done(sent: Sent) -> bool:
    return sent.reading is not None and sent.reading.done()
