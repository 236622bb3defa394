"""A grammar rule: a pattern for a whole sentence, and what it means. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chat.offline.grammar import due, text
from chat.offline.grammar.targets import target
from chat.offline.intents import Ask, Conversation, Intent, It, Named, Target, Update


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that fits a pattern."""

    sentence: str
    match: re.Match[str]
    conversation: Conversation

    def __getitem__(self, name: str) -> str:
        """What stands in a group, in the user's own spelling; empty where the group is absent."""
        if name not in self.match.re.groupindex:
            return ""
        start, end = self.match.span(name)
        return self.sentence[start:end].strip() if start >= 0 else ""

    def target(self, name: str = "x") -> Target | None:
        """The task a group names; "it" where the group is absent."""
        return target(self[name], self.conversation) if self[name] else It()


Build = Callable[[Found], Intent | None]


@dataclass(frozen=True, slots=True)
class Rule:
    pattern: re.Pattern[str]
    build: Build


def rules(*table: tuple[str, Build]) -> tuple[Rule, ...]:
    """Compile a table of (pattern of the whole sentence, meaning)."""
    return tuple(
        Rule(re.compile(pattern, re.IGNORECASE | re.DOTALL), build) for pattern, build in table
    )


def first_fit(table: Sequence[Rule], sentence: str, conversation: Conversation) -> Intent | None:
    """What the first rule that fits makes of a sentence."""
    folded = text.fold(sentence)
    for rule in table:
        if match := rule.pattern.fullmatch(folded):
            intent = rule.build(Found(sentence, match, conversation))
            if intent is not None:
                return intent
    return None


_MOST_SPLITS = 8


def splits(phrase: str, mark: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """The ways to cut a phrase in two at a word, from the left; quotes stay whole."""
    hidden = text.hide_quotes(phrase)
    position = 0
    for _ in range(_MOST_SPLITS):
        found = mark.search(hidden, position)
        if not found:
            break
        left, right = phrase[: found.start()].strip(), phrase[found.end() :].strip()
        if text.has_words(left) and text.has_words(right):
            yield left, right
        position = found.start() + 1


_BEFORE_DATE = re.compile(
    r" (?:to|as|for|on|until|till|at|by|is|from|=)(?: be)?(?: due)?(?: on| by| for| to)? |: ?",
    re.IGNORECASE,
)


def split_date(phrase: str) -> tuple[str, str] | None:
    """ "buy milk to Friday": the task and the date."""
    for left, right in splits(phrase, _BEFORE_DATE):
        if day := due.as_due(right):
            return left, day
    title, found_day = due.split_end(phrase)
    return (title, found_day) if found_day else None


def is_clear(phrase: str, conversation: Conversation) -> bool:
    """Whether a phrase surely names a task that exists, and is no new title."""
    found = target(phrase, conversation)
    if not isinstance(found, Named):
        return found is not None
    titles = {task.title.casefold() for task in conversation.known.values()}
    return (
        found.phrase.casefold() in titles
        or bool(re.fullmatch(r"t\d+", found.phrase))
        or bool(
            re.search(r"^the .* (?:task|item|one|to-?do|reminder)$", found.whole, re.IGNORECASE)
        )
    )


def update(found: Found, **fields: object) -> Intent:
    """A change of the task in group `x`, or the question which task."""
    meant = found.target()
    change = Update(meant or It(), **fields)  # type: ignore[arg-type]
    return change if meant else Ask("target", change)
