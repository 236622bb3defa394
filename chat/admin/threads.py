"""Conversations: found by the user's e-mail or by what was said, read as they were."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from chat.admin.export import ExportingAdmin
from chat.admin.readonly import titled
from chat.models import Feedback, Item, Run, Thread, ToolCall

MAX_ITEMS = 500

SPEAKERS = {
    "user_message": "User",
    "assistant_message": "Assistant",
    "widget": "Widget",
    "workflow": "Tools",
    "hidden_context_item": "The user's click",
}


@dataclass(frozen=True)
class Entry:
    """One line of the transcript: an item with the calls and the thumb that belong to it."""

    speaker: str
    kind: str
    text: str
    at: datetime
    removed: bool
    calls: list[ToolCall]
    feedback: str


@admin.register(Thread)
class ThreadAdmin(ExportingAdmin):
    list_display = ("title_or_id", "owner", "updated_at", "ended", "messages", "tokens")
    list_display_links = ("title_or_id",)
    list_filter = (
        "updated_at",
        ("runs__status", titled("how a run ended")),
        ("runs__model", titled("model")),
        ("tool_calls__name", titled("tool used")),
    )
    list_select_related = ("owner",)
    search_fields = ("owner__email", "title")
    search_help_text = "The user's e-mail, the title, or words of any message"
    date_hierarchy = "updated_at"
    fields = ("owner", "transcript", "runs_text", "created_at", "updated_at", "deleted_at")
    readonly_fields = ("transcript", "runs_text")

    class Media:
        css = {"all": ("chat/admin.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Thread]:
        messages = Count("items", filter=Q(items__type="user_message"), distinct=True)
        rows: QuerySet[Thread] = super().get_queryset(request)
        last_run = Run.objects.filter(thread=OuterRef("pk")).order_by("-started_at")
        return rows.annotate(
            message_count=messages, last_status=Subquery(last_run.values("status")[:1])
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Thread], search_term: str
    ) -> tuple[QuerySet[Thread], bool]:
        """Each word in the e-mail, the title or some message of the conversation."""
        for word in search_term.split():
            said = Item.objects.filter(thread=OuterRef("pk"), text__icontains=word)
            queryset = queryset.filter(
                Q(owner__email__icontains=word) | Q(title__icontains=word) | Exists(said)
            )
        return queryset, False

    @admin.display(description="conversation", ordering="title")
    def title_or_id(self, thread: Thread) -> str:
        return thread.title or thread.id

    @admin.display(description="messages", ordering="message_count")
    def messages(self, thread: Thread) -> int:
        return int(thread.message_count)  # type: ignore[attr-defined]  # annotated

    @admin.display(description="last reply")
    def ended(self, thread: Thread) -> str:
        return str(thread.last_status or "")  # type: ignore[attr-defined]  # annotated

    @admin.display(description="tokens")
    def tokens(self, thread: Thread) -> int:
        sums = thread.runs.aggregate(read=Sum("input_tokens"), written=Sum("output_tokens"))
        return (sums["read"] or 0) + (sums["written"] or 0)

    @admin.display(description="conversation")
    def transcript(self, thread: Thread) -> SafeString:
        entries = _entries(thread)
        context = {"entries": entries, "cut": len(entries) == MAX_ITEMS}
        return render_to_string("chat/admin/transcript.html", context)

    @admin.display(description="runs")
    def runs_text(self, thread: Thread) -> SafeString:
        runs: QuerySet[Run] = thread.runs.order_by("started_at")
        return render_to_string("chat/admin/runs.html", {"runs": runs})


def _entries(thread: Thread) -> list[Entry]:
    calls: dict[str, list[ToolCall]] = {}
    for call in thread.tool_calls.order_by("id"):
        calls.setdefault(call.workflow_id, []).append(call)
    thumbs = dict(Feedback.objects.filter(thread=thread).values_list("item_id", "kind"))
    rows: Any = thread.items.exclude(type="sdk_hidden_context")
    return [
        Entry(
            speaker=SPEAKERS.get(item.type, item.type.replace("_", " ")),
            kind=item.type,
            text=item.text,
            at=item.created_at,
            removed=item.removed_at is not None,
            calls=calls.get(item.item_id, []),
            feedback=thumbs.get(item.item_id, ""),
        )
        for item in rows[:MAX_ITEMS]
    ]
