"""What may be in a conversation, as PostgreSQL keeps it for the search (migration 0007)."""

from itertools import pairwise

from django.db import connection
from django.db.models.expressions import RawSQL


def kept() -> bool:
    return connection.vendor == "postgresql"


def of(words: list[str]) -> list[list[int]]:
    """The bits of each word, in capitals as the database makes them: its locale decides."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT upper(word) FROM unnest(%s::text[]) word", [words])
        return [_bits(row[0].encode()) for row in cursor.fetchall()]


def _bits(said: bytes) -> list[int]:
    """As chat_grams() numbers them, those that say most before the others."""
    threes = zip(said, said[1:], said[2:], strict=False)
    return [
        *(4352 + ((a * 61 + b) * 61 + c) % 3833 for a, b, c in threes),
        *(256 + (a & 63) * 64 + (b & 63) for a, b in pairwise(said)),
        *said,
    ]


def threads_with(bits: list[int]) -> RawSQL:
    """The keys of the conversations that may hold what has all of `bits`."""
    there = " AND ".join("get_bit(grams, %s) = 1" for _ in bits)
    sql = f"SELECT thread_id FROM chat_threadgrams WHERE {there}"  # noqa: S608  # no value in it
    return RawSQL(sql, bits)  # noqa: S611


def some_with(bits: list[int], at_most: int) -> list[str]:
    """Those of `threads_with`, `at_most` of them."""
    query = threads_with(bits)
    with connection.cursor() as cursor:
        cursor.execute(f"{query.sql} LIMIT %s", [*query.params, at_most])
        return [row[0] for row in cursor.fetchall()]


def said_in(word: str, items: int) -> list[str]:
    """The keys of the conversations of `items` items that hold `word`, by their trigrams."""
    pattern = f"%{connection.ops.prep_for_like_query(word)}%"
    with connection.cursor() as cursor:
        cursor.execute("SELECT chat_threads_with(%s, %s)", [pattern, items])
        return [row[0] for row in cursor.fetchall()]
