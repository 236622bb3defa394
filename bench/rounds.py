"""Scenarios, and how the contestants take turns at one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench import machine, results
from bench.load import measure
from bench.results import Turn
from bench.servers import Cpu, Server
from scripts.console import say


@dataclass(frozen=True)
class Scenario:
    """How the model behaves, and how many messages a turn has: one at a time, ten at once."""

    words: str
    message: str
    alone: int
    together: int


SCENARIOS = {
    "at-once": Scenario("The model answers at once: 100 deltas", "Say a hundred words.", 40, 100),
    "350-ms": Scenario(
        "The model thinks for 350 ms, then answers at once: 100 deltas",
        "Say a hundred words after 350 ms.",
        12,
        80,
    ),
}
WARM_UP = replace(SCENARIOS["at-once"], alone=10, together=30)


def play_rounds(servers: Sequence[Server], scenario: Scenario, rounds: int) -> list[Turn]:
    turns = []
    for number in range(1, rounds + 1):
        # Back and forth, so that nobody always follows the same one.
        for server in servers if number % 2 else servers[::-1]:
            turn = play_turn(server, scenario, number)
            say(
                f"  {number}/{rounds}  {turn.name:22}"
                f"{results.percentile(turn.alone_ms, 50):8.0f} ms alone"
                f"{results.percentile(turn.together_ms, 50):8.0f} ms together"
                f"{turn.streams_a_second:8.1f} streams/s{turn.together_cpu_ms:8.1f} ms CPU"
            )
            turns.append(turn)
    order = [server.contestant.name for server in servers]
    return sorted(turns, key=lambda turn: (turn.round, order.index(turn.name)))


def play_turn(server: Server, scenario: Scenario, number: int) -> Turn:
    people = server.people()
    began, busy = time.monotonic(), machine.other_core_busy_seconds()
    before = server.cpu_seconds()
    alone = asyncio.run(measure(people[:1], scenario.message, scenario.alone))
    between = server.cpu_seconds()
    together = asyncio.run(measure(people, scenario.message, scenario.together))
    after = server.cpu_seconds()
    busy = machine.other_core_busy_seconds() - busy
    streams = scenario.alone + scenario.together
    return Turn(
        name=server.contestant.name,
        round=number,
        alone_ms=alone.first_delta_ms,
        together_ms=together.first_delta_ms,
        streams_a_second=together.streams_a_second,
        alone_cpu_ms=(between.server - before.server) / scenario.alone * 1000,
        together_cpu_ms=(after.server - between.server) / scenario.together * 1000,
        database_cpu_ms=_database_cpu(before, after, streams),
        other_core_busy=busy / (time.monotonic() - began),
    )


def _database_cpu(before: Cpu, after: Cpu, streams: int) -> float | None:
    if before.database is None or after.database is None:
        return None
    return (after.database - before.database) / streams * 1000
