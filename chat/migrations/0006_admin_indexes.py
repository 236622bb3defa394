"""What the admin's lists and their search go by.

The tables are large and in use, so that PostgreSQL builds the indexes beside them.
"""

from typing import Any

from django.conf import settings
from django.db import migrations, models

# As `icontains` compares: UPPER(column) LIKE UPPER('%word%').
TRIGRAMS = {
    "item_text_trigrams": ("chat_item", "text"),
    "thread_title_trigrams": ("chat_thread", "title"),
}


def wait_for_all(schema_editor: Any) -> None:
    """An index that is built beside its users waits for each of them, however long."""
    schema_editor.execute("SET lock_timeout = 0")


class AddIndexInUse(migrations.AddIndex):
    """AddIndex without a lock on PostgreSQL, also after an attempt that was stopped."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, *states)
            return
        wait_for_all(schema_editor)
        model = states[1].apps.get_model(app_label, self.model_name)
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {self.index.name}")
        schema_editor.add_index(model, self.index, concurrently=True)


def add_trigrams(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    wait_for_all(schema_editor)
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for name, (table, column) in TRIGRAMS.items():
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        schema_editor.execute(
            f"CREATE INDEX CONCURRENTLY {name} ON {table} USING gin (UPPER({column}) gin_trgm_ops)"
        )


def remove_trigrams(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for name in TRIGRAMS:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL's condition for that

    dependencies = [
        ("chat", "0005_staff_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexInUse(
            model_name="feedback",
            index=models.Index(fields=["kind", "thread"], name="feedback_kind_thread"),
        ),
        AddIndexInUse(
            model_name="feedback",
            index=models.Index(fields=["-created_at", "-id"], name="feedback_created"),
        ),
        AddIndexInUse(
            model_name="run",
            index=models.Index(
                models.functions.Coalesce("first_delta_ms", models.Value(0)),
                name="run_first_delta",
            ),
        ),
        AddIndexInUse(
            model_name="run",
            index=models.Index(fields=["model", "thread"], name="run_model_thread"),
        ),
        AddIndexInUse(
            model_name="run",
            index=models.Index(
                condition=models.Q(("code", ""), _negated=True),
                fields=["code", "thread"],
                name="run_code_thread",
            ),
        ),
        AddIndexInUse(
            model_name="run",
            index=models.Index(
                condition=models.Q(("status__in", ["failed", "interrupted"])),
                fields=["thread"],
                name="run_error_thread",
            ),
        ),
        AddIndexInUse(
            model_name="thread",
            index=models.Index(
                condition=models.Q(("flagged_at__isnull", False)),
                fields=["-updated_at"],
                name="thread_flagged",
            ),
        ),
        AddIndexInUse(
            model_name="toolcall",
            index=models.Index(fields=["-created_at", "-id"], name="tool_call_created"),
        ),
        AddIndexInUse(
            model_name="toolcall",
            index=models.Index(fields=["name", "thread"], name="tool_call_name_thread"),
        ),
        AddIndexInUse(
            model_name="toolcall",
            index=models.Index(
                condition=models.Q(("status", "failed")),
                fields=["thread"],
                name="tool_call_failed_thread",
            ),
        ),
        migrations.RunPython(add_trigrams, remove_trigrams),
    ]
