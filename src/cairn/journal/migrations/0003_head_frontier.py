"""Keep the right edge of each programme's tree beside its head."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cairn.merkle.frontier import Frontier
from cairn.merkle.hashing import leaf_hash


def grow(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Hash what was recorded before there was a tree."""
    heads, entries = apps.get_model("journal", "Head"), apps.get_model("journal", "Entry")
    here = editor.connection.alias
    for head in heads.objects.using(here):
        rows = entries.objects.using(here).filter(programme=head.programme).order_by("position")
        bodies = rows.values_list("body", flat=True).iterator(chunk_size=1000)
        tree = Frontier().with_leaves(leaf_hash(bytes(body)) for body in bodies)
        head.frontier = b"".join(tree.hashes)
        head.save(update_fields=["frontier"], using=here)


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_insert_only")]

    operations = [
        migrations.AddField("head", "frontier", models.BinaryField(default=b"")),
        migrations.RunPython(grow, migrations.RunPython.noop),
    ]
