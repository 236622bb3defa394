"""An admin of records, whose lists are fast however long they are."""

import json
from datetime import date, datetime
from functools import cache
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.core.paginator import InvalidPage
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from unfold.admin import ModelAdmin, checkbox
from unfold.views import ChangeList

from chat.admin import dates
from chat.admin.paging import NearbyPaginator

VALUE = "value-of-a-row"


class RecordList(ChangeList):
    """A page of records, with the ways to other days."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        try:
            # Also where the list is one page: what the paginator has found is not looked for again.
            self.result_list = self.paginator.page(self.page_num).object_list
        except InvalidPage as error:
            raise IncorrectLookupParameters from error
        self.full_result_count = self.result_count  # the theme asks, and says it otherwise
        assert isinstance(self.model_admin, RecordAdmin)
        self.model_admin.complete(self.result_list)

    def date_links(self) -> dict[str, Any] | None:
        """Links to days, as `{"back": ..., "choices": [...]}`."""
        between = self._first_and_last()
        if between is None:
            return None
        chosen = self._chosen_date()
        up = dates.back(chosen)
        shown = dates.choices(*between, timezone.localdate(), chosen)
        return {
            "back": up and {"title": up.title, "link": self._link(up.lookup)},
            "choices": [
                {"title": one.title, "link": self._link(one.lookup), "chosen": one.chosen}
                for one in shown
            ],
        }

    def _first_and_last(self) -> tuple[date, date] | None:
        field = self.date_hierarchy
        if not field:
            return None
        moments = self.root_queryset.order_by(field).values_list(field, flat=True)
        first: datetime | None = moments.first()
        last: datetime | None = moments.last()
        if first is None or last is None:
            return None
        return timezone.localdate(first), timezone.localdate(last)

    def _chosen_date(self) -> dates.Lookup:
        """From parameters that Django has already found to be numbers, and a date."""
        found = {}
        for part in ("year", "month", "day"):
            value = self.params.get(f"{self.date_hierarchy}__{part}")
            if value is None:
                break
            found[part] = int(value)
        return found

    def _link(self, lookup: dates.Lookup) -> str:
        field = self.date_hierarchy
        new = {f"{field}__{part}": value for part, value in lookup.items()}
        return str(self.get_query_string(new, [f"{field}__", PAGE_VAR]))


class RecordAdmin(ModelAdmin):
    """Nobody adds, changes or deletes a record by hand."""

    actions: Any = None
    change_list_template = "chat/admin/record_list.html"
    list_filter_submit = True
    list_fullwidth = True
    list_max_show_all = 0
    list_per_page = 25
    show_facets = admin.ShowFacets.NEVER  # which count everything, for each choice
    show_full_result_count = False

    class Media:
        css = {"all": ("chat/admin.css",)}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=ModelAdmin.action_checkbox.short_description)  # type: ignore[attr-defined]
    def action_checkbox(self, obj: Model) -> SafeString:
        before, after = _checkbox()
        return format_html("{}{}{}", before, obj.pk, after)

    def complete(self, rows: list[Any]) -> None:
        """Give `rows`, a page of the list, what the list shows beside their own columns."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return RecordList

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        per_page: int,
        *args: Any,
        **kwargs: Any,
    ) -> NearbyPaginator:
        try:
            near = int(request.GET.get(PAGE_VAR, 1))
        except ValueError:  # which is an error for the list
            near = 1
        whole = self.get_queryset(request)
        if isinstance(self.list_select_related, tuple):
            whole = whole.select_related(*self.list_select_related)
        return NearbyPaginator(queryset, per_page, near=near, whole=whole)


@cache
def _checkbox() -> tuple[SafeString, SafeString]:
    """The theme's checkbox of a row, up to its value and from there on."""
    before, after = checkbox.render(ACTION_CHECKBOX_NAME, VALUE).split(VALUE)
    return mark_safe(before), mark_safe(after)  # noqa: S308  # two parts of what a widget rendered


def pretty_json(value: Any) -> SafeString:
    """`value` as indented, escaped JSON."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return format_html('<pre class="taskchat-json">{}</pre>', text)


def titled(title: str) -> type[admin.FieldListFilter]:
    """A filter that says what it filters, where the field's own name would not."""

    class Titled(admin.FieldListFilter):
        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            instance = admin.FieldListFilter.create(*args, **kwargs)
            instance.title = title
            return instance

    return Titled
