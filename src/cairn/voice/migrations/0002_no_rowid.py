"""The private tables without SQLite's rowid, which would tell in which order rows came.

Their order on the disk is that of their keys, which are random. A later change to one of them must
make it without rowid again: a test looks.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    "DROP TABLE voice_waiting",
    "DROP TABLE voice_slip",
    "DROP TABLE voice_turned",
    """
    CREATE TABLE voice_waiting (
        key char(32) NOT NULL PRIMARY KEY, programme varchar(64) NOT NULL, said_on date NOT NULL,
        about varchar(100) NOT NULL, said BLOB NOT NULL, slip varchar(64) NOT NULL,
        sound BLOB NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE voice_slip (
        digest varchar(64) NOT NULL PRIMARY KEY, key char(32) NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE voice_turned (
        category varchar(130) NOT NULL PRIMARY KEY,
        times integer unsigned NOT NULL CHECK (times >= 0)
    ) WITHOUT ROWID
    """,
]


def make_anew(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the tables, which are empty, once more."""
    if editor.connection.vendor == "sqlite":
        for statement in SQLITE:
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("voice", "0001_initial")]

    operations = [migrations.RunPython(make_anew, elidable=False)]
