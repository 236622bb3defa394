"""Words that arrive together travel together, and come out one by one."""

import asyncio
import json
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from chat.bursts import FULL_BYTES, Bursts, Merger, parts_of
from tests.fakes.wire import Turn, chat_completions, responses

WORDS = ("One ", "two ", "three ", "four.")


def said(merged: bytes) -> list[dict[str, Any]]:
    events = [event.partition(b"data: ")[2] for event in merged.split(b"\n\n") if event]
    return [json.loads(event) for event in events]


def deltas(events: list[dict[str, Any]]) -> list[list[str]]:
    kind = "response.output_text.delta"
    return [event.get("parts", [event["delta"]]) for event in events if event["type"] == kind]


def test_all_words_but_the_first_become_one_event_and_the_rest_stays() -> None:
    events = list(responses(Turn(words=WORDS, tool_calls=(("add_task", {"title": "x"}),))))
    merged = said(Merger().feed(b"".join(events)))
    assert deltas(merged) == [["One "], ["two ", "three ", "four."]]
    others = [event for event in said(b"".join(events)) if "text.delta" not in event["type"]]
    assert [event for event in merged if "text.delta" not in event["type"]] == others


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
def test_in_whatever_pieces_it_comes_nothing_is_lost(size: int) -> None:
    whole = b"".join(responses(Turn(words=WORDS)))
    merger = Merger()
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    merged = b"".join(map(merger.feed, pieces)) + merger.rest()
    assert [word for parts in deltas(said(merged)) for word in parts] == list(WORDS)
    assert [event["type"] for event in said(merged)][-1] == "response.completed"


def test_words_of_different_messages_stay_apart() -> None:
    events = list(responses(Turn(words=WORDS)))
    other = [event.replace(b"msg_1", b"msg_2") for event in events if b"text.delta" in event]
    merged = said(Merger().feed(b"".join([*events[:7], *other])))
    places = [(event["item_id"], event["delta"]) for event in merged if "delta" in event]
    assert places == [
        ("msg_1", "One "),
        ("msg_1", "two three four."),
        ("msg_2", "One two three four."),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b'data: {"type": "response.output_text.delta"}\n\n' * 3,
        b'data: {"type":"response.output_text.delta","delta":7}\n\n' * 3,
        b'data: "response.output_text.delta"\n\n' * 3,
        b'data: {"response.output_text.delta"\n\n' * 3,
        b'data: {"type":"response.output_text.delta","delta":"a"}\r\n\r\n' * 3,
        b": comment\n\ndata: [DONE]\n\n",
        b"no event at all",
    ],
)
def test_what_is_not_understood_passes_as_it_is(data: bytes) -> None:
    merger = Merger()
    assert merger.feed(data) + merger.rest() == data


@pytest.mark.parametrize("parts", [["a", "x"], ["a", 1], "ab", None])
def test_parts_that_are_not_the_words_are_not_believed(parts: object) -> None:
    assert parts_of(SimpleNamespace(delta="ab", parts=parts)) == ["ab"]


# --- Reading ahead ----------------------------------------------------------------------------


class Source:
    """A stream that says how far it was read."""

    def __init__(self, *chunks: bytes, error: Exception | None = None) -> None:
        self.chunks, self.error, self.read = chunks, error, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            self.read += 1
            if not chunk:
                await asyncio.sleep(0.01)
            yield chunk
        if self.error is not None:
            raise self.error


def test_what_is_there_comes_as_one() -> None:
    async def read() -> list[bytes]:
        bursts = Bursts(aiter(Source(b"a", b"b", b"", b"c")))
        first = [burst async for burst in bursts]
        return first + [burst async for burst in bursts]

    assert async_to_sync(read)() == [b"ab", b"c"]


@pytest.mark.parametrize("stream", [responses, chat_completions])
def test_what_follows_the_first_words_is_read_once_they_have_passed_on(stream: Any) -> None:
    source = Source(*stream(Turn(words=WORDS)))

    async def read() -> None:
        bursts = aiter(Bursts(aiter(source)))
        first = await anext(bursts)
        for _ in range(5):  # the way of the words to the client
            await asyncio.sleep(0)
        assert b"One" in first
        assert b"two" not in first
        assert source.read == first.count(b"\n\n")
        assert first + await anext(bursts) == b"".join(source.chunks)

    async_to_sync(read)()


def test_a_fault_of_the_stream_comes_after_what_it_said() -> None:
    async def read() -> None:
        bursts = aiter(Bursts(aiter(Source(b"a", b"", b"b", error=OSError("gone")))))
        assert [await anext(bursts), await anext(bursts)] == [b"a", b"b"]
        with pytest.raises(OSError, match="gone"):
            await anext(bursts)

    async_to_sync(read)()


def test_nobody_reads_far_ahead_of_who_does_not_listen() -> None:
    source = Source(*[bytes(FULL_BYTES // 4)] * 20)

    async def read() -> None:
        bursts = Bursts(aiter(source))
        async for _ in bursts:
            await asyncio.sleep(0.02)
            break
        assert source.read <= 11
        await bursts.close()

    async_to_sync(read)()
