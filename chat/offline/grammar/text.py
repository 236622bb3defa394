"""Words as people type them: folded for matching, freed of politeness, quotes and stray marks."""

from __future__ import annotations

import re

from chat.offline.grammar import vocabulary as words

# One character for one, so that a match in the folded text is a span of the user's own.
_FOLD = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "`": "'",
        "\u00b4": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u00ab": '"',
        "\u00bb": '"',
        "\u00a0": " ",
        "\u202f": " ",
        "\t": " ",
        "\r": " ",
    }
)

_LEAD = re.compile(words.LEAD, re.IGNORECASE)
_PLEA = re.compile(words.PLEA, re.IGNORECASE)
_GERUND = re.compile(words.GERUND_PLEA, re.IGNORECASE)
_TAIL = re.compile(words.TAIL, re.IGNORECASE)
_EMOJI = (
    "[\U0001f300-\U0001faff\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d"
    "\U0001f1e6-\U0001f1ff]"
)
_POLITE_EMOJI = (
    "[\U0001f600-\U0001f64f\U0001f44b-\U0001f44f\U0001f64f\U0001f389\U0001f38a\U0001f4aa"
    "\U0001f4af\U0001f525\U0001f917-\U0001f92f\U0001f970-\U0001f97a\u2705\u2714\u2728\u2764"
    "\ufe0f\U0001f3fb-\U0001f3ff\U0001f680\U0001f5d1\U0001f91d\U0001f91e]"
)
_END_MARKS = re.compile(
    rf"(?:(?<=\s)[:;=]['-]?[)(DPp]|[\s,;:!?\u2026]|(?<!etc)(?<!\b[ap]\.m)\.|{_POLITE_EMOJI})+$"
)
_START_MARKS = re.compile(rf"^(?:[\s,;:!.\u2026>*\u2022-]|{_EMOJI})+(?=\S)")
_ONLY_MARKS = re.compile(rf"(?:\W|{_EMOJI})*")
_BLANKS = re.compile(r"[ ]{2,}")
_QUOTED = re.compile(r"\"[^\"]*\"|(?<![\w'])'[^']*(?:'\w[^']*)*'(?!\w)")


def fold(text: str) -> str:
    """`text` with plain quotes and blanks, of the same length."""
    return text.translate(_FOLD)


def trim(text: str) -> str:
    """Without blanks, end punctuation and cheering emoji around it."""
    text = text.strip()
    if is_quoted(text):
        return text
    return _START_MARKS.sub("", _END_MARKS.sub("", text)).strip() or text


def unquote(text: str) -> str:
    """A title without the quotes around it; inside, all stays as it is."""
    text = text.strip()
    return text[1:-1].strip() if is_quoted(text) else text


def is_quoted(text: str) -> bool:
    """Whether the whole text is one quotation."""
    text = fold(text.strip())
    return len(text) > 2 and text[0] in "\"'" and bool(_QUOTED.fullmatch(text))


def hide_quotes(text: str) -> str:
    """`text` folded, with what stands in quotes blotted out; of the same length."""
    return _QUOTED.sub(lambda quote: "\x00" * len(quote.group()), fold(text))


def has_words(text: str) -> bool:
    return not _ONLY_MARKS.fullmatch(text)


def one_line(text: str) -> str:
    return _BLANKS.sub(" ", " ".join(text.split("\n"))).strip()


def without_politeness(text: str) -> tuple[str, bool]:
    """The bare request, and whether it was put as one ("could you ...?")."""
    asked = False
    text = trim_start(text)
    for _ in range(8):
        folded = fold(text)
        if gerund := _GERUND.match(folded):
            verb = words.GERUNDS[gerund.group("verb").lower()]
            asked, text = True, verb + text[gerund.end() :]
        elif plea := _PLEA.match(folded):
            asked, text = True, text[plea.end() :]
        elif (lead := _LEAD.match(folded)) and has_words(text[lead.end() :]):
            text = text[lead.end() :]
        else:
            break
    return without_tail(text), asked


def is_filler(text: str) -> bool:
    """Whether it is nothing but "ok", "actually" and the like."""
    while found := _LEAD.match(fold(text)):
        text = text[found.end() :]
    return not has_words(text) or not text


def without_tail(text: str) -> str:
    """Without "please", "thanks", "for me" and the like at its end."""
    text = trim(text)
    for _ in range(4):
        tail = _TAIL.search(fold(text))
        if not tail or not has_words(text[: tail.start()]):
            break
        text = trim(text[: tail.start()])
    return text


def trim_start(text: str) -> str:
    return _START_MARKS.sub("", text.strip())


def edits(one: str, other: str, limit: int) -> int:
    """How many typing slips (a letter missing, added, wrong, or two swapped) part the two words."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]
