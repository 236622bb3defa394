"""The chat element's gallery as its built files serve it, without a server of ours."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page

from scripts.paths import ELEMENT

DIST = ELEMENT / "dist"
AXE = ELEMENT / "node_modules" / "axe-core" / "axe.min.js"

# Their replies do not end while one looks.
ENDLESS = {"streaming", "tool"}


# A page of somebody's with the element, and one without.
PAGES = {
    "/empty.html": b"<!doctype html><title>Empty</title><p>Nothing",
    "/chat.html": b"""<!doctype html><title>Chat</title>
      <script type="module" src="/chatkit.js"></script>
      <openai-chatkit style="width: 400px; height: 90vh"></openai-chatkit>
      <script type="module">
        document.querySelector("openai-chatkit").setOptions({
          api: { url: "/nowhere", domainKey: "x" },
          startScreen: { prompts: [{ label: "Show my tasks", prompt: "Show my tasks" }] },
        });
      </script>""",
}


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        page = PAGES.get(self.path)
        if page is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def end_headers(self) -> None:
        kept = self.path.startswith("/chunks/")
        self.send_header("Cache-Control", "max-age=31536000, immutable" if kept else "no-cache")
        super().end_headers()


@contextmanager
def serve_gallery() -> Iterator[str]:
    """The address of the folder with the built element."""
    handler = functools.partial(_Quiet, directory=str(DIST))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def open_scene(page: Page, base: str, scene: str, **query: str) -> Locator:
    """The scene's first element, when what it shows is complete."""
    query = {"scene": scene, "word": "0", "bare": "", **query}
    page.goto(f"{base}/gallery.html?{urlencode(query)}")
    element = page.locator("openai-chatkit").first
    element.locator(".ck:not([data-words])").wait_for()
    if scene in ENDLESS:
        element.get_by_role("button", name="Stop").wait_for()
    else:
        page.locator("html[data-played]").wait_for(state="attached")
    element.locator(".skeletons").first.wait_for(state="detached")
    return element
