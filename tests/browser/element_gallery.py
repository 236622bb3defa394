"""The chat element's gallery as its built files serve it, without a server of ours."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode

from playwright.sync_api import Locator, Page

from scripts.paths import ELEMENT

DIST = ELEMENT / "dist"
AXE = ELEMENT / "node_modules" / "axe-core" / "axe.min.js"

# Their replies do not end while one looks.
ENDLESS = {"streaming", "tool", "progress"}


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
    page.goto(f"{base}/gallery.html?{_query(scene, query)}")
    return _settled(page, scene)


def change_scene(scene: str, *pages: Page) -> list[Locator]:
    """As `open_scene`, but in pages that are open, and in all of them at once."""
    for page in pages:
        _follow(page, _query(scene, {}))
    return [_settled(page, scene) for page in pages]


def change_look(page: Page, scene: str, *, theme: str = "light", locale: str = "en") -> None:
    """The scene that is shown keeps its state."""
    _follow(page, _query(scene, {"theme": theme, "locale": locale}))
    new = f".ck[data-scheme={theme}][lang={locale}]:not([data-words])"
    page.locator(new).first.wait_for()


def _follow(page: Page, query: str) -> None:
    page.evaluate(
        "(query) => { history.pushState(null, '', query); dispatchEvent(new Event('popstate')) }",
        f"?{query}",
    )


def scene_names(page: Page) -> list[str]:
    """Of all scenes that the open gallery lists, but the benchmark, which looks like another."""
    page.locator("nav a[href*='scene=widgets&']").wait_for(state="attached")
    links = page.locator("nav a").evaluate_all("(links) => links.map((link) => link.search)")
    names = {name: None for link in links for name in parse_qs(link[1:])["scene"]}
    return [name for name in names if name != "benchmark"]


def _query(scene: str, more: dict[str, str]) -> str:
    return urlencode({"scene": scene, "word": "0", "bare": "", **more})


def _settled(page: Page, scene: str) -> Locator:
    element = page.locator("openai-chatkit").first
    element.locator(".ck:not([data-words])").wait_for()
    if scene in ENDLESS:
        element.get_by_role("button", name="Stop").wait_for()
    else:
        page.locator("html[data-played]").wait_for(state="attached")
    element.locator(".skeletons, .chart-plot:empty").first.wait_for(state="detached")
    return element
