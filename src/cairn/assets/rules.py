"""What the journal will not take about assets and enterprises."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cairn.assets.facts import (
    AssetHandedOver,
    AssetInspected,
    AssetRepaired,
    AssetServiced,
    AssetTakenOutOfUse,
    Condition,
    EnterpriseAccounted,
    EnterpriseClosed,
    KeeperChanged,
    UpkeepPlanned,
)
from cairn.assets.projections import Asset, Enterprise
from cairn.journal.projection import Objection, Recorded, Rows, objects
from cairn.trace.policy import Kind

OfAsset = (
    KeeperChanged
    | UpkeepPlanned
    | AssetInspected
    | AssetServiced
    | AssetRepaired
    | AssetTakenOutOfUse
)


@objects(
    KeeperChanged, UpkeepPlanned, AssetInspected, AssetServiced, AssetRepaired, AssetTakenOutOfUse
)
def things_happen_to_an_asset_while_it_is_in_use(
    said: Recorded[OfAsset], rows: Rows
) -> Iterator[Objection]:
    """Not before it was handed over, nor after it was taken out of use; and that happens once."""
    asset = rows.the(Asset, said.fact.asset)
    if said.happened_on < asset.handed_on:
        message = _("This asset was handed over only on {day}.")
        yield Objection("happened_on", message.format(day=asset.handed_on))
    ends = isinstance(said.fact, AssetTakenOutOfUse)
    if asset.out_on and (ends or said.happened_on > asset.out_on):
        message = _("This asset was taken out of use on {day}.")
        yield Objection("asset", message.format(day=asset.out_on))


@objects(AssetHandedOver)
def a_warranty_ends_after_it_began(
    said: Recorded[AssetHandedOver], rows: Rows
) -> Iterator[Objection]:
    """One that ended before is none."""
    del rows
    if said.fact.warranty_until and said.fact.warranty_until < said.happened_on:
        yield Objection("warranty_until", _("A warranty ends after the asset is handed over."))


@objects(KeeperChanged)
def another_keeper_is_another_one(said: Recorded[KeeperChanged], rows: Rows) -> Iterator[Objection]:
    """Naming the same one twice is a mistake of the form."""
    asset = rows.the(Asset, said.fact.asset)
    if asset.keeper == said.fact.keeper and said.happened_on >= asset.kept_since:
        yield Objection("keeper", _("This organisation keeps it already."))


@objects(AssetInspected)
def what_is_to_be_mended_says_by_whom_and_when(
    said: Recorded[AssetInspected], rows: Rows
) -> Iterator[Objection]:
    """A day without a mender binds nobody, and a mender without a day never."""
    del rows
    fact = said.fact
    if fact.mender is None and fact.mend_by is None:
        return
    if fact.condition is Condition.GOOD:
        yield Objection("mender", _("What is in good condition is not mended."))
    elif fact.condition is Condition.GONE:
        yield Objection("mender", _("What is gone is not mended; take it out of use."))
    elif fact.mender is None:
        yield Objection("mender", _("Say which organisation will mend it."))
    elif fact.mend_by is None:
        yield Objection("mend_by", _("Say by which day it will be mended."))
    elif fact.mend_by < said.happened_on:
        yield Objection("mend_by", _("It is to be mended after it was seen."))


@objects(AssetRepaired, AssetServiced)
def its_cost_is_a_payment_that_stands(
    said: Recorded[AssetRepaired | AssetServiced], rows: Rows
) -> Iterator[Objection]:
    """Money that was only sent, or a payment reversed, paid for nothing."""
    if said.fact.movement is None:
        return
    payment = rows.find("movement", said.fact.movement)
    if getattr(payment, "kind", None) != Kind.SPEND:
        yield Objection("movement", _("Name a payment: this movement is none."))
    elif getattr(payment, "reversed_by", ""):
        yield Objection("movement", _("This movement was reversed already."))


@objects(EnterpriseAccounted)
def a_year_is_accounted_for_once_it_began(
    said: Recorded[EnterpriseAccounted], rows: Rows
) -> Iterator[Objection]:
    """In one currency, and with something to say."""
    fact = said.fact
    enterprise = rows.the(Enterprise, fact.enterprise)
    amounts = [amount for amount in (fact.income, fact.costs, fact.shared_out) if amount]
    if not amounts:
        yield Objection("income", _("Say at least one amount."))
    if len({amount.currency for amount in amounts}) > 1:
        yield Objection("income", _("An enterprise accounts in one currency."))
    if fact.year > said.happened_on.year:
        yield Objection("year", _("That year has not come yet."))
    if fact.year < enterprise.opened_on.year:
        message = _("This enterprise was opened only on {day}.")
        yield Objection("year", message.format(day=enterprise.opened_on))
    if enterprise.closed_on and fact.year > enterprise.closed_on.year:
        message = _("This enterprise was closed on {day}.")
        yield Objection("year", message.format(day=enterprise.closed_on))


@objects(EnterpriseClosed)
def an_enterprise_closes_once(said: Recorded[EnterpriseClosed], rows: Rows) -> Iterator[Objection]:
    """And not before it was opened."""
    enterprise = rows.the(Enterprise, said.fact.enterprise)
    if enterprise.closed_on:
        message = _("This enterprise was closed on {day}.")
        yield Objection("enterprise", message.format(day=enterprise.closed_on))
    elif said.happened_on < enterprise.opened_on:
        message = _("This enterprise was opened only on {day}.")
        yield Objection("happened_on", message.format(day=enterprise.opened_on))
