"""The exported front end, the element's script and the admin's files, served before Django.

Files whose names carry a hash of their content are kept by browsers for good; pages and the
element's entry script are checked on each visit. A page of the front end comes with the content
policy that its build has made for it (`frontend/scripts/content-policy.mjs`).
"""

import functools
import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from servestatic import ServeStaticASGI

IMMUTABLE = re.compile(r"^/_next/static/|^/chatkit/chunks/.+-[\w-]{8,}\.\w+$")
FALLBACK_404 = b"<!doctype html><title>Not found</title><h1>Not found</h1>"


def serve_files(application: Any) -> ServeStaticASGI:
    """`application` behind the files of the site."""
    server = ServeStaticASGI(
        application,
        max_age=0,
        index_file=True,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: IMMUTABLE.search(url) is not None,
        add_headers_function=_add_headers,
    )
    if settings.SITE_ROOT.is_dir():
        server.add_files(settings.SITE_ROOT, "/")
    if settings.ELEMENT_ROOT.is_dir():
        server.add_files(settings.ELEMENT_ROOT, "/chatkit/")
    # The last of two files with one name is served here, and Django means the first.
    for finder in reversed(list(finders.get_finders())):
        for storage in reversed(getattr(finder, "storages", {}).values()):
            server.add_files(storage.location, settings.STATIC_URL)
    return server


def _add_headers(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    if url.startswith("/chatkit/"):
        # An ES module that any site may load, as one loads it from a CDN.
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if not IMMUTABLE.search(url):
        headers["Cache-Control"] = "no-cache"
    if path.endswith(".html"):
        headers["X-Frame-Options"] = "DENY"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if policy := _content_policy(Path(path)):
            headers["Content-Security-Policy"] = policy


def _content_policy(page: Path) -> str | None:
    """The one of the front end's `page`; other pages bring their own or have none."""
    if not page.is_relative_to(settings.SITE_ROOT):
        return None
    return _content_policies(settings.SITE_ROOT).get(
        page.relative_to(settings.SITE_ROOT).as_posix()
    )


@functools.cache
def _content_policies(site: Path) -> dict[str, str]:
    """By the page's path in `site`; none for a site that was built without them."""
    made = site / "content-policy.json"
    policies: dict[str, str] = json.loads(made.read_bytes()) if made.exists() else {}
    return policies


@functools.cache
def not_found_page() -> tuple[bytes, dict[str, str]]:
    """What says that there is nothing, and its headers."""
    page: Path = settings.SITE_ROOT / "404.html"
    if not page.exists():
        return FALLBACK_404, {}
    policy = _content_policy(page)
    return page.read_bytes(), {"Content-Security-Policy": policy} if policy else {}
