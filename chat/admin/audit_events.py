"""Who read, searched, exported, flagged, stopped or pruned what."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from chat.admin.parts import PartAdmin, conversation_link
from chat.admin.readonly import pretty_json
from chat.models import AuditEvent, Thread

THREAD = "shown_thread"  # the attribute of a listed event


@admin.register(AuditEvent)
class AuditEventAdmin(PartAdmin):
    list_display = ("moment", "who", "action", "conversation", "words")
    list_display_links = ("moment",)
    list_filter = ("action", "at")
    search_fields = ("actor_email", "=thread_id")
    search_help_text = "The e-mail of who did it, or a conversation's id"
    date_hierarchy = "at"
    fields = ("at", "who", "action", "conversation", "detail_text")
    readonly_fields = ("who", "conversation", "detail_text")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # "Who read this conversation?" on its page leads here.
        return lookup == "thread_id" or super().lookup_allowed(lookup, value, request)

    def complete(self, rows: list[Any]) -> None:
        """Each with its conversation, which may be gone."""
        threads = Thread.objects.in_bulk({event.thread_id for event in rows})
        for event in rows:
            setattr(event, THREAD, threads.get(event.thread_id))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        event = super().get_object(request, object_id, from_field)
        if event is not None:
            self.complete([event])
        return event

    @admin.display(description="at", ordering="at")
    def moment(self, event: AuditEvent) -> str:
        return f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}"

    @admin.display(description="who", ordering="actor_email")
    def who(self, event: AuditEvent) -> str:
        return event.actor_email or "a command"

    @admin.display(description="conversation", ordering="thread_id")
    def conversation(self, event: AuditEvent) -> str:
        """A link; of a conversation that is no longer kept its id."""
        thread: Thread | None = getattr(event, THREAD)
        return event.thread_id if thread is None else conversation_link(thread)

    @admin.display(description="detail")
    def words(self, event: AuditEvent) -> str:
        return ", ".join(f"{name}: {value}" for name, value in event.detail.items() if value)

    @admin.display(description="detail")
    def detail_text(self, event: AuditEvent) -> SafeString:
        return pretty_json(event.detail)
