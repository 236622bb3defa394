"""Stream events of the provider, each read by its own class.

The client tries an event against its whole union of sixty classes, and builds a chunk of chat
completions field by field: 65 to 75 µs an event, where the one class that the event names needs
two or three. What that class does not accept goes the client's own way, which takes anything.
"""

from functools import cache
from typing import Any, TypeVar, cast, get_args

import httpx2
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import ResponseStreamEvent
from pydantic import BaseModel, ValidationError

T = TypeVar("T")


class EventClient(AsyncOpenAI):
    """The stock client with another way to make an object of an event."""

    # The client's one hook between an event's JSON and its class is private; `requirements.txt`
    # pins the version, and a test compares what comes out with what the stock client makes.
    def _process_response_data(
        self, *, data: object, cast_to: type[T], response: httpx2.Response
    ) -> T:
        event_class = _class_of(data, cast_to)
        if event_class is not None:
            try:
                return cast("T", event_class.model_validate(data))
            except ValidationError:
                pass  # the stock way does not mind
        return super()._process_response_data(data=data, cast_to=cast_to, response=response)


def _class_of(data: object, cast_to: object) -> type[BaseModel] | None:
    if cast_to is ChatCompletionChunk:
        return ChatCompletionChunk
    if cast_to is ResponseStreamEvent and isinstance(data, dict):
        kind = data.get("type")
        return _event_classes().get(kind) if isinstance(kind, str) else None
    return None


@cache
def _event_classes() -> dict[str, type[BaseModel]]:
    """The classes of the Responses API's events by the `type` that each of them stands for."""
    classes: dict[str, type[BaseModel]] = {}
    union: Any = get_args(ResponseStreamEvent)[0]
    for event_class in get_args(union):
        for kind in get_args(event_class.model_fields["type"].annotation):
            classes[kind] = event_class
    return classes
