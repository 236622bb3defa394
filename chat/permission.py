"""May an open stream go on? A token expires, a user signs out, a thread is deleted meanwhile."""

import time
from datetime import UTC, datetime

from chat.models import Thread
from taskchat_site import database
from taskchat_site.accounts.authentication import Bearer, live_counters

LOOK_SECONDS = 30.0


class Permission:
    """Of one reader, looked up again every half minute: at heartbeats, and between frames."""

    def __init__(self, bearer: Bearer, thread_id: str) -> None:
        self._bearer = bearer
        self._thread_id = thread_id
        self._looked_at = time.monotonic()

    async def __call__(self) -> bool:
        if time.monotonic() - self._looked_at < LOOK_SECONDS:
            return True
        self._looked_at = time.monotonic()
        if datetime.now(UTC) >= self._bearer.expires_at:
            return False
        return await database.run(self._holds)

    def _holds(self) -> bool:
        thread = Thread.objects.filter(pk=self._thread_id, deleted_at=None)
        return bool(live_counters([self._bearer.session])) and thread.exists()
