"""What no database stores: NUL, lone surrogates, and numbers that are none."""

import math
from typing import Any


def storable(value: Any) -> Any:
    """JSON `value` without NUL, with `?` for each lone surrogate and with NaN as a word.

    Models may send all of them.
    """
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list):
        return [storable(part) for part in value]
    if isinstance(value, dict):
        return {storable(name): storable(part) for name, part in value.items()}
    return value


def can_be_stored(text: str) -> bool:
    """May `text` be looked up? PostgreSQL refuses a query that holds NUL or a lone surrogate."""
    return bool(storable(text) == text)
