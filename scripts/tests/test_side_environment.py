import pytest

from scripts import side_environment
from scripts.console import Problem, Unreachable
from scripts.processes import CommandFailed


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A work tree whose `.venv` is there; `python -m venv` makes folders, and pip takes notes."""
    (tmp_path / ".venv" / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("version = 3.11\n")
    (tmp_path / "requirements.txt").write_text("Django==5.2.19\n")
    (tmp_path / "requirements-bench.txt").write_text("fastapi==0.165.0\n")
    monkeypatch.setattr(side_environment, "ROOT", tmp_path)
    monkeypatch.setattr(side_environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(side_environment, "VAR", tmp_path / "var")
    return tmp_path


class Pip:
    """Stands for every command that is run; keeps those of pip, which fail with `failure`."""

    def __init__(self):
        self.commands = []
        self.failure = None

    def run(self, command, log_name, **_options):
        if log_name == "venv":
            (command[-1] / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
            return
        self.commands.append(command)
        if self.failure is not None:
            raise self.failure


@pytest.fixture
def pip(monkeypatch):
    fake = Pip()
    monkeypatch.setattr(side_environment, "run_logged", fake.run)
    return fake


def test_it_is_made_once_and_anew_when_its_packages_change(folder, pip):
    side_environment.install("bench")
    side_environment.install("bench")
    assert len(pip.commands) == 1
    (folder / "requirements-bench.txt").write_text("fastapi==0.166.0\n")
    old = folder / "var" / "environments" / "bench" / "old"
    old.touch()
    side_environment.install("bench")
    assert len(pip.commands) == 2
    assert not old.exists()


def test_it_sees_the_products_packages(folder, pip):
    side_environment.install("bench", "--no-deps")
    environment = folder / "var" / "environments" / "bench"
    link = environment / "lib" / "python3.11" / "site-packages" / "product.pth"
    assert link.read_text().strip() == str(folder / ".venv/lib/python3.11/site-packages")
    assert "--no-deps" in pip.commands[0]


@pytest.mark.parametrize(
    ("output", "problem"), [("Network is unreachable", Unreachable), ("no such version", Problem)]
)
def test_a_failed_install_is_told_and_tried_again(folder, pip, output, problem):
    pip.failure = CommandFailed(1, output, folder / "pip.log")
    with pytest.raises(problem):
        side_environment.install("bench")
    pip.failure = None
    side_environment.install("bench")
    assert len(pip.commands) == 2
