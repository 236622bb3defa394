"""A provider's model, trusted in nothing: sizes, ids, shapes and ends are checked as they come."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any, cast

import openai
from agents.exceptions import AgentsException
from agents.items import ModelResponse, TResponseInputItem, TResponseStreamEvent
from agents.models.interface import Model
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputItem,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputText,
)
from pydantic import BaseModel

from chat import beginnings
from chat.bursts import parts_of
from chat.failures import (
    WORDS_FIRST,
    CutAnswer,
    EmptyAnswer,
    EndlessAnswer,
    GarbledAnswer,
    ProviderFault,
    retry_after,
)
from chat.pacing import Pace
from taskchat_site.ids import new_id

MAX_CHARACTERS = 100_000
MAX_CALLS = 64
MAX_DEPTH = 50
LONGEST_WAIT = 2.0
PAUSE = 0.5

BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
SPOKEN = ("message", "function_call")
# Of the events that we or the SDK look into: the fields that must be there, and their classes.
_PART: dict[str, type] = {"item_id": str, "content_index": int}
_ITEM: dict[str, type] = {"output_index": int, "item": BaseModel}
NEEDED: dict[str, dict[str, type]] = {
    "response.output_item.added": _ITEM,
    "response.output_item.done": _ITEM,
    "response.content_part.added": {**_PART, "part": BaseModel},
    "response.output_text.delta": {**_PART, "delta": str},
    "response.output_text.done": {**_PART, "text": str},
    "response.completed": {"response": Response},
}


class GuardedModel(Model):
    """Passes on what `model` streams, and raises one of `chat.failures` for what is wrong in it.

    A request that failed before its first event is tried once more, unless the provider asks for
    a wait that a person would rather decide on.
    """

    def __init__(self, model: Model) -> None:
        self._model = model

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """Unused: every reply streams."""
        return await self._model.get_response(*args, **kwargs)

    async def stream_response(
        self, system_instructions: str | None, input: Any, *args: Any, **kwargs: Any
    ) -> AsyncIterator[TResponseStreamEvent]:
        def ask() -> AsyncGenerator[TResponseStreamEvent]:
            beginnings.over()
            events = self._model.stream_response(system_instructions, input, *args, **kwargs)
            return cast("AsyncGenerator[TResponseStreamEvent]", events)

        check, pace = _Check(input), Pace()
        try:
            async for event in check.events(ask()):
                yield event
                await pace.after(_words_in(event))
        except openai.APIError as error:
            wait = _wait_before_retry(error)
            if check.saw_any or wait is None:
                raise
        else:
            return
        await asyncio.sleep(wait)
        async for event in _Check(input).events(ask()):
            yield event
            await pace.after(_words_in(event))


def _words_in(event: TResponseStreamEvent) -> int:
    return len(parts_of(event)) if event.type == "response.output_text.delta" else 0


async def _with_known_errors(
    events: AsyncGenerator[TResponseStreamEvent],
) -> AsyncGenerator[TResponseStreamEvent]:
    """The SDKs do not expect garbage, and fall over it in many ways; a lost connection in one."""
    any_came = False
    try:
        async with aclosing(events):
            async for event in events:
                any_came = True
                yield event
    except openai.APIError as error:
        if any_came and _lost_connection(error):
            raise CutAnswer("the connection was lost") from error
        setattr(error, WORDS_FIRST, True)
        raise
    except CutAnswer as error:
        if any_came:
            raise
        raise EmptyAnswer("it ended before it began") from error
    except (AgentsException, ProviderFault):
        raise
    except Exception as error:
        raise GarbledAnswer("the answer could not be read") from error


def _lost_connection(error: openai.APIError) -> bool:
    timed_out = isinstance(error, openai.APITimeoutError)
    return isinstance(error, openai.APIConnectionError) and not timed_out


def _wait_before_retry(error: openai.APIError) -> float | None:
    """Seconds until it makes sense to ask again without the user; None for "leave it"."""
    if isinstance(error, openai.RateLimitError | openai.InternalServerError):
        wait = retry_after(error)
        return PAUSE if wait is None else wait if wait <= LONGEST_WAIT else None
    return PAUSE if _lost_connection(error) else None


class _Check:
    """Looks at each event of one answer, and gives tool calls ids that are theirs alone.

    Some compatible servers number the calls of each answer from 0. A repeated id would give one
    call the other's result.
    """

    def __init__(self, given: str | list[TResponseInputItem]) -> None:
        self.saw_any = False
        self._saw_whole = False
        self._saw_item = False
        self._characters = 0
        self._taken = set(_call_ids(given))
        self._ids: dict[int, str] = {}
        self._places = _Places()

    async def events(
        self, events: AsyncGenerator[TResponseStreamEvent]
    ) -> AsyncIterator[TResponseStreamEvent]:
        async with aclosing(_with_known_errors(events)) as known:
            async for event in known:
                self._see(event)
                yield event
        if not self.saw_any:
            raise EmptyAnswer("there was no event in it")
        if not self._saw_whole:
            raise CutAnswer("the stream ended without its last event")

    def _see(self, event: TResponseStreamEvent) -> None:
        self.saw_any = True
        self._places.fill(event)
        _require_shape(event)
        delta = getattr(event, "delta", None)
        if isinstance(delta, str):
            self._characters += len(delta)
            if self._characters > MAX_CHARACTERS:
                raise EndlessAnswer(f"stopped after {self._characters} characters")
        if isinstance(event, ResponseOutputItemAddedEvent | ResponseOutputItemDoneEvent):
            self._name(event.output_index, event.item)
            self._saw_item |= event.type == "response.output_item.done"
        elif isinstance(event, ResponseCompletedEvent):
            self._see_whole(event.response)

    def _see_whole(self, response: Response) -> None:
        self._saw_whole = True
        output: Any = getattr(response, "output", None)
        if not isinstance(output, list) or not all(isinstance(item, BaseModel) for item in output):
            raise GarbledAnswer("an answer whose output is no list of items")
        for index, item in enumerate(output):
            self._name(index, item)
        if sum(item.type == "function_call" for item in output) > MAX_CALLS:
            raise EndlessAnswer(f"more than {MAX_CALLS} tool calls at once")
        # Some servers leave the last event's output empty after they streamed it.
        if not self._saw_item and not any(item.type in SPOKEN for item in output):
            raise EmptyAnswer("neither words nor a tool call")

    def _name(self, index: int, item: ResponseOutputItem) -> None:
        if not isinstance(item, ResponseFunctionToolCall):
            return
        if not all(isinstance(getattr(item, name, None), str) for name in ("name", "arguments")):
            raise GarbledAnswer("a call without a name or arguments")
        if index not in self._ids:
            given: Any = getattr(item, "call_id", None)
            is_new = isinstance(given, str) and given != "" and given not in self._taken
            self._ids[index] = given if is_new else new_id("call_")
            self._taken.add(self._ids[index])
        item.call_id = self._ids[index]
        if _depth(item.arguments) > MAX_DEPTH:
            raise GarbledAnswer("arguments nested too deep")


class _Places:
    """Fills in what the API promises of each event and some servers (llama.cpp) leave out.

    The client reads a missing field as None. Items are known by their id, calls by that of the
    call; each has one part.
    """

    def __init__(self) -> None:
        self._items: dict[object, int] = {}

    def fill(self, event: Any) -> None:
        fields = getattr(type(event), "model_fields", {})
        if "output_index" in fields and event.output_index is None:
            item = event if "item_id" in fields else event.item
            known_by = [getattr(item, name, None) for name in ("item_id", "id", "call_id")]
            key = next(filter(None, known_by), None)
            event.output_index = self._items.setdefault(key, len(self._items))
        if "content_index" in fields and event.content_index is None:
            event.content_index = 0
        part = getattr(event, "part", None)
        if isinstance(part, ResponseOutputText) and part.annotations is None:
            part.annotations = []


def _require_shape(event: object) -> None:
    """The client builds its event classes from any JSON, without a look at the fields."""
    kind = getattr(event, "type", None)
    if not isinstance(kind, str):
        raise GarbledAnswer("an event without a type")
    for name, classes in NEEDED.get(kind, {}).items():
        if not isinstance(getattr(event, name, None), classes):
            raise GarbledAnswer(f"an event with a wrong {name}")


def _depth(text: str) -> int:
    """How deep the JSON `text` is nested: the SDK walks it by recursion, and would fall."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for match in BRACKETS.finditer(text):
        mark = match[0]
        depth += 1 if mark in "[{" else -1 if mark in "]}" else 0
        deepest = max(deepest, depth)
    return deepest


def _call_ids(given: str | list[TResponseInputItem]) -> Iterator[str]:
    for part in given if isinstance(given, list) else []:
        call_id = part.get("call_id")
        if isinstance(call_id, str):
            yield call_id
