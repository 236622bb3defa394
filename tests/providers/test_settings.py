"""Key, model and temperature come from the environment and reach the provider."""

from typing import Any

import pytest

from chat.providers import new_client, provider
from chat.tests.conftest import Person
from taskchat_site.environment import Environment
from tests.fakes.model_server import FakeModel
from tests.providers.conftest import KEY


def test_t025_the_key_is_sent_as_the_bearer(owner: Person, model: FakeModel) -> None:
    owner.say("hi")
    assert model.headers[0]["authorization"] == f"Bearer {KEY}"


def test_t025_a_key_alone_means_openai(settings: Any) -> None:
    settings.OPENAI_API_KEY = KEY
    provider.cache_clear()
    try:
        assert provider().name == "openai"
        assert str(new_client().base_url) == "https://api.openai.com/v1/"
    finally:
        provider.cache_clear()


def test_t027_the_model_is_gpt_41_nano_unless_another_is_named(
    owner: Person, model: FakeModel, settings: Any
) -> None:
    assert Environment.model_fields["openai_model"].default == "gpt-4.1-nano"
    owner.say("hi")
    settings.OPENAI_MODEL = "llama-3"
    provider.cache_clear()
    owner.say("hi again")
    assert [request["model"] for request in model.requests] == ["gpt-4.1-nano", "llama-3"]


@pytest.mark.parametrize("temperature", [None, 0.0])
def test_t028_the_temperature_is_07_unless_another_is_set(
    owner: Person, model: FakeModel, settings: Any, temperature: float | None
) -> None:
    if temperature is not None:
        settings.OPENAI_TEMPERATURE = temperature
        provider.cache_clear()
    owner.say("hi")
    assert model.requests[0]["temperature"] == (0.7 if temperature is None else temperature)
