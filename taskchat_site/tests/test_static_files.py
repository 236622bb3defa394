"""The file server: what is kept for good, what is checked, what is found."""

from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.contrib.staticfiles import finders

from taskchat_site.static_files import serve_files


@pytest.fixture
def application(tmp_path: Path, settings: Any) -> Any:
    site, element = tmp_path / "out", tmp_path / "dist"
    for folder, name, text in (
        (site, "index.html", "<h1>home</h1>"),
        (site / "tasks", "index.html", "<h1>tasks</h1>"),
        (site, "content-policy.json", '{"tasks/index.html": "default-src \'none\'"}'),
        (site / "_next/static", "app-1a2b3c4d.js", "1"),
        (element, "chatkit.js", "2"),
        (element, "gallery.html", "<h1>gallery</h1>"),
        (element / "chunks", "element-DuMbPuOJ.js", "3"),
        (element / "chunks", "fr-C_a-_-9Z.js", "4"),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    settings.SITE_ROOT, settings.ELEMENT_ROOT = site, element

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b"django"})

    return serve_files(behind)


def get(application: Any, path: str) -> tuple[int, dict[str, str], bytes]:
    async def call() -> tuple[int, dict[str, str], bytes]:
        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
        client = ApplicationCommunicator(application, scope)
        await client.send_input({"type": "http.request", "body": b""})
        start = await client.receive_output()
        body = b""
        more = True
        while more:
            part = await client.receive_output()
            body += part.get("body", b"")
            more = part.get("more_body", False)
        await client.wait()
        headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return start["status"], headers, body

    return async_to_sync(call)()


def test_a_page_is_served_and_checked_on_each_visit(application: Any) -> None:
    status, headers, body = get(application, "/tasks/")
    assert (status, body) == (200, b"<h1>tasks</h1>")
    assert headers["cache-control"] == "no-cache"
    assert headers["x-frame-options"] == "DENY"


def test_a_page_comes_with_the_policy_that_was_built_for_it(application: Any) -> None:
    _, headers, _ = get(application, "/tasks/")
    assert headers["content-security-policy"] == "default-src 'none'"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "content-security-policy" not in get(application, "/")[1]
    assert "content-security-policy" not in get(application, "/chatkit/gallery.html")[1]


def test_a_file_with_a_hash_is_kept_for_good(application: Any) -> None:
    _, headers, _ = get(application, "/_next/static/app-1a2b3c4d.js")
    assert headers["cache-control"] == "max-age=315360000, public, immutable"


def test_the_elements_script_may_be_loaded_by_any_page(application: Any) -> None:
    status, headers, _ = get(application, "/chatkit/chatkit.js")
    assert status == 200
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cache-control"] == "no-cache"
    assert "javascript" in headers["content-type"]


@pytest.mark.parametrize("name", ["element-DuMbPuOJ", "fr-C_a-_-9Z"])
def test_the_elements_chunks_are_kept_for_good(application: Any, name: str) -> None:
    status, headers, _ = get(application, f"/chatkit/chunks/{name}.js")
    assert status == 200
    assert "javascript" in headers["content-type"]
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cache-control"] == "max-age=315360000, public, immutable"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_elements_gallery_is_a_page_checked_on_each_visit(application: Any) -> None:
    status, headers, _ = get(application, "/chatkit/gallery.html")
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert headers["cache-control"] == "no-cache"
    assert headers["x-frame-options"] == "DENY"


def test_a_folder_without_its_slash_is_redirected(application: Any) -> None:
    status, headers, _ = get(application, "/tasks")
    assert status in (301, 302)
    assert headers["location"].endswith("tasks/")


def test_all_else_is_djangos(application: Any) -> None:
    assert get(application, "/api/x")[0] == 299
    assert get(application, "/../manage.py")[0] == 299


def test_of_two_files_with_one_name_the_one_that_django_means_is_served(application: Any) -> None:
    # The admin has this script as well; the theme replaces it.
    name = "admin/js/actions.js"
    meant = Path(str(finders.find(name))).read_bytes()
    assert get(application, f"/static/{name}")[2] == meant
