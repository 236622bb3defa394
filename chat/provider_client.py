"""The provider's client, without the work that grows with the SDK's unions of types.

What goes out: the client looks through every part of a request for fields to rename or encode,
against the union of all that may be there; 4 ms for our tools and one message, 9 ms with twenty.
Ours is JSON as it should be sent.

What comes in: the client tries an event against sixty classes, and builds a chunk of chat
completions field by field; 65 to 75 µs an event, where the one class that the event names needs
two or three. What that class does not accept goes the client's own way, which takes anything.
"""

from functools import cache, cached_property
from typing import Any, TypeVar, cast, get_args

import httpx2
from openai import AsyncOpenAI, AsyncStream, NotGiven
from openai._base_client import make_request_options
from openai._types import Omit
from openai.resources.chat import AsyncChat, AsyncCompletions
from openai.resources.responses import AsyncResponses
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, ValidationError

T = TypeVar("T")

# Of the arguments of a `create`; all others are parts of the body.
ABOUT_THE_REQUEST = ("extra_headers", "extra_query", "extra_body", "timeout")


class ProviderClient(AsyncOpenAI):
    """The stock client; its requests, errors and objects are the stock ones."""

    @cached_property
    def responses(self) -> AsyncResponses:
        return _Responses(self)

    @cached_property
    def chat(self) -> AsyncChat:
        return _Chat(self)

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


# --- What goes out ---------------------------------------------------------------------------


class _Responses(AsyncResponses):
    async def create(self, **arguments: Any) -> Any:
        return await _post(self, "/responses", arguments, Response, ResponseStreamEvent)


class _Chat(AsyncChat):
    @cached_property
    def completions(self) -> AsyncCompletions:
        return _Completions(self._client)


class _Completions(AsyncCompletions):
    async def create(self, **arguments: Any) -> Any:
        path = "/chat/completions"
        return await _post(self, path, arguments, ChatCompletion, ChatCompletionChunk)


async def _post(
    resource: Any, path: str, arguments: dict[str, Any], answer_class: Any, event_class: Any
) -> Any:
    """What the resource's own `create` asks for, with the arguments as they are."""
    given = {name: it for name, it in arguments.items() if not isinstance(it, Omit | NotGiven)}
    options = {name: given.pop(name) for name in ABOUT_THE_REQUEST if name in given}
    return await resource._post(  # noqa: SLF001  # as its own methods do
        path,
        body=given,
        options=make_request_options(**options, security={"bearer_auth": True}),
        cast_to=answer_class,
        stream=given.get("stream", False),
        stream_cls=AsyncStream[event_class],
    )


# --- What comes in ---------------------------------------------------------------------------


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
