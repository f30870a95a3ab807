"""What the journal will not take about what other publishers say."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cairn.journal.projection import Objection, Recorded, Rows, objects
from cairn.reported.facts import (
    ActivityReported,
    ActivityVanished,
    DocumentReported,
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
from cairn.reported.projections import ReportedActivity, ReportedMending, ReportedStatement


@objects(ActivityReported)
def an_activity_replaces_its_own_earlier_version(
    said: Recorded[ActivityReported], rows: Rows
) -> Iterator[Objection]:
    """By the same publisher, under the same id."""
    fact = said.fact
    before = rows.get(ReportedActivity, fact.replaces) if fact.replaces else None
    if before and (before.identifier, before.publisher) != (fact.identifier, fact.publisher):
        yield Objection("replaces", _("This replaces a statement about something else."))


@objects(
    OrganisationReported,
    TransactionReported,
    LocationReported,
    DocumentReported,
    ResultReported,
    IndicatorReported,
)
def a_statement_replaces_one_of_its_kind(said: Recorded[Stated], rows: Rows) -> Iterator[Objection]:
    """Of the same activity; and an indicator is of a result of it."""
    fact = said.fact
    before = rows.get(ReportedStatement, fact.replaces) if fact.replaces else None
    if before and (before.kind, before.activity) != (fact.kind, fact.activity):
        yield Objection("replaces", _("This replaces a statement about something else."))
    if isinstance(fact, IndicatorReported):
        result = rows.get(ReportedStatement, fact.result)
        if result and (result.kind, result.activity) != (ResultReported.kind, fact.activity):
            yield Objection("result", _("This is no result of the same activity."))


@objects(ActivityVanished, StatementVanished)
def nothing_vanishes_twice(
    said: Recorded[ActivityVanished | StatementVanished], rows: Rows
) -> Iterator[Objection]:
    """What came back may vanish again."""
    fact = said.fact
    if isinstance(fact, ActivityVanished):
        activity = rows.get(ReportedActivity, fact.activity)
        if activity and activity.gone:
            yield Objection("activity", _("That was said already."))
        return
    statement = rows.get(ReportedStatement, fact.statement)
    if statement and statement.gone:
        yield Objection("statement", _("That was said already."))


@objects(NameMended)
def an_id_is_mended_into_another(said: Recorded[NameMended], rows: Rows) -> Iterator[Objection]:
    """What is written right needs no mending."""
    del rows
    if said.fact.written == said.fact.meant:
        yield Objection("meant", _("Both ids are the same; there is nothing to mend."))


@objects(MendingRevoked)
def a_mending_is_revoked_once(said: Recorded[MendingRevoked], rows: Rows) -> Iterator[Objection]:
    """The same id may be mended anew afterwards."""
    mending = rows.the(ReportedMending, said.fact.mending)
    if mending.revoked:
        yield Objection("mending", _("That was said already."))
