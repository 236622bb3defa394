"""Conversations as they were: threads, their items, what tools did, what users thought of it.

Nothing a user does deletes a row here: what is removed from their sight is marked `removed_at`
or `deleted_at`, and what a tool did stays in `ToolCall`, which outlives the items. What staff did
with a conversation is an `AuditEvent`, which outlives all of it.
"""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from chat.runs.models import Run
from taskchat_site.ids import new_id

__all__ = [
    "Attachment",
    "AuditEvent",
    "DayFigures",
    "Feedback",
    "Item",
    "Run",
    "Thread",
    "ToolCall",
]


def new_thread_id() -> str:
    return new_id("thr_")


class Thread(models.Model):
    """A conversation. `extra` holds the fields of ChatKit's metadata that have no column."""

    id = models.CharField(primary_key=True, max_length=64, default=new_thread_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="threads")
    title = models.CharField(max_length=300, blank=True)
    extra = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(help_text="The last activity.")
    deleted_at = models.DateTimeField(null=True, blank=True)
    flagged_at = models.DateTimeField(
        null=True, blank=True, help_text="When a member of staff marked it for a second look."
    )
    flagged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    flag_note = models.TextField(blank=True, default="", db_default="")

    class Meta:
        ordering = ["-updated_at", "-id"]
        verbose_name = "conversation"
        permissions = [
            ("flag_thread", "Can flag conversation"),
            ("export_thread", "Can export conversation"),
        ]
        indexes = [
            models.Index(
                fields=["owner", "-created_at", "-id"],
                condition=Q(deleted_at__isnull=True),
                name="thread_owner_created",
            ),
            models.Index(fields=["-updated_at", "-id"], name="thread_updated"),
            models.Index(
                fields=["-updated_at"],
                condition=Q(flagged_at__isnull=False),
                name="thread_flagged",
            ),
        ]

    def __str__(self) -> str:
        return self.title or "Untitled conversation"


SPEAKERS = {
    "user_message": "User",
    "assistant_message": "Assistant",
    "widget": "Widget",
    "workflow": "Tools",
    "hidden_context_item": "The user's click",
}


class Item(models.Model):
    """One thread item as ChatKit's JSON in `data`, with the columns that queries need.

    The key is a number: `item_id` is the model's own for messages, unique in its thread only,
    and insertion order decides between items of the same microsecond.
    """

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="items")
    item_id = models.CharField(max_length=128)
    type = models.CharField(max_length=40)
    text = models.TextField(blank=True, help_text="What a person reads, for search.")
    data = models.JSONField()
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "item_id"], name="item_id_unique_in_thread")
        ]
        indexes = [models.Index(fields=["thread", "created_at", "id"], name="item_thread_order")]

    def __str__(self) -> str:
        return f"{self.type} {self.item_id}"

    @property
    def speaker(self) -> str:
        """Whose words `text` are, for those who read a conversation as text."""
        return SPEAKERS.get(self.type, self.type.replace("_", " "))


class ToolCall(models.Model):
    """What a tool was asked and what it did, written in the transaction of its effect."""

    class Status(models.TextChoices):
        COMPLETED = "completed"
        FAILED = "failed"

    run = models.ForeignKey(Run, models.CASCADE, related_name="tool_calls")
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="tool_calls")
    turn_id = models.CharField(max_length=64)
    workflow_id = models.CharField(max_length=128, blank=True)
    call_id = models.CharField(max_length=128)
    name = models.CharField(max_length=64)
    arguments = models.JSONField()
    arguments_digest = models.CharField(max_length=64)
    result = models.JSONField()
    status = models.CharField(max_length=12, choices=Status.choices)
    replayed = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        help_text="The earlier call of the same turn whose result was given again.",
    )
    created_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["thread", "turn_id"], name="tool_call_turn"),
            models.Index(fields=["name", "-created_at"], name="tool_call_name_created"),
            models.Index(fields=["-created_at", "-id"], name="tool_call_created"),
            models.Index(fields=["name", "thread"], name="tool_call_name_thread"),
            models.Index(
                fields=["thread"], condition=Q(status="failed"), name="tool_call_failed_thread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.status})"


class Feedback(models.Model):
    """A thumb of the owner's on an item; the last one counts."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="feedback")
    item_id = models.CharField(max_length=128)
    kind = models.CharField(max_length=10)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(fields=["thread", "item_id"], name="one_feedback_per_item")
        ]
        indexes = [
            models.Index(fields=["kind", "thread"], name="feedback_kind_thread"),
            models.Index(fields=["-created_at", "-id"], name="feedback_created"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.item_id}"


class Attachment(models.Model):
    """Metadata of an uploaded file, as ChatKit's JSON."""

    id = models.CharField(primary_key=True, max_length=64)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    data = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.id


class AuditEventRows(models.QuerySet["AuditEvent"]):
    """Rows that are only added to."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("An audit event is never changed.")

    def delete(self) -> NoReturn:
        raise TypeError("An audit event is never deleted.")


class AuditEvent(models.Model):
    """What a member of staff, or a command, did with conversations. Written by `chat.audit`."""

    class Action(models.TextChoices):
        READ = "read"
        SEARCH = "search"
        EXPORT = "export"
        FLAG = "flag"
        UNFLAG = "unflag"
        STOP = "stop"
        PRUNE = "prune"

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="None: a command, or an account that is gone.",
    )
    actor_email = models.CharField(max_length=254, blank=True)
    action = models.CharField(max_length=12, choices=Action.choices)
    thread_id = models.CharField(
        "conversation", max_length=64, blank=True, help_text="Kept when the conversation is gone."
    )
    at = models.DateTimeField(auto_now_add=True)
    detail = models.JSONField(default=dict)

    objects = AuditEventRows.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_at"),
            models.Index(fields=["thread_id", "-at"], name="audit_thread_at"),
            models.Index(fields=["action", "-at"], name="audit_action_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.thread_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An audit event is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("An audit event is never deleted.")


class DayFigures(models.Model):
    """What a day that is over came to, by UTC; written by `chat.daily`. It outlives its runs."""

    day = models.DateField(primary_key=True)
    figures = models.JSONField(help_text="As chat.daily.Figures.")

    class Meta:
        verbose_name_plural = "day figures"
        default_permissions = ()

    def __str__(self) -> str:
        return self.day.isoformat()
