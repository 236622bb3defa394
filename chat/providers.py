"""Which model answers: OpenAI, a compatible server, or the built-in assistant."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from agents import ModelSettings, set_tracing_disabled
from agents.models.interface import Model
from agents.models.openai_chatcompletions import OpenAIChatCompletionsModel
from agents.models.openai_responses import OpenAIResponsesModel
from django.conf import settings
from openai import AsyncOpenAI

from chat.bounded_http import bounded_client
from chat.guarded_model import GuardedModel
from chat.offline.model import OfflineModel
from chat.provider_client import ProviderClient
from chat.ready_tools import ReadyTools


@dataclass(frozen=True, eq=False)
class Provider:
    """`words` is what users are told about who answers them."""

    name: str
    model_name: str
    model: Model
    settings: ModelSettings
    words: str

    @property
    def parameters(self) -> dict[str, Any]:
        """What of the settings shapes the answer, for the run's record."""
        if self.name == "offline":
            return {}
        return {"api": settings.OPENAI_API, "temperature": self.settings.temperature}


@cache
def provider() -> Provider:
    """The provider that the settings name; made once a process."""
    set_tracing_disabled(True)
    if settings.OPENAI_API_KEY is None and settings.OPENAI_BASE_URL is None:
        return Provider(
            name="offline",
            model_name="offline",
            model=OfflineModel(),
            settings=ModelSettings(),
            words="Built-in assistant: it understands task commands, without a language model.",
        )
    model_class = (
        OpenAIResponsesModel if settings.OPENAI_API == "responses" else OpenAIChatCompletionsModel
    )
    stock = model_class(model=settings.OPENAI_MODEL, openai_client=new_client())
    return Provider(
        name="compatible" if settings.OPENAI_BASE_URL else "openai",
        model_name=settings.OPENAI_MODEL,
        model=GuardedModel(ReadyTools(stock)),
        settings=ModelSettings(
            temperature=settings.OPENAI_TEMPERATURE, include_usage=True, store=False
        ),
        words=f"Answers by {settings.OPENAI_MODEL}. Check what matters.",
    )


def new_client() -> AsyncOpenAI:
    """A client for the configured provider. It retries nothing: `GuardedModel` knows when."""
    return ProviderClient(
        # Compatible servers often want no key; the client insists on some text.
        api_key=settings.OPENAI_API_KEY or "none",
        base_url=settings.OPENAI_BASE_URL,
        http_client=bounded_client(settings.OPENAI_TIMEOUT),
        max_retries=0,
    )
