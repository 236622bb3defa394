"""How a conversation's last reply ended, for whoever opens it later: marked, with a way on."""

from typing import TypedDict

from chat.failures import INTERNAL, words_of
from chat.models import Run
from chat.settling import settle_thread
from taskchat_site.accounts.models import User

WORDS = {
    "cancelled": "You stopped this reply.",
    "interrupted": (
        "This reply was interrupted when the server stopped. What it said and did is kept."
    ),
}


class LastRun(TypedDict):
    """A run that did not complete. `retry_after_item_id` is the message to retry, if any."""

    run_id: str
    status: str
    code: str
    words: str
    retry_after_item_id: str | None


def last_run(user: User, thread_id: str) -> LastRun | None:
    """The thread's last run unless it completed or still runs; a dead one is settled first."""
    settle_thread(thread_id)
    runs = Run.objects.filter(owner=user, thread_id=thread_id, exclusive=True)
    run = runs.order_by("-started_at", "-pk").first()
    if run is None or run.status in ("completed", "running"):
        return None
    return LastRun(
        run_id=run.pk,
        status=run.status,
        code=run.code,
        words=WORDS.get(run.status) or words_of(run.code) or INTERNAL.words,
        retry_after_item_id=run.turn_id or None,
    )
