"""A pytest plugin (`-p tests.one_core`): each worker stays on a core of its own.

Django's test clients hand a request from thread to thread two dozen times, and one of them runs at
a time. Where the system spreads them over the cores, each time another core is woken up: that took
a sixth of the tests' CPU.
"""

from __future__ import annotations

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    worker = getattr(config, "workerinput", None)
    if worker is None or not hasattr(os, "sched_setaffinity"):  # not a worker; not Linux
        return
    cores = sorted(os.sched_getaffinity(0))
    number = int(worker["workerid"].removeprefix("gw"))
    os.sched_setaffinity(0, {cores[number % len(cores)]})
