"""Who runs on which core, and what a process has cost so far. Linux only: it is read in /proc."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@cache
def cores() -> tuple[int, int] | None:
    """One core for the server, one for all others; None where there is only one.

    To be asked before this process is pinned itself.
    """
    usable = sorted(os.sched_getaffinity(0))
    return (usable[0], usable[1]) if len(usable) > 1 else None


def pin(pid: int, core: int) -> None:
    """Keep every thread that the process has, and those that they start, on `core`."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread.name), {core})


def cpu_seconds(pid: int) -> float:
    """User and system time of the process and all that it started."""
    return sum(_own_cpu_seconds(each) for each in (pid, *_descendants(pid)))


def _own_cpu_seconds(pid: int) -> float:
    with suppress(FileNotFoundError, ProcessLookupError):
        # The program's name, in brackets, may hold anything; the numbers come after it.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    return 0.0


def _descendants(pid: int) -> Iterator[int]:
    with suppress(FileNotFoundError, ProcessLookupError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield int(child)
                yield from _descendants(int(child))


def other_core_busy_seconds() -> float:
    """How long the core beside the server's has worked since the machine started."""
    core = (cores() or (0, 0))[1]
    for line in Path("/proc/stat").read_text().splitlines():
        name, *times = line.split()
        if name == f"cpu{core}":
            user, nice, system, _idle, _wait, interrupts, soft = map(int, times[:7])
            return (user + nice + system + interrupts + soft) / _TICKS
    return 0.0


def describe() -> dict[str, str | int | None]:
    """What the figures depend on, beside the code."""
    info = Path("/proc/cpuinfo").read_text()
    models = [line.partition(":")[2].strip() for line in info.splitlines() if "model name" in line]
    return {
        "system": platform.platform(),
        "processor": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": f"{os.getloadavg()[0]:.1f}",
    }
