"""`make test`: install what is missing, run every suite, and say what each came to.

`make test SUITE=unit` runs one of them; with more words (`SUITE="unit postgres"`) several.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

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

# Tests start two processes at most: the machines that matter have two cores.
_WORKERS = ["-n", "2"]
# Where the tests of a file share what they start.
_FILES = [*_WORKERS, "--dist=loadfile"]


def _unit() -> Result:
    return _pytest("unit", [*_WORKERS, "-p", "no:playwright", *_python_packages()])


def _postgres() -> Result:
    try:
        with databases.postgres() as url:
            tests = [folder for folder in _python_packages() if folder != "scripts"]
            options = [*_WORKERS, "-p", "no:playwright", "-p", "tests.database_only"]
            return _pytest("postgres", [*options, *tests], DATABASE_URL=url)
    except services.Missing as missing:
        if os.environ.get("CI") == "true":
            return Result("postgres", failed=1, remark=str(missing))
        return Result("postgres", skipped=1, reasons={str(missing)})
    except services.DidNotStart as problem:
        say(str(problem))
        return Result("postgres", failed=1, remark="PostgreSQL did not start")


def _servers() -> Result:
    return _pytest(
        "servers",
        [*_FILES, "-p", "no:playwright", "tests", *(f"--ignore=tests/{name}" for name in APART)],
    )


def _cluster() -> Result:
    return _pytest("cluster", [*_FILES, "-p", "no:playwright", "tests/cluster"])


def _browser() -> Result:
    return _pytest("browser", [*_FILES, "tests/browser"])


def _site() -> Result:
    return _vitest("site", SITE)


def _element() -> Result:
    return _vitest("element", ELEMENT)


SUITES: dict[str, Callable[[], Result]] = {
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


def _pytest(suite: str, arguments: list[str], **variables: str) -> Result:
    report = REPORTS / f"{suite}.xml"
    command = [str(PYTHON), "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
    return _run(suite, command, report, ROOT, {"TESTING": "1", **variables})


def _vitest(suite: str, folder: Path) -> Result:
    report = REPORTS / f"{suite}.xml"
    npm = node_packages.npm(node_packages.environment())
    reporters = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"]
    return _run(suite, [npm, "test", "--", *reporters], report, folder, {})


def _run(
    suite: str, command: list[str], report: Path, cwd: Path, variables: Mapping[str, str]
) -> Result:
    report.unlink(missing_ok=True)
    plain = {} if sys.stdout.isatty() else {"NO_COLOR": "1"}
    environment = {**node_packages.environment(), **plain, **variables}
    status = subprocess.run(
        command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, check=False
    ).returncode
    return results.read(suite, report, status)


def _timed(suite: str) -> Result:
    say(f"\n--- {suite}")
    started = time.monotonic()
    result = SUITES[suite]()
    result.seconds = time.monotonic() - started
    return result


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
    done = [_timed(suite) for suite in chosen]
    say(f"\nAll of it took {duration(time.monotonic() - started)}.")
    say(results.summary(done))
    return 1 if any(result.failed for result in done) else 0


if __name__ == "__main__":
    main(test)
