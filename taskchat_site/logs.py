"""Log lines with the ids under which they were written: JSON in production, readable elsewhere.

Neither what people write nor a token gets into a line: callers log ids, codes and numbers, and
the words of exceptions, which may quote both, are left out in production.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from taskchat_site import trace

# What could forge a line or act on a terminal: control characters, bidirectional overrides.
HARMFUL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, ids, and the record's `fields`.

    `error_texts`: with the words of exceptions, not only their kinds and places.
    """

    def __init__(self, error_texts: bool = False) -> None:
        super().__init__()
        self._error_texts = error_texts

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_ids(),
            **getattr(record, "fields", {}),
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["error"] = type(error).__qualname__
            line["traceback"] = (
                "".join(traceback.format_exception(error))
                if self._error_texts
                else "".join(_without_texts(error))
            )
        return json.dumps(line, default=str)


class ReadableLines(logging.Formatter):
    """For a developer's terminal: the message, then the ids."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        line = HARMFUL.sub(_escaped, super().formatMessage(record))
        ids = " ".join(f"{name.removesuffix('_id')}={value}" for name, value in _ids().items())
        return f"{line}  [{ids}]" if ids else line


def _ids() -> dict[str, str]:
    current = trace.current()
    return current.ids if current else {}


def _escaped(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode()


def _without_texts(error: BaseException) -> Iterator[str]:
    """The traceback as Python prints it, with the kinds of the exceptions alone."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _without_texts(before)
        yield "\nthen:\n\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__qualname__}\n"
    for part in getattr(error, "exceptions", ()):
        yield from _without_texts(part)
