"""What may be in a conversation, for the search of words that no index finds fast.

A row of `chat_threadgrams` has a bit for each one, two and three bytes that follow each other in a
conversation's title and items, in capitals. A word whose bits are not all there is in none of
them; one whose bits are there may be. Bits are only added: an item that is changed or removed
leaves its own. Kept by triggers, because items are written in several ways, in bulk too.
"""

from typing import Any

from django.db import migrations, transaction

AT_ONCE = 500  # conversations in one transaction: their writers wait for it

# One byte, two and three have bits of their own: 256, 4,096 and 3,833; two bytes of ASCII in capitals
# share theirs with no others. No word has a space in it.
FUNCTIONS = """
CREATE TABLE IF NOT EXISTS chat_threadgrams (
    thread_id varchar(64) PRIMARY KEY, grams bit(8192) NOT NULL
) WITH (fillfactor = 85);

CREATE OR REPLACE FUNCTION chat_grams(said text) RETURNS bit
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    bytes CONSTANT bytea := convert_to(upper(said), 'UTF8');
    grams bit(8192) := 0::bit(8192);
    second integer;
    first integer;
    byte integer;
BEGIN
    FOR i IN 0 .. length(bytes) - 1 LOOP
        byte := get_byte(bytes, i);
        IF byte <= 32 THEN
            second := NULL;
            first := NULL;
            CONTINUE;
        END IF;
        grams := set_bit(grams, byte, 1);
        IF first IS NOT NULL THEN
            grams := set_bit(grams, 256 + (first & 63) * 64 + (byte & 63), 1);
        END IF;
        IF second IS NOT NULL THEN
            grams := set_bit(grams, 4352 + ((second * 61 + first) * 61 + byte) % 3833, 1);
        END IF;
        second := first;
        first := byte;
    END LOOP;
    RETURN grams;
END $$;

CREATE OR REPLACE FUNCTION chat_add_grams(known_as varchar, said text) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO chat_threadgrams AS known (thread_id, grams) VALUES (known_as, chat_grams(said))
    ON CONFLICT (thread_id) DO UPDATE SET grams = known.grams | excluded.grams
    WHERE known.grams | excluded.grams <> known.grams
$$;

-- A scan of the table would be chosen for a word that is in many items, and would read all of it
-- where they are the last ones.
CREATE OR REPLACE FUNCTION chat_threads_with(pattern text, items bigint) RETURNS SETOF varchar
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off AS $$
    SELECT thread_id FROM chat_item WHERE upper(text) LIKE upper(pattern) LIMIT items
$$;

CREATE OR REPLACE FUNCTION chat_item_grams() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM chat_add_grams(NEW.thread_id, NEW.text);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION chat_title_grams() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM chat_add_grams(NEW.id, NEW.title);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION chat_forget_grams() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM chat_threadgrams WHERE thread_id = OLD.id;
    RETURN NULL;
END $$;
"""

TRIGGERS = {
    "item_added": "AFTER INSERT ON chat_item FOR EACH ROW EXECUTE FUNCTION chat_item_grams()",
    "item_changed": (
        "AFTER UPDATE ON chat_item FOR EACH ROW WHEN "
        "(OLD.text <> NEW.text OR OLD.thread_id <> NEW.thread_id) "
        "EXECUTE FUNCTION chat_item_grams()"
    ),
    "thread_added": (
        "AFTER INSERT ON chat_thread FOR EACH ROW EXECUTE FUNCTION chat_title_grams()"
    ),
    "thread_changed": (
        "AFTER UPDATE ON chat_thread FOR EACH ROW WHEN (OLD.title <> NEW.title) "
        "EXECUTE FUNCTION chat_title_grams()"
    ),
    "thread_removed": (
        "AFTER DELETE ON chat_thread FOR EACH ROW EXECUTE FUNCTION chat_forget_grams()"
    ),
}

SOME = """
SELECT id FROM chat_thread WHERE id > %s ORDER BY id LIMIT %s
"""
ADD = """
SELECT chat_add_grams(thread.id, concat_ws(E'\\n', thread.title, said.text))
FROM chat_thread thread LEFT JOIN LATERAL (
    SELECT string_agg(text, E'\\n') AS text FROM chat_item WHERE thread_id = thread.id
) said ON true
WHERE thread.id = ANY(%s) ORDER BY thread.id
"""


def keep_grams(apps: Any, schema_editor: Any) -> None:
    """From now on, then of what there is: an item is seen by one of the two."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FUNCTIONS, params=None)
    for name, does in TRIGGERS.items():
        table = does.split(" ON ")[1].split()[0]
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            schema_editor.execute(f"CREATE TRIGGER {name} {does}", params=None)
    with schema_editor.connection.cursor() as cursor:
        last = ""
        while True:
            cursor.execute(SOME, [last, AT_ONCE])
            ids = [row[0] for row in cursor.fetchall()]
            if not ids:
                break
            cursor.execute(ADD, [ids])
            last = ids[-1]
        cursor.execute("ANALYZE chat_threadgrams")


def forget_grams(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, does in TRIGGERS.items():
        table = does.split(" ON ")[1].split()[0]
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    schema_editor.execute(
        "DROP FUNCTION IF EXISTS chat_item_grams(), chat_title_grams(), chat_forget_grams(), "
        "chat_add_grams(varchar, text), chat_threads_with(text, bigint), chat_grams(text)"
    )
    schema_editor.execute("DROP TABLE IF EXISTS chat_threadgrams")


class Migration(migrations.Migration):
    atomic = False  # writers wait for a few conversations at a time, not for all of it

    dependencies = [("chat", "0006_admin_indexes")]

    operations = [migrations.RunPython(keep_grams, forget_grams)]
