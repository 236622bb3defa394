"""Everything between a bare clone and a product that can start."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from scripts import node_packages, python_packages
from scripts.console import Unreachable
from scripts.processes import stop_all


def install(*, development: bool = False, build: bool = True) -> None:
    """Install and build what is missing or out of date, Python and Node side by side.

    To be called by the `only_installer`.
    """
    packages = [*node_packages.FRONT_ENDS, *(node_packages.FOR_TESTS if development else ())]
    # Node may come out of the virtual environment, and two pips must not write into it at once.
    node_packages.prepare_node(packages, build)
    with ThreadPoolExecutor(max_workers=2) as workers:
        work = [
            workers.submit(python_packages.install, development),
            workers.submit(node_packages.install_and_build, packages, build),
        ]
        try:
            _finish(work)
        except (KeyboardInterrupt, Unreachable):
            stop_all()
            raise


def _finish(work: list[Future[None]]) -> None:
    """Wait for both. When one fails the other still gets to its end: it need not be done again."""
    problems = []
    for one in as_completed(work):
        problem = one.exception()
        if isinstance(problem, Unreachable):
            raise problem
        if problem is not None:
            problems.append(problem)
    if problems:
        raise problems[0]
