"""The rows of the admin's lists of records.

The theme's own tag renders the headers anew for each row, and a template for each checkbox: two
fifths of the time that a page takes.
"""

from collections.abc import Iterator
from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import lookup_field
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.templatetags.unfold_list import (
    CHECKBOX_CLASSES,
    LINK_CLASSES,
    ROW_CLASSES,
    UnfoldResultList,
    result_headers,
)
from unfold.utils import display_for_field, display_for_value

register = template.Library()

CHECKBOX = "action_checkbox"


@register.inclusion_tag("admin/change_list_results.html")
def record_rows(cl: ChangeList) -> dict[str, Any]:
    """The table of `cl`, as the theme's template draws it."""
    headers = list(result_headers(cl))  # type: ignore[no-untyped-call]
    rows = [UnfoldResultList(row, None, _cells(cl, row, headers)) for row in cl.result_list]
    return {
        "cl": cl,
        "result_headers": headers,
        "num_sorted_fields": sum(header.get("sorted", False) for header in headers),
        "results": rows,
    }


def _cells(cl: ChangeList, row: Model, headers: list[dict[str, Any]]) -> Iterator[SafeString]:
    for name, header in zip(map(str, cl.list_display), headers, strict=True):
        shown = _shown(cl, row, name)
        if name == CHECKBOX:
            yield _cell("td", CHECKBOX_CLASSES, "Select record", shown)
        elif name in (cl.list_display_links or ()):
            yield _cell("th", _classes(name), header["text"], _link(cl, row, shown))
        else:
            yield _cell("td", _classes(name), header["text"], shown)


def _cell(tag: str, classes: list[str], label: str, shown: Any) -> SafeString:
    return format_html(
        '<{} class="{}" data-label="{}">{}</{}>', tag, " ".join(classes), label, shown, tag
    )


def _classes(name: str) -> list[str]:
    return [f"field-{name}", *ROW_CLASSES]


def _shown(cl: ChangeList, row: Model, name: str) -> Any:
    field, _, value = lookup_field(name, row, cl.model_admin)
    empty = cl.model_admin.get_empty_value_display()
    if field is None:
        return display_for_value(value, empty)
    return display_for_field(value, field, empty)


def _link(cl: ChangeList, row: Model, shown: Any) -> SafeString:
    url = add_preserved_filters(
        {"preserved_filters": cl.preserved_filters, "opts": cl.opts}, cl.url_for_result(row)
    )
    return format_html('<a href="{}" class="{}">{}</a>', url, " ".join(LINK_CLASSES), shown)
