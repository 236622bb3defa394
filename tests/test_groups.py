"""How the workers share the tests."""

import os
import subprocess
from pathlib import Path

from scripts.paths import PYTHON, ROOT

SHARED = """
import pytest

@pytest.fixture(scope="module")
def server():
    with open("started", "a") as started:
        print("started", file=started)

@pytest.mark.parametrize("number", range(8))
def test_shares(server, number):
    pass
"""


def test_what_a_file_starts_for_its_tests_is_started_by_one_worker(tmp_path: Path) -> None:
    hook = "from tests.conftest import pytest_collection_modifyitems\n"
    (tmp_path / "conftest.py").write_text(hook)
    (tmp_path / "test_shared.py").write_text(SHARED)
    options = ["-n", "2", "--dist=loadgroup", "-p", "no:playwright", "-p", "no:django"]
    done = subprocess.run(
        [str(PYTHON), "-m", "pytest", *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "8 passed" in done.stdout, done.stdout + done.stderr
    assert (tmp_path / "started").read_text() == "started\n"
