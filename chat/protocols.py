"""Which of the two protocols a body speaks, and what it asks for."""

import re
from typing import Any

from chatkit.types import NonStreamingReq, StreamingReq
from pydantic import ValidationError

from chat.plain import PlainMessage, plain_frames
from chat.replies import CHATKIT, Protocol
from chat.server import parse_request
from taskchat_site.errors import ApiError, invalid

# The escape of NUL, but not an escaped backslash before "u0000": PostgreSQL stores no NUL.
NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


PLAIN = Protocol(lambda events: iter(()), plain_frames)


def read_request(body: bytes) -> tuple[StreamingReq | NonStreamingReq, Protocol]:
    """The request, as ChatKit's whatever the protocol, and how to spell its answer.

    Raises ApiError: 400 for what is no JSON, 422 for what makes no sense, with the field named.
    """
    if NUL_ESCAPE.search(body):
        raise invalid("The text holds a NUL character (\\u0000). Remove it.")
    try:
        return parse_request(body), CHATKIT
    except ValidationError as error:
        fault = _first_fault(error)
    if fault["type"] == "union_tag_not_found":  # no `type`: not ChatKit's protocol
        try:
            return PlainMessage.model_validate_json(body).as_chatkit(), PLAIN
        except ValidationError as error:
            fault = _first_fault(error)
    if fault["type"] == "json_invalid":
        raise ApiError(400, "malformed", f"The body is not valid JSON: {fault['msg']}")
    place = ".".join(str(part) for part in fault["loc"])
    raise invalid(f"{place or 'body'}: {fault['msg']}")


def _first_fault(error: ValidationError) -> Any:
    return error.errors(include_url=False, include_input=False)[0]
