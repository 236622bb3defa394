"""The page of one conversation: as its user saw it, and beside that what the assistant did."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.timezone import is_aware
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from chat import flags
from chat.admin import measures
from chat.admin.export import ExportingAdmin
from chat.admin.timeline import timeline
from chat.admin.transcript import transcript
from chat.admin.visits import note_reading, note_search
from chat.models import AuditEvent, Run, Thread
from chat.settling import settle_thread
from taskchat_site.accounts.models import User
from taskchat_site.errors import ApiError, forbidden, not_found, unauthorized

MAX_READERS = 8

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Totals:
    """Of all runs of a conversation."""

    runs: int
    failed: int
    tokens_in: str
    tokens_out: str
    cost: str


class ConversationPage(ExportingAdmin):
    """For the admin of threads: its page, the element's data, flags."""

    def get_urls(self) -> Any:
        def name(view: str) -> str:
            return f"{self.opts.app_label}_{self.opts.model_name}_{view}"

        own = [
            path("<path:object_id>/chatkit/", self.chatkit_view, name=name("chatkit")),
            path("<path:object_id>/flag/", self._checked(self.flag_view), name=name("flag")),
        ]
        return own + super().get_urls()

    def _checked(self, view: View) -> View:
        checked: View = self.admin_site.admin_view(view)
        return checked

    # --- The page ------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        words = request.GET.get("q", "").strip()
        if words and self.has_view_permission(request):
            note_search(cast("User", request.user), words)
        return super().changelist_view(request, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        thread = self._thread(object_id)
        if not self.has_view_permission(request, thread):
            raise PermissionDenied
        if request.method == "POST":  # a record takes no form
            raise PermissionDenied
        if thread is None:
            messages.warning(request, "This conversation is not there, or no longer kept.")
            return HttpResponseRedirect(reverse("admin:chat_thread_changelist"))
        settle_thread(thread.id)
        note_reading(cast("User", request.user), thread.id, "conversation")
        return TemplateResponse(
            request, "chat/admin/conversation.html", self._context(request, thread)
        )

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """What staff did with the conversation is in the audit events."""
        thread = self._thread(object_id)
        if thread is None or not request.user.has_perm("chat.view_auditevent"):
            raise PermissionDenied
        return HttpResponseRedirect(_readers_url(thread))

    def _thread(self, object_id: str) -> Thread | None:
        rows = Thread.objects.select_related("owner", "flagged_by")
        return rows.filter(pk=unquote(object_id)).first()

    def _context(self, request: HttpRequest, thread: Thread) -> dict[str, Any]:
        may = request.user.has_perm
        key = quote(thread.pk)
        return {
            **self.admin_site.each_context(request),
            "title": str(thread),
            "opts": self.opts,
            "media": self.media,
            "original": thread,
            "thread": thread,
            "totals": _totals(thread),
            "timeline": timeline(thread, _time(request.GET.get("runs_before"))),
            "transcript": transcript(thread, _number(request.GET.get("items_before"))),
            "running": thread.runs.filter(status=Run.Status.RUNNING).exists(),
            "chatkit_url": reverse("admin:chat_thread_chatkit", args=[key]),
            "flag_url": reverse("admin:chat_thread_flag", args=[key]),
            "may_flag": may("chat.flag_thread"),
            "may_stop": may("chat.stop_run"),
            "may_see_owner": may("accounts.view_user"),
            "max_note": flags.MAX_NOTE,
            **(_readers(thread) if may("chat.view_auditevent") else {}),
        }

    # --- The element's data ----------------------------------------------------------------------

    @method_decorator(csrf_protect)
    @method_decorator(require_POST)
    def chatkit_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        """ChatKit's read requests, answered for this conversation and to staff alone, as JSON."""
        # The agent's libraries come with it: seconds that every command would wait at its start.
        from chat.admin.reading import answer

        try:
            if not self.admin_site.has_permission(request):
                raise unauthorized("Sign in to the administration again.", "signed_out")
            thread = self._thread(object_id)
            if not self.has_view_permission(request, thread):
                raise forbidden("You may not read conversations.")
            if thread is None:
                raise not_found("There is no such conversation.")
            body = answer(thread, request.body)
            note_reading(cast("User", request.user), thread.id, "conversation")
        except ApiError as error:
            return JsonResponse({"detail": error.detail, "code": error.code}, status=error.status)
        return JsonResponse(body)

    # --- Flags -----------------------------------------------------------------------------------

    @method_decorator(require_POST)
    def flag_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Flags the conversation, or takes the flag away (`unflag` in the form)."""
        thread = self._thread(object_id)
        allowed = request.user.has_perm("chat.flag_thread")
        if thread is None or not allowed or not self.has_view_permission(request, thread):
            raise PermissionDenied
        by = cast("User", request.user)
        if "unflag" in request.POST:
            flags.unflag(thread, by)
            messages.success(request, "The flag is gone.")
        else:
            flags.flag(thread, by, request.POST.get("note", ""))
            messages.success(request, "The conversation is flagged.")
        return HttpResponseRedirect(reverse("admin:chat_thread_change", args=[quote(thread.pk)]))


def _totals(thread: Thread) -> Totals:
    wrong = Q(status__in=(Run.Status.FAILED, Run.Status.INTERRUPTED))
    sums = thread.runs.aggregate(
        runs=Count("pk"),
        failed=Count("pk", filter=wrong),
        read=Sum("input_tokens", default=0),
        written=Sum("output_tokens", default=0),
        cost=Sum("cost"),
    )
    cost: Decimal | None = sums["cost"]
    return Totals(
        runs=sums["runs"],
        failed=sums["failed"],
        tokens_in=measures.tokens(sums["read"]),
        tokens_out=measures.tokens(sums["written"]),
        cost=measures.usd(cost),
    )


def _readers(thread: Thread) -> dict[str, Any]:
    """Who did what with this conversation, the last one first."""
    events = AuditEvent.objects.filter(thread_id=thread.pk)
    return {"readers": list(events[:MAX_READERS]), "readers_url": _readers_url(thread)}


def _readers_url(thread: Thread) -> str:
    return f"{reverse('admin:chat_auditevent_changelist')}?thread_id={thread.pk}"


def _time(text: str | None) -> datetime | None:
    try:
        moment = parse_datetime(text or "")
    except ValueError:
        return None
    return moment if moment is not None and is_aware(moment) else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None
