"""Everything between a bare clone and a product that can start."""

from __future__ import annotations

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from scripts import node_packages, python_packages
from scripts.processes import only_installer, stop_all


def install(*, development: bool = False, build: bool = True) -> None:
    """Install and build what is missing or out of date, Python and Node side by side."""
    packages = [*node_packages.FRONT_ENDS, *(node_packages.FOR_TESTS if development else ())]
    with only_installer():
        # Node may come out of the virtual environment, and two pips must not write into it at once.
        node_packages.prepare_node(packages, build)
        with ThreadPoolExecutor(max_workers=2) as workers:
            work = [
                workers.submit(python_packages.install, development),
                workers.submit(node_packages.install_and_build, packages, build),
            ]
            try:
                for one in wait(work, return_when=FIRST_EXCEPTION).done:
                    one.result()
            except BaseException:
                stop_all()
                raise
