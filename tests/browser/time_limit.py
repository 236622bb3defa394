"""A time limit for calls that have none: most of Playwright's wait while a page stands still."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error


def process_id(browser: Browser) -> int:
    """Of the browser itself, whose end is that of all its pages."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    (pid,) = (process["id"] for process in processes if process["type"] == "browser")
    return int(pid)


@contextmanager
def answered_within(seconds: float, pid: int, what: str) -> Iterator[None]:
    """Ends the browser, and raises TimeoutError, when the block takes longer.

    Nothing less makes a call return whose page does not answer. For a browser of one's own, whose
    `process_id` is `pid`.
    """
    late = threading.Event()

    def end() -> None:
        late.set()
        os.kill(pid, signal.SIGKILL)

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        yield
    except Error as gone:
        if late.is_set():
            raise TimeoutError(f"{what}: no answer within {seconds} s") from gone
        raise
    finally:
        timer.cancel()
