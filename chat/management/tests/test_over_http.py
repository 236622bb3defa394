"""A lost connection loses no message and no reply; a token that ran out is renewed."""

import json
from collections.abc import Iterator

import httpx2
import jwt
import pytest
from asgiref.sync import async_to_sync

from chat.management import over_http
from chat.management.over_http import OverHttp, Tokens
from chat.management.talkers import NotAnswered

WORDS = ["One ", "two ", "three."]
DONE = {"type": "done", "thread_id": "thr_1", "run_id": "run_1", "content": "One two three."}
KEY = "k" * 32


def access(number: int) -> str:
    return jwt.encode({"sub": "ann", "n": number}, KEY, "HS256")


def stream(first: int, last: int, end: bytes = b"") -> bytes:
    """Frames `first` to `last` of the reply, of which 4 is the last."""
    frames = [{"type": "chunk", "content": words} for words in WORDS] + [DONE]
    numbered = list(enumerate(frames, 1))[first - 1 : last]
    text = "".join(f"id: {number}\ndata: {json.dumps(data)}\n\n" for number, data in numbered)
    return text.encode() + end


END = b": end completed\n\n"
Answer = httpx2.Response | Exception


class Server:
    """Gives `answers` in turn, and keeps what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers: Iterator[Answer] = iter(answers)
        self.asked: list[httpx2.Request] = []
        self.notices: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def paths(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.asked]

    def said(self, *, leave_after: int = 99) -> list[str]:
        """The words of one reply; its reader leaves after some frames."""

        async def talk() -> list[str]:
            client = httpx2.AsyncClient(
                transport=httpx2.MockTransport(self), base_url="http://test"
            )
            server = OverHttp(client, Tokens(access(1), "refresh-1"))
            server.notice = self.notices.append
            words = []
            async with server.talk({"message": "count"}) as reply:
                async for frame in reply.frames:
                    words.append(frame.data["content"])
                    if len(words) == leave_after:
                        break
            return words

        return async_to_sync(talk)()


def reply(body: bytes) -> httpx2.Response:
    return httpx2.Response(200, content=body, headers={"X-Run-Id": "run_1"})


def refused(status: int, words: str = "No.") -> httpx2.Response:
    return httpx2.Response(status, json={"detail": words, "code": "x"})


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_http, "WAITS", (0.0,))


def test_a_reply_is_read_on_from_where_it_was_cut() -> None:
    server = Server(
        reply(stream(1, 2)), httpx2.ConnectError("down"), refused(502), reply(stream(3, 4, END))
    )
    assert server.said() == [*WORDS, DONE["content"]]
    assert server.paths == ["POST /api/ann/chat", *["GET /api/ann/chat/runs/run_1/events"] * 3]
    assert server.asked[-1].headers["Last-Event-ID"] == "2"
    assert server.notices == [
        "The connection is lost. Reading on ...",
        "The connection is lost. Trying again ...",
        "Connected again.",
    ]


def test_a_message_is_sent_again_under_the_same_key() -> None:
    server = Server(httpx2.ReadError("lost"), refused(503), reply(stream(1, 4, END)))
    assert server.said() == [*WORDS, DONE["content"]]
    assert len({request.headers["Idempotency-Key"] for request in server.asked}) == 1
    assert {request.headers["X-Resume"] for request in server.asked} == {"1"}


def test_another_message_has_another_key() -> None:
    server = Server(reply(stream(1, 4, END)), reply(stream(1, 4, END)))
    server.said()
    server.said()
    first, second = (request.headers["Idempotency-Key"] for request in server.asked)
    assert first != second


def test_leaving_early_stops_the_run() -> None:
    server = Server(reply(stream(1, 4, END)), httpx2.Response(200, json={}))
    assert server.said(leave_after=1) == ["One "]
    assert server.paths[-1] == "POST /api/ann/chat/runs/run_1/cancel"


def test_a_stop_that_does_not_get_through_is_told() -> None:
    server = Server(reply(stream(1, 4, END)), httpx2.ConnectError("down"))
    server.said(leave_after=1)
    assert "cannot be told to stop" in server.notices[-1]


def test_a_token_that_has_run_out_is_renewed_and_the_message_sent_again() -> None:
    new = httpx2.Response(200, json={"access": access(2), "refresh": "refresh-2"})
    server = Server(refused(401), new, reply(stream(1, 4, END)))
    assert server.said()[-1] == DONE["content"]
    assert server.paths[1] == "POST /api/token/refresh"
    assert json.loads(server.asked[1].content) == {"refresh": "refresh-1"}
    assert server.asked[2].headers["Authorization"] == f"Bearer {access(2)}"


def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_http, "PATIENCE_SECONDS", 0.0)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([refused(401), refused(401, "Signed out.")], r"No\. \(401\)"),
        ([refused(409, "It is still answering.")], r"still answering\. \(409\)"),
        ([httpx2.Response(404, text="<html>")], "Is the address right"),
        ([httpx2.ConnectError("down")] * 3, "cannot be reached"),
        ([reply(stream(1, 2)), refused(410, "No longer kept."), refused(404)], "No longer kept"),
        ([reply(stream(1, 2, b": end interrupted\n\n"))], "interrupted"),
    ],
)
def test_what_cannot_be_had_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, answers: list[Answer], words: str
) -> None:
    _patience(monkeypatch)
    with pytest.raises(NotAnswered, match=words):
        Server(*answers).said()


def closed(server: Server, tokens: Tokens) -> None:
    async def close() -> None:
        client = httpx2.AsyncClient(transport=httpx2.MockTransport(server), base_url="http://test")
        await OverHttp(client, tokens).close()

    async_to_sync(close)()


def test_who_signed_in_signs_out_at_the_end() -> None:
    server = Server(httpx2.Response(200, json={}))
    closed(server, Tokens(access(1), "refresh-1"))
    assert server.paths == ["POST /api/token/revoke"]


def test_a_token_of_somebody_elses_making_is_left_alone() -> None:
    server = Server()
    closed(server, Tokens(access(1)))
    assert server.paths == []


def test_no_token_is_refused_without_asking() -> None:
    with pytest.raises(NotAnswered, match="no access token"):
        async_to_sync(over_http.with_token)("http://test", "nonsense")
