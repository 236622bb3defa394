"""An admin of records."""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin


class RecordAdmin(ModelAdmin):
    """Nobody adds, changes or deletes a record by hand."""

    actions: Any = None
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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
