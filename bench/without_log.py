"""The product with a log that drops everything: the difference is what its durable log costs.

`python -m bench.without_log` serves as `python -m taskchat_site.serve` does. Replies are whole for
whoever is connected, and nobody can join one later.
"""

import sys
from unittest import mock

from taskchat_site.serve import serve

# Django must be set up, which importing the server does, before the rest is imported.
from django.conf import settings  # isort: skip

from chat.runs import storage  # isort: skip
from chat.runs.log import Batch, RunLog  # isort: skip
from chat.runs.runner import runner  # isort: skip
from chat.runs.writer import Writer  # isort: skip


class Dropper(Writer):
    """Says at once that all is stored."""

    def note(self, log: RunLog, within: float) -> None:
        log.stored(len(log.frames))

    async def detach(self, log: RunLog) -> Batch | None:
        return None


if __name__ == "__main__":
    runner.writer = Dropper(runner.lose)
    with (
        mock.patch.object(storage, "last_stored_id", return_value=0),
        mock.patch.object(storage, "add"),
    ):
        sys.exit(serve(settings.ENVIRONMENT.host, settings.ENVIRONMENT.port))
