"""By what PostgreSQL finds the users whose address holds some letters, and knows how many there are."""

from typing import Any

from django.db import migrations

NAME = "user_email_trigrams"


def add_trigrams(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
    # As `icontains` compares: UPPER(email) LIKE UPPER('%letters%').
    schema_editor.execute(
        f"CREATE INDEX CONCURRENTLY {NAME} ON accounts_user USING gin (UPPER(email) gin_trgm_ops)"
    )
    schema_editor.execute("ANALYZE accounts_user")  # which counts what the index goes by


def remove_trigrams(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {NAME}")


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL's condition for an index that is built beside the table's use

    dependencies = [("accounts", "0003_know_outside_identities")]

    operations = [migrations.RunPython(add_trigrams, remove_trigrams)]
