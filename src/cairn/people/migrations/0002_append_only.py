"""Who recorded what is only ever inserted: triggers refuse UPDATE, DELETE and TRUNCATE."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    """
    CREATE TRIGGER people_recording_no_update BEFORE UPDATE ON people_recording
    BEGIN SELECT RAISE(ABORT, 'who recorded a fact is never changed'); END
    """,
    """
    CREATE TRIGGER people_recording_no_delete BEFORE DELETE ON people_recording
    BEGIN SELECT RAISE(ABORT, 'who recorded a fact is never deleted'); END
    """,
    # Else INSERT OR REPLACE, in a program that does not set recursive_triggers, would pass both.
    """
    CREATE TRIGGER people_recording_no_replace BEFORE INSERT ON people_recording
    WHEN EXISTS (
        SELECT 1 FROM people_recording WHERE programme = NEW.programme AND fact = NEW.fact
    )
    BEGIN SELECT RAISE(ABORT, 'who recorded a fact is said once'); END
    """,
]

POSTGRESQL = [
    """
    CREATE FUNCTION people_recording_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'who recorded a fact is never changed or deleted'; END $$
    """,
    """
    CREATE TRIGGER people_recording_no_change BEFORE UPDATE OR DELETE ON people_recording
    FOR EACH ROW EXECUTE FUNCTION people_recording_refuse()
    """,
    """
    CREATE TRIGGER people_recording_no_truncate BEFORE TRUNCATE ON people_recording
    FOR EACH STATEMENT EXECUTE FUNCTION people_recording_refuse()
    """,
    "REVOKE UPDATE, DELETE, TRUNCATE ON people_recording FROM PUBLIC, CURRENT_USER",
]


def forbid(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Put up the triggers of this database."""
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunPython(forbid, elidable=False)]
