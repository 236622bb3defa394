"""Time to the first token, measured from outside: many messages, each in a new conversation."""

import asyncio
import gc
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from chat.management.talkers import Frame, NotAnswered, Opened, Talker

DELTA = "assistant_message.content_part.text_delta"
# Of the event loop, from the start of a message to the last byte of its request on the socket.
STEPS_TO_SERVER = 5


@dataclass
class Sample:
    """One message; milliseconds from one mark to the next, which add up to `ttft`.

    `way` is what the client waited for beyond the server's `auth` and `start`: connection, queue,
    network. `first_frame` and `first_delta` count from the response's head and the first frame.
    """

    number: int
    run_id: str = ""
    ttft: float | None = None
    way: float = 0.0
    auth: float = 0.0
    start: float = 0.0
    first_frame: float = 0.0
    first_delta: float = 0.0
    error: str | None = None


@dataclass(frozen=True)
class Report:
    """What was measured, and whether it is good enough."""

    limit_ms: float
    concurrency: int
    seconds: float
    samples: list[Sample] = field(default_factory=list)

    @property
    def times(self) -> list[float]:
        return sorted(sample.ttft for sample in self.samples if sample.ttft is not None)

    @property
    def slow(self) -> list[Sample]:
        return [s for s in self.samples if s.ttft is not None and s.ttft >= self.limit_ms]

    @property
    def failed(self) -> list[Sample]:
        return [sample for sample in self.samples if sample.ttft is None]

    @property
    def share_under(self) -> float:
        """Of all messages: one without an answer is not under the limit."""
        under = len(self.samples) - len(self.slow) - len(self.failed)
        return under / len(self.samples)

    def as_json(self) -> dict[str, Any]:
        return {
            "count": len(self.samples),
            "concurrency": self.concurrency,
            "limit_ms": self.limit_ms,
            "seconds": round(self.seconds, 3),
            **{f"p{share}": percentile(self.times, share) for share in (50, 90, 99)},
            "share_under_limit": round(self.share_under, 4),
            "failed": len(self.failed),
            "requests": [asdict(sample) for sample in self.samples],
        }


def percentile(times: Sequence[float], share: float) -> float | None:
    """Nearest rank: a value that occurred. `times` are sorted."""
    if not times:
        return None
    return times[max(0, math.ceil(share / 100 * len(times)) - 1)]


async def measure(
    talker: Talker, message: str, *, count: int, concurrency: int, limit_ms: float
) -> Report:
    """Send `count` messages, `concurrency` at once, and read each reply to its end.

    Who sends one has a connection already, as a page has that shows its chat, and a computer: no
    request waits for the client to write the others.
    """
    numbers = iter(range(1, count + 1))
    samples: list[Sample] = []
    threads: list[str] = []

    async def work() -> None:
        for number in numbers:
            sample = await _sample(talker, message, number, threads)
            samples.append(sample)

    await asyncio.gather(*(talker.about() for _ in range(concurrency)))
    gc.freeze()  # to look through all of Django for garbage takes 0.1 s, which is not the server's
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(work())
            for _ in range(STEPS_TO_SERVER):
                await asyncio.sleep(0)
    seconds = time.monotonic() - began
    for thread_id in threads:
        await talker.delete_thread(thread_id)
    samples.sort(key=lambda sample: sample.number)
    return Report(limit_ms, concurrency, seconds, samples)


async def _sample(talker: Talker, message: str, number: int, threads: list[str]) -> Sample:
    sample = Sample(number)
    content = [{"type": "input_text", "text": message}]
    said = {"content": content, "attachments": [], "inference_options": {}}
    began = time.monotonic()
    try:
        async with talker.talk({"type": "threads.create", "params": {"input": said}}) as reply:
            await _read(reply, sample, began, threads)
    except NotAnswered as refusal:
        sample.error = str(refusal)
    if sample.ttft is None and sample.error is None:
        sample.error = "The reply had no words."
    return sample


async def _read(reply: Opened, sample: Sample, began: float, threads: list[str]) -> None:
    head = last = time.monotonic()
    sample.run_id = reply.run_id
    sample.auth, sample.start = _ms(reply.auth), _ms(reply.start)
    sample.way = max(0.0, _ms(head - began - reply.auth - reply.start))
    is_first = True
    async for frame in reply.frames:
        now = time.monotonic()
        if is_first:
            sample.first_frame, last, is_first = _ms(now - head), now, False
        if sample.ttft is None and _is_delta(frame):
            sample.first_delta, sample.ttft = _ms(now - last), _ms(now - began)
        if frame.data["type"] == "thread.created":
            threads.append(frame.data["thread"]["id"])
        if frame.data["type"] == "error":
            sample.error = frame.data.get("message") or "The reply failed."


def _is_delta(frame: Frame) -> bool:
    return bool(frame.data.get("update", {}).get("type") == DELTA)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
