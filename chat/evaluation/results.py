"""What an evaluation found: for each case whether it passed and how; together; beside another."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from chat.management.ttft import percentile


@dataclass(frozen=True)
class Turn:
    """A message and what came of it. `calls`: `{"name", "arguments", "status", "result"}`."""

    said: str
    reply: str
    calls: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""


@dataclass(frozen=True)
class Outcome:
    """One case. Times are milliseconds, `cost` is USD (None: no price is known)."""

    name: str
    problems: list[str]
    turns: list[Turn]
    tasks_before: list[str]
    tasks_after: list[str]
    first_delta_ms: list[int]
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: float | None
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.problems


@dataclass
class Result:
    """An evaluation, maybe stopped on the way: `total` cases belong to it."""

    provider: str
    model: str
    file: str
    digest: str
    total: int
    started_at: str
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return len(self.outcomes) == self.total

    def summary(self) -> dict[str, Any]:
        """Figures over the cases that were done; accuracy is a share from 0 to 1."""
        times = sorted(ms for outcome in self.outcomes for ms in outcome.first_delta_ms)
        costs = [outcome.cost for outcome in self.outcomes if outcome.cost is not None]
        passed = sum(outcome.passed for outcome in self.outcomes)
        return {
            "cases": len(self.outcomes),
            "passed": passed,
            "accuracy": passed / len(self.outcomes) if self.outcomes else 0.0,
            "first_delta_p50_ms": percentile(times, 50),
            "first_delta_p90_ms": percentile(times, 90),
            "input_tokens": sum(outcome.input_tokens for outcome in self.outcomes),
            "cached_tokens": sum(outcome.cached_tokens for outcome in self.outcomes),
            "output_tokens": sum(outcome.output_tokens for outcome in self.outcomes),
            "cost": round(sum(costs), 6) if costs else None,
            "seconds": round(sum(outcome.seconds for outcome in self.outcomes), 1),
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "provider": self.provider,
            "model": self.model,
            "file": self.file,
            "digest": self.digest,
            "total": self.total,
            "started_at": self.started_at,
            "complete": self.complete,
            "summary": self.summary(),
            "cases": [{**asdict(one), "passed": one.passed} for one in self.outcomes],
        }


def save(result: Result, path: Path) -> None:
    """Whole or not at all."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(json.dumps(result.as_json(), indent=2))
    beside.replace(path)


def load(path: Path) -> Result:
    """What `save` wrote. Raises OSError, and ValueError for another file."""
    try:
        told = json.loads(path.read_text())
        outcomes = [_outcome(case) for case in told["cases"]]
        names = ("provider", "model", "file", "digest", "total", "started_at")
        return Result(**{name: told[name] for name in names}, outcomes=outcomes)
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is no result of evalchat.") from None


def _outcome(case: dict[str, Any]) -> Outcome:
    fields = {name: value for name, value in case.items() if name != "passed"}
    return Outcome(**{**fields, "turns": [Turn(**turn) for turn in case["turns"]]})


@dataclass(frozen=True)
class Comparison:
    """Names of cases by what became of them from one result to the other."""

    fixed: list[str]
    broken: list[str]
    failing: list[str]
    only_before: list[str]
    only_after: list[str]


def compare(before: Result, after: Result) -> Comparison:
    old = {outcome.name: outcome.passed for outcome in before.outcomes}
    new = {outcome.name: outcome.passed for outcome in after.outcomes}
    both = [name for name in old if name in new]
    return Comparison(
        fixed=[name for name in both if new[name] and not old[name]],
        broken=[name for name in both if old[name] and not new[name]],
        failing=[name for name in both if not old[name] and not new[name]],
        only_before=_missing(old, new),
        only_after=_missing(new, old),
    )


def _missing(names: Iterable[str], others: Iterable[str]) -> list[str]:
    there = set(others)
    return [name for name in names if name not in there]
