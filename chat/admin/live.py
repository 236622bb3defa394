"""The page of what is running now, in all processes, with stop."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from chat import audit
from chat.admin import measures
from chat.admin.parts import PartAdmin
from chat.models import AuditEvent, Run
from chat.settling import settle_dead_runs
from chat.stopping import stop_run
from taskchat_site.accounts.models import User

MAX_ROWS = 200
LIVE = "admin:chat_run_live"


@dataclass(frozen=True)
class Row:
    """A running run; `calls` counts the tools that it has called so far."""

    run: Run
    age: str
    calls: int
    stop_url: str


class LivePage(PartAdmin):
    """For the admin of runs: `live/` and `<id>/stop/`."""

    def get_urls(self) -> Any:
        wrap = self.admin_site.admin_view
        own = [
            path("live/", wrap(self.live_view), name="chat_run_live"),
            path("<path:object_id>/stop/", wrap(self.stop_view), name="chat_run_stop"),
        ]
        return own + super().get_urls()

    def live_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        settle_dead_runs()
        rows = _rows()
        context = {
            **self.admin_site.each_context(request),
            "title": "Running now",
            "opts": self.opts,
            "media": self.media,
            "rows": rows[:MAX_ROWS],
            "more": len(rows) > MAX_ROWS,
            "may_read": request.user.has_perm("chat.view_thread"),
            "may_stop": request.user.has_perm("chat.stop_run"),
        }
        return TemplateResponse(request, "chat/admin/live.html", context)

    @method_decorator(require_POST)
    def stop_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Stops the run in whatever process it is; what was said so far stays."""
        if not (self.has_view_permission(request) and request.user.has_perm("chat.stop_run")):
            raise PermissionDenied
        run = Run.objects.filter(pk=unquote(object_id)).first()
        if run is None:
            raise Http404
        if run.status == Run.Status.RUNNING:
            by = cast("User", request.user)
            audit.record(by, AuditEvent.Action.STOP, run.thread_id, run=run.pk)
            async_to_sync(stop_run)(run.pk)
            run.refresh_from_db()
        _tell(request, run)
        return HttpResponseRedirect(_back(request, run))


def _rows() -> list[Row]:
    runs = Run.objects.filter(status=Run.Status.RUNNING).select_related("owner", "thread")
    counted = runs.annotate(call_count=Count("tool_calls")).order_by("started_at", "pk")
    now = timezone.now()
    return [
        Row(
            run=run,
            age=measures.duration(max(now - run.started_at, timedelta())),
            calls=run.call_count,
            stop_url=reverse("admin:chat_run_stop", args=[quote(run.pk)]),
        )
        for run in counted[: MAX_ROWS + 1]
    ]


def _tell(request: HttpRequest, run: Run) -> None:
    if run.status == Run.Status.CANCELLED:
        messages.success(request, "The run is stopped. What was said so far is kept.")
    elif run.status == Run.Status.RUNNING:
        messages.warning(request, "The run has been asked to stop, and has not stopped yet.")
    else:
        messages.info(request, f"The run had ended before it could be stopped: {run.status}.")


def _back(request: HttpRequest, run: Run) -> str:
    """Where the button was: the conversation, or this page."""
    if request.POST.get("from") == "conversation":
        return reverse("admin:chat_thread_change", args=[quote(run.thread_id)])
    return reverse(LIVE)
