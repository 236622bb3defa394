"""The hosted-session endpoint: OpenAI's secret for the user of the token, and clear refusals."""

from typing import Any

import pytest

from chat.providers import provider
from chat.tests.conftest import Person
from tests.fakes.model_server import SECRET, FakeModel, fake_model
from tests.providers.conftest import KEY

PATH = "/api/{me}/chat/session"


@pytest.fixture
def openai(settings: Any) -> Any:
    """The hosted API, set up; sessions know nothing of models."""
    with fake_model() as fake:
        settings.OPENAI_BASE_URL = fake.url
        settings.OPENAI_API_KEY = KEY
        settings.CHATKIT_WORKFLOW_ID = "wf_test"
        provider.cache_clear()
        yield fake
    provider.cache_clear()


def test_t038_a_session_is_made_for_the_user_and_the_workflow(
    owner: Person, openai: FakeModel
) -> None:
    response = owner.request("POST", PATH)
    assert response.status_code == 200
    assert response.json() == {"client_secret": "ek_fake", "expires_at": 2_000_000_000}
    assert openai.paths == ["/v1/chatkit/sessions"]
    assert openai.requests == [{"user": owner.user.public_id, "workflow": {"id": "wf_test"}}]
    assert openai.headers[0]["authorization"] == f"Bearer {KEY}"


def test_a_secret_is_not_cached(owner: Person, openai: FakeModel) -> None:
    assert owner.request("POST", PATH)["Cache-Control"] == "no-store"


def test_t039_another_users_path_is_403(owner: Person, stranger: Person, openai: Any) -> None:
    response = owner.request("POST", f"/api/{stranger.user.public_id}/chat/session")
    assert response.status_code == 403
    assert openai.requests == []


def test_t039_without_a_token_it_is_401(owner: Person, openai: FakeModel) -> None:
    response = owner.request("POST", PATH, token="")
    assert response.status_code == 401
    assert openai.requests == []


@pytest.mark.parametrize("missing", ["CHATKIT_WORKFLOW_ID", "OPENAI_API_KEY"])
def test_what_is_not_set_up_is_named(
    owner: Person, openai: FakeModel, settings: Any, missing: str
) -> None:
    setattr(settings, missing, None)
    response = owner.request("POST", PATH)
    assert response.status_code == 503
    assert response.json()["code"] == "not_set_up"
    assert missing in response.json()["detail"]
    assert openai.requests == []


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ((401, {"error": {"message": SECRET}}), "provider_refused", "refused our key"),
        ((404, {"error": {"message": SECRET}}), "provider_failed", "no usable answer"),
        ((429, {"error": {"message": SECRET}}), "provider_busy", "busy"),
        ((500, {"error": {"message": SECRET}}), "provider_failed", "no usable answer"),
        ((200, {}), "provider_failed", "no usable answer"),
        ((200, {"client_secret": 7, "expires_at": 1}), "provider_failed", "no usable answer"),
    ],
)
def test_a_failure_of_openai_is_503_in_words(
    owner: Person,
    openai: FakeModel,
    answer: tuple[int, Any],
    code: str,
    words: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    openai.session = answer
    response = owner.request("POST", PATH)
    assert response.status_code == 503
    assert response.json()["code"] == code
    assert words in response.json()["detail"]
    assert code in caplog.text
    assert SECRET not in response.content.decode() + caplog.text
    assert KEY not in response.content.decode() + caplog.text


def test_an_unreachable_openai_is_503_in_words(
    owner: Person, openai: FakeModel, settings: Any
) -> None:
    settings.OPENAI_BASE_URL = "http://127.0.0.1:1/v1"
    response = owner.request("POST", PATH)
    assert response.status_code == 503
    assert "cannot be reached" in response.json()["detail"]
