"""Pages of a long list, without counting it."""

from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

AHEAD = 3  # pages


class NearbyPaginator(Paginator):  # type: ignore[type-arg]  # generic for type checkers only
    """Looks `AHEAD` pages beyond page `near`, at keys alone, and takes no notice of the rest.

    `count` is exact if the list ends there; otherwise `more` is true, and `count` is what was
    seen. Both the count and the page come from one query, because it may be a costly one.
    """

    template_name = "chat/admin/pagination.html"  # the theme asks for it

    def __init__(
        self, listed: QuerySet[Any], per_page: int, *, near: int, whole: QuerySet[Any]
    ) -> None:
        """`whole` is the list without conditions, from which the rows of a page are taken."""
        super().__init__(listed, per_page)
        self.listed = listed
        self.near = max(1, near)
        self.whole = whole
        self._pages: dict[int, Page[Any]] = {}

    @cached_property
    def _first(self) -> int:
        """How many rows are before page `near`."""
        return (self.near - 1) * self.per_page

    @cached_property
    def _keys(self) -> list[Any]:
        """Of the rows from page `near` on, and of one more than are counted."""
        end = self._first + (1 + AHEAD) * self.per_page + 1
        return list(self.listed.values_list("pk", flat=True)[self._first : end])

    @cached_property
    def more(self) -> bool:
        return len(self._keys) > (1 + AHEAD) * self.per_page

    @cached_property
    def count(self) -> int:
        return self._first + len(self._keys) - self.more

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        if number not in self._pages:  # Django's list asks, and the list of records
            self._pages[number] = self._read(number)
        return self._pages[number]

    def _read(self, number: int) -> Page[Any]:
        start = (number - 1) * self.per_page - self._first
        keys = self._keys[start : start + self.per_page] if start >= 0 else []
        rows = self.whole.in_bulk(keys)
        # One may have gone since its key was read.
        return Page([rows[key] for key in keys if key in rows], number, self)
