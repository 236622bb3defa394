"""`make test`: install what is missing, run every suite, and say what each came to.

`make test SUITE=unit` runs one of them; with more words (`SUITE="unit postgres"`) several.

What only computes, and measures that, goes first and alone. Then suites run in two lanes, side by
side: those across processes wait for most of their time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from scripts import debian, node_packages, results
from scripts.console import Problem, duration, main, say
from scripts.install import install
from scripts.paths import ELEMENT, PYTHON, ROOT, SITE, VAR
from scripts.processes import only_installer
from scripts.results import Result
from tests import databases, services

REPORTS = VAR / "test-reports"
# Suites of their own among the tests across processes.
APART = ("browser", "cluster")
PYTHON_PACKAGES = ("taskchat_site", "tasks", "mcp_tools", "chat", "scripts")

# Stage by stage; the lanes of one run side by side, the suites of a lane one after the other.
STAGES = (
    (("unit", "postgres"),),
    (("cluster", "servers"), ("browser", "element", "site")),
)
# Where all want a core, the cluster's tests get it: they hold the product to its times.
GIVE_WAY = ("browser", "servers", "site", "element")

# A suite starts two processes at most: the machines that matter have two cores.
_WORKERS = ["-n", "2"]
# Where nothing but the tests has work to do.
_ONE_CORE_EACH = ["-p", "tests.one_core"]
# Tests that share what their file starts stay together (tests/conftest.py).
_GROUPS = [*_WORKERS, "--dist=loadgroup"]
# Where Python is told to keep no bytecode, each of the tests' processes would compile all anew.
_KEEP_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}


_interrupted = threading.Event()
_telling = threading.Lock()


@dataclass(frozen=True)
class Run:
    """How a suite's tests are run: where their output goes."""

    output: BinaryIO | None = None

    def tests(
        self,
        suite: str,
        command: list[str],
        report: Path,
        cwd: Path,
        variables: Mapping[str, str],
    ) -> Result:
        report.unlink(missing_ok=True)
        gives_way = ["nice", "-n", "5"] if suite in GIVE_WAY else []
        plain = {} if self.output is None and sys.stdout.isatty() else {"NO_COLOR": "1"}
        status = subprocess.run(
            [*gives_way, *command],
            cwd=cwd,
            env={**node_packages.environment(), **_KEEP_BYTECODE, **plain, **variables},
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=None if self.output is None else subprocess.STDOUT,
            check=False,
        ).returncode
        return results.read(suite, report, status)


def _unit(run: Run) -> Result:
    options = [*_WORKERS, *_ONE_CORE_EACH, "-p", "no:playwright"]
    return _pytest(run, "unit", [*options, *_python_packages()])


def _postgres(run: Run) -> Result:
    try:
        with databases.postgres() as url:
            tests = [folder for folder in _python_packages() if folder != "scripts"]
            options = [*_WORKERS, *_ONE_CORE_EACH, "-p", "no:playwright"]
            plugin = ["-p", "tests.database_only"]
            return _pytest(run, "postgres", [*options, *plugin, *tests], DATABASE_URL=url)
    except services.Missing as missing:
        if os.environ.get("CI") == "true":
            return Result("postgres", failed=1, remark=str(missing))
        return Result("postgres", skipped=1, reasons={str(missing)})
    except services.DidNotStart as problem:
        say(str(problem))
        return Result("postgres", failed=1, remark="PostgreSQL did not start")


def _servers(run: Run) -> Result:
    return _pytest(
        run,
        "servers",
        [*_GROUPS, "-p", "no:playwright", "tests", *(f"--ignore=tests/{name}" for name in APART)],
    )


def _cluster(run: Run) -> Result:
    return _pytest(run, "cluster", [*_GROUPS, "-p", "no:playwright", "tests/cluster"])


def _browser(run: Run) -> Result:
    return _pytest(run, "browser", [*_GROUPS, "tests/browser"])


def _site(run: Run) -> Result:
    return _vitest(run, "site", SITE)


def _element(run: Run) -> Result:
    return _vitest(run, "element", ELEMENT)


SUITES: dict[str, Callable[[Run], Result]] = {
    "unit": _unit,
    "postgres": _postgres,
    "site": _site,
    "element": _element,
    "servers": _servers,
    "cluster": _cluster,
    "browser": _browser,
}


def _python_packages() -> list[str]:
    return [name for name in PYTHON_PACKAGES if (ROOT / name).is_dir()]


def _pytest(run: Run, suite: str, arguments: list[str], **variables: str) -> Result:
    report = REPORTS / f"{suite}.xml"
    options = ["-q", "-p", "tests.collected", f"--junitxml={report}"]
    command = [str(PYTHON), "-m", "pytest", *options, *arguments]
    return run.tests(suite, command, report, ROOT, {"TESTING": "1", **variables})


def _vitest(run: Run, suite: str, folder: Path) -> Result:
    report = REPORTS / f"{suite}.xml"
    npm = node_packages.npm(node_packages.environment())
    reporters = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"]
    return run.tests(suite, [npm, "test", "--", *reporters], report, folder, {})


def _stages(chosen: list[str]) -> list[list[list[str]]]:
    """`STAGES` with those of `chosen` alone."""
    stages = [[[suite for suite in lane if suite in chosen] for lane in stage] for stage in STAGES]
    return [[lane for lane in stage if lane] for stage in stages if any(stage)]


def _one_after_the_other(lane: list[str], *, beside_others: bool) -> list[Result]:
    done = []
    for suite in lane:
        if _interrupted.is_set():
            break
        done.append(_timed(suite, beside_others=beside_others))
    return done


def _timed(suite: str, *, beside_others: bool) -> Result:
    started = time.monotonic()
    if not beside_others:
        say(f"\n--- {suite}")
        result = SUITES[suite](Run())
    else:
        say(f"  Started: {suite}")
        log = REPORTS / f"{suite}.log"
        with log.open("wb") as output:
            result = SUITES[suite](Run(output))
        with _telling:
            say(f"\n--- {suite}\n{log.read_text(errors='replace')}")
    result.seconds = time.monotonic() - started
    return result


def _all(lanes: list[list[str]]) -> list[Result]:
    with ThreadPoolExecutor(len(lanes)) as side_by_side:
        several = len(lanes) > 1
        work = [
            side_by_side.submit(_one_after_the_other, lane, beside_others=several) for lane in lanes
        ]
        try:
            return [result for lane in work for result in lane.result()]
        except BaseException:
            # Ctrl-C has reached the suites as well; those that would follow are not begun.
            _interrupted.set()
            raise


def test() -> int:
    chosen = sys.argv[1:] or list(SUITES)
    if unknown := [suite for suite in chosen if suite not in SUITES]:
        raise Problem(
            f"There is no suite {', '.join(unknown)}. The suites are: {', '.join(SUITES)}"
        )
    started = time.monotonic()
    say("TaskChat: checking what the tests need")
    with only_installer():
        install(development=True)
    debian.install_components()
    say(f"  Everything is there ({duration(time.monotonic() - started)})")
    REPORTS.mkdir(parents=True, exist_ok=True)
    results_of_stages = [_all(lanes) for lanes in _stages(chosen)]
    done = [result for results_of_stage in results_of_stages for result in results_of_stage]
    say(f"\nAll of it took {duration(time.monotonic() - started)}.")
    say(results.summary(done))
    return 1 if any(result.failed for result in done) else 0


if __name__ == "__main__":
    main(test)
