"""Entries are only ever inserted: triggers refuse UPDATE, DELETE, REPLACE and TRUNCATE.

Whoever owns the database file can drop a trigger. What they rewrite then is caught by the public
log; the triggers are there so that no bug and no idle hand does it.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    """
    CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON journal_entry
    BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END
    """,
    # INSERT OR REPLACE fires this one only with recursive_triggers on, which settings.py sets
    # and other programs do not: hence the two triggers on INSERT below.
    """
    CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON journal_entry
    BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END
    """,
    """
    CREATE TRIGGER journal_entry_no_gap BEFORE INSERT ON journal_entry
    WHEN NEW.position <> 1 + (
        SELECT coalesce(max(position), 0) FROM journal_entry WHERE programme = NEW.programme
    )
    BEGIN SELECT RAISE(ABORT, 'positions have no gaps'); END
    """,
    """
    CREATE TRIGGER journal_entry_no_replace BEFORE INSERT ON journal_entry
    WHEN EXISTS (
        SELECT 1 FROM journal_entry WHERE programme = NEW.programme AND id = NEW.id
    )
    BEGIN SELECT RAISE(ABORT, 'an id is recorded once'); END
    """,
]

POSTGRESQL = [
    """
    CREATE FUNCTION journal_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'an entry is never changed or deleted'; END $$
    """,
    """
    CREATE TRIGGER journal_entry_no_change BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_entry_refuse()
    """,
    """
    CREATE TRIGGER journal_entry_no_truncate BEFORE TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_refuse()
    """,
    # An owner may take the right from itself; a superuser keeps it, and meets the triggers.
    "REVOKE UPDATE, DELETE, TRUNCATE ON journal_entry FROM PUBLIC, CURRENT_USER",
]


def forbid(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Put up the triggers of this database."""
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunPython(forbid, elidable=False)]
