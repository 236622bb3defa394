"""Which model answers: OpenAI, a compatible server, or the built-in assistant."""

from dataclasses import dataclass
from functools import cache

from agents import ModelSettings, set_tracing_disabled
from agents.models.interface import Model
from agents.models.openai_chatcompletions import OpenAIChatCompletionsModel
from agents.models.openai_responses import OpenAIResponsesModel
from django.conf import settings
from openai import AsyncOpenAI

from chat.offline.model import OfflineModel

CONNECT_AND_READ_SECONDS = 60.0
RETRIES = 1


@dataclass(frozen=True)
class Provider:
    """`words` is what users are told about who answers them."""

    name: str
    model_name: str
    model: Model
    settings: ModelSettings
    words: str


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
    client = AsyncOpenAI(
        # Compatible servers often want no key; the client insists on some text.
        api_key=settings.OPENAI_API_KEY or "none",
        base_url=settings.OPENAI_BASE_URL,
        timeout=CONNECT_AND_READ_SECONDS,
        max_retries=RETRIES,
    )
    model_class = (
        OpenAIResponsesModel if settings.OPENAI_API == "responses" else OpenAIChatCompletionsModel
    )
    return Provider(
        name="compatible" if settings.OPENAI_BASE_URL else "openai",
        model_name=settings.OPENAI_MODEL,
        model=model_class(model=settings.OPENAI_MODEL, openai_client=client),
        settings=ModelSettings(
            temperature=settings.OPENAI_TEMPERATURE, include_usage=True, store=False
        ),
        words=f"Answers by {settings.OPENAI_MODEL}. Check what matters.",
    )
