"""What is kept of voices outside the journal, and never rebuilt from it: see docs/decisions/voices.md.

No column of these holds a moment, an address or whatever else there was of a sender. In SQLite none
has a rowid, which would count arrivals (migrations/0002_no_rowid.py).
"""

from typing import ClassVar, Self

from django.db import models

from cairn.journal.spread import Kept


class Waiting(models.Model):
    """What was said today and is not in the journal yet, under the id that its entry will have."""

    key = models.UUIDField(primary_key=True)
    programme = models.CharField(max_length=64)
    said_on = models.DateField()
    about = models.CharField(max_length=100)
    """The village, or the voice that is disputed."""
    said = models.BinaryField()
    """The kind of fact and its answers, as JSON."""
    sound = models.BinaryField(default=b"")
    """The recording that those answers name, made plain; empty where there is none."""
    slip = models.CharField(max_length=64)
    """The slow hash of its receipt code, until it is a `Slip`; empty for what has none."""

    objects: ClassVar[Kept[Self]] = Kept()

    def __str__(self) -> str:
        return f"{self.programme} {self.said_on}"


class Slip(models.Model):
    """The slow hash of a receipt code, and which voice it opens."""

    digest = models.CharField(max_length=64, primary_key=True)
    key = models.UUIDField()

    objects: ClassVar[Kept[Self]] = Kept()

    def __str__(self) -> str:
        return "a slip"


class Turned(models.Model):
    """How many were shown the door of a category, and nothing else of them."""

    category = models.CharField(max_length=130, primary_key=True)
    """Of which programme and category: `teams/abuse`."""
    times = models.PositiveIntegerField(default=0)

    objects: ClassVar[Kept[Self]] = Kept()

    def __str__(self) -> str:
        return self.category
