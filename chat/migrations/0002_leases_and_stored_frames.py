import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import chat.runs.models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0001_threads_items_and_runs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FrameBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_id", models.PositiveIntegerField()),
                ("last_id", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
            ],
            options={
                "ordering": ["first_id"],
            },
        ),
        migrations.AddField(
            model_name="run",
            name="epoch",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="run",
            name="last_event_id",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="The last frame's id, once the run has ended."
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="lease_until",
            field=models.DateTimeField(default=chat.runs.models.first_lease_end),
        ),
        migrations.AddField(
            model_name="run",
            name="stop_asked_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When its owner wished it stopped, through any process.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(("status", "running")),
                fields=["lease_until"],
                name="run_running_lease",
            ),
        ),
        migrations.AddField(
            model_name="framebatch",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="batches",
                to="chat.run",
            ),
        ),
        migrations.AddConstraint(
            model_name="framebatch",
            constraint=models.UniqueConstraint(
                fields=("run", "first_id"), name="frame_ids_once_in_run"
            ),
        ),
    ]
