"""Voices that are recordings: what waits of them, and that somebody is to write them down."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COLUMN = {
    "sqlite": "ALTER TABLE voice_waiting ADD COLUMN sound BLOB NOT NULL DEFAULT x''",
    "postgresql": "ALTER TABLE voice_waiting ADD COLUMN sound bytea NOT NULL DEFAULT ''",
}
"""Written out: Django would make SQLite's table anew, and with a rowid (0002_no_rowid.py)."""


def add_column(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Give what waits its recording."""
    editor.execute(COLUMN[editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("voice", "0003_no_links")]

    operations = [
        migrations.AddField("voice", "spoken", models.BooleanField(default=False)),
        migrations.AddField("voicetext", "spoken", models.BooleanField(default=False)),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(add_column, elidable=False)],
            state_operations=[
                migrations.AddField("waiting", "sound", models.BinaryField(default=b"")),
            ],
        ),
    ]
