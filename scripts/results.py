"""What a test suite came to, read from the JUnit report that both pytest and vitest write."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

from scripts.console import duration


@dataclass
class Result:
    suite: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    remark: str = ""
    reasons: set[str] = field(default_factory=set)


def read(suite: str, report: Path, status: int) -> Result:
    """Count the report's cases. A runner that failed without a failed case is a failure too."""
    result = Result(suite)
    try:
        cases = list(ET.parse(report).getroot().iter("testcase"))
    except (OSError, ET.ParseError):
        cases = []
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            result.failed += 1
        elif (skip := case.find("skipped")) is not None:
            result.skipped += 1
            if reason := skip.get("message"):
                result.reasons.add(reason)
        else:
            result.passed += 1
    if not cases:
        result.failed, result.remark = 1, f"ran no test (exit status {status})"
    elif status != 0 and not result.failed:
        result.failed, result.remark = 1, f"ended with exit status {status}"
    return result


def summary(results: list[Result]) -> str:
    """A table, the reasons for skips, and as the last line the totals."""
    width = max(len(result.suite) for result in results)
    lines = [f"  {'suite':<{width}}  passed  failed  skipped     time"]
    for one in results:
        counts = f"{one.passed:>6}  {one.failed:>6}  {one.skipped:>7}  {duration(one.seconds):>7}"
        lines.append(f"  {one.suite:<{width}}  {counts}  {one.remark}".rstrip())
    lines += [
        f"  skipped: {reason}" for reason in sorted(set().union(*(one.reasons for one in results)))
    ]
    passed, failed, skipped = (
        sum(getattr(one, kind) for one in results) for kind in ("passed", "failed", "skipped")
    )
    return "\n".join([*lines, f"{passed} passed, {failed} failed, {skipped} skipped"])
