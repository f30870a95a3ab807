"""The journal's own tables. Entries are only ever inserted: triggers refuse the rest."""

from django.db import models


class Head(models.Model):
    """How far a programme's journal reaches. Its row is the programme's lock."""

    programme = models.CharField(primary_key=True, max_length=64)
    position = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.programme}@{self.position}"


class Entry(models.Model):
    """A fact with its envelope. `body` holds the canonical bytes that the log hashes.

    The other columns repeat what the body says, so that a database can find an entry.
    """

    pk = models.CompositePrimaryKey("programme", "position")
    programme = models.CharField(max_length=64)
    position = models.PositiveBigIntegerField()
    id = models.UUIDField()
    kind = models.CharField(max_length=80)
    happened_on = models.DateField()
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "id"], name="entry_id_once"),
        ]

    def __str__(self) -> str:
        return f"{self.programme}/{self.position} {self.kind}"
