"""Read models of a programme's places, organisations, cohorts, teams and posts."""

from typing import ClassVar

from django.db import models

from cairn.journal.projection import ReadModel, Recorded, Rows, folds
from cairn.programme.facts import (
    ApprovalLimitSet,
    CohortClosed,
    CohortOpened,
    LogKeyMade,
    LogKeyRotated,
    OrganisationIdentified,
    OrganisationJoined,
    PlaceAdded,
    PlaceLocated,
    PlaceMerged,
    PlaceRenamed,
    PlaceSplit,
    PolicyChosen,
    PostClosed,
    PostOpened,
    ProgrammeOpened,
    PublisherRegistered,
    PublisherWithdrawn,
    TeamPlaced,
)

THE_PROGRAMME = "programme"
"""The id of a programme's one row in its own table."""


class Programme(ReadModel):
    """One body of work with one journal."""

    called: ClassVar[str] = "programme"

    name = models.JSONField()
    timezone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    opened_on = models.DateField()
    policy = models.CharField(max_length=20)
    log_keys = models.JSONField(default=list)
    """Every verifier key that its public log has had, the present one last."""
    limit_minor = models.BigIntegerField(null=True)
    """What a project may cost at most to be approved by one post; empty while nobody said."""
    limit_currency = models.CharField(max_length=3, blank=True)
    limit_set = models.CharField(max_length=100, blank=True)
    """The fact that set it."""
    publisher = models.CharField(max_length=100, blank=True)
    """The organisation that publishes it as IATI data; empty where none does."""
    publishes_since = models.DateField(null=True)
    country = models.CharField(max_length=2, blank=True)
    website = models.CharField(max_length=200, blank=True)
    """Where the public record stands, with a / at its end; empty while nobody said."""


class Place(ReadModel):
    """A node of the tree county › township › village. `path` names it and all it is part of."""

    called: ClassVar[str] = "place"
    sought: ClassVar[bool] = True

    name = models.JSONField()
    level = models.CharField(max_length=20)
    within = models.CharField(max_length=100, blank=True)
    path = models.TextField()
    former = models.JSONField(default=list)
    """What it was called before: a name and the day until which, the earliest first."""
    north = models.IntegerField(null=True)
    east = models.IntegerField(null=True)
    """About where it is, in even hundredths of a degree; empty while nobody said."""
    ended_on = models.DateField(null=True)
    successors = models.JSONField(default=list)
    """What it became on that day: the ids of one place, or of several where it was split."""


class Organisation(ReadModel):
    """A sponsor, a public office, a village committee, a contractor."""

    called: ClassVar[str] = "organisation"
    sought: ClassVar[bool] = True

    name = models.JSONField()
    role = models.CharField(max_length=20)
    iati_ref = models.CharField(max_length=100, blank=True)
    """Its identifier in IATI; empty while nobody said."""
    legal_form = models.CharField(max_length=20, blank=True)
    """What it is by its legal form; said together with its identifier."""


class Cohort(ReadModel):
    """One rotation of teams. `closed_on` is empty while it lasts."""

    called: ClassVar[str] = "cohort"

    name = models.JSONField()
    opened_on = models.DateField()
    ends_on = models.DateField()
    closed_on = models.DateField(null=True)


class Team(ReadModel):
    """A cohort's presence in one place, sent by one sponsor."""

    called: ClassVar[str] = "team"

    cohort = models.CharField(max_length=100)
    place = models.CharField(max_length=100)
    sponsor = models.CharField(max_length=100)
    strength = models.PositiveIntegerField(null=True)
    placed_on = models.DateField()


class Post(ReadModel):
    """A seat that acts. `closed_on` is empty while it lasts; one of a cohort ends with it too."""

    called: ClassVar[str] = "post"

    name = models.JSONField()
    role = models.CharField(max_length=20)
    place = models.CharField(max_length=100, blank=True)
    organisation = models.CharField(max_length=100, blank=True)
    team = models.CharField(max_length=100, blank=True)
    cohort = models.CharField(max_length=100, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)


@folds(ProgrammeOpened)
def _programme_opened(said: Recorded[ProgrammeOpened], rows: Rows) -> None:
    rows.put(
        Programme(
            programme=said.programme,
            id=THE_PROGRAMME,
            name=said.fact.name.by_language(),
            timezone=said.fact.timezone,
            currency=said.fact.currency,
            opened_on=said.happened_on,
            policy="grant-fifo",
        )
    )


@folds(PolicyChosen)
def _policy_chosen(said: Recorded[PolicyChosen], rows: Rows) -> None:
    programme = rows.the(Programme, THE_PROGRAMME)
    programme.policy = said.fact.policy.value
    rows.put(programme)


@folds(ApprovalLimitSet)
def _approval_limit_set(said: Recorded[ApprovalLimitSet], rows: Rows) -> None:
    programme = rows.the(Programme, THE_PROGRAMME)
    programme.limit_minor = said.fact.amount.minor
    programme.limit_currency = said.fact.amount.currency
    programme.limit_set = str(said.id)
    rows.put(programme)


@folds(LogKeyMade)
def _log_key_made(said: Recorded[LogKeyMade], rows: Rows) -> None:
    programme = rows.the(Programme, THE_PROGRAMME)
    programme.log_keys = [said.fact.key]
    rows.put(programme)


@folds(LogKeyRotated)
def _log_key_rotated(said: Recorded[LogKeyRotated], rows: Rows) -> None:
    programme = rows.the(Programme, THE_PROGRAMME)
    programme.log_keys = [*programme.log_keys, said.fact.new]
    rows.put(programme)


@folds(PlaceAdded)
def _place_added(said: Recorded[PlaceAdded], rows: Rows) -> None:
    fact = said.fact
    above = rows.the(Place, fact.within).path if fact.within else "/"
    rows.put(
        Place(
            programme=said.programme,
            id=fact.place,
            name=fact.name.by_language(),
            level=fact.level.value,
            within=fact.within or "",
            path=f"{above}{fact.place}/",
        )
    )


@folds(PlaceRenamed)
def _place_renamed(said: Recorded[PlaceRenamed], rows: Rows) -> None:
    place = rows.the(Place, said.fact.place)
    place.former = [*place.former, [place.name, said.happened_on.isoformat()]]
    place.name = said.fact.name.by_language()
    rows.put(place)


@folds(PlaceLocated)
def _place_located(said: Recorded[PlaceLocated], rows: Rows) -> None:
    place = rows.the(Place, said.fact.place)
    place.north, place.east = said.fact.north, said.fact.east
    rows.put(place)


@folds(PlaceMerged, PlaceSplit)
def _place_ended(said: Recorded[PlaceMerged | PlaceSplit], rows: Rows) -> None:
    fact = said.fact
    place = rows.the(Place, fact.place)
    became = fact.successors if isinstance(fact, PlaceSplit) else (fact.successor,)
    place.ended_on, place.successors = said.happened_on, list(became)
    rows.put(place)


@folds(OrganisationJoined)
def _organisation_joined(said: Recorded[OrganisationJoined], rows: Rows) -> None:
    rows.put(
        Organisation(
            programme=said.programme,
            id=said.fact.organisation,
            name=said.fact.name.by_language(),
            role=said.fact.role.value,
        )
    )


@folds(OrganisationIdentified)
def _organisation_identified(said: Recorded[OrganisationIdentified], rows: Rows) -> None:
    organisation = rows.the(Organisation, said.fact.organisation)
    organisation.iati_ref = said.fact.ref
    organisation.legal_form = said.fact.legal_form.value
    rows.put(organisation)


@folds(PublisherRegistered)
def _publisher_registered(said: Recorded[PublisherRegistered], rows: Rows) -> None:
    fact = said.fact
    programme = rows.the(Programme, THE_PROGRAMME)
    programme.publisher, programme.country = fact.organisation, fact.country
    programme.website = f"{fact.website.rstrip('/')}/" if fact.website else ""
    programme.publishes_since = programme.publishes_since or said.happened_on
    rows.put(programme)


@folds(PublisherWithdrawn)
def _publisher_withdrawn(said: Recorded[PublisherWithdrawn], rows: Rows) -> None:
    del said
    programme = rows.the(Programme, THE_PROGRAMME)
    programme.publisher, programme.publishes_since = "", None
    rows.put(programme)


@folds(CohortOpened)
def _cohort_opened(said: Recorded[CohortOpened], rows: Rows) -> None:
    rows.put(
        Cohort(
            programme=said.programme,
            id=said.fact.cohort,
            name=said.fact.name.by_language(),
            opened_on=said.happened_on,
            ends_on=said.fact.ends_on,
        )
    )


@folds(CohortClosed)
def _cohort_closed(said: Recorded[CohortClosed], rows: Rows) -> None:
    cohort = rows.the(Cohort, said.fact.cohort)
    cohort.closed_on = said.happened_on
    rows.put(cohort)


@folds(TeamPlaced)
def _team_placed(said: Recorded[TeamPlaced], rows: Rows) -> None:
    rows.put(
        Team(
            programme=said.programme,
            id=said.fact.team,
            cohort=said.fact.cohort,
            place=said.fact.place,
            sponsor=said.fact.sponsor,
            strength=said.fact.strength,
            placed_on=said.happened_on,
        )
    )


@folds(PostOpened)
def _post_opened(said: Recorded[PostOpened], rows: Rows) -> None:
    fact = said.fact
    team = rows.the(Team, fact.team) if fact.team else None
    rows.put(
        Post(
            programme=said.programme,
            id=fact.post,
            name=fact.name.by_language(),
            role=fact.role.value,
            place=fact.place or (team.place if team else ""),
            organisation=fact.organisation or "",
            team=fact.team or "",
            cohort=fact.cohort or (team.cohort if team else ""),
            opened_on=said.happened_on,
        )
    )


@folds(PostClosed)
def _post_closed(said: Recorded[PostClosed], rows: Rows) -> None:
    post = rows.the(Post, said.fact.post)
    post.closed_on = said.happened_on
    rows.put(post)
