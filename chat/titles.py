"""A thread's title from its first message: no model call, so it is there at once and free."""

import re

LENGTH = 60


def title_from(text: str) -> str:
    """The first line, cut at a word's end."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    line = re.sub(r"\s+", " ", lines[0]) if lines else ""
    if len(line) <= LENGTH:
        return line
    cut = line[:LENGTH].rsplit(" ", 1)[0]
    return cut.rstrip(" ,.;:-") + "…"
