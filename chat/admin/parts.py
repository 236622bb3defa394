"""Admins of what belongs to a conversation, for staff who may not all read conversations."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.utils import quote
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chat.admin.readonly import RecordAdmin
from chat.harmless import one_line
from chat.models import Thread

# Of a column or field with what was said; "": nothing.
INSTEAD = {"thread": "thread_id", "conversation": "thread_id", "said": ""}


class PartAdmin(RecordAdmin):
    """Who may not read conversations gets the id of one in place of its title."""

    def get_list_display(self, request: HttpRequest) -> Any:
        return _without_titles(request, super().get_list_display(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return _without_titles(request, super().get_fields(request, obj))


def _without_titles(request: HttpRequest, names: Sequence[Any]) -> list[Any]:
    if request.user.has_perm("chat.view_thread"):
        return list(names)
    shown = (INSTEAD.get(name, name) for name in names)
    return [name for name in shown if name]


def conversation_link(thread: Thread) -> SafeString:
    url = reverse("admin:chat_thread_change", args=[quote(thread.pk)])
    title = one_line(thread.title)[:60] or thread.pk
    return format_html('<a href="{}"><bdi>{}</bdi></a>', url, title)
