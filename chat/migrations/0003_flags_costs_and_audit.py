import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0002_leases_and_stored_frames"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="run",
            options={
                "ordering": ["-started_at", "-id"],
                "permissions": [("stop_run", "Can stop run")],
            },
        ),
        migrations.AlterModelOptions(
            name="thread",
            options={
                "ordering": ["-updated_at", "-id"],
                "permissions": [
                    ("flag_thread", "Can flag conversation"),
                    ("export_thread", "Can export conversation"),
                ],
                "verbose_name": "conversation",
            },
        ),
        migrations.AddField(
            model_name="run",
            name="cost",
            field=models.DecimalField(
                blank=True,
                decimal_places=6,
                help_text="USD; none: no price.",
                max_digits=12,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="parameters",
            field=models.JSONField(
                db_default={}, default=dict, help_text="What the model was called with."
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="prices",
            field=models.JSONField(
                db_default={},
                default=dict,
                help_text="USD for a million tokens when it ran: input, cached_input, output.",
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="request_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The HTTP request that began it, as in the logs and in X-Request-Id.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="resumes",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="How often a lost connection was taken up again."
            ),
        ),
        migrations.AddField(
            model_name="thread",
            name="flag_note",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="thread",
            name="flagged_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When a member of staff marked it for a second look.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="thread",
            name="flagged_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("actor_email", models.CharField(blank=True, max_length=254)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("read", "Read"),
                            ("search", "Search"),
                            ("export", "Export"),
                            ("flag", "Flag"),
                            ("unflag", "Unflag"),
                            ("stop", "Stop"),
                            ("prune", "Prune"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "thread_id",
                    models.CharField(
                        blank=True,
                        help_text="Kept when the conversation is gone.",
                        max_length=64,
                        verbose_name="conversation",
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("detail", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        help_text="None: a command, or an account that is gone.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="audit_at"),
                    models.Index(fields=["thread_id", "-at"], name="audit_thread_at"),
                    models.Index(fields=["action", "-at"], name="audit_action_at"),
                ],
            },
        ),
    ]
