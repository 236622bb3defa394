"""How much one user may ask of the assistant: messages a minute, and replies at once.

Counted from the runs themselves, so it holds across processes and costs one query, in the
transaction that starts the run.
"""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q

from chat.runs.models import Run
from chat.runs.runner import MAX_SECONDS
from taskchat_site.accounts.models import User
from taskchat_site.errors import too_many

MINUTE = timedelta(minutes=1)
# What is marked running for longer was left so by a process that died; it holds nobody up.
LONGEST_RUN = timedelta(seconds=MAX_SECONDS) + MINUTE
RETRY_SECONDS = 5


def check(user: User, now: datetime) -> None:
    """ApiError 429 when the run that this transaction has just stored is one too many.

    The transaction holds the user's row by now (`live.announce`), so runs that start at the same
    moment, in any process, are counted one after the other. Clicks on widgets ask no model and
    are not counted.
    """
    messages, at_once = settings.CHAT_MESSAGES_PER_MINUTE, settings.CHAT_RUNS_PER_USER
    if not messages and not at_once:
        return
    recent = Q(started_at__gt=now - MINUTE)
    runs = Run.objects.filter(owner=user, exclusive=True, started_at__gt=now - LONGEST_RUN)
    seen = runs.aggregate(
        running=Count("pk", filter=Q(status=Run.Status.RUNNING)),
        sent=Count("pk", filter=recent),
        oldest=Min("started_at", filter=recent),
    )
    if at_once and seen["running"] > at_once:
        words = (
            f"The assistant is already answering {at_once} of your messages."
            " Wait for one of them or stop it, then send this one again."
        )
        raise too_many(words, "too_many_runs", RETRY_SECONDS)
    if messages and seen["sent"] > messages:
        wait = math.ceil((seen["oldest"] + MINUTE - now).total_seconds())
        words = (
            f"That is more than {messages} messages in a minute."
            f" Please wait {wait} seconds and send it again."
        )
        raise too_many(words, "too_many_messages", wait)
