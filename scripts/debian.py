"""Programs that tests need, and pip and npm do not bring: installed where possible, else named."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from scripts.console import Problem, say, step
from scripts.paths import ROOT
from scripts.processes import CommandFailed, run_logged


@dataclass(frozen=True)
class Component:
    """A program, the names or places it is found under, and its Debian package."""

    name: str
    package: str
    found_as: tuple[str, ...]

    def is_present(self) -> bool:
        return any(self._matches(place) for place in self.found_as)

    @staticmethod
    def _matches(place: str) -> bool:
        if place.startswith("/"):
            return any(Path("/").glob(place[1:]))
        return shutil.which(place) is not None


COMPONENTS = (
    Component(
        "Chromium",
        "chromium",
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    ),
    Component("PostgreSQL", "postgresql", ("initdb", "/usr/lib/postgresql/*/bin/initdb")),
    Component("Redis", "redis-server", ("redis-server", "valkey-server")),
    Component("nginx", "nginx", ("nginx", "/usr/sbin/nginx")),
    Component("libfaketime", "faketime", ("faketime",)),
)


def install_components(*names: str) -> None:
    """Install what is missing with apt as root; elsewhere say what is skipped for want of it.

    Only those of `names`, if any are given.
    """
    wanted = [component for component in COMPONENTS if not names or component.name in names]
    missing = [component for component in wanted if not component.is_present()]
    if os.environ.get("CHROMIUM"):
        missing = [component for component in missing if component.name != "Chromium"]
    if not missing:
        return
    shown = ", ".join(component.name for component in missing)
    packages = [component.package for component in missing]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        say(f"  Not on this machine: {shown}. Tests that need them are skipped (CI=true: fail).")
        if shutil.which("apt-get") is not None:
            say(f"  To run them: sudo apt-get install {' '.join(packages)}")
        return
    with step("Debian packages", f"installing {' '.join(packages)}"):
        _apt_install(packages)


def _apt_install(packages: list[str]) -> None:
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        run_logged(["apt-get", "update"], "apt-update", cwd=ROOT, env=variables)
        command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
        run_logged(command, "apt-install", cwd=ROOT, env=variables)
    except CommandFailed as failure:
        words = failure.words(f"apt-get could not install {' '.join(packages)}")
        if os.environ.get("CI") == "true":
            raise Problem(words) from failure
        say(f"{words}\n  Tests that need them are skipped.")
