"""A run: the life of one reply, apart from the request that asked for it; and its stored frames."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from taskchat_site.ids import new_id


def new_run_id() -> str:
    return new_id("run_")


def first_lease_end() -> datetime:
    """For rows that nobody executes yet; whoever does claims by the database's clock."""
    return timezone.now() + timedelta(seconds=10)


class Run(models.Model):
    """`status` is final once it is not `running`; `code` and `detail` say why it failed.

    The process that executes a run holds it by a lease (`chat.runs.lease`): until `lease_until`,
    by the database's clock, under the number `epoch`.
    """

    class Status(models.TextChoices):
        RUNNING = "running"
        COMPLETED = "completed"
        CANCELLED = "cancelled"
        INTERRUPTED = "interrupted"
        FAILED = "failed"

    id = models.CharField(primary_key=True, max_length=40, default=new_run_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="runs")
    thread = models.ForeignKey("chat.Thread", models.CASCADE, related_name="runs")
    request_type = models.CharField(max_length=40)
    turn_id = models.CharField(
        max_length=64, blank=True, help_text="The user's message that this run answers."
    )
    exclusive = models.BooleanField(default=True, help_text="The thread's only running run.")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RUNNING)
    code = models.CharField(max_length=40, blank=True)
    detail = models.TextField(blank=True)
    provider = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=120, blank=True)
    parameters = models.JSONField(
        default=dict, db_default={}, help_text="What the model was called with."
    )
    request_id = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="The HTTP request that began it, as in the logs and in X-Request-Id.",
    )
    resumes = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How often a lost connection was taken up again."
    )
    epoch = models.PositiveIntegerField(default=1, db_default=1)
    lease_until = models.DateTimeField(default=first_lease_end)
    stop_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="When its owner wished it stopped, through any process."
    )
    last_event_id = models.PositiveIntegerField(
        default=0, db_default=0, help_text="The last frame's id, once the run has ended."
    )
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)
    request_digest = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    first_delta_ms = models.PositiveIntegerField(null=True, blank=True)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cached_tokens = models.PositiveIntegerField(default=0)
    prices = models.JSONField(
        default=dict,
        db_default={},
        help_text="USD for a million tokens when it ran: input, cached_input, output.",
    )
    cost = models.DecimalField(
        max_digits=12, decimal_places=6, null=True, blank=True, help_text="USD; none: no price."
    )

    class Meta:
        app_label = "chat"
        ordering = ["-started_at", "-id"]
        permissions = [("stop_run", "Can stop run")]
        constraints = [
            models.UniqueConstraint(
                fields=["thread"],
                condition=Q(status="running", exclusive=True),
                name="one_running_run_per_thread",
            ),
            models.UniqueConstraint(
                fields=["owner", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
                name="one_run_per_idempotency_key",
            ),
        ]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="run_started"),
            models.Index(fields=["owner", "-started_at"], name="run_owner_started"),
            models.Index(fields=["status", "-started_at"], name="run_status_started"),
            models.Index(Coalesce("first_delta_ms", Value(0)), name="run_first_delta"),
            models.Index(fields=["model", "thread"], name="run_model_thread"),
            models.Index(fields=["code", "thread"], condition=~Q(code=""), name="run_code_thread"),
            models.Index(
                fields=["thread"],
                condition=Q(status__in=["failed", "interrupted"]),
                name="run_error_thread",
            ),
            models.Index(fields=["thread", "-started_at"], name="run_thread_started"),
            models.Index(
                fields=["lease_until"], condition=Q(status="running"), name="run_running_lease"
            ),
        ]

    def __str__(self) -> str:
        return self.id


class FrameBatch(models.Model):
    """Frames `first_id` to `last_id` of a run, their bytes as sent, packed into one row."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="batches", db_index=False)
    first_id = models.PositiveIntegerField()
    last_id = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        app_label = "chat"
        ordering = ["first_id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "first_id"], name="frame_ids_once_in_run")
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.first_id}-{self.last_id}"
