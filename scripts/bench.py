"""`make bench`: install what is missing, then measure; options: `make bench ARGS="--rounds 10"`."""

from __future__ import annotations

import os
import sys

from scripts import debian, python_packages, side_environment
from scripts.console import main, say
from scripts.paths import PYTHON, ROOT
from scripts.processes import only_installer


def bench() -> int:
    say("TaskChat: checking what the benchmark needs")
    with only_installer():
        python_packages.install()
        side_environment.install("bench")
    debian.install_components("PostgreSQL")
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "bench", *sys.argv[1:]])


if __name__ == "__main__":
    main(bench)
