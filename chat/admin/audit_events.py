"""Who read, searched, exported, flagged, stopped or pruned what."""

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chat.admin.readonly import RecordAdmin, pretty_json
from chat.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(RecordAdmin):
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

    @admin.display(description="at", ordering="at")
    def moment(self, event: AuditEvent) -> str:
        return f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}"

    @admin.display(description="who", ordering="actor_email")
    def who(self, event: AuditEvent) -> str:
        return event.actor_email or "a command"

    @admin.display(description="conversation", ordering="thread_id")
    def conversation(self, event: AuditEvent) -> str:
        if not event.thread_id:
            return ""
        url = reverse("admin:chat_thread_change", args=[quote(event.thread_id)])
        return format_html('<a href="{}">{}</a>', url, event.thread_id)

    @admin.display(description="detail")
    def words(self, event: AuditEvent) -> str:
        return ", ".join(f"{name}: {value}" for name, value in event.detail.items() if value)

    @admin.display(description="detail")
    def detail_text(self, event: AuditEvent) -> SafeString:
        return pretty_json(event.detail)
