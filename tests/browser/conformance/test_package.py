"""The element as an npm package: what is in it, and that another project can use it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts import node_packages
from scripts.paths import ELEMENT
from tests.browser.conformance.chat import Chat
from tests.components import node_with

INSTALL_SECONDS = 180


def npm(*arguments: str, cwd: Path) -> str:
    variables = node_packages.environment()
    command = [node_packages.npm(variables), *arguments]
    done = subprocess.run(
        command,
        cwd=cwd,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=INSTALL_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The tarball, of what was built, and npm's own account of what is in it."""
    node_with("vite", ELEMENT)
    folder = tmp_path_factory.mktemp("packed")
    answer = npm("pack", "--json", "--ignore-scripts", f"--pack-destination={folder}", cwd=ELEMENT)
    (packed,) = json.loads(answer)
    return {**packed, "path": str(folder / packed["filename"])}


def test_the_package_holds_what_a_page_needs_and_nothing_else(packed) -> None:
    paths = {file["path"] for file in packed["files"]}
    needed = {"package.json", "README.md", "CONFORMANCE.md", "types.d.ts", "dist/chatkit.js"} | {
        "dist/LICENSES.md"
    }
    assert needed <= paths
    rest = paths - needed
    strange = {path for path in rest if not re.fullmatch(r"dist/chunks/[\w.-]+\.js", path)}
    assert strange == set()


def test_the_notices_of_all_that_is_bundled_are_in_it(packed) -> None:
    """Nothing is left to install but types, so what is bundled brings its licence along."""
    package = json.loads((ELEMENT / "package.json").read_text())
    assert list(package["dependencies"]) == ["@openai/chatkit"]
    assert package["license"] == "MIT"
    notices = (ELEMENT / "dist" / "LICENSES.md").read_text()
    for name in ("preact", "marked", "remend", "lucide", "eventsource-parser", "d3-scale"):
        assert re.search(rf"^## {name} ", notices, re.MULTILINE), name


@pytest.fixture(scope="module")
def project(packed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of somebody else's that has installed the tarball."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    npm("install", "--no-audit", "--no-fund", "--ignore-scripts", packed["path"], cwd=folder)
    (folder / "index.html").write_text(
        '<!doctype html><link rel="icon" href="data:," />'
        '<script type="module" src="./main.js"></script><main></main>'
    )
    shutil.copy(ELEMENT.parents[1] / "tests/element_server/page/page.js", folder)
    (folder / "main.js").write_text('import "taskchat-chatkit-element"; import "./page.js";')
    return folder


def test_its_types_are_found(project: Path) -> None:
    (project / "types.ts").write_text(
        'import { ChatKitElement } from "taskchat-chatkit-element";\n'
        'import type { OpenAIChatKit } from "@openai/chatkit";\n'
        "const chat: OpenAIChatKit = new ChatKitElement();\n"
        'chat.setOptions({ api: { url: "/chatkit", domainKey: "any" } });\n'
        "// @ts-expect-error a method that there is not\n"
        "chat.fly();\n"
    )
    tsc = [node_with("typescript", ELEMENT), str(ELEMENT / "node_modules/typescript/bin/tsc")]
    options = ["--noEmit", "--strict", "--module", "esnext", "--moduleResolution", "bundler"]
    done = subprocess.run(
        [*tsc, *options, "--target", "es2022", "types.ts"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout == ""
    assert done.returncode == 0


@pytest.fixture(scope="module")
def built(project: Path) -> Path:
    """The project's page, bundled."""
    vite = [node_with("vite", ELEMENT), str(ELEMENT / "node_modules/vite/bin/vite.js")]
    subprocess.run(
        [*vite, "build", "--base", "./"], cwd=project, check=True, capture_output=True, timeout=120
    )
    return project / "dist"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-US")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("kind", ["bundled", "as it lies there"])
def test_a_page_of_another_project(
    page: Page, project: Path, built: Path, element_server: str, kind: str
) -> None:
    """By a bundler, and by a script tag alone; with a chart, which comes in a chunk of its own."""
    folder = built if kind == "bundled" else project
    base = f"{element_server}/project/"

    def serve(route, request):
        name = request.url.removeprefix(base) or "index.html"
        if kind != "bundled" and name == "main.js":
            package = "./node_modules/taskchat-chatkit-element/dist/chatkit.js"
            words = f'import "{package}"; import "./page.js";'
            route.fulfill(body=words, content_type="text/javascript")
        else:
            route.fulfill(path=folder / name)

    page.route(f"{base}**", serve)
    page.goto(base)
    page.wait_for_function("() => globalThis.mount")
    chat = Chat(page, element_server).mount()
    chat.say("show widget Chart")
    expect(chat.element.locator(".card svg, .card canvas").first).to_be_visible()
