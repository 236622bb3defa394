"""A model that does what the user's message says: `NAME words=40 pause=0.02 tasks=2 after=5`.

It says a few words, creates `tasks` tasks one after the other (titled `NAME 1`, `NAME 2`), and
then says `words` words with `pause` seconds before each. With `cut` the connection of its last
answer breaks after so many events. It reads in its input what was done before, as a model does;
with `stubborn=1` it does not, and asks for everything again.
"""

import re
import secrets
import threading
from collections import Counter
from typing import Any

from tests.fakes.wire import Turn

# Letters of one to four bytes: a cut at a random byte falls into some of them.
WORDS = ("one ", "zwölf ", "три ", "日本 ", "🙂 ", "last ")
SETTING = re.compile(r"(\w+)=([\d.]+)")
FEW = 4
# Calls that were asked for in this run keep our ids; those of earlier tries come with others.
OURS = "asked_"


class Script:
    """The answers of the fake model; `asked` counts its requests by the message's first word."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def answer(self, request: dict[str, Any]) -> Turn:
        turn = _last_turn(request["input"])
        text = turn[0]["content"]
        name = text.split()[0]
        settings = {key: float(value) for key, value in SETTING.findall(text)}
        with self._lock:
            self.asked[name] += 1
        done = _calls_done(turn, stubborn=bool(settings.get("stubborn")))
        pause = settings.get("pause", 0.0)
        first = settings.get("first", 0.0)
        if done < settings.get("tasks", 0):
            call = ("add_task", {"title": f"{name} {done + 1}"})
            return Turn(
                words=said(FEW),
                tool_calls=(call,),
                call_ids=(f"{OURS}{secrets.token_hex(8)}",),
                pause=pause,
                first_pause=first,
            )
        cut = int(settings["cut"]) if "cut" in settings else None
        words = said(int(settings.get("words", 6)))
        return Turn(words=words, pause=pause, first_pause=first, cut_after=cut)


def said(count: int) -> tuple[str, ...]:
    return tuple(WORDS[number % len(WORDS)] for number in range(count))


def _last_turn(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The user's last message and what came after it."""
    last = max(index for index, part in enumerate(parts) if part.get("role") == "user")
    return parts[last:]


def _calls_done(turn: list[dict[str, Any]], *, stubborn: bool) -> int:
    """Calls of this turn so far; a stubborn model counts those of this run alone."""
    done = [part for part in turn if part.get("type") == "function_call_output"]
    if stubborn:
        done = [part for part in done if part["call_id"].startswith(OURS)]
    return len(done)
