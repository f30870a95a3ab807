"""The journal's own tables. Entries are only ever inserted: triggers refuse the rest."""

from typing import ClassVar, Self

from django.db import models

from cairn.journal.spread import Kept
from cairn.merkle.frontier import Frontier

HASH_BYTES = 32


class Head(models.Model):
    """How far a programme's journal reaches. Its row is the programme's lock.

    `frontier` is the right edge of the tree over its entries, 32 bytes a hash, so that the root
    is known as each entry is appended.
    """

    programme = models.CharField(primary_key=True, max_length=64)
    position = models.PositiveBigIntegerField(default=0)
    frontier = models.BinaryField(default=b"")

    objects: ClassVar[Kept[Self]] = Kept()

    def __str__(self) -> str:
        return f"{self.programme}@{self.position}"

    @property
    def tree(self) -> Frontier:
        """The tree over the programme's entries. Raises FrontierError if its bytes are damaged."""
        hashes = bytes(self.frontier)
        cut = range(0, len(hashes), HASH_BYTES)
        return Frontier(self.position, tuple(hashes[at : at + HASH_BYTES] for at in cut))

    @tree.setter
    def tree(self, tree: Frontier) -> None:
        self.position, self.frontier = tree.size, b"".join(tree.hashes)


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

    objects: ClassVar[Kept[Self]] = Kept()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "id"], name="entry_id_once"),
        ]

    def __str__(self) -> str:
        return f"{self.programme}/{self.position} {self.kind}"


class SealedPart(models.Model):
    """An answer that its entry only commits to, with the salt of the commitment: see sealing.py.

    `value` is its canonical JSON, `file` the kept file that it names. Gone once it is shredded.
    """

    pk = models.CompositePrimaryKey("programme", "position", "field")
    programme = models.CharField(max_length=64)
    position = models.PositiveBigIntegerField()
    field = models.CharField(max_length=64, blank=True)
    salt = models.BinaryField()
    value = models.BinaryField()
    file = models.CharField(max_length=64, blank=True)

    objects: ClassVar[Kept[Self]] = Kept()

    class Meta:
        indexes = [
            models.Index(
                fields=["programme", "file"],
                name="sealed_part_by_file",
                condition=~models.Q(file=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme}/{self.position}.{self.field}"


class Sought(models.Model):
    """What a thing on record is called, in words: see seeking.py. Made anew with the read models."""

    programme = models.CharField(max_length=64)
    called = models.CharField(max_length=40)
    thing = models.CharField(max_length=100)
    words = models.TextField()

    objects: ClassVar[Kept[Self]] = Kept()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "called", "thing"], name="sought_thing_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.called} {self.thing}"
