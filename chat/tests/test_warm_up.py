"""What a process does before it is ready, so that the first reply need not."""

import pytest
from agents.items import TResponseStreamEvent
from agents.models.interface import Model
from asgiref.sync import async_to_sync

from chat import warm_up


def words(events: list[TResponseStreamEvent]) -> str:
    return "".join(event.delta for event in events if event.type == "response.output_text.delta")


@pytest.fixture
def replies(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Model, list[TResponseStreamEvent]]]:
    """The models that were asked, and what they said."""
    seen = []
    reply_to = warm_up._reply_to

    async def watched(message: str, model: Model) -> list[TResponseStreamEvent]:
        seen.append((model, await reply_to(message, model)))
        return seen[-1][1]

    monkeypatch.setattr(warm_up, "_reply_to", watched)
    return seen


def test_the_providers_client_is_taken_through_a_whole_answer(
    replies: list[tuple[Model, list[TResponseStreamEvent]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")  # nobody outside is asked
    async_to_sync(warm_up.warm_up)()
    _, (offline, said), (client, heard) = replies
    assert (type(offline).__name__, type(client).__name__) == (
        "OfflineModel",
        "ReadyTools",
    )
    assert heard[-1].type == "response.completed"
    assert words(heard) == words(said) != ""
