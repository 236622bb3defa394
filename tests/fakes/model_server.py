"""A language model's server over HTTP (chat completions, streamed) that says what a test wants."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Turn:
    """One answer: words with a pause before each, or tool calls, or an HTTP error, or a cut."""

    words: tuple[str, ...] = ()
    pause: float = 0.0
    tool_calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    status: int = 200
    cut_after: int | None = None


@dataclass
class FakeModel:
    """`turns` are given in order; the last one is repeated. `requests` is what came in."""

    url: str = ""
    turns: list[Turn] = field(default_factory=lambda: [Turn(words=("Hello.",))])
    requests: list[dict[str, Any]] = field(default_factory=list)

    def next_turn(self) -> Turn:
        return self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]


@contextmanager
def fake_model() -> Iterator[FakeModel]:
    model = FakeModel()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            model.requests.append(json.loads(self.rfile.read(size)))
            _answer(self, model.next_turn())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(handler: BaseHTTPRequestHandler, turn: Turn) -> None:
    if turn.status != 200:
        body = json.dumps({"error": {"message": "secret of the provider", "type": "x"}}).encode()
        handler.send_response(turn.status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        return
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()
    try:
        for number, chunk in enumerate(_chunks(turn)):
            if number == turn.cut_after:
                return
            time.sleep(turn.pause)
            handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            handler.wfile.flush()
        handler.wfile.write(b"data: [DONE]\n\n")
    except OSError:  # the client has stopped listening, which some tests want
        return


def _chunks(turn: Turn) -> Iterator[dict[str, Any]]:
    for index, (name, arguments) in enumerate(turn.tool_calls):
        function = {"name": name, "arguments": json.dumps(arguments)}
        call = {"index": index, "id": f"call_{index}", "type": "function", "function": function}
        yield _chunk({"role": "assistant", "tool_calls": [call]})
    for word in turn.words:
        yield _chunk({"role": "assistant", "content": word})
    yield _chunk({}, "tool_calls" if turn.tool_calls else "stop")
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    yield {**_chunk({}), "choices": [], "usage": usage}


def _chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "fake",
        "choices": [choice],
    }
