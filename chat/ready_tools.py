"""The agent's tools as a request's JSON, made once for all requests.

The SDK makes it anew for each and copies it twice, part by part: a twentieth of what a message
costs until the model is asked (docs/measurements.md).
"""

from collections.abc import AsyncIterator, Callable
from copy import copy
from typing import Any

from agents import ModelSettings, OpenAIChatCompletionsModel, OpenAIResponsesModel, Tool
from agents.items import ModelResponse, TResponseInputItem, TResponseStreamEvent
from agents.models.chatcmpl_converter import Converter as ChatConverter
from agents.models.interface import Model
from agents.models.openai_responses import Converter as ResponsesConverter

AsJson = Callable[[list[Tool]], list[Any]]


class ReadyTools(Model):
    """`model`, whose requests hold the tools in `extra_body`, which nobody looks through."""

    def __init__(self, model: OpenAIResponsesModel | OpenAIChatCompletionsModel) -> None:
        self._model = model
        is_chat = isinstance(model, OpenAIChatCompletionsModel)
        self._as_json: AsJson = _for_chat if is_chat else _for_responses
        self._tools: list[Tool] = []
        self._json: list[Any] = []

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """Unused: every reply streams."""
        return await self._model.get_response(*args, **kwargs)

    def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        *args: Any,
        **kwargs: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        if tools != self._tools:  # the same objects each time, which is seen at once
            self._tools, self._json = list(tools), self._as_json(tools)
        if tools:
            model_settings = copy(model_settings)  # `replace` would check all fields again
            model_settings.extra_body = {"tools": self._json}
        return self._model.stream_response(
            system_instructions, input, model_settings, [], *args, **kwargs
        )


def _for_chat(tools: list[Tool]) -> list[Any]:
    return [ChatConverter.tool_to_openai(tool) for tool in tools]


def _for_responses(tools: list[Tool]) -> list[Any]:
    return ResponsesConverter.convert_tools(tools, []).tools
