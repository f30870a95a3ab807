"""Read models of what other publishers say: files, activities, their statements; and mended ids.

A row holds what is said last; what was said before is in the journal. `gone` is the file that says it
no more.
"""

from typing import Any, ClassVar, Final

from django.db import models

from cairn.journal.projection import ReadModel, Recorded, Rows, folds
from cairn.reported.facts import (
    ActivityReported,
    ActivityVanished,
    DocumentReported,
    FileRead,
    IndicatorReported,
    LocationReported,
    MendingRevoked,
    NameMended,
    OrganisationReported,
    ResultReported,
    Stated,
    StatementVanished,
    TransactionReported,
)

OF_THE_STATEMENT: Final = frozenset({"file", "line", "activity", "replaces"})
"""The answers that say where a statement stands, and not what it says."""


class ReportedFile(ReadModel):
    """A file that was read. Its id is the SHA-256 of its bytes."""

    called: ClassVar[str] = "reported-file"

    filename = models.CharField(max_length=200)
    version = models.CharField(max_length=200, blank=True)
    generated = models.CharField(max_length=200, blank=True)
    read_on = models.DateField()
    lines = models.BigIntegerField()
    activities = models.BigIntegerField()
    transactions = models.BigIntegerField()
    left_out = models.JSONField(default=list)
    replaced_by = models.CharField(max_length=100, blank=True)


class ReportedActivity(ReadModel):
    """An activity as a publisher tells of it. Its id is that of the fact that told of it first."""

    called: ClassVar[str] = "reported-activity"

    identifier = models.CharField(max_length=200)
    publisher = models.CharField(max_length=200)
    secondary = models.BooleanField(default=False)
    file = models.CharField(max_length=100)
    line = models.BigIntegerField()
    said = models.JSONField(default=dict)
    """What it says beside this, by question."""
    told_by = models.CharField(max_length=100)
    """The fact that says so."""
    gone = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["programme", "identifier"]),
            models.Index(fields=["programme", "file"]),
        ]


class ReportedStatement(ReadModel):
    """Something that an activity says: of an organisation, a transaction, a location, a document, a result."""

    called: ClassVar[str] = "reported-statement"

    activity = models.CharField(max_length=100)
    kind = models.CharField(max_length=100)
    file = models.CharField(max_length=100)
    line = models.BigIntegerField()
    place = models.BigIntegerField()
    """The entry that brought it: in this order its activity says it."""
    said = models.JSONField(default=dict)
    told_by = models.CharField(max_length=100)
    gone = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["programme", "activity", "kind"])]


class ReportedMending(ReadModel):
    """Which activity a misspelt id means. Its id is that of the fact."""

    called: ClassVar[str] = "reported-mending"

    written = models.CharField(max_length=200)
    meant = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    mended_on = models.DateField()
    by = models.CharField(max_length=100)
    """The post that says so."""
    revoked = models.CharField(max_length=100, blank=True)
    """The fact that revoked it."""


@folds(FileRead)
def _file_read(said: Recorded[FileRead], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        ReportedFile(
            programme=said.programme,
            id=fact.sha256,
            filename=fact.name,
            version=fact.version or "",
            generated=fact.generated or "",
            read_on=said.happened_on,
            lines=fact.lines,
            activities=fact.activities,
            transactions=fact.transactions,
            left_out=list(fact.left_out),
        )
    )
    if fact.replaces:
        older = rows.the(ReportedFile, fact.replaces)
        older.replaced_by = fact.sha256
        rows.put(older)


@folds(ActivityReported)
def _activity_reported(said: Recorded[ActivityReported], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        ReportedActivity(
            programme=said.programme,
            id=fact.replaces or str(said.id),
            identifier=fact.identifier,
            publisher=fact.publisher,
            secondary=fact.secondary,
            file=fact.file,
            line=fact.line,
            said=told(fact),
            told_by=str(said.id),
        )
    )


@folds(
    OrganisationReported,
    TransactionReported,
    LocationReported,
    DocumentReported,
    ResultReported,
    IndicatorReported,
)
def _stated(said: Recorded[Stated], rows: Rows) -> None:
    fact = said.fact
    before = rows.the(ReportedStatement, fact.replaces) if fact.replaces else None
    rows.put(
        ReportedStatement(
            programme=said.programme,
            id=fact.replaces or str(said.id),
            activity=fact.activity,
            kind=fact.kind,
            file=fact.file,
            line=fact.line,
            place=before.place if before else said.position,
            said=told(fact),
            told_by=str(said.id),
        )
    )


@folds(ActivityVanished)
def _activity_vanished(said: Recorded[ActivityVanished], rows: Rows) -> None:
    activity = rows.the(ReportedActivity, said.fact.activity)
    activity.gone = said.fact.file
    rows.put(activity)


@folds(StatementVanished)
def _statement_vanished(said: Recorded[StatementVanished], rows: Rows) -> None:
    statement = rows.the(ReportedStatement, said.fact.statement)
    statement.gone = said.fact.file
    rows.put(statement)


@folds(NameMended)
def _mended(said: Recorded[NameMended], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        ReportedMending(
            programme=said.programme,
            id=str(said.id),
            written=fact.written,
            meant=fact.meant,
            reason=fact.reason,
            mended_on=said.happened_on,
            by=said.post,
        )
    )


@folds(MendingRevoked)
def _revoked(said: Recorded[MendingRevoked], rows: Rows) -> None:
    mending = rows.the(ReportedMending, said.fact.mending)
    mending.revoked = str(said.id)
    rows.put(mending)


def told(fact: ActivityReported | Stated) -> dict[str, Any]:
    """What a statement says, without where it stands: what two versions of a file are held to."""
    return {name: value for name, value in fact.body().items() if name not in OF_THE_STATEMENT}
