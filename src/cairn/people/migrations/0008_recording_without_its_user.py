"""Who recorded a fact is kept with it, also where its user stands in another database.

SQLite is never several databases, and would have to make the table anew, without its triggers.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def drop_constraint(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(FIND_AND_DROP, params=None)


FIND_AND_DROP = """
DO $$ DECLARE named text; BEGIN
    FOR named IN SELECT conname FROM pg_constraint
        WHERE conrelid = 'people_recording'::regclass AND contype = 'f'
    LOOP EXECUTE format('ALTER TABLE people_recording DROP CONSTRAINT %I', named); END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0007_unlock")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="recording",
                    name="user",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                )
            ],
            database_operations=[migrations.RunPython(drop_constraint, elidable=False)],
        )
    ]
