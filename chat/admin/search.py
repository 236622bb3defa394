"""Search in conversations: each word in the user's e-mail, the title, or a message.

The few conversations that hold a rare word are named; where it is in very many, the list is walked
from its newest end until a page is full. PostgreSQL also knows of each conversation what may be in
it (`grams`): where few may hold all words these alone are looked at, and otherwise the walk passes
over the others.
"""

import re
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import BooleanField, Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.lookups import IsNull

from chat.admin import grams
from chat.models import Item, Thread
from chat.storable import can_be_stored
from taskchat_site.accounts.models import User

RARE = 5_000  # items, or users
FEW = 1_000  # conversations that are looked at one by one
MANY = 100  # users: of one of them, there is a conversation on the first pages
MAX_WORDS = 8

HAS_TRIGRAM = re.compile(r"[A-Za-z0-9]{3}")  # in any locale

Threads = QuerySet[Thread]


def search(threads: Threads, words: str) -> Threads:
    """Those of `threads` in which each of the first `MAX_WORDS` words is."""
    if not can_be_stored(words):
        return threads.none()
    wanted = words.split()[:MAX_WORDS]
    if wanted and grams.kept():
        return _by_grams(threads, wanted)
    for word in wanted:
        threads = threads.filter(_owned(word, _owners(word)) | _titled(word) | _said(word))
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


def _by_grams(threads: Threads, words: list[str]) -> Threads:
    bits = dict(zip(words, grams.of(words), strict=True))
    owners = {word: _owners(word) for word in bits}
    nobodys = [word for word in bits if owners[word] == set()]
    wanted = list(dict.fromkeys(bit for word in nobodys for bit in bits[word]))
    if (named := _named_threads(threads, wanted)) is not None:
        threads = threads.filter(pk__in=named)
        for word in bits:
            threads = threads.filter(_owned(word, owners[word]) | _titled(word) | _item(word))
        return threads
    for word, its_bits in bits.items():
        if word not in nobodys:
            said = _said_by_grams(word, its_bits, owners[word])
            threads = threads.filter(_owned(word, owners[word]) | _titled(word) | said)
    return _all_said(threads, nobodys, wanted) if nobodys else threads


def _named_threads(threads: Threads, bits: list[int]) -> set[str] | None:
    """Where few may hold all that has `bits`, or few are left by the filters, these."""
    if bits and len(may := grams.some_with(bits, FEW + 1)) <= FEW:
        return set(may)
    return _few(threads, "pk") if threads.query.where else None


def _all_said(threads: Threads, words: list[str], wanted: list[int]) -> Threads:
    """Those of `threads` in which each of `words` is, whose bits are `wanted`: many may be."""
    words = sorted(words, key=len, reverse=True)  # a long one is in fewer
    if (found := _named(words[0])) is not None:
        threads = threads.filter(_titled(words[0]) | Q(pk__in=found))
    holds = reduce(and_, (_titled(word) | _item(word) for word in words))
    return threads.filter(_in_turn(Q(pk__in=grams.threads_with(wanted)), holds))


def _in_turn(first: Q, then: Q) -> Case:
    """Both; PostgreSQL would begin with what it takes for the cheaper one, and be wrong."""
    both = When(first, then=Case(When(then, then=Value(True)), default=Value(False)))
    return Case(both, default=Value(False), output_field=BooleanField())


def _said_by_grams(word: str, bits: list[int], owners: set[int] | None) -> Q:
    """That an item holds the word; the few conversations by name where few are its owners'."""
    walked = Q(pk__in=grams.threads_with(bits)) & _item(word)
    if owners is None or len(owners) > MANY:
        return walked
    if (found := _named(word)) is not None:
        return Q(pk__in=found)
    may = grams.some_with(bits, FEW + 1)
    if len(may) > FEW:
        return walked
    said = Item.objects.filter(thread__in=may, text__icontains=word)
    return Q(pk__in=set(said.order_by().values_list("thread_id", flat=True)))


def _named(word: str) -> set[str] | None:
    """The conversations that hold a rare word; None for one that is common, or has no trigram."""
    if not HAS_TRIGRAM.search(word):
        return None
    found = grams.said_in(word, RARE + 1)
    return set(found) if len(found) <= RARE else None


def _owners(word: str) -> set[int] | None:
    """The users whose e-mail holds the word; None when they are very many."""
    return _few(User.objects.filter(email__icontains=word), "pk")


def _owned(word: str, owners: set[int] | None) -> Q:
    if owners is None or len(owners) > MANY:
        return Q(owner__in=User.objects.filter(email__icontains=word))
    return Q(owner__in=owners)


def _titled(word: str) -> Q:
    return Q(title__icontains=word)


def _said(word: str) -> Q:
    threads = _few(Item.objects.filter(text__icontains=word), "thread_id")
    return _item(word) if threads is None else Q(pk__in=threads)


def _item(word: str) -> Q:
    """That an item holds the word, looked for in one conversation after the other.

    PostgreSQL would answer EXISTS, in an OR, with a hash of all that hold it.
    """
    said = Item.objects.filter(text__icontains=word, thread=OuterRef("pk"))
    return Q(IsNull(Subquery(said.order_by().values("pk")[:1]), False))


def _few(rows: QuerySet[Any, Any], field: str) -> set[Any] | None:
    """The values of `field` in `rows`; None when there are more than `RARE` rows."""
    values = list(rows.order_by().values_list(field, flat=True)[: RARE + 1])
    return set(values) if len(values) <= RARE else None
