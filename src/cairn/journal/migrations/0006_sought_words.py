"""Full text over what things are called: FTS5 beside the table on SQLite, a GIN index on PostgreSQL.

The words are cut in seeking.py, so neither database needs to know any language.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GONE = (
    "INSERT INTO journal_words(journal_words, rowid, words) VALUES ('delete', old.id, old.words);"
)
CAME = "INSERT INTO journal_words(rowid, words) VALUES (new.id, new.words);"

SQLITE = [
    """
    CREATE VIRTUAL TABLE journal_words USING fts5(
        words, content='journal_sought', content_rowid='id',
        tokenize='unicode61 remove_diacritics 0'
    )
    """,
    f"CREATE TRIGGER journal_sought_came AFTER INSERT ON journal_sought BEGIN {CAME} END",
    f"CREATE TRIGGER journal_sought_gone AFTER DELETE ON journal_sought BEGIN {GONE} END",
    f"CREATE TRIGGER journal_sought_changed AFTER UPDATE ON journal_sought BEGIN {GONE} {CAME} END",
]

POSTGRESQL = [
    """
    CREATE INDEX journal_sought_words ON journal_sought
    USING gin (array_to_tsvector(string_to_array(words, ' ')))
    """,
]


def make(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_insert_only")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
