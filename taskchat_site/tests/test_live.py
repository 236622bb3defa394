"""The live socket: who gets in, what they hear, and what happens to events that get lost."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.testing import WebsocketCommunicator

from taskchat_site import database, live
from taskchat_site.accounts import sign_ins
from taskchat_site.accounts.models import User
from taskchat_site.hints import hints
from taskchat_site.sockets import sockets
from tasks import actions

pytestmark = pytest.mark.django_db(transaction=True)


class Socket(WebsocketCommunicator):
    async def enter(self, token: str) -> Any:
        await self.send_json_to({"type": "auth", "token": token})
        return await self.receive_json_from()

    async def close_code(self) -> int:
        message = await self.receive_output(timeout=3)
        assert message["type"] == "websocket.close"
        return int(message["code"])


def socket(path: str = "/ws/live", **headers: str) -> Socket:
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return Socket(sockets, path, headers=[(b"host", b"testserver"), *pairs])


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("owner@example.com", "correct horse 42")


@pytest.fixture
def stranger() -> User:
    return User.objects.create_user("stranger@example.com", "correct horse 42")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(live, "HINT_GRACE_SECONDS", 0.05)
    monkeypatch.setattr(live, "AUTH_SECONDS", 0.3)


def run(test: Callable[[], Awaitable[None]]) -> None:
    async_to_sync(test)()


def test_the_owner_hears_of_a_change_after_its_commit(owner: User, stranger: User) -> None:
    async def test() -> None:
        mine, theirs = socket(), socket()
        for one, user in ((mine, owner), (theirs, stranger)):
            await one.connect()
            assert await one.enter(await database.run(token_of, user)) == {"type": "ready"}
        await database.run(actions.add_task, owner, title="buy milk")
        event = await mine.receive_json_from()
        assert (event["type"], event["task"]["title"]) == ("task.created", "buy milk")
        assert await theirs.receive_nothing(0.3)
        await mine.disconnect()
        await theirs.disconnect()

    run(test)


def test_p25_a_lost_hint_becomes_a_sync(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        mine = socket()
        await mine.connect()
        await mine.enter(await database.run(token_of, owner))
        monkeypatch.setattr(hints, "send", lambda group, message: None)
        await database.run(actions.add_task, owner, title="buy milk")
        assert await mine.receive_json_from() == {"type": "sync"}
        assert await mine.receive_nothing(0.3)
        await mine.disconnect()

    run(test)


def test_p25_the_counter_counts_each_change_once(owner: User) -> None:
    task = actions.add_task(owner, title="buy milk")
    actions.complete_task(owner, task.id)
    owner.refresh_from_db()
    assert owner.live_counter == 2


@pytest.mark.parametrize("message", ['{"type": "auth", "token": "no"}', '{"type": "hi"}', "[]"])
def test_a_socket_without_a_good_token_closes_with_4401(message: str) -> None:
    async def test() -> None:
        one = socket()
        await one.connect()
        await one.send_to(text_data=message)
        assert await one.close_code() == 4401

    run(test)


def test_silence_closes_with_4401() -> None:
    async def test() -> None:
        one = socket()
        await one.connect()
        assert await one.close_code() == 4401

    run(test)


def test_sign_out_closes_the_socket(owner: User) -> None:
    async def test() -> None:
        one = socket()
        await one.connect()
        await one.enter(await database.run(token_of, owner))
        await database.run(owner.sign_out_everywhere)
        assert await one.close_code() == 4401

    run(test)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://testserver", True),
        ("https://evil.example", False),
        ("http://testserver:81", False),
        ("null", False),
        ("", True),
    ],
)
def test_only_pages_of_our_origin_open_a_socket(origin: str, allowed: bool) -> None:
    async def test() -> None:
        one = socket(Origin=origin)
        connected, _ = await one.connect()
        assert connected == allowed
        if allowed:
            await one.disconnect()

    run(test)


def test_a_huge_message_closes_the_socket() -> None:
    async def test() -> None:
        one = socket()
        await one.connect()
        await one.send_to(text_data=json.dumps({"type": "auth", "token": "x" * 20_000}))
        assert await one.close_code() == 1009

    run(test)


def test_an_unknown_socket_is_closed() -> None:
    async def test() -> None:
        connected, _ = await socket("/ws/other").connect()
        assert not connected

    run(test)


def test_hints_that_overtake_each_other_leave_no_gap() -> None:
    sent = live.SentCounter(3)
    sent.add(5)
    assert not sent.reaches(5)
    sent.add(4)
    assert sent.reaches(5)


def token_of(user: User) -> str:
    return sign_ins.program_token(user)
