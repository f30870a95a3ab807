"""The place on one page, and whom to turn to: posts, never whoever sits there."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from cairn.following.answers import Named
from cairn.following.queries.lists import stage_of
from cairn.pack.ground import Ground
from cairn.pack.values import UNKNOWN, Contact, Counted, Former, OrganisationHere, Overview, Unknown
from cairn.people.rights import Scope, rights
from cairn.programme.models import Post

STAGES = ("proposed", "approved", "started", "completed", "cancelled")
CONDITIONS = ("good", "worn", "broken", "gone", "unseen", "out")
OVERDUE = "worklist/overdue"
"""The line of the table of rights that says which posts get what is overdue beneath them."""


def overview(ground: Ground) -> Overview:
    """The place, who is there, who was, and how much of what stands there."""
    reading, place = ground.reading, ground.place
    return Overview(
        place=reading.place(place.id),
        level=place.level,
        above=tuple(reading.place(one) for one in ground.above),
        within=tuple(reading.place(one) for one in ground.places if one != place.id),
        former=tuple(Former(name, date.fromisoformat(until)) for name, until in place.former),
        ended_on=place.ended_on,
        north=_known(place.north),
        east=_known(place.east),
        organisations=_organisations(ground),
        teams=tuple(
            ground.is_of(one)
            for one in sorted(ground.teams, key=lambda one: (one.placed_on, one.id))
            if one.place in ground.places
        ),
        counts=_counts(ground),
    )


def _known(value: int | None) -> int | Unknown:
    return UNKNOWN if value is None else value


def _organisations(ground: Ground) -> tuple[OrganisationHere, ...]:
    does: dict[str, set[str]] = defaultdict(set)
    for account in ground.accounts:
        does[account.holder].add("account")
    for asset in ground.assets_in_use:
        does[asset.keeper].add("keeper")
    for enterprise in ground.enterprises:
        if enterprise.closed_on is None:
            does[enterprise.holder].add("enterprise")
    for post in ground.open_posts:
        if post.place in ground.places and post.organisation:
            does[post.organisation].add("post")
    return tuple(
        OrganisationHere(
            ground.reading.organisation(id_), ground.roles.get(id_, ""), tuple(sorted(does[id_]))
        )
        for id_ in sorted(does)
        if id_
    )


def _counts(ground: Ground) -> tuple[Counted, ...]:
    stages = Counter(stage_of(row) for row in ground.projects)
    assets = Counter("out" if row.out_on else row.condition or "unseen" for row in ground.assets)
    needs = Counter("answered" if row.answered_on else "open" for row in ground.needs)
    enterprises = Counter("closed" if row.closed_on else "open" for row in ground.enterprises)
    found = [Counted("project", stage, stages[stage]) for stage in STAGES]
    found += [Counted("asset", condition, assets[condition]) for condition in CONDITIONS]
    found += [Counted("need", how, needs[how]) for how in ("open", "answered")]
    found += [Counted("enterprise", how, enterprises[how]) for how in ("open", "closed")]
    return tuple(one for one in found if one.count)


# Contacts


def contacts(ground: Ground) -> tuple[Contact, ...]:
    """The open posts that whoever takes over will turn to, the nearest first."""
    keepers = {row.keeper for row in ground.assets_in_use}
    found = list(_contacts(ground, keepers))
    order = ("team", "here", "above", "keeper", "sponsor", "programme")
    found.sort(key=lambda one: (order.index(one.why), one.post.id))
    return tuple(found)


def _contacts(ground: Ground, keepers: set[str]) -> Iterator[Contact]:
    for post in ground.open_posts:
        why = _why(post, ground, keepers)
        if why:
            organisation = post.organisation
            yield Contact(
                post=Named(post.id, post.name),
                role=post.role,
                place=ground.reading.place(post.place) if post.place else None,
                organisation=ground.reading.organisation(organisation) if organisation else None,
                why=why,
            )


def _why(post: Post, ground: Ground, keepers: set[str]) -> str:
    if post.team == ground.team.id:
        return "team"
    if post.place in ground.places:
        return "here"
    if post.place in ground.above:
        return "above"
    if post.organisation in keepers:
        return "keeper"
    if post.organisation == ground.team.sponsor:
        return "sponsor"
    whole = rights().scope(post.role, OVERDUE) is Scope.PROGRAMME
    return "programme" if whole and not post.place else ""
