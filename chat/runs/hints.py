"""What processes tell each other of runs: there are new frames, an end, a wish to stop."""

from collections.abc import Iterable
from typing import Literal

from taskchat_site.hints import hints

TOPIC = "runs"

Kind = Literal["frames", "stop"]


def tell(kind: Kind, run_ids: Iterable[str]) -> None:
    """A hint, after commit; from any thread."""
    if ids := list(run_ids):
        hints.send(TOPIC, {"kind": kind, "ids": ids})
