"""A provider's model, trusted in nothing: sizes, ids, shapes and ends are checked as they come."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import openai
from agents.exceptions import AgentsException
from agents.items import ModelResponse, TResponseInputItem, TResponseStreamEvent
from agents.models.interface import Model
from openai.types.responses import (
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputItem,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
)

from chat.failures import (
    WORDS_FIRST,
    CutAnswer,
    EmptyAnswer,
    EndlessAnswer,
    GarbledAnswer,
    ProviderFault,
    retry_after,
)
from taskchat_site.ids import new_id

MAX_CHARACTERS = 100_000
MAX_CALLS = 64
LONGEST_WAIT = 2.0
PAUSE = 0.5

SPOKEN = ("message", "function_call")


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
        check = _Check(input)
        try:
            events = self._model.stream_response(system_instructions, input, *args, **kwargs)
            async for event in check.events(events):
                yield event
        except openai.APIError as error:
            wait = _wait_before_retry(error)
            if check.saw_any or wait is None:
                raise
        else:
            return
        await asyncio.sleep(wait)
        events = self._model.stream_response(system_instructions, input, *args, **kwargs)
        async for event in _Check(input).events(events):
            yield event


async def _with_known_errors(
    events: AsyncIterator[TResponseStreamEvent],
) -> AsyncIterator[TResponseStreamEvent]:
    """The SDKs do not expect garbage, and fall over it in many ways; a lost connection in one."""
    any_came = False
    try:
        async for event in events:
            any_came = True
            yield event
    except openai.APITimeoutError:
        raise
    except openai.APIConnectionError as error:
        if any_came:
            raise CutAnswer("the connection was lost") from error
        raise
    except openai.APIError as error:
        setattr(error, WORDS_FIRST, True)
        raise
    except (AgentsException, ProviderFault):
        raise
    except Exception as error:
        raise GarbledAnswer("the answer could not be read") from error


def _wait_before_retry(error: openai.APIError) -> float | None:
    """Seconds until it makes sense to ask again without the user; None for "leave it"."""
    if isinstance(error, openai.APITimeoutError):
        return None
    if isinstance(error, openai.RateLimitError | openai.InternalServerError):
        wait = retry_after(error)
        return PAUSE if wait is None else wait if wait <= LONGEST_WAIT else None
    return PAUSE if isinstance(error, openai.APIConnectionError) else None


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

    async def events(
        self, events: AsyncIterator[TResponseStreamEvent]
    ) -> AsyncIterator[TResponseStreamEvent]:
        async for event in _with_known_errors(events):
            self._see(event)
            yield event
        if not self._saw_whole:
            raise CutAnswer("the stream ended without its last event")

    def _see(self, event: TResponseStreamEvent) -> None:
        self.saw_any = True
        delta = getattr(event, "delta", None)
        if isinstance(delta, str):
            self._characters += len(delta)
            if self._characters > MAX_CHARACTERS:
                raise EndlessAnswer(f"stopped after {self._characters} characters")
        if isinstance(event, ResponseOutputItemAddedEvent | ResponseOutputItemDoneEvent):
            self._name(event.output_index, event.item)
            self._saw_item |= event.type == "response.output_item.done"
        elif isinstance(event, ResponseCompletedEvent):
            self._see_whole(event.response.output)

    def _see_whole(self, output: list[ResponseOutputItem]) -> None:
        self._saw_whole = True
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
        if index not in self._ids:
            known = item.call_id and item.call_id not in self._taken
            self._ids[index] = item.call_id if known else new_id("call_")
            self._taken.add(self._ids[index])
        item.call_id = self._ids[index]


def _call_ids(given: str | list[TResponseInputItem]) -> Iterator[str]:
    for part in given if isinstance(given, list) else []:
        call_id = part.get("call_id")
        if isinstance(call_id, str):
            yield call_id
