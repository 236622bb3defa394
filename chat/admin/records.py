"""Runs, tool calls and feedback."""

from datetime import datetime
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chat.admin import measures
from chat.admin.filters import choice_filter, value_filter
from chat.admin.live import LivePage
from chat.admin.parts import PartAdmin, conversation_link
from chat.admin.readonly import pretty_json
from chat.admin.search import search_records
from chat.admin.timeline import parameters_text, prices_text
from chat.admin.visits import note_reading
from chat.harmless import one_line
from chat.models import Feedback, Item, Run, ToolCall
from taskchat_site.accounts.models import User

SAID = "shown_words"  # the attribute of a listed rating


@admin.register(Run)
class RunAdmin(LivePage):
    list_display = (
        "started",
        "owner",
        "conversation",
        "ended",
        "reason",
        "model",
        "first_delta",
        "duration",
        "tokens",
        "price",
    )
    list_filter = (
        choice_filter("status", Run.Status.choices),
        value_filter(Run, "code"),
        value_filter(Run, "model"),
    )
    list_select_related = ("owner", "thread")
    search_fields = ("id",)  # that there is a search: what it does is in get_search_results
    search_help_text = "A user's e-mail, or the id of a run or conversation"
    ordering = ("-started_at", "-id")
    date_hierarchy = "started_at"

    fields = (
        "thread",
        "owner",
        "status",
        "code",
        "detail",
        "request_type",
        "request_id",
        "turn_id",
        "provider",
        "model",
        "parameters_words",
        "started_at",
        "finished_at",
        "duration",
        "first_delta_ms",
        "stop_asked_at",
        "resumes",
        "input_tokens",
        "cached_tokens",
        "output_tokens",
        "cost",
        "prices_words",
        "last_event_id",
        "epoch",
        "lease_until",
    )
    readonly_fields = ("duration", "parameters_words", "prices_words")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Run], search_term: str
    ) -> tuple[QuerySet[Run], bool]:
        return search_records(queryset, search_term, run="pk", owner="owner"), False

    @admin.display(description="started", ordering="started_at")
    def started(self, run: Run) -> str:
        return _moment(run.started_at)

    @admin.display(description="conversation")
    def conversation(self, run: Run) -> SafeString:
        return conversation_link(run.thread)

    @admin.display(description="ended", ordering="status")
    def ended(self, run: Run) -> SafeString | str:
        bad = run.status in (Run.Status.FAILED, Run.Status.INTERRUPTED)
        return (
            format_html('<span class="taskchat-bad">{}</span>', run.status) if bad else run.status
        )

    @admin.display(description="why", ordering="code")
    def reason(self, run: Run) -> str:
        return run.code.replace("_", " ")

    @admin.display(description="first delta", ordering=Coalesce("first_delta_ms", Value(0)))
    def first_delta(self, run: Run) -> str:
        return "" if run.first_delta_ms is None else f"{run.first_delta_ms:,} ms"

    @admin.display(description="duration")
    def duration(self, run: Run) -> str:
        if run.finished_at is None:
            return "running"
        return measures.duration(run.finished_at - run.started_at)

    @admin.display(description="parameters")
    def parameters_words(self, run: Run) -> str:
        return parameters_text(run)

    @admin.display(description="USD per million tokens")
    def prices_words(self, run: Run) -> str:
        return prices_text(run)

    @admin.display(description="tokens in, out")
    def tokens(self, run: Run) -> str:
        return f"{run.input_tokens:,}, {run.output_tokens:,}"

    @admin.display(description="cost")
    def price(self, run: Run) -> str:
        return measures.usd(run.cost)


@admin.register(ToolCall)
class ToolCallAdmin(PartAdmin):
    list_display = ("at", "owner", "name", "ended", "asked", "answered", "conversation", "took")
    list_display_links = ("at",)
    list_filter = (
        value_filter(ToolCall, "name"),
        choice_filter("status", ToolCall.Status.choices),
    )
    list_select_related = ("thread__owner",)
    search_fields = ("id",)  # that there is a search: what it does is in get_search_results
    search_help_text = "A user's e-mail, or the id of a run or conversation"
    ordering = ("-created_at", "-id")
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

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ToolCall], search_term: str
    ) -> tuple[QuerySet[ToolCall], bool]:
        return search_records(queryset, search_term, run="run", owner="thread__owner"), False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        call = super().get_object(request, object_id, from_field)
        if isinstance(call, ToolCall) and self.has_view_permission(request, call):
            note_reading(cast("User", request.user), call.thread_id, "tool call")
        return call

    @admin.display(description="called", ordering="created_at")
    def at(self, call: ToolCall) -> str:
        return _moment(call.created_at)

    @admin.display(description="user")
    def owner(self, call: ToolCall) -> str:
        return str(call.thread.owner)

    @admin.display(description="ended", ordering="status")
    def ended(self, call: ToolCall) -> SafeString | str:
        bad = call.status == ToolCall.Status.FAILED
        return format_html('<span class="taskchat-bad">{}</span>', "failed") if bad else call.status

    @admin.display(description="arguments")
    def asked(self, call: ToolCall) -> str:
        words = ", ".join(f"{name}: {value}" for name, value in call.arguments.items())
        return one_line(words)[:120]

    @admin.display(description="result")
    def answered(self, call: ToolCall) -> str:
        return one_line(call.result["text"])[:120]

    @admin.display(description="conversation")
    def conversation(self, call: ToolCall) -> SafeString:
        return conversation_link(call.thread)

    @admin.display(description="took", ordering="duration_ms")
    def took(self, call: ToolCall) -> str:
        return f"{call.duration_ms:,} ms"

    @admin.display(description="arguments")
    def arguments_text(self, call: ToolCall) -> SafeString:
        return pretty_json(call.arguments)

    @admin.display(description="result")
    def result_text(self, call: ToolCall) -> SafeString:
        return pretty_json(call.result["structured"])


@admin.register(Feedback)
class FeedbackAdmin(PartAdmin):
    list_display = ("given", "thumb", "owner", "said", "conversation")
    list_display_links = ("given",)
    list_filter = (choice_filter("kind", [("negative", "Down"), ("positive", "Up")]),)
    list_select_related = ("thread__owner",)
    search_fields = ("id",)  # that there is a search: what it does is in get_search_results
    search_help_text = "A user's e-mail, or the id of a conversation"
    ordering = ("-created_at", "-id")
    date_hierarchy = "created_at"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Feedback], search_term: str
    ) -> tuple[QuerySet[Feedback], bool]:
        return search_records(queryset, search_term, owner="thread__owner"), False

    def complete(self, rows: list[Any]) -> None:
        """Each with the words that were rated."""
        items = Item.objects.filter(
            thread__in={row.thread_id for row in rows}, item_id__in={row.item_id for row in rows}
        )
        texts = {
            (thread, item): text
            for thread, item, text in items.values_list("thread_id", "item_id", "text")
        }
        for row in rows:
            setattr(row, SAID, texts.get((row.thread_id, row.item_id), ""))

    @admin.display(description="given", ordering="created_at")
    def given(self, feedback: Feedback) -> str:
        return _moment(feedback.created_at)

    @admin.display(description="thumb", ordering="kind")
    def thumb(self, feedback: Feedback) -> SafeString | str:
        if feedback.kind == "negative":
            return format_html('<span class="taskchat-bad">{}</span>', "down")
        return "up"

    @admin.display(description="user")
    def owner(self, feedback: Feedback) -> str:
        return str(feedback.thread.owner)

    @admin.display(description="reply")
    def said(self, feedback: Feedback) -> str:
        return one_line(getattr(feedback, SAID))[:200]

    @admin.display(description="conversation")
    def conversation(self, feedback: Feedback) -> SafeString:
        return conversation_link(feedback.thread)


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"
