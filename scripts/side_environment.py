"""Virtual environments beside the product's, each for the packages that one command needs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from scripts import stamps
from scripts.console import Problem, step
from scripts.paths import PYTHON, ROOT, VAR, VENV
from scripts.processes import CommandFailed, run_logged
from scripts.python_packages import registry_unreachable, unreachable


def python_of(name: str) -> Path:
    """The Python of the environment; it is there once `install` was called."""
    return _folder(name) / "bin" / "python"


def install(name: str, *pip_options: str) -> None:
    """Make an environment with what `requirements-NAME.txt` names, on top of `.venv`.

    To be called by the `only_installer` when `.venv` is installed. An environment is made anew
    when anything about it changed, so that no package of an older one stays behind.
    """
    folder = _folder(name)
    requirements = ROOT / f"requirements-{name}.txt"
    files = (requirements, ROOT / "requirements.txt", VENV / "pyvenv.cfg")
    inputs = stamps.digest(str(folder), *pip_options, *(file.read_text() for file in files))
    stamp = folder / "installed"
    if stamps.is_current(stamp, inputs):
        return
    with step(f"Packages for {name}", "installing"):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            _install(folder, [*pip_options, "-r", str(requirements)])
        except CommandFailed as failure:
            if registry_unreachable(failure.output):
                raise unreachable("Python packages (pip)", failure) from failure
            raise Problem(failure.words(f"pip could not install {requirements.name}")) from failure
        stamps.write(stamp, inputs)


def _folder(name: str) -> Path:
    return VAR / "environments" / name


def _install(folder: Path, arguments: list[str]) -> None:
    run_logged([PYTHON, "-m", "venv", folder], "venv", cwd=ROOT)
    (packages,) = folder.glob("lib/python*/site-packages")
    (shared,) = VENV.glob("lib/python*/site-packages")
    (packages / "product.pth").write_text(f"{shared}\n")
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install"]
    options = ["--no-input", "--disable-pip-version-check"]
    variables = {"PIP_RETRIES": "2", **os.environ, "PIP_USER": "0"}
    run_logged([*pip, *options, *arguments], f"pip-{folder.name}", cwd=ROOT, env=variables)
