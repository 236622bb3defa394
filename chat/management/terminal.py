"""Tables and progress bars: drawn for a person at a terminal, plain for a pipe."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from chat.harmless import one_line

GAP = "  "
NUMBER = re.compile(r"\$?[\d,]+(\.\d+)?( ms|%| of [\d,]+)?")

Row = Sequence[Any]


def table(columns: Sequence[str], rows: Sequence[Row], total: Row = (), *, drawn: bool) -> str:
    """`rows` under `columns`, and a last row `total`; cells are text that nobody obeys.

    `drawn` has lines and the terminal's width; otherwise columns are apart by two spaces and as
    wide as they need to be, and an empty cell is `-`, so that `awk` finds each in its place.
    A column whose values are all numbers or empty stands to the right.
    """
    cells = [[_cell(value, drawn) for value in row] for row in (*rows, *([total] if total else []))]
    right = [all(_is_number(row[place]) for row in rows) for place in range(len(columns))]
    if drawn:
        return _drawn(columns, cells, right, bool(total))
    return _plain(columns, cells, right)


def _plain(columns: Sequence[str], cells: list[list[str]], right: list[bool]) -> str:
    lines = [list(columns), *([cell or "-" for cell in row] for row in cells)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    return "\n".join(
        GAP.join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def _drawn(
    columns: Sequence[str], cells: list[list[str]], right: list[bool], has_total: bool
) -> str:
    drawing = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name, to_right in zip(columns, right, strict=True):
        drawing.add_column(name, justify="right" if to_right else "left", overflow="fold")
    for place, row in enumerate(cells):
        is_total = has_total and place == len(cells) - 1
        if is_total:
            drawing.add_section()
        drawing.add_row(*map(Text, row), style="bold" if is_total else None)
    console = Console(force_terminal=True)
    with console.capture() as captured:
        console.print(drawing)
    return captured.get().rstrip("\n")


def _cell(value: Any, drawn: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and drawn:
        return f"{value:,}"
    return one_line(str(value))


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return not value or NUMBER.fullmatch(value) is not None
    return value is None or isinstance(value, int | float)


@contextmanager
def progress(words: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while a person watches it; gives a function that adds steps."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    if not total or not (sys.stderr.isatty() and console.is_terminal):
        yield lambda _steps: None
        return
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(words, total=total)
        yield lambda steps: bar.advance(task, steps)
