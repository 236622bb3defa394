"""Runs, tool calls and feedback."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chat.admin.live import LivePage
from chat.admin.parts import PartAdmin
from chat.admin.readonly import pretty_json
from chat.admin.visits import note_reading
from chat.models import Feedback, Run, ToolCall
from taskchat_site.accounts.models import User


@admin.register(Run)
class RunAdmin(LivePage):
    list_display = (
        "started_at",
        "owner",
        "thread",
        "status",
        "code",
        "model",
        "first_delta_ms",
        "duration",
        "input_tokens",
        "output_tokens",
    )
    list_filter = ("status", "code", "provider", "model", "started_at")
    list_select_related = ("owner", "thread")
    search_fields = ("owner__email", "=id", "=thread__id")
    date_hierarchy = "started_at"

    @admin.display(description="duration")
    def duration(self, run: Run) -> str:
        if run.finished_at is None:
            return "running"
        return f"{(run.finished_at - run.started_at).total_seconds():.2f} s"


@admin.register(ToolCall)
class ToolCallAdmin(PartAdmin):
    list_display = ("created_at", "owner", "name", "status", "asked", "thread", "duration_ms")
    list_filter = ("name", "status", "created_at")
    list_select_related = ("thread__owner",)
    search_fields = ("thread__owner__email", "=thread__id", "=run__id")
    date_hierarchy = "created_at"
    fields = (
        "created_at",
        "thread",
        "run",
        "name",
        "status",
        "arguments_text",
        "result_text",
        "duration_ms",
        "replayed",
    )
    readonly_fields = ("arguments_text", "result_text")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        call = super().get_object(request, object_id, from_field)
        if isinstance(call, ToolCall) and self.has_view_permission(request, call):
            note_reading(cast("User", request.user), call.thread_id, "tool call")
        return call

    @admin.display(description="user", ordering="thread__owner__email")
    def owner(self, call: ToolCall) -> str:
        return str(call.thread.owner)

    @admin.display(description="arguments")
    def asked(self, call: ToolCall) -> SafeString:
        words = ", ".join(f"{name}: {value}" for name, value in call.arguments.items())
        return format_html("{}", words[:120])

    @admin.display(description="arguments")
    def arguments_text(self, call: ToolCall) -> SafeString:
        return pretty_json(call.arguments)

    @admin.display(description="result")
    def result_text(self, call: ToolCall) -> SafeString:
        return pretty_json(call.result["structured"])


@admin.register(Feedback)
class FeedbackAdmin(PartAdmin):
    list_display = ("created_at", "kind", "owner", "thread", "item_id")
    list_filter = ("kind", "created_at")
    list_select_related = ("thread__owner",)
    search_fields = ("thread__owner__email",)

    @admin.display(description="user", ordering="thread__owner__email")
    def owner(self, feedback: Feedback) -> str:
        return str(feedback.thread.owner)
