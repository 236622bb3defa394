import json
import sys

import pytest

from scripts import python_packages, stamps
from scripts.console import Problem, Unreachable
from scripts.processes import CommandFailed


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A work tree of its own, whose `.venv` is there already and in which pip only takes notes."""
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "requirements.txt").write_text("Django==5.2.19\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.2.0\n")
    for name, value in {
        "VENV": venv,
        "PYTHON": venv / "bin" / "python",
        "RUNTIME": tmp_path / "requirements.txt",
        "DEVELOPMENT": tmp_path / "requirements-dev.txt",
        "_INSTALLED": venv / "installed.json",
        "_INSTALLING": venv / "installing",
    }.items():
        monkeypatch.setattr(python_packages, name, value)
    monkeypatch.setattr(python_packages, "_works", lambda: True)
    return tmp_path


class Pip:
    """Stands for every command that is run; keeps what pip was asked to install."""

    def __init__(self, python):
        self.python = python
        self.installed = []
        self.failure = None

    def run(self, command, log_name, **_options):
        if log_name == "venv":
            self.python.parent.mkdir(parents=True)
            self.python.symlink_to(sys.executable)
            return
        if self.failure is not None:
            raise self.failure
        self.installed.append(str(command[-1]))


@pytest.fixture
def pip(folder, monkeypatch):
    fake = Pip(folder / ".venv" / "bin" / "python")
    monkeypatch.setattr(python_packages, "run_logged", fake.run)
    return fake


def test_what_is_installed_is_not_installed_again(folder, pip):
    python_packages.install()
    python_packages.install()
    assert len(pip.installed) == 1


def test_other_pins_are_installed(folder, pip):
    python_packages.install()
    (folder / "requirements.txt").write_text("Django==5.2.20\n")
    python_packages.install()
    assert len(pip.installed) == 2


def test_the_tools_bring_the_product_with_them(folder, pip):
    python_packages.install(development=True)
    python_packages.install()
    assert pip.installed == [str(folder / "requirements-dev.txt")]


def test_an_install_that_was_killed_starts_over(folder, pip):
    (folder / ".venv" / "installing").touch()
    (folder / ".venv" / "half-a-package").touch()
    python_packages.install()
    assert not (folder / ".venv" / "half-a-package").exists()
    assert len(pip.installed) == 1


def test_a_folder_that_was_moved_starts_over(folder, pip):
    stamps.write(folder / ".venv" / "installed.json", json.dumps({"home": "/somewhere/else/.venv"}))
    python_packages.install()
    assert json.loads((folder / ".venv" / "installed.json").read_text())["home"] == str(
        folder / ".venv"
    )


def test_no_network_is_said_and_keeps_what_is_there(folder, pip):
    pip.failure = CommandFailed(1, "NewConnectionError: Connection refused", folder / "pip.log")
    with pytest.raises(Unreachable, match="check the network"):
        python_packages.install()
    assert not (folder / ".venv" / "installing").exists()


def test_a_failure_in_the_middle_of_installing_is_remembered(folder, pip):
    pip.failure = CommandFailed(
        1, "Installing collected packages: a\ndisk full", folder / "pip.log"
    )
    with pytest.raises(Problem, match="disk full"):
        python_packages.install()
    assert (folder / ".venv" / "installing").exists()
