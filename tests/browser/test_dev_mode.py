"""`NEXT_PUBLIC_MOD=dev`: the pages by `next dev` on one origin, the API on another."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor, Sidebar, task
from tests.components import named_if_missing
from tests.conftest import StartServer
from tests.services import ROOT, Missing, TaskChatServer, free_port

SITE = ROOT / "frontend"
# Next compiles each page when it is first asked for.
COMPILING_SECONDS = 180.0


@pytest.fixture
def dev_site(start_server: StartServer, tmp_path: Path) -> Iterator[TaskChatServer]:
    """A server whose pages come from `next dev` on another port; `url` is the pages'."""
    port = free_port()
    # Both are named `localhost`, so that they are one site and the cookie is sent.
    pages = f"http://localhost:{port}"
    server = start_server(TRUSTED_ORIGINS=pages)
    api = f"http://localhost:{urlsplit(server.url).port}"
    with named_if_missing(), _next_dev(port, api, tmp_path / "next.log"):
        yield replace(server, url=pages)


def test_dev_mode_on_two_origins_signs_in_chats_and_follows_live(
    dev_site: TaskChatServer, new_visitor: NewVisitor
) -> None:
    # The API's origin is a foreign one here, by intention.
    visitor = new_visitor(server=dev_site, expect_problems=True)
    visitor.context.set_default_timeout(COMPILING_SECONDS * 1000)
    page = visitor.sign_up()
    second = visitor.tab()
    expect(second.get_by_role("textbox", name="New task")).to_be_visible(timeout=60_000)
    sidebar = Sidebar(page).open()
    sidebar.say("add milk")
    sidebar.expect_text("Added milk")
    for tab in (page, second):
        expect(task(tab, "milk")).to_be_visible()
    # The session is in a cookie and survives; the token is the API's, on another origin.
    page.reload()
    expect(task(page, "milk")).to_be_visible(timeout=60_000)
    visitor.context.clear_cookies()
    page.evaluate("sessionStorage.clear()")
    page.goto(f"{dev_site.url}/sign-in/")
    page.get_by_label("Email").fill(visitor.email)
    page.get_by_label("Password", exact=True).fill("correct horse 42")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/tasks/")
    expect(task(page, "milk")).to_be_visible(timeout=60_000)


@contextmanager
def _next_dev(port: int, api: str, log_file: Path) -> Iterator[None]:
    next_script = SITE / "node_modules" / "next" / "dist" / "bin" / "next"
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None or not next_script.exists():
        raise Missing("The site's packages are not installed (make run or make test installs them)")
    environment = {
        **os.environ,
        "NEXT_PUBLIC_MOD": "dev",
        "NEXT_PUBLIC_API_URL": api,
        "NEXT_PUBLIC_BASE_URL": api,
        "NEXT_TELEMETRY_DISABLED": "1",
    }
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [node, str(next_script), "dev", "-p", str(port)],
            cwd=SITE,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(f"http://localhost:{port}/sign-up/", process, log_file)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes], log_file: Path) -> None:
    deadline = time.monotonic() + COMPILING_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log_file.read_text(errors="replace")[-4000:]
        with suppress(OSError), urllib.request.urlopen(url, timeout=COMPILING_SECONDS):
            return
        time.sleep(0.5)
    pytest.fail(f"next dev did not answer:\n{log_file.read_text(errors='replace')[-4000:]}")
