"""What stands here: assets with their keepers and keys, and enterprises."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cairn.assets.facts import Condition
from cairn.assets.models import Asset, EnterpriseYear, Inspection
from cairn.following.answers import Named
from cairn.journal.columns import in_chunks
from cairn.journal.models import Entry
from cairn.journal.past import programme_of
from cairn.pack.ground import Ground
from cairn.pack.values import UNKNOWN, AssetLine, Day, EnterpriseLine, Keys, Some

LATEST = 4
"""Inspections of each asset whose entries are read first: most have their photo among them."""


def assets(ground: Ground, keys: Mapping[str, Keys]) -> tuple[AssetLine, ...]:
    """Every asset that is not out of use."""
    rows = ground.assets_in_use
    pictures = _pictures(ground, [row.id for row in rows])
    projects = ground.reading.projects(row.project for row in rows if row.project)
    found = []
    for row in rows:
        picture = pictures.get(row.id)
        project = projects.get(row.project)
        found.append(
            AssetLine(
                asset=Named(row.id, row.name),
                place=ground.reading.place(row.place),
                keeper=ground.reading.organisation(row.keeper) if row.keeper else UNKNOWN,
                keeper_is=ground.roles.get(row.keeper, ""),
                project=Named(row.project, project.name) if project else None,
                condition=row.condition or "unseen",
                seen_on=row.seen_on or UNKNOWN,
                pictured_on=picture.on if picture else UNKNOWN,
                picture=picture.fact if picture else "",
                mender=_mender(ground, row),
                mend_by=row.mend_by or (UNKNOWN if _is_broken(row) else None),
                every_months=row.every_months or UNKNOWN,
                serviced_on=row.serviced_on,
                next_service=_next_service(row),
                warranty_until=row.warranty_until or UNKNOWN,
                keys=keys.get(row.id, UNKNOWN),
            )
        )
    return tuple(found)


def _is_broken(row: Asset) -> bool:
    return row.condition in (Condition.BROKEN, Condition.GONE)


def _mender(ground: Ground, row: Asset) -> Some:
    if row.mender:
        return ground.reading.organisation(row.mender)
    return UNKNOWN if _is_broken(row) else None


def _next_service(row: Asset) -> Day:
    if row.condition == Condition.GONE:
        return None
    return row.due_on or UNKNOWN


@dataclass(frozen=True, slots=True)
class _Seen:
    """That somebody looked at an asset on a day."""

    fact: str
    asset: str
    on: date


def _pictures(ground: Ground, ids: list[str]) -> dict[str, _Seen]:
    """The last inspection of each asset that a photo belongs to.

    Told by what the entry commits to, not by the file: a photo may be erased, and the pack of a past must
    come out as it was.
    """
    by_asset: dict[str, list[_Seen]] = defaultdict(list)
    for chunk in in_chunks(ids):
        rows = Inspection.objects.filter(programme=ground.programme, asset__in=chunk)
        latest = rows.order_by("-inspected_on", "-id")
        for one in latest.values_list("id", "asset", "inspected_on"):
            by_asset[one[1]].append(_Seen(*one))
    found = _with_picture(ground, (one for seen in by_asset.values() for one in seen[:LATEST]))
    rest = [seen[LATEST:] for asset, seen in by_asset.items() if asset not in found]
    return found | _with_picture(ground, (one for seen in rest for one in seen))


def _with_picture(ground: Ground, seen: Iterable[_Seen]) -> dict[str, _Seen]:
    wanted = list(seen)
    shown = set()
    for chunk in in_chunks([UUID(one.fact) for one in wanted]):
        entries = Entry.objects.filter(programme=programme_of(ground.programme), id__in=chunk)
        for id_, body in entries.values_list("id", "body"):
            said = json.loads(bytes(body))
            if "sha256" in said.get("sealed", {}) or "sha256" in said["fact"]:
                shown.add(str(id_))
    found: dict[str, _Seen] = {}
    for one in wanted:  # the latest of each first
        if one.fact in shown:
            found.setdefault(one.asset, one)
    return found


def enterprises(ground: Ground) -> tuple[EnterpriseLine, ...]:
    """Every enterprise that is open."""
    rows = [row for row in ground.enterprises if row.closed_on is None]
    years: dict[str, set[int]] = defaultdict(set)
    told = EnterpriseYear.objects.filter(
        programme=ground.programme, enterprise__in=[row.id for row in rows]
    )
    for enterprise, year in told.values_list("enterprise", "year"):
        years[enterprise].add(year)
    return tuple(
        EnterpriseLine(
            enterprise=Named(row.id, row.name),
            form=row.form,
            place=ground.reading.place(row.place),
            holder=ground.reading.organisation(row.holder),
            opened_on=row.opened_on,
            last_year=max(years[row.id], default=UNKNOWN),
            missing_years=tuple(
                year
                for year in range(row.opened_on.year, ground.day.year)
                if year not in years[row.id]
            ),
        )
        for row in rows
    )
