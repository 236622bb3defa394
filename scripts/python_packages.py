"""The virtual environment and the Python packages in it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts import stamps
from scripts.console import Problem, Unreachable, say, step
from scripts.paths import PYTHON, ROOT, VENV
from scripts.processes import CommandFailed, run_logged

RUNTIME = ROOT / "requirements.txt"
DEVELOPMENT = ROOT / "requirements-dev.txt"

_INSTALLED = VENV / "installed.json"
_INSTALLING = VENV / "installing"

# What pip and npm print when they cannot reach their registry.
_UNREACHABLE = (
    "Failed to establish a new connection",
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "Read timed out",
    "NameResolutionError",
    "ProxyError",
    "SSLError",
    "Connection refused",
    "Connection reset",
    "Network is unreachable",
    "Temporary failure in name resolution",
    "ECONNREFUSED",
    "ECONNRESET",
    "ENOTFOUND",
    "ETIMEDOUT",
    "EAI_AGAIN",
    "ERR_SOCKET_TIMEOUT",
)


def install(development: bool = False) -> None:
    """Install the product's packages, and the tools for tests and linters if wanted."""
    files = [RUNTIME, DEVELOPMENT] if development else [RUNTIME]
    wanted = {file.name: stamps.digest(_pins(file)) for file in files}
    _install("Python packages", wanted, ["-r", str(files[-1])])


def install_extra(name: str, pin: str) -> None:
    """Install one more package of an exact version."""
    _install(name, {pin: stamps.digest(pin)}, [pin])


def _pins(file: Path) -> str:
    text = file.read_text()
    return _pins(RUNTIME) + text if file == DEVELOPMENT else text


def _install(name: str, wanted: dict[str, str], arguments: list[str]) -> None:
    _remove_unusable_environment()
    done = _installed()
    if PYTHON.exists() and wanted.items() <= done.items():
        return
    _check_what_it_takes()
    if not PYTHON.exists():
        with step("Virtual environment", f"creating .venv with Python {sys.version.split()[0]}"):
            _create_environment()
    with step(name, "installing"):
        _pip_install(arguments)
        stamps.write(_INSTALLED, json.dumps({"home": str(VENV), **done, **wanted}, indent=2))
        _INSTALLING.unlink(missing_ok=True)


def _installed() -> dict[str, str]:
    try:
        content = json.loads(_INSTALLED.read_text())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _remove_unusable_environment() -> None:
    """An environment that was cut in mid-install, moved, or lost its Python is made anew."""
    if not VENV.exists():
        return
    if _INSTALLING.exists():
        reason = "the last install was cut short"
    elif _installed().get("home", str(VENV)) != str(VENV):
        reason = "the folder was moved"
    elif not _works():
        reason = "its Python does not run any more"
    else:
        return
    say(f"  Virtual environment: {reason}; starting over")
    shutil.rmtree(VENV)


def _works() -> bool:
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return (
            subprocess.run([PYTHON, "-c", check], capture_output=True, check=False).returncode == 0
        )
    except OSError:
        return False


def _check_what_it_takes() -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing and not PYTHON.exists():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Problem(
            f"Python {version} ({sys.executable}) lacks its module {' and '.join(missing)}.\n"
            "On Debian and Ubuntu it is a package of its own. Install it, then run the same\n"
            f"command again:\n  sudo apt install python3-venv     (or python{version}-venv)"
        )
    if shutil.disk_usage(ROOT).free < 2 * 1024**3:
        say("  Less than 2 GB are free on this disk: the install may not fit.")


def _create_environment() -> None:
    try:
        run_logged([sys.executable, "-m", "venv", VENV], "venv", cwd=ROOT)
    except CommandFailed as failure:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Problem(
            f"Python could not create the virtual environment:\n{failure.tail()}"
        ) from failure


def _pip_install(arguments: list[str]) -> None:
    environment = {"PIP_RETRIES": "2", **os.environ, "PIP_USER": "0"}
    options = ["--no-input", "--disable-pip-version-check"]
    command = [str(PYTHON), "-m", "pip", "install", *options, *arguments]
    # A pip that is killed leaves packages that look complete and are not. If nobody takes this
    # marker away, the next run makes a new environment.
    _INSTALLING.touch()
    try:
        run_logged(command, "pip", cwd=ROOT, env=environment)
    except CommandFailed as failure:
        if "Installing collected packages" not in failure.output:
            _INSTALLING.unlink()
        if registry_unreachable(failure.output):
            raise unreachable("Python packages (pip)", failure) from failure
        raise Problem(failure.words("pip could not install the Python packages")) from failure


def registry_unreachable(output: str) -> bool:
    return any(_sign_of_no_network(line) for line in output.splitlines())


def _sign_of_no_network(line: str) -> bool:
    return any(sign in line for sign in _UNREACHABLE)


def unreachable(what: str, failure: CommandFailed) -> Unreachable:
    sign = next(line for line in failure.output.splitlines() if _sign_of_no_network(line))
    return Unreachable(
        f"The registry for {what} cannot be reached. Nothing is broken: check the network\n"
        "and the proxy settings (HTTPS_PROXY, PIP_INDEX_URL, npm's registry), then run the same\n"
        f"command again; it goes on from here.\n    {sign.strip()[:300]}\n"
        f"All of the output: {failure.log}"
    )
