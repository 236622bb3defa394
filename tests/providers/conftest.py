"""People who talk to a scripted model over HTTP, through both of OpenAI's APIs."""

from collections.abc import Iterator
from typing import Any

import pytest

from chat import guarded_model
from chat.providers import provider
from chat.tests.conftest import new_person, owner, stranger
from tests.fakes.model_server import FakeModel, fake_model

__all__ = ["new_person", "owner", "stranger"]

KEY = "sk-key-that-nobody-may-read"


@pytest.fixture(params=["responses", "chat_completions"])
def model(
    request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeModel]:
    monkeypatch.setattr(guarded_model, "PAUSE", 0.01)
    with fake_model() as fake:
        settings.OPENAI_BASE_URL = fake.url
        settings.OPENAI_API_KEY = KEY
        settings.OPENAI_API = request.param
        provider.cache_clear()
        yield fake
    provider.cache_clear()
