"""A file that is written in steps, and goes on where it was when the command was stopped.

Until it is whole it is `NAME.part`, with its state in `NAME.part.json`: nobody takes half an
export for a whole one. Only its owner may read it.
"""

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class KeptFile:
    """Opens `path`, to go on if the work `what` (JSON) had begun there; ValueError for other work.

    `mark` is what the last step left (None at the beginning): where to go on. Use as a context:
    an exception keeps what is there.
    """

    def __init__(self, path: Path, what: Any) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.part")
        self._state = path.with_name(f"{path.name}.part.json")
        self._what = json.loads(json.dumps(what))
        self.mark: Any = None
        size = self._known_size()
        descriptor = os.open(self._part, os.O_RDWR | os.O_CREAT, 0o600)
        self._file = os.fdopen(descriptor, "r+b")
        self._file.truncate(size)
        self._file.seek(size)

    def _known_size(self) -> int:
        try:
            state = json.loads(self._state.read_text())
            if not self._part.exists():
                return 0
            if state["what"] != self._what:
                raise ValueError(
                    f"{self._part} was begun by another command line. Go on with that one, "
                    f"or delete the file to begin anew."
                )
            self.mark = state["mark"]
            return int(state["size"])
        except FileNotFoundError:
            return 0

    def add(self, text: str, mark: Any) -> None:
        """Write `text` and keep `mark`."""
        self._file.write(text.encode("utf-8", "replace"))
        self._file.flush()
        state = {"what": self._what, "mark": mark, "size": self._file.tell()}
        beside = self._state.with_name(f"{self._state.name}.new")
        beside.write_text(json.dumps(state))
        beside.replace(self._state)
        self.mark = mark

    def finish(self) -> None:
        """It is whole: give it its name, in place of what had it."""
        self._file.close()
        self._part.replace(self._path)
        self._state.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
