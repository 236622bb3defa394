"""What waits for the user's yes."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Confirmation(models.Model):
    """A deletion that was asked for, of exactly these tasks in exactly these versions.

    The id authorises nothing alone: it works for its user only, once, and for ten minutes.
    """

    id = models.CharField(primary_key=True, max_length=40, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    tool = models.CharField(max_length=50)
    channel = models.CharField(max_length=20)
    task_versions = models.JSONField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "expires_at"], name="confirmation_by_user_and_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="confirmation_expires_later",
            )
        ]

    def __str__(self) -> str:
        return f"{self.tool} of {len(self.task_versions)} tasks"
