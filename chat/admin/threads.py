"""Conversations: found by the user's e-mail or by what was said, read as they were."""

from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chat.admin.conversation import ConversationPage
from chat.admin.figures import Figures, figures_of
from chat.admin.filters import FILTERS
from chat.admin.search import search
from chat.harmless import one_line
from chat.models import Thread

FIGURES = "shown_figures"  # the attribute of a listed conversation


@admin.register(Thread)
class ThreadAdmin(ConversationPage):
    list_display = (
        "title_or_id",
        "user",
        "last_activity",
        "messages",
        "runs",
        "errors",
        "feedback",
        "tokens",
        "cost",
    )
    list_display_links = ("title_or_id",)
    list_filter = FILTERS
    list_select_related = ("owner",)
    search_fields = ("title",)  # that there is a search: what it does is in get_search_results
    search_help_text = "Words of any message or title, a user's e-mail"
    ordering = ("-updated_at", "-id")
    date_hierarchy = "updated_at"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Thread], search_term: str
    ) -> tuple[QuerySet[Thread], bool]:
        return search(queryset, search_term), False

    def complete(self, rows: list[Thread]) -> None:
        figures = figures_of(rows)
        for thread in rows:
            setattr(thread, FIGURES, figures[thread.pk])

    @admin.display(description="conversation", ordering="title")
    def title_or_id(self, thread: Thread) -> SafeString:
        marks = [
            *(["flagged"] if thread.flagged_at else []),
            *(["deleted by its user"] if thread.deleted_at else []),
        ]
        return format_html(
            '<bdi class="taskchat-title">{}</bdi>{}',
            one_line(thread.title) or thread.id,
            format_html_join(
                "", ' <span class="taskchat-mark">{}</span>', ([one] for one in marks)
            ),
        )

    @admin.display(description="user")
    def user(self, thread: Thread) -> SafeString:
        here = reverse("admin:chat_thread_changelist")
        query = urlencode({"user": thread.owner.email})
        return format_html('<a href="{}?{}">{}</a>', here, query, thread.owner.email)

    @admin.display(description="messages")
    def messages(self, thread: Thread) -> int:
        return _figures(thread).messages

    @admin.display(description="runs")
    def runs(self, thread: Thread) -> int:
        return _figures(thread).runs

    @admin.display(description="errors")
    def errors(self, thread: Thread) -> SafeString | str:
        errors = _figures(thread).errors
        return format_html('<span class="taskchat-bad">{}</span>', errors) if errors else ""

    @admin.display(description="feedback")
    def feedback(self, thread: Thread) -> str:
        figures = _figures(thread)
        thumbs = ((figures.up, "up"), (figures.down, "down"))
        return ", ".join(f"{number} {way}" for number, way in thumbs if number)

    @admin.display(description="tokens")
    def tokens(self, thread: Thread) -> str:
        return f"{_figures(thread).tokens:,}"

    @admin.display(description="cost")
    def cost(self, thread: Thread) -> str:
        cost = _figures(thread).cost
        return "" if cost is None else f"${cost:,.4f}"

    @admin.display(description="last activity", ordering="updated_at")
    def last_activity(self, thread: Thread) -> str:
        return f"{timezone.localtime(thread.updated_at):%Y-%m-%d %H:%M}"


def _figures(thread: Thread) -> Figures:
    figures: Figures = getattr(thread, FIGURES)
    return figures
