"""The admin's export: the chosen conversations as a download, written while it is read."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from chat import export
from chat.admin.readonly import RecordAdmin
from chat.export import CSV, FORMATS, Format, Place
from chat.models import Thread
from taskchat_site import database
from taskchat_site.accounts.models import User

Action = Callable[[Any, HttpRequest, QuerySet[Thread]], StreamingHttpResponse]
BY = "admin"
BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet takes "é" for two letters


def export_action(form: Format) -> Action:
    """An action of the list of conversations, for whom `has_export_permission` lets."""

    @admin.action(permissions=["export"], description=f"Export as {form.name}")
    def act(_admin: Any, request: HttpRequest, threads: QuerySet[Thread]) -> StreamingHttpResponse:
        chosen = export.places(Thread.objects.filter(pk__in=threads.order_by().values("pk")))
        response = StreamingHttpResponse(
            _body(chosen, form, request.user),  # type: ignore[arg-type]  # staff is signed in
            content_type=form.content_type,
        )
        name = f"conversations-{timezone.now():%Y-%m-%d-%H%M%S}.{form.suffix}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    act.__name__ = f"export_{form.suffix}"
    return act


async def _body(threads: list[Place], form: Format, actor: User) -> AsyncIterator[str]:
    yield (BYTE_ORDER_MARK if form is CSV else "") + form.head
    for some in export.in_pages(threads):
        yield await database.run(export.page, some, form, actor, BY)


class ExportingAdmin(RecordAdmin):
    """An admin of conversations that can be downloaded."""

    actions = [export_action(form) for form in FORMATS.values()]

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("chat.export_thread")
