"""Models may send characters that no database stores."""

from typing import Any


def storable(value: Any) -> Any:
    """JSON `value` without NUL, and with `?` for each lone surrogate."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [storable(part) for part in value]
    if isinstance(value, dict):
        return {storable(name): storable(part) for name, part in value.items()}
    return value
