"""What is written and counted of a reply does not grow with its words."""

import logging
from typing import Any

import pytest
from prometheus_client import Counter, Gauge, Histogram

from chat.tests.conftest import Person
from tests.fakes.model_server import FakeModel, Turn


def test_a_delta_is_neither_logged_nor_counted(
    owner: Person, model: FakeModel, caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    caplog.set_level(logging.INFO, "chat")
    caplog.set_level(logging.INFO, "taskchat_site")
    updates: list[str] = []
    for kind, name in ((Counter, "inc"), (Histogram, "observe"), (Gauge, "inc"), (Gauge, "dec")):
        monkeypatch.setattr(kind, name, _counting(getattr(kind, name), updates))
    work = []
    for words in (2, 400):
        model.turns = [Turn(words=("word ",) * words)]
        updates.clear()
        caplog.clear()
        assert owner.say("hi").text == "word " * words
        work.append((len(updates), len(caplog.records)))
    assert work[0] == work[1]
    assert work[0][0] > 0


def _counting(method: Any, updates: list[str]) -> Any:
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        updates.append(self._name)
        return method(self, *args, **kwargs)

    return call
