"""A pytest plugin (`-p tests.collected`): no search for garbage among what stays to the end.

What comes with the libraries and the tests is there to the end, and Python would look through all
of it again and again.
"""

from __future__ import annotations

import gc

import pytest

gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """The tests have been collected; from here on there is garbage again."""
    gc.freeze()
    gc.enable()
