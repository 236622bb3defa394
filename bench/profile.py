"""Where a reply's time goes: samples of what the server's threads do while ten people talk.

py-spy does not stop the server for a sample (`--nonblocking`), and does not ask who holds the
interpreter (`--gil`): of the database's thread, which lets go of it at each query, it saw 6 % of
all samples where /proc/PID/task/*/schedstat had 26 % of the CPU, and 22 of 25 % so.
"""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.load import measure
from bench.servers import Server
from scripts.console import Problem
from scripts.side_environment import python_of

SAMPLES_A_SECOND = 250
SHOWN = 16
OURS = ("chat", "mcp_tools", "tasks", "taskchat_site", "bench")
EVENT_LOOP = "taskchat_site/serve.py"  # runs everything, the SDK's own tasks too
NOBODY = "(none: tasks of the SDK, the event loop)"

_FRAME = re.compile(r"(?P<function>[^;]+) \((?P<file>[^:()]+)")


def profile(server: Server, message: str, count: int, folder: Path) -> list[str]:
    """Two tables of a stream's CPU: by the package at work, and by our module that asked for it."""
    people = server.people()
    file = folder / "profile.txt"
    sampler = python_of("bench").with_name("py-spy")
    options = [
        "--nonblocking",
        "--format",
        "raw",
        "--rate",
        str(SAMPLES_A_SECOND),
        "--output",
        str(file),
    ]
    with subprocess.Popen(
        [sampler, "record", "--pid", str(server.pid), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as sampling:
        before = server.cpu_seconds().server
        asyncio.run(measure(people, message, count))
        spent = server.cpu_seconds().server - before
        sampling.send_signal(signal.SIGINT)
        _, errors = sampling.communicate()
    if not file.exists():
        raise Problem(f"py-spy could not look into the server:\n{errors}")
    return tables(file.read_text().splitlines(), spent / count * 1000)


def tables(samples: Sequence[str], cpu_ms: float) -> list[str]:
    """`samples` are lines of frames, outermost first, each with the number of times it was seen."""
    packages: Counter[str] = Counter()
    functions: dict[str, Counter[str]] = {}
    modules: Counter[str] = Counter()
    for sample in samples:
        stack, _, seen = sample.rpartition(" ")
        frames = [(match["file"], match["function"]) for match in _FRAME.finditer(stack)]
        package, function = _at_work(frames)
        packages[package] += int(seen)
        functions.setdefault(package, Counter())[function] += int(seen)
        modules[_asked_by(frames)] += int(seen)
    busiest = {
        package: ", ".join(name for name, _ in counts.most_common(3))
        for package, counts in functions.items()
    }
    lines = [f"{cpu_ms:.1f} ms of CPU a stream, {packages.total()} samples", "", "Code at work:"]
    lines += [f"{row}  {busiest[name]}" for name, row in _rows(packages, cpu_ms)]
    lines += ["", "Asked for by our module:"]
    return lines + [row.rstrip() for _, row in _rows(modules, cpu_ms)]


def _rows(counts: Counter[str], cpu_ms: float) -> list[tuple[str, str]]:
    shares = [(name, seen / counts.total()) for name, seen in counts.most_common(SHOWN)]
    return [(name, f"{share:6.1%}{share * cpu_ms:7.2f} ms  {name:16}") for name, share in shares]


def _at_work(frames: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The innermost package and function. The standard library works for whoever called it."""
    for file, function in reversed(frames):
        package = file.partition("/")[0].removesuffix(".py")
        if not package.startswith("<") and package not in sys.stdlib_module_names:
            return package, function
    return "python", frames[-1][1] if frames else ""


def _asked_by(frames: Sequence[tuple[str, str]]) -> str:
    files = [file for file, _ in frames if file.partition("/")[0] in OURS and file != EVENT_LOOP]
    return files[-1] if files else NOBODY
