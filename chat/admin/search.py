"""Search in conversations: each word in the user's e-mail, the title, or a message.

PostgreSQL finds a word of three letters or more by the trigram indexes. Whether it is a rare one
decides how: the few conversations that hold it are named, or, where it is in very many, the list
is walked from its newest end until a page is full.
"""

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from chat.models import Item, Thread
from chat.storable import can_be_stored
from taskchat_site.accounts.models import User

RARE = 5_000  # items, or users
MAX_WORDS = 8

Threads = QuerySet[Thread]


def search(threads: Threads, words: str) -> Threads:
    """Those of `threads` in which each of the first `MAX_WORDS` words is."""
    if not can_be_stored(words):
        return threads.none()
    for word in words.split()[:MAX_WORDS]:
        threads = threads.filter(_in_email(word) | Q(title__icontains=word) | _said(word))
    return threads


def search_records(rows: QuerySet[Any], words: str, *, owner: str, run: str = "") -> QuerySet[Any]:
    """Those of `rows` whose user's e-mail holds each word, or whose run or thread has it as its id.

    `owner` and `run` are the lookups of theirs.
    """
    if not can_be_stored(words):
        return rows.none()
    for word in words.split()[:MAX_WORDS]:
        if word.startswith("thr_"):
            rows = rows.filter(thread=word)
        elif run and word.startswith("run_"):
            rows = rows.filter(**{run: word})
        else:
            rows = rows.filter(**{f"{owner}__in": User.objects.filter(email__icontains=word)})
    return rows


def _in_email(word: str) -> Q:
    users = _few(User.objects.filter(email__icontains=word), "pk")
    if users is None:
        return Q(owner__in=User.objects.filter(email__icontains=word))
    return Q(owner__in=users)


def _said(word: str) -> Q:
    said = Item.objects.filter(text__icontains=word)
    threads = _few(said, "thread_id")
    if threads is None:
        # PostgreSQL would answer EXISTS, in an OR, with a hash of all that hold the word.
        one = said.filter(thread=OuterRef("pk")).order_by().values("pk")[:1]
        return Q(IsNull(Subquery(one), False))
    return Q(pk__in=threads)


def _few(rows: QuerySet[Any, Any], field: str) -> set[Any] | None:
    """The values of `field` in `rows`; None when there are more than `RARE` rows."""
    values = list(rows.order_by().values_list(field, flat=True)[: RARE + 1])
    return set(values) if len(values) <= RARE else None
