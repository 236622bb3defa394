"""What a task is: its rows, their constraints, and facts about one row."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from tasks import text

TITLE_LENGTH = 500
DESCRIPTION_LENGTH = 20_000
LABEL_LENGTH = 50
LABELS_PER_TASK = 20
TRASH_DAYS = 30

OPEN = Q(completed_at=None, deleted_at=None)


class Priority(models.IntegerChoices):
    """A number in the database, so that it sorts; a word everywhere else."""

    NONE = 0, "none"
    LOW = 1, "low"
    MEDIUM = 2, "medium"
    HIGH = 3, "high"


class Label(models.Model):
    """A word that an owner puts on tasks; `key` makes it unique ignoring case."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="labels"
    )
    name = models.CharField(max_length=LABEL_LENGTH)
    key = models.TextField(editable=False)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="label_once_per_owner"),
            models.CheckConstraint(condition=~Q(name=""), name="label_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Task(models.Model):
    """Something to do. In the trash while `deleted_at` is set."""

    id = models.CharField(primary_key=True, max_length=40, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tasks"
    )
    number = models.PositiveIntegerField(editable=False)
    title = models.CharField(max_length=TITLE_LENGTH)
    description = models.TextField(blank=True, default="")
    priority_rank = models.PositiveSmallIntegerField(
        "priority", choices=Priority.choices, default=Priority.NONE
    )
    due_at = models.DateTimeField(null=True, blank=True)
    labels = models.ManyToManyField(Label, blank=True, related_name="tasks")
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)
    completed_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Raised by every change; a confirmation holds only for the version that it was asked for.
    version = models.PositiveIntegerField(default=1, editable=False)
    # Folded copies, kept by save(): SQLite's own LOWER and LIKE fold ASCII alone.
    title_key = models.TextField(editable=False)
    search_text = models.TextField(editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "number"], name="task_number_once_per_owner"),
            models.CheckConstraint(condition=Q(number__gte=1), name="task_number_from_1"),
            models.CheckConstraint(condition=~Q(title=""), name="task_has_a_title"),
            models.CheckConstraint(
                condition=Q(priority_rank__in=Priority.values), name="task_priority_is_known"
            ),
        ]
        # Numbers are given in order of creation, so `number` is also the order by creation.
        indexes = [
            models.Index(fields=["owner", "number"], condition=OPEN, name="task_open_by_number"),
            models.Index(fields=["owner", "due_at"], condition=OPEN, name="task_open_by_due"),
            models.Index(
                fields=["deleted_at"], condition=~Q(deleted_at=None), name="task_trash_by_age"
            ),
        ]

    def __str__(self) -> str:
        return f"t{self.number} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title_key = text.fold(self.title)
        self.search_text = text.fold(f"{self.title}\n{self.description}")
        super().save(*args, **kwargs)

    @property
    def completed(self) -> bool:
        return self.completed_at is not None

    @property
    def in_trash(self) -> bool:
        return self.deleted_at is not None

    @property
    def priority(self) -> str:
        return str(Priority(self.priority_rank).label)

    @property
    def label_names(self) -> list[str]:
        return [label.name for label in self.labels.all()]

    def touch(self, now: datetime) -> None:
        """Note that the row changes now. `updated_at` only rises, whatever the clock does."""
        self.updated_at = max(now, self.updated_at + timedelta(microseconds=1))
        self.version += 1


class TaskCounter(models.Model):
    """The last number given to an owner's task: numbers outlive the tasks that had them."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    last_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.owner_id}: {self.last_number}"
