"""`make bench`: every contestant in turn, round after round; a table, and all of it as JSON."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import machine, results
from bench.contestants import CONTESTANTS
from bench.load import Failed
from bench.profile import profile
from bench.results import Turn
from bench.rounds import SCENARIOS, WARM_UP, Scenario, play_rounds, play_turn
from bench.servers import started
from scripts.console import Problem, duration, main, say
from scripts.paths import ROOT, VAR
from tests import services

PROFILED_MESSAGES = 500


def bench() -> int:
    options = _options()
    begun = time.monotonic()
    about = {
        "started": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        **_commit(),
        **machine.describe(),
    }
    say("".join(f"  {name}: {value}\n" for name, value in about.items()).rstrip())
    logs = options.output / "logs"
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    with _words_for_failures(logs):
        if options.profile:
            say("\n".join(_profiled(options.profile, logs)))
            return 0
        turns = _measured(options, logs)
    seconds = round(time.monotonic() - begun)
    report = {
        "about": about,
        "seconds": seconds,
        **{name: results.as_json(turns[name]) for name in turns},
    }
    file = options.output / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    file.write_text(json.dumps(report, indent=1))
    for name, of_scenario in turns.items():
        say("\n".join(["", _title(SCENARIOS[name], of_scenario), "", *results.table(of_scenario)]))
    say(f"\n{duration(seconds)}. Every single time is in {file}.")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contestant (5)")
    parser.add_argument(
        "--contestants",
        nargs="+",
        choices=CONTESTANTS,
        default=["sqlite", "postgres", "peer"],
        help="who takes part; the others are compared with the last",
    )
    parser.add_argument("--scenarios", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--messages", type=int, help="in each part of a turn")
    parser.add_argument("--output", type=Path, default=VAR / "bench", help="where the JSON goes")
    parser.add_argument(
        "--profile", choices=CONTESTANTS, help="instead: whose code one contestant's time goes into"
    )
    return parser.parse_args()


@contextmanager
def _words_for_failures(logs: Path) -> Iterator[None]:
    try:
        yield
    except services.DidNotStart as problem:
        raise Problem(str(problem)) from None
    except (Failed, OSError) as failure:
        words = str(failure) or type(failure).__name__
        raise Problem(f"{words}\nThe servers' logs are in {logs}.") from failure


def _measured(options: argparse.Namespace, logs: Path) -> dict[str, list[Turn]]:
    chosen = [CONTESTANTS[name] for name in options.contestants]
    say(f"  Starting: {', '.join(contestant.name for contestant in chosen)} ...")
    turns: dict[str, list[Turn]] = {}
    with started(chosen, logs) as servers:
        for server in servers:
            play_turn(server, _sized(WARM_UP, options.messages), 0)
        for name in options.scenarios:
            scenario = _sized(SCENARIOS[name], options.messages)
            say(f"\n{scenario.words}")
            turns[name] = play_rounds(servers, scenario, options.rounds)
    return turns


def _sized(scenario: Scenario, messages: int | None) -> Scenario:
    return replace(scenario, alone=messages, together=messages) if messages else scenario


def _profiled(name: str, logs: Path) -> list[str]:
    with started([CONTESTANTS[name]], logs) as (server,):
        play_turn(server, WARM_UP, 0)
        return profile(server, WARM_UP.message, PROFILED_MESSAGES, logs)


def _title(scenario: Scenario, turns: Sequence[Turn]) -> str:
    rounds = max(turn.round for turn in turns)
    alone, together = len(turns[0].alone_ms), len(turns[0].together_ms)
    return (
        f"{scenario.words}\n"
        f"Rounds: {rounds}. In each, {alone} messages by 1 person, then {together} by 10 at once.\n"
        "Milliseconds: percentiles of all rounds; CPU and streams: medians of the rounds."
    )


def _commit() -> dict[str, Any]:
    """What was measured, as far as git knows it."""
    command = ["git", "describe", "--always", "--dirty"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return {}
    return {"commit": done.stdout.strip()}


if __name__ == "__main__":
    main(bench)
