"""What tests need beside Python: who lacks it skips a test and reads why; CI fails."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
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


def clock(ahead: timedelta) -> dict[str, str]:
    """Variables of a process for which it is so much later than it is; its timers go on."""
    with named_if_missing():
        if shutil.which("faketime") is None:
            raise services.Missing("libfaketime is not installed (Debian: apt install faketime)")
    library = subprocess.run(
        ["faketime", "-f", "+0", "printenv", "LD_PRELOAD"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    return {
        "LD_PRELOAD": library,
        "FAKETIME": f"{ahead.total_seconds():+.0f}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


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
