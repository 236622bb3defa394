"""A scripted answer as the stream events of OpenAI's two APIs.

Ids repeat from answer to answer, as those of some compatible servers do.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

INPUT_TOKENS = 100
OUTPUT_TOKENS = 10


@dataclass(frozen=True)
class Turn:
    """One answer: words, tool calls, or both, and what goes wrong on the way.

    `pause` comes before each event and `first_pause` before the first. `cut_after` so many events
    the connection breaks; with `quiet` the stream ends there as if it were whole. `raw` is sent
    as it is instead of events, and with `endless` the last event, or `raw`, is repeated for ever.
    """

    words: tuple[str, ...] = ()
    tool_calls: tuple[tuple[str, dict[str, Any] | str], ...] = ()
    call_ids: tuple[str, ...] = ()
    pause: float = 0.0
    first_pause: float = 0.0
    status: int = 200
    retry_after: str | None = None
    cut_after: int | None = None
    quiet: bool = False
    raw: bytes | None = None
    endless: bool = False
    headers: tuple[tuple[str, str], ...] = ()

    def call_id(self, index: int) -> str:
        return self.call_ids[index] if index < len(self.call_ids) else f"call_{index}"


def _arguments(arguments: dict[str, Any] | str) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


# --- Chat completions ------------------------------------------------------------------------


def chat_completions(turn: Turn) -> Iterator[bytes]:
    for chunk in _chunks(turn):
        yield f"data: {json.dumps(chunk)}\n\n".encode()
    yield b"data: [DONE]\n\n"


def _chunks(turn: Turn) -> Iterator[dict[str, Any]]:
    for word in turn.words:
        yield _chunk({"role": "assistant", "content": word})
    for index, (name, arguments) in enumerate(turn.tool_calls):
        call = {"index": index, "id": turn.call_id(index), "type": "function"}
        # As OpenAI does: the name first, the arguments in pieces.
        yield _chunk({"tool_calls": [{**call, "function": {"name": name, "arguments": ""}}]})
        text = _arguments(arguments)
        half = len(text) // 2
        for piece in (text[:half], text[half:]):
            yield _chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield _chunk({}, "tool_calls" if turn.tool_calls else "stop")
    usage = {
        "prompt_tokens": INPUT_TOKENS,
        "completion_tokens": OUTPUT_TOKENS,
        "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
    }
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


# --- Responses -------------------------------------------------------------------------------


def responses(turn: Turn) -> Iterator[bytes]:
    for number, event in enumerate(_events(turn)):
        event["sequence_number"] = number
        yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def _events(turn: Turn) -> Iterator[dict[str, Any]]:
    yield {"type": "response.created", "response": _response([], "in_progress")}
    output: list[dict[str, Any]] = []
    if turn.words:
        yield from _message(turn.words, output)
    for index, (name, arguments) in enumerate(turn.tool_calls):
        yield from _function_call(index, turn.call_id(index), name, _arguments(arguments), output)
    yield {"type": "response.completed", "response": _response(output, "completed")}


def _message(words: tuple[str, ...], output: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    message = {"id": "msg_1", "type": "message", "role": "assistant"}
    part: dict[str, Any] = {"type": "output_text", "text": "", "annotations": []}
    place = {"item_id": "msg_1", "output_index": len(output), "content_index": 0}
    started = {**message, "status": "in_progress", "content": []}
    yield {"type": "response.output_item.added", "output_index": len(output), "item": started}
    yield {"type": "response.content_part.added", **place, "part": part}
    for word in words:
        yield {"type": "response.output_text.delta", **place, "delta": word, "logprobs": []}
    text = "".join(words)
    whole = {**part, "text": text}
    yield {"type": "response.output_text.done", **place, "text": text, "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": whole}
    item = {**message, "status": "completed", "content": [whole]}
    yield {"type": "response.output_item.done", "output_index": len(output), "item": item}
    output.append(item)


def _function_call(
    index: int, call_id: str, name: str, arguments: str, output: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    call = {"id": f"fc_{index}", "type": "function_call", "call_id": call_id, "name": name}
    place = {"item_id": call["id"], "output_index": len(output)}
    started = {**call, "arguments": "", "status": "in_progress"}
    item = {**call, "arguments": arguments, "status": "completed"}
    yield {"type": "response.output_item.added", "output_index": len(output), "item": started}
    half = len(arguments) // 2
    for piece in (arguments[:half], arguments[half:]):
        yield {"type": "response.function_call_arguments.delta", **place, "delta": piece}
    done = {"type": "response.function_call_arguments.done", **place, "name": name}
    yield {**done, "arguments": arguments}
    yield {"type": "response.output_item.done", "output_index": len(output), "item": item}
    output.append(item)


def _response(output: list[dict[str, Any]], status: str) -> dict[str, Any]:
    usage = {
        "input_tokens": INPUT_TOKENS,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": OUTPUT_TOKENS,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": INPUT_TOKENS + OUTPUT_TOKENS,
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": "fake",
        "status": status,
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "temperature": 0.7,
        "top_p": 1,
        "usage": usage if status == "completed" else None,
    }
