"""Stamps: "done, from exactly these inputs". Written only after success: a cut step is redone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path


def digest(*parts: str) -> str:
    """One hash of several texts; where one ends and the next begins counts."""
    result = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        result.update(f"{len(encoded)}:".encode())
        result.update(encoded)
    return result.hexdigest()


def digest_files(files: Iterable[Path], relative_to: Path) -> str:
    """A hash of the files' names and contents; their dates do not count."""
    parts: list[str] = []
    for file in sorted(files):
        parts.append(file.relative_to(relative_to).as_posix())
        parts.append(hashlib.sha256(file.read_bytes()).hexdigest())
    return digest(*parts)


def source_files(folder: Path, skip: frozenset[str]) -> Iterator[Path]:
    """All files under `folder` but those in a folder, or with a name, of `skip`."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in skip]
        yield from (Path(parent, name) for name in names if name not in skip)


def is_current(stamp: Path, inputs: str) -> bool:
    try:
        return stamp.read_text() == inputs
    except OSError:
        return False


def write(stamp: Path, inputs: str) -> None:
    """Put the stamp there whole or not at all."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    unfinished = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    unfinished.write_text(inputs)
    unfinished.replace(stamp)
