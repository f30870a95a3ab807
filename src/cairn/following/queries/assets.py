"""Assets: the register, one with its history, and completed projects that say nothing of theirs."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cairn.assets.models import Asset, Inspection, Keeping, Upkeep
from cairn.following.answers import Named, Page
from cairn.following.queries.reading import Reading, read, some
from cairn.following.queries.stretches import Start, stretch
from cairn.following.standing import (
    AssetFollowed,
    AssetRow,
    KeepingRow,
    OnMap,
    Picture,
    Sighting,
    UnsaidRow,
    UpkeepRow,
)
from cairn.journal.files import kept
from cairn.journal.sealing import answers_of
from cairn.money.models import Movement
from cairn.values import UnknownThingError
from cairn.works.models import Project

SHOWN = 200
"""Sightings and repairs of one asset that are read: with its latest, which tell how it is."""


def assets(
    *,
    programme: str,
    today: date,
    place: str | None = None,
    keeper: str | None = None,
    condition: str | None = None,
    overdue: str | None = None,
    start: Start = 0,
    size: int | None = 50,
) -> tuple[tuple[AssetRow, ...], Page]:
    """Assets by place and id; `place` takes everything within it, `overdue` says what is late."""
    reading = read(programme)
    found = Asset.objects.filter(programme=programme)
    if place:
        found = found.filter(place__in=reading.within(place))
    if keeper:
        found = found.filter(keeper=keeper)
    if condition:
        found = found.filter(_in_condition(condition))
    if overdue:
        late = {"upkeep": _upkeep_is_late(today), "mending": _mending_is_late(today)}
        found = found.filter(
            late.get(overdue, late["upkeep"] | late["mending"]), out_on__isnull=True
        )
    rows, at = stretch(found, "place", "id", start=start, size=size)
    return asset_rows(reading, rows, today), at


def _in_condition(condition: str) -> Q:
    if condition == "out":
        return Q(out_on__isnull=False)
    return Q(out_on=None, condition="" if condition == "unseen" else condition)


def _upkeep_is_late(today: date) -> Q:
    return Q(due_on__lt=today) & ~Q(condition="gone")


def _mending_is_late(today: date) -> Q:
    return Q(mend_by__lt=today)


def keepers(*, programme: str) -> tuple[Named, ...]:
    """The organisations that keep an asset."""
    reading = read(programme)
    ids = Asset.objects.filter(programme=programme).values_list("keeper", flat=True).distinct()
    return tuple(reading.organisation(id_) for id_ in sorted(ids))


def asset_rows(
    reading: Reading, found: QuerySet[Asset] | list[Asset], today: date
) -> tuple[AssetRow, ...]:
    """Assets as rows."""
    rows = list(found)
    projects = reading.projects(row.project for row in rows if row.project)
    return tuple(_asset_row(reading, row, projects, today) for row in rows)


def _asset_row(reading: Reading, row: Asset, projects: dict[str, Project], today: date) -> AssetRow:
    in_use = row.out_on is None
    late = {
        "upkeep": in_use and row.due_on and row.due_on < today and row.condition != "gone",
        "mending": in_use and row.mend_by and row.mend_by < today,
    }
    return AssetRow(
        asset=Named(row.id, row.name),
        place=reading.place(row.place),
        keeper=reading.organisation(row.keeper),
        project=Named(row.project, projects[row.project].name) if row.project else None,
        condition=(row.condition or "unseen") if in_use else "out",
        seen_on=row.seen_on,
        mender=reading.organisation(row.mender) if row.mender else None,
        mend_by=row.mend_by,
        due_on=row.due_on if in_use else None,
        overdue=tuple(what for what, is_late in late.items() if is_late),
        warranty_until=row.warranty_until,
        every_months=row.every_months,
        upkeep=row.upkeep_minor,
        currency=row.upkeep_currency or reading.row.currency,
    )


def follow_asset(*, programme: str, asset: str, today: date) -> AssetFollowed:
    """An asset with its history. Raises UnknownThingError."""
    reading = read(programme)
    row = Asset.objects.filter(programme=programme, id=asset).first()
    if row is None:
        raise UnknownThingError(f"There is no asset ‘{asset}’ in this programme.")
    mine = {"programme": programme, "asset": asset}
    return AssetFollowed(
        programme=reading.programme,
        as_of=reading.as_of,
        row=asset_rows(reading, [row], today)[0],
        handed_on=row.handed_on,
        out_on=row.out_on,
        out_because=row.out_because,
        sightings=_sightings(
            reading, Inspection.objects.filter(**mine).order_by("-inspected_on", "-id")[:SHOWN]
        ),
        upkeep=_upkeep(reading, Upkeep.objects.filter(**mine).order_by("-done_on", "-id")[:SHOWN]),
        keepers=tuple(
            KeepingRow(one.since, reading.organisation(one.keeper), one.reason)
            for one in Keeping.objects.filter(**mine).order_by("-since", "-id")
        ),
    )


def _sightings(reading: Reading, found: Iterable[Inspection]) -> tuple[Sighting, ...]:
    rows = list(found)
    shown = pictures(reading, [row.id for row in rows])
    return tuple(
        Sighting(
            seen_on=row.inspected_on,
            condition=row.condition,
            mender=reading.organisation(row.mender) if row.mender else None,
            mend_by=row.mend_by,
            picture=shown[row.id],
        )
        for row in rows
    )


def pictures(reading: Reading, facts: list[str]) -> dict[str, Picture]:
    """What each of these facts shows under seal."""
    answers = answers_of(reading.id, [fact for fact in facts if fact])
    found = {}
    for fact in facts:
        said = answers.get(fact, {})
        file = said.get("sha256", "")
        here = kept(reading.id, file)
        found[fact] = Picture(
            file,
            said.get("caption"),
            is_kept=here is not None,
            document_bytes=here.size if here and here.is_document else None,
        )
    return found


def _upkeep(reading: Reading, found: Iterable[Upkeep]) -> tuple[UpkeepRow, ...]:
    rows = list(found)
    ids = {row.movement for row in rows if row.movement}
    paid = {one.id: one for one in some(Movement, reading.id, ids) if not one.reversed_by}
    return tuple(_upkeep_row(reading, row, paid.get(row.movement)) for row in rows)


def _upkeep_row(reading: Reading, row: Upkeep, payment: Movement | None) -> UpkeepRow:
    return UpkeepRow(
        done_on=row.done_on,
        kind="repair" if row.condition else "service",
        what=row.what,
        condition=row.condition,
        cost=payment.amount_minor if payment else None,
        account=reading.account(payment.source) if payment else None,
        movement=row.movement,
        currency=payment.currency if payment else reading.row.currency,
    )


def on_map(*, programme: str, place: str, today: date) -> tuple[OnMap, ...]:
    """The places within a place of which it is on record where they are, with their assets."""
    reading = read(programme)
    if place not in reading.places:
        raise UnknownThingError(f"There is no place ‘{place}’ in this programme.")
    inside = [reading.places[one] for one in reading.within(place)]
    known = [row for row in inside if row.north is not None and row.east is not None]
    used = Asset.objects.filter(
        programme=programme, out_on=None, place__in=[row.id for row in known]
    )
    late = _upkeep_is_late(today) | _mending_is_late(today)
    counted = {
        one["place"]: one
        for one in used.values("place").annotate(
            all=Count("id"),
            broken=Count("id", filter=Q(condition__in=["broken", "gone"])),
            late=Count("id", filter=late),
        )
    }
    nothing = {"all": 0, "broken": 0, "late": 0}
    return tuple(
        OnMap(
            place=Named(row.id, row.name),
            north=row.north or 0,
            east=row.east or 0,
            assets=here["all"],
            broken=here["broken"],
            overdue=here["late"],
        )
        for row in sorted(known, key=lambda row: row.path)
        for here in [counted.get(row.id, nothing)]
    )


def unsaid(
    *, programme: str, place: str | None = None, start: Start = 0, size: int | None = 50
) -> tuple[tuple[UnsaidRow, ...], Page]:
    """Completed projects of which nobody said which assets they left, nor that they left none."""
    reading = read(programme)
    left = Asset.objects.filter(programme=programme, project=OuterRef("id"))
    found = Project.objects.filter(
        ~Exists(left), programme=programme, completed_on__isnull=False, leaves_nothing=""
    )
    if place:
        found = found.filter(place__in=reading.within(place))
    rows, at = stretch(found, "completed_on", "id", start=start, size=size)
    return tuple(
        UnsaidRow(Named(row.id, row.name), reading.place(row.place), row.completed_on)
        for row in rows
        if row.completed_on
    ), at
