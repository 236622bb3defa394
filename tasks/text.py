"""Text that people and models write: cleaned before it is stored, folded to be compared. Pure."""

import unicodedata
from collections.abc import Iterable

# Marks that break a line although they are no control characters.
_LINE_BREAKS = "\n\r\u2028\u2029"


def fold(value: str) -> str:
    """The form in which texts are equal ignoring case and compatibility forms."""
    return unicodedata.normalize("NFKC", value).casefold()


def clean_line(value: str, *, field: str, longest: int) -> str:
    """`value` trimmed and composed; ValueError with words unless it is one visible line."""
    value = unicodedata.normalize("NFC", value.strip())
    if not _is_visible(value):
        raise ValueError(f"{field} must not be empty")
    if any(mark in value for mark in _LINE_BREAKS):
        raise ValueError(f"{field} must be a single line")
    _refuse_controls(value, field)
    return _at_most(value, longest, field)


def clean_block(value: str, *, field: str, longest: int) -> str:
    """`value` composed, lines ending in `\\n`; tabs and line breaks are welcome."""
    value = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    value = unicodedata.normalize("NFC", value)
    _refuse_controls(value.replace("\n", "").replace("\t", ""), field)
    return _at_most(value, longest, field)


def clean_labels(names: Iterable[str], *, longest: int, most: int) -> list[str]:
    """The names cleaned, each once ignoring case, in the order given."""
    unique: dict[str, str] = {}
    for name in names:
        clean = clean_line(name, field="labels", longest=longest)
        unique.setdefault(fold(clean), clean)
    if len(unique) > most:
        raise ValueError(f"labels must be at most {most}, not {len(unique)}")
    return list(unique.values())


def can_be_stored(value: str) -> bool:
    """PostgreSQL takes no NUL, no database a lone surrogate: with one, even a query fails."""
    return "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)


def words(value: str) -> list[str]:
    """The folded words of `value`, without punctuation."""
    # Marks (M) belong to the letter before them: many scripts write vowels so.
    spaced = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in fold(value))
    return spaced.split()


def shortened(value: str, longest: int) -> str:
    """`value` on one line of at most `longest` characters, whatever it holds fit to be stored."""
    fit = value[: 8 * longest].replace("\0", " ").encode("utf-8", "backslashreplace").decode()
    line = " ".join(fit.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _is_visible(value: str) -> bool:
    """False for what shows nothing: spaces, zero-width marks, format characters."""
    return any(unicodedata.category(c)[0] not in "ZC" for c in value)


def _refuse_controls(value: str, field: str) -> None:
    # Cs: lone surrogates, which JSON can carry and no database takes.
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in value):
        raise ValueError(f"{field} must not contain control characters")


def _at_most(value: str, longest: int, field: str) -> str:
    if len(value) > longest:
        raise ValueError(f"{field} must be at most {longest} characters, not {len(value)}")
    return value
