"""INSERTs whose text is written once a process: Django writes it anew for each row.

That takes longer than the database needs for the row, and a message stores four rows before the
model is asked (docs/measurements.md).
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import AutoField, Expression, Field, Model
from django.db.models.sql import InsertQuery


class Column(NamedTuple):
    """`given` are the parameters of a value that the database computes; None: it is the row's."""

    field: "Field[Any, Any]"
    given: Sequence[Any] | None


class Statement(NamedTuple):
    """`head` and `row` are SQL: `head` up to VALUES, `row` what each row adds to it."""

    head: str
    row: str
    columns: list[Column]


def insert(first: Model, *more: Model) -> None:
    """Store new rows of one model as `save(force_insert=True)` would, in the caller's transaction.

    In one statement, in which each has the same fields computed by the database. No signal is sent,
    and a key that the database makes is not read back.
    """
    rows = (first, *more)
    expressions = tuple(
        (name, value) for name, value in vars(first).items() if isinstance(value, Expression)
    )
    head, marks, columns = _statement(type(first), expressions)
    values: list[Any] = []
    for row in rows:
        for field, given in columns:
            values += [_value(field, row)] if given is None else given
    with connection.cursor() as cursor:
        cursor.execute(head + ", ".join([marks] * len(rows)), values)
    for row in rows:
        row._state.adding = False  # noqa: SLF001  # Django's own mark, by which `save` updates


def _value(field: "Field[Any, Any]", row: Model) -> Any:
    return field.get_db_prep_save(field.pre_save(row, True), connection)


@cache
def _statement(model: type[Model], expressions: tuple[tuple[str, Expression], ...]) -> Statement:
    """`expressions` are by the name of their field; the same object each time, or it is no gain."""
    query = InsertQuery(model)
    compiler = query.get_compiler(connection=connection)
    computed = dict(expressions)
    columns, names, marks = [], [], []
    for field in model._meta.local_concrete_fields:  # noqa: SLF001  # documented
        if isinstance(field, AutoField):
            continue
        mark, given = "%s", None
        if expression := computed.get(field.attname):
            mark, given = compiler.compile(expression.resolve_expression(query, for_save=True))
        columns.append(Column(field, given))
        names.append(connection.ops.quote_name(str(field.column)))
        marks.append(mark)
    table = connection.ops.quote_name(query.get_meta().db_table)
    head = f"INSERT INTO {table} ({', '.join(names)}) VALUES "  # noqa: S608
    return Statement(head, f"({', '.join(marks)})", columns)
