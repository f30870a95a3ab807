"""Read models of assets and enterprises.

Facts arrive late, so what is told of a day never overrules what is known of a later one.
"""

from calendar import monthrange
from datetime import date
from typing import ClassVar

from django.db import models

from cairn.assets.facts import (
    AssetHandedOver,
    AssetInspected,
    AssetRepaired,
    AssetServiced,
    AssetTakenOutOfUse,
    EnterpriseAccounted,
    EnterpriseClosed,
    EnterpriseOpened,
    KeeperChanged,
    UpkeepPlanned,
)
from cairn.journal.projection import ReadModel, Recorded, Rows, folds
from cairn.values import Money


class Asset(ReadModel):
    """A thing that stands. `condition` is as it was last seen, on `seen_on`; empty while nobody has."""

    called: ClassVar[str] = "asset"
    sought: ClassVar[bool] = True

    name = models.JSONField()
    place = models.CharField(max_length=100)
    keeper = models.CharField(max_length=100)
    kept_since = models.DateField()
    project = models.CharField(max_length=100, blank=True)
    handed_on = models.DateField()
    warranty_until = models.DateField(null=True)
    every_months = models.PositiveSmallIntegerField(null=True)
    planned_on = models.DateField()
    upkeep_minor = models.BigIntegerField(null=True)
    upkeep_currency = models.CharField(max_length=3, blank=True)
    serviced_on = models.DateField()
    """When its upkeep was last done; at first, when it was handed over."""
    due_on = models.DateField(null=True)
    """When its upkeep is next due by its plan. Whether that is overdue depends on who reads when."""
    condition = models.CharField(max_length=10, blank=True)
    seen_on = models.DateField(null=True)
    mender = models.CharField(max_length=100, blank=True)
    """Who was to mend it, as last seen; empty where nobody was named, and once it was repaired."""
    mend_by = models.DateField(null=True)
    out_on = models.DateField(null=True)
    out_because = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["programme", "place"]),
            models.Index(fields=["programme", "project"]),
        ]


class Keeping(ReadModel):
    """Who kept an asset since when. Its id is that of the fact."""

    called: ClassVar[str] = "keeping"

    asset = models.CharField(max_length=100)
    keeper = models.CharField(max_length=100)
    since = models.DateField()
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["programme", "asset"])]


class Inspection(ReadModel):
    """What somebody saw of an asset on a day. Its photo is sealed: see journal/sealing.py."""

    called: ClassVar[str] = "inspection"

    asset = models.CharField(max_length=100)
    inspected_on = models.DateField()
    condition = models.CharField(max_length=10)
    mender = models.CharField(max_length=100, blank=True)
    mend_by = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["programme", "asset"])]


class Upkeep(ReadModel):
    """A repair of an asset, or its planned upkeep, which leaves `condition` empty."""

    called: ClassVar[str] = "upkeep"

    asset = models.CharField(max_length=100)
    done_on = models.DateField()
    what = models.JSONField(default=dict)
    condition = models.CharField(max_length=10, blank=True)
    movement = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["programme", "asset"])]


class Enterprise(ReadModel):
    """An enterprise that a village owns. `closed_on` is empty while it lasts."""

    called: ClassVar[str] = "enterprise"
    sought: ClassVar[bool] = True

    name = models.JSONField()
    form = models.CharField(max_length=20)
    place = models.CharField(max_length=100)
    holder = models.CharField(max_length=100)
    project = models.CharField(max_length=100, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    closed_because = models.TextField(blank=True)


class EnterpriseYear(ReadModel):
    """What an enterprise accounted for in a year. Its id is `enterprise/year`."""

    called: ClassVar[str] = "enterprise-year"

    enterprise = models.CharField(max_length=100)
    year = models.PositiveSmallIntegerField()
    income_minor = models.BigIntegerField(null=True)
    costs_minor = models.BigIntegerField(null=True)
    shared_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    told_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["programme", "enterprise"])]


@folds(AssetHandedOver)
def _handed_over(said: Recorded[AssetHandedOver], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        Asset(
            programme=said.programme,
            id=fact.asset,
            name=fact.name.by_language(),
            place=fact.place,
            keeper=fact.keeper,
            kept_since=said.happened_on,
            project=fact.project or "",
            handed_on=said.happened_on,
            warranty_until=fact.warranty_until,
            every_months=fact.every_months,
            planned_on=said.happened_on,
            upkeep_minor=minor(fact.upkeep_cost),
            upkeep_currency=fact.upkeep_cost.currency if fact.upkeep_cost else "",
            serviced_on=said.happened_on,
            due_on=_due(said.happened_on, fact.every_months),
        )
    )
    _keep(said, rows, fact.asset, fact.keeper, "")


def _keep(
    said: Recorded[AssetHandedOver] | Recorded[KeeperChanged],
    rows: Rows,
    asset: str,
    keeper: str,
    reason: str,
) -> None:
    rows.put(
        Keeping(
            programme=said.programme,
            id=str(said.id),
            asset=asset,
            keeper=keeper,
            since=said.happened_on,
            reason=reason,
        )
    )


@folds(KeeperChanged)
def _keeper_changed(said: Recorded[KeeperChanged], rows: Rows) -> None:
    asset = rows.the(Asset, said.fact.asset)
    if said.happened_on >= asset.kept_since:
        asset.keeper, asset.kept_since = said.fact.keeper, said.happened_on
        rows.put(asset)
    _keep(said, rows, asset.id, said.fact.keeper, said.fact.reason)


@folds(UpkeepPlanned)
def _upkeep_planned(said: Recorded[UpkeepPlanned], rows: Rows) -> None:
    asset, cost = rows.the(Asset, said.fact.asset), said.fact.upkeep_cost
    if said.happened_on >= asset.planned_on:
        asset.every_months, asset.planned_on = said.fact.every_months, said.happened_on
        asset.due_on = _due(asset.serviced_on, asset.every_months)
        if cost:
            asset.upkeep_minor, asset.upkeep_currency = cost.minor, cost.currency
        rows.put(asset)


def _due(last: date, every_months: int | None) -> date | None:
    """So many months after a day: on the same day of its month, or on the last one there is."""
    if every_months is None:
        return None
    year, month = divmod(last.year * 12 + last.month - 1 + every_months, 12)
    return date(year, month + 1, min(last.day, monthrange(year, month + 1)[1]))


@folds(AssetInspected)
def _inspected(said: Recorded[AssetInspected], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        Inspection(
            programme=said.programme,
            id=str(said.id),
            asset=fact.asset,
            inspected_on=said.happened_on,
            condition=fact.condition.value,
            mender=fact.mender or "",
            mend_by=fact.mend_by,
        )
    )
    asset = rows.the(Asset, fact.asset)
    _see(asset, said.happened_on, fact.condition.value, fact.mender or "", fact.mend_by)
    rows.put(asset)


def _see(
    asset: Asset, on: date, condition: str, mender: str = "", mend_by: date | None = None
) -> None:
    """Take what was seen of an asset, unless something later is known."""
    if asset.seen_on is None or on >= asset.seen_on:
        asset.condition, asset.seen_on = condition, on
        asset.mender, asset.mend_by = mender, mend_by


@folds(AssetServiced)
def _serviced(said: Recorded[AssetServiced], rows: Rows) -> None:
    fact = said.fact
    asset = rows.the(Asset, fact.asset)
    asset.serviced_on = max(asset.serviced_on, said.happened_on)
    asset.due_on = _due(asset.serviced_on, asset.every_months)
    rows.put(asset)
    rows.put(
        Upkeep(
            programme=said.programme,
            id=str(said.id),
            asset=fact.asset,
            done_on=said.happened_on,
            what=fact.what.by_language() if fact.what else {},
            movement=fact.movement or "",
        )
    )


@folds(AssetRepaired)
def _repaired(said: Recorded[AssetRepaired], rows: Rows) -> None:
    fact = said.fact
    asset = rows.the(Asset, fact.asset)
    _see(asset, said.happened_on, fact.condition.value)
    rows.put(asset)
    rows.put(
        Upkeep(
            programme=said.programme,
            id=str(said.id),
            asset=fact.asset,
            done_on=said.happened_on,
            what=fact.what.by_language(),
            condition=fact.condition.value,
            movement=fact.movement or "",
        )
    )


@folds(AssetTakenOutOfUse)
def _taken_out_of_use(said: Recorded[AssetTakenOutOfUse], rows: Rows) -> None:
    asset = rows.the(Asset, said.fact.asset)
    asset.out_on, asset.out_because = said.happened_on, said.fact.reason
    rows.put(asset)


@folds(EnterpriseOpened)
def _opened(said: Recorded[EnterpriseOpened], rows: Rows) -> None:
    fact = said.fact
    rows.put(
        Enterprise(
            programme=said.programme,
            id=fact.enterprise,
            name=fact.name.by_language(),
            form=fact.form.value,
            place=fact.place,
            holder=fact.holder,
            project=fact.project or "",
            opened_on=said.happened_on,
        )
    )


@folds(EnterpriseAccounted)
def _accounted(said: Recorded[EnterpriseAccounted], rows: Rows) -> None:
    fact = said.fact
    amounts = (fact.income, fact.costs, fact.shared_out)
    rows.put(
        EnterpriseYear(
            programme=said.programme,
            id=f"{fact.enterprise}/{fact.year}",
            enterprise=fact.enterprise,
            year=fact.year,
            income_minor=minor(fact.income),
            costs_minor=minor(fact.costs),
            shared_minor=minor(fact.shared_out),
            currency=next(amount.currency for amount in amounts if amount),
            told_on=said.happened_on,
        )
    )


@folds(EnterpriseClosed)
def _closed(said: Recorded[EnterpriseClosed], rows: Rows) -> None:
    enterprise = rows.the(Enterprise, said.fact.enterprise)
    enterprise.closed_on, enterprise.closed_because = said.happened_on, said.fact.reason
    rows.put(enterprise)


def minor(amount: Money | None) -> int | None:
    """An amount's minor units, where there is one."""
    return amount.minor if amount else None
