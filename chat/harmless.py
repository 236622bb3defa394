"""What people and models wrote, made harmless for terminals, CSV, JSON Lines and Markdown files.

A task's title may hold terminal escapes (they move the cursor, set the window's title, answer on
the keyboard's behalf), bidi controls (they show "exe.txt" for "txt.exe", Trojan Source,
CVE-2021-42574) or a spreadsheet's formula.
"""

import json
import re
from typing import Any

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_LINES = "\u2028\u2029"
HARMFUL = re.compile(f"[{_CONTROLS}{_BIDI}{_LINES}]")
SPACES = re.compile(r"\s+")
# A spreadsheet skips what stands before a formula's sign, and Japanese input writes full-width.
FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
# Marks of Markdown within a line, and what makes a link of a bare address.
MARKS = re.compile(r"([\\`*{}\[\]<>#+!|&~$]|(?<!\w)_|_(?!\w)|:(?=//)|(?<=www)\.)")
FENCE = re.compile(r"`{3,}")


def printable(text: str) -> str:
    """`text` for a terminal: what it would obey, or what turns words around, becomes U+FFFD."""
    return HARMFUL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """`printable`, on a single line."""
    return SPACES.sub(" ", printable(text)).strip()


def csv_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers and None stay what they are."""
    if not isinstance(value, str):
        return value
    text = printable(value)
    return f"'{text}" if FORMULA.match(text) else text


def json_line(value: Any) -> str:
    """`value` as JSON on one line. Nothing is lost: what does harm is escaped as JSON can."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub(HARMFUL, lambda found: f"\\u{ord(found[0]):04x}", text)


def markdown_text(text: str) -> str:
    """A line of Markdown that shows `text` as it is: no link, no image, no HTML."""
    return MARKS.sub(r"\\\1", one_line(text))


def markdown_block(text: str) -> str:
    """A fenced block with `text`, whatever fences it holds itself."""
    text = printable(text)
    longest = max((len(fence) for fence in FENCE.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}text\n{text}\n{fence}"
