"""What tests need beside Python: who lacks it skips a test and reads why; CI fails."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import services

INSTALL_SECONDS = 300


@contextmanager
def named_if_missing() -> Iterator[None]:
    """Turn `services.Missing` into the skip or the failure."""
    try:
        yield
    except services.Missing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


def node_with(package: str, folder: Path) -> str:
    """The path of Node, with the packages of `folder`, of which `package` is one, installed."""
    node, npm = shutil.which("node"), shutil.which("npm")
    with named_if_missing():
        if node is None or npm is None:
            raise services.Missing(
                "Node.js is not installed (Debian: apt install nodejs npm; or run `make test`)"
            )
    if not (folder / "node_modules" / package).is_dir():
        command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=folder, check=True, timeout=INSTALL_SECONDS)
    return str(node)
