"""Makefile's choice of a Python, with PATHs made up of small programs that answer as one."""

import shutil
import subprocess

import pytest

from scripts.paths import ROOT


class Machine:
    """A PATH of one folder, and the commands in it."""

    def __init__(self, folder):
        self.folder = folder

    def has(self, name, script):
        file = self.folder / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return str(file)

    def has_python(self, name, version, good):
        status = 0 if good else 1
        return self.has(name, f'case "$2" in *exit*) exit {status};; *) echo {version};; esac')

    def find_python(self):
        command = [shutil.which("sh") or "sh", str(ROOT / "scripts" / "find-python.sh")]
        path = {"PATH": str(self.folder)}
        return subprocess.run(command, env=path, capture_output=True, text=True, check=False)


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_the_newest_tested_one_is_taken(machine):
    machine.has_python("python3", "3.11.2", good=True)
    newest = machine.has_python("python3.13", "3.13.0", good=True)
    assert machine.find_python().stdout.strip() == newest


def test_a_command_that_does_not_run_is_passed_over(machine):
    machine.has("python3.13", "echo not installed >&2; exit 127")
    works = machine.has_python("python3", "3.12.1", good=True)
    assert machine.find_python().stdout.strip() == works


def test_an_old_one_is_named_with_what_to_do(machine):
    machine.has_python("python3", "3.9.18", good=False)
    result = machine.find_python()
    assert result.returncode == 1
    assert "needs Python 3.11 or newer; the Python found here is 3.9.18" in result.stderr
    assert "apt install python3" in result.stderr


def test_none_is_said(machine):
    result = machine.find_python()
    assert result.returncode == 1
    assert "no Python was found on the PATH" in result.stderr
