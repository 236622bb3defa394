"""A language model's server over HTTP that says what a test wants, over both of OpenAI's APIs.

By hand, with an answer that needs 350 ms to its first word:
`python -m tests.fakes.model_server --port 3601 --first-ms 350 --pause-ms 20`
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes.wire import Turn, chat_completions, responses

__all__ = ["FakeModel", "Turn", "fake_model"]

# What a provider's error may carry and nobody must ever read in a log or a chat.
SECRET = "secret of the provider"  # a mark to look for

Answer = Callable[[dict[str, Any]], Turn]


@dataclass
class FakeModel:
    """`turns` are given in order; the last one is repeated. `requests` is what came in.

    `answer`, if set, decides by the request instead. `session` is the status and body that
    hosted ChatKit sessions are answered with.
    """

    url: str = ""
    turns: list[Turn] = field(default_factory=lambda: [Turn(words=("Hello.",))])
    answer: Answer | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    session: tuple[int, dict[str, Any]] = (
        200,
        {
            "id": "cksess_1",
            "object": "chatkit.session",
            "client_secret": "ek_fake",
            "expires_at": 2_000_000_000,
        },
    )
    gone: threading.Event = field(default_factory=threading.Event)

    def next_turn(self, request: dict[str, Any]) -> Turn:
        if self.answer is not None:
            return self.answer(request)
        return self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]


@contextmanager
def fake_model(port: int = 0) -> Iterator[FakeModel]:
    """Serve on a free port; `gone` is set when a client left in mid-stream."""
    model = FakeModel()
    server = _Server(("127.0.0.1", port), _handler_of(model))
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # many replies begin at once


def _handler_of(model: FakeModel) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.requests.append(request)
            model.paths.append(self.path)
            model.headers.append({name.lower(): text for name, text in self.headers.items()})
            try:
                if self.path.endswith("/chatkit/sessions"):
                    _send_json(self, *model.session)
                else:
                    events = responses if self.path.endswith("/responses") else chat_completions
                    _answer(self, model.next_turn(request), events)
            except OSError:  # the client has stopped listening, which some tests want
                self.close_connection = True
                model.gone.set()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
            """Quiet."""

    return Handler


def _send_json(
    handler: BaseHTTPRequestHandler, status: int, body: Any, *headers: tuple[str, str]
) -> None:
    data = json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    handler.send_header("Connection", "close")
    for name, value in headers:
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)


def _answer(
    handler: BaseHTTPRequestHandler, turn: Turn, events: Callable[[Turn], Iterator[bytes]]
) -> None:
    time.sleep(turn.first_pause)
    if turn.status != 200:
        error = {"message": SECRET, "type": "x", "code": "fake_code"}
        wait = (("Retry-After", turn.retry_after),) if turn.retry_after is not None else ()
        _send_json(handler, turn.status, {"error": error}, *wait)
        return
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    # A kept connection would outlive the event loop of the test that made it.
    handler.send_header("Connection", "close")
    for name, value in turn.headers:
        handler.send_header(name, value)
    handler.end_headers()
    for number, event in enumerate(_pieces(turn, events)):
        if number == turn.cut_after:
            if not turn.quiet:
                handler.close_connection = True
                return
            break
        time.sleep(turn.pause)
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(event), event))
        handler.wfile.flush()
    handler.wfile.write(b"0\r\n\r\n")


def _pieces(turn: Turn, events: Callable[[Turn], Iterator[bytes]]) -> Iterator[bytes]:
    pieces = iter([turn.raw]) if turn.raw is not None else events(turn)
    piece = b""
    for piece in pieces:
        if turn.endless and b"delta" in piece:
            break
        yield piece
    while turn.endless:
        yield piece


def main() -> int:
    parser = argparse.ArgumentParser(description="Serve a model that says the same again and again")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--first-ms", type=float, default=0.0, help="time to the first event")
    parser.add_argument("--pause-ms", type=float, default=0.0, help="time before each event")
    parser.add_argument("--words", type=int, default=100, help="deltas of an answer")
    options = parser.parse_args()
    with fake_model(options.port) as model:
        words = ("word ",) * options.words
        first, pause = options.first_ms / 1000, options.pause_ms / 1000
        model.turns = [Turn(words=words, first_pause=first, pause=pause)]
        sys.stdout.write(f"OPENAI_BASE_URL={model.url}\n")
        sys.stdout.flush()
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
