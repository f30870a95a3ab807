"""What the journal will not take, about every fact and about those of the programme itself."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cairn.journal.fact import Fact
from cairn.journal.projection import Objection, Recorded, Rows, objects
from cairn.merkle.note import Verifier
from cairn.programme.facts import (
    CohortClosed,
    CohortOpened,
    LogKeyMade,
    LogKeyRotated,
    PlaceAdded,
    PlaceLevel,
    PlaceMerged,
    PlaceRenamed,
    PlaceSplit,
    PostClosed,
    PostOpened,
    ProgrammeOpened,
    PublisherWithdrawn,
    SecondFactorReplaced,
    TeamPlaced,
    statement,
)
from cairn.programme.key_chain import is_signed
from cairn.programme.projections import (
    THE_PROGRAMME,
    Cohort,
    Organisation,
    Place,
    Post,
    Programme,
    Team,
)
from cairn.values import in_language

ABOVE = {
    PlaceLevel.COUNTY: (),
    PlaceLevel.TOWNSHIP: ("county",),
    PlaceLevel.VILLAGE: ("township", "county"),
}


@objects(Fact)
def happens_within_the_life_of_a_programme(said: Recorded[Fact], rows: Rows) -> Iterator[Objection]:
    """The programme is open by then, and the day has come where the programme is."""
    programme = rows.get(Programme, THE_PROGRAMME)
    if isinstance(said.fact, ProgrammeOpened):
        if programme is not None:
            yield Objection("programme", _("This programme is already open."))
        zone = said.fact.timezone
    elif programme is None:
        message = _("There is no programme ‘{id}’; its first fact opens it.")
        yield Objection("programme", message.format(id=said.programme))
        return
    else:
        zone = programme.timezone
        if said.happened_on < programme.opened_on:
            message = _("{day} is before the programme was opened, on {opened}.")
            yield Objection(
                "happened_on", message.format(day=said.happened_on, opened=programme.opened_on)
            )
    today = said.recorded_at.astimezone(ZoneInfo(zone)).date()
    if said.happened_on > today:
        message = _("{day} has not come yet; today is {today}.")
        yield Objection("happened_on", message.format(day=said.happened_on, today=today))


@objects(PlaceAdded)
def a_place_stands_within_a_larger_one(
    said: Recorded[PlaceAdded], rows: Rows
) -> Iterator[Objection]:
    """A village is part of a township or county, a township of a county; each may stand alone."""
    above = rows.get(Place, said.fact.within) if said.fact.within else None
    allowed = ABOVE[said.fact.level]
    if above is not None and above.level not in allowed:
        message = _("A {level} cannot be part of a {above}.")
        levels = {"level": _(said.fact.level.value), "above": _(above.level)}
        yield Objection("within", message.format(**levels))


@objects(Fact)
def nothing_new_happens_at_a_place_that_is_no_more(
    said: Recorded[Fact], rows: Rows
) -> Iterator[Objection]:
    """What happened there until its last day may still be told, however late."""
    for field, called in said.fact.references():
        if called != "place":
            continue
        value = getattr(said.fact, field)
        for id_ in value if isinstance(value, tuple) else (value,):
            place = rows.get(Place, id_) if id_ is not None else None
            if place and place.ended_on and said.happened_on > place.ended_on:
                message = _("{place} is no more since {day}; it became {successors}.")
                became = [rows.the(Place, one) for one in place.successors]
                yield Objection(
                    field,
                    message.format(
                        place=_name(place),
                        day=place.ended_on,
                        successors=", ".join(f"{_name(one)} ({one.id})" for one in became),
                    ),
                )


def _name(place: Place) -> str:
    return in_language(place.name, get_language() or "en")


@objects(PlaceRenamed, PlaceMerged, PlaceSplit)
def a_place_that_is_no_more_does_not_change(
    said: Recorded[PlaceRenamed | PlaceMerged | PlaceSplit], rows: Rows
) -> Iterator[Objection]:
    """Nor are its names told out of order: the one it has is the last that was told."""
    place = rows.the(Place, said.fact.place)
    if place.ended_on and said.happened_on <= place.ended_on:
        message = _("This place is no more since {day}.")
        yield Objection("place", message.format(day=place.ended_on))
    if place.former and said.happened_on.isoformat() < place.former[-1][1]:
        message = _("It was renamed on {day}; what came before is told.")
        yield Objection("happened_on", message.format(day=place.former[-1][1]))


@objects(PlaceMerged, PlaceSplit)
def only_villages_merge_and_split(
    said: Recorded[PlaceMerged | PlaceSplit], rows: Rows
) -> Iterator[Objection]:
    """A township has villages in it: they would have to be told where they belong."""
    fact = said.fact
    field = "successors" if isinstance(fact, PlaceSplit) else "successor"
    became = fact.successors if isinstance(fact, PlaceSplit) else (fact.successor,)
    if rows.the(Place, fact.place).level != PlaceLevel.VILLAGE:
        yield Objection("place", _("Only a village becomes part of another, or several."))
    if any(rows.the(Place, one).level != PlaceLevel.VILLAGE for one in became):
        yield Objection(field, _("A village becomes a village."))
    gone = [one for one in became if rows.the(Place, one).ended_on]
    if gone:  # whatever the day: two places cannot have become each other
        yield Objection(field, _("{id} is no more itself.").format(id=gone[0]))
    if fact.place in became or len(set(became)) < len(became):
        yield Objection(field, _("It becomes another place, and each only once."))


@objects(PublisherWithdrawn)
def only_who_publishes_stops(said: Recorded[PublisherWithdrawn], rows: Rows) -> Iterator[Objection]:
    """Nobody ends what nobody began."""
    programme = rows.the(Programme, THE_PROGRAMME)
    del said
    if not programme.publisher:
        yield Objection("reason", _("Nobody publishes this programme as IATI data."))


@objects(CohortOpened)
def a_cohort_ends_after_it_begins(said: Recorded[CohortOpened], rows: Rows) -> Iterator[Objection]:
    """A rotation has a length."""
    del rows
    if said.fact.ends_on <= said.happened_on:
        yield Objection("ends_on", _("A cohort ends after the day it begins."))


@objects(CohortClosed)
def a_cohort_closes_once(said: Recorded[CohortClosed], rows: Rows) -> Iterator[Objection]:
    """Nor before it began."""
    cohort = rows.the(Cohort, said.fact.cohort)
    if cohort.closed_on:
        yield Objection("cohort", _("This cohort ended on {day}.").format(day=cohort.closed_on))
    elif said.happened_on < cohort.opened_on:
        message = _("This cohort began only on {day}.")
        yield Objection("happened_on", message.format(day=cohort.opened_on))


@objects(TeamPlaced)
def a_team_is_sent_by_a_sponsor_to_a_living_cohort(
    said: Recorded[TeamPlaced], rows: Rows
) -> Iterator[Objection]:
    """The sender is a sponsor, and the cohort had not gone home by then."""
    sponsor = rows.the(Organisation, said.fact.sponsor)
    if sponsor.role != "sponsor":
        yield Objection("sponsor", _("Only a sponsor sends a team; this is no sponsor."))
    closed_on = rows.the(Cohort, said.fact.cohort).closed_on
    if closed_on and said.happened_on > closed_on:
        yield Objection("cohort", _("This cohort ended on {day}.").format(day=closed_on))


@objects(PostOpened)
def a_post_of_a_team_is_where_and_as_long_as_the_team(
    said: Recorded[PostOpened], rows: Rows
) -> Iterator[Objection]:
    """And none is opened for a cohort that has gone home."""
    fact = said.fact
    team = rows.get(Team, fact.team) if fact.team else None
    if team and fact.place and fact.place != team.place:
        yield Objection("place", _("The team is at {place}.").format(place=team.place))
    if team and fact.cohort and fact.cohort != team.cohort:
        yield Objection("cohort", _("The team is of the cohort {id}.").format(id=team.cohort))
    named = fact.cohort or (team.cohort if team else None)
    cohort = rows.get(Cohort, named) if named else None
    if cohort and cohort.closed_on:
        field = "cohort" if fact.cohort else "team"
        yield Objection(field, _("This cohort ended on {day}.").format(day=cohort.closed_on))


@objects(PostClosed, SecondFactorReplaced)
def a_closed_post_stays_closed(
    said: Recorded[PostClosed | SecondFactorReplaced], rows: Rows
) -> Iterator[Objection]:
    """Nothing more happens to it, nor anything before it was opened."""
    post = rows.the(Post, said.fact.post)
    if post.closed_on:
        yield Objection("post", _("This post was closed on {day}.").format(day=post.closed_on))
    elif said.happened_on < post.opened_on:
        message = _("This post was opened only on {day}.")
        yield Objection("happened_on", message.format(day=post.opened_on))


@objects(SecondFactorReplaced)
def a_post_does_not_vouch_for_itself(
    said: Recorded[SecondFactorReplaced], rows: Rows
) -> Iterator[Objection]:
    """Whoever found a password could do that."""
    del rows
    if said.post == said.fact.post:
        yield Objection("post", _("Another post confirms that it was lost."))


@objects(LogKeyMade)
def a_log_has_one_first_key(said: Recorded[LogKeyMade], rows: Rows) -> Iterator[Objection]:
    """And whoever names it holds it."""
    key = Verifier.parse(said.fact.key)
    if rows.the(Programme, THE_PROGRAMME).log_keys:
        yield Objection("key", _("The log of this programme has a key; rotate it."))
    if not is_signed(key, said.fact.signature, statement(said.programme, key)):
        yield Objection("signature", _("This is no signature of this statement by this key."))


@objects(LogKeyRotated)
def a_log_s_key_is_rotated_by_both(
    said: Recorded[LogKeyRotated], rows: Rows
) -> Iterator[Objection]:
    """From the present one to one that the log never had, under the same origin."""
    fact = said.fact
    old, new = Verifier.parse(fact.old), Verifier.parse(fact.new)
    known = rows.the(Programme, THE_PROGRAMME).log_keys
    if known[-1:] != [fact.old]:
        yield Objection("old", _("The present key of this programme's log is another one."))
    if fact.new in known:
        yield Objection("new", _("The log had this key before; make a new one."))
    if new.name != old.name:
        message = _("A log keeps its origin, {origin}; this key is of another.")
        yield Objection("new", message.format(origin=old.name))
    text = statement(said.programme, new, old=old)
    for field, key in (("signed_by_old", old), ("signed_by_new", new)):
        if not is_signed(key, getattr(fact, field), text):
            yield Objection(field, _("This is no signature of this statement by this key."))
