"""What can happen to what stands: assets that projects leave, enterprises that villages own.

Things, and the organisations that keep them. Who mends one is an organisation, never a person.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from cairn.journal.fact import Ask, Fact, Sealed, Visibility
from cairn.values import (
    AssetId,
    EnterpriseId,
    FileId,
    Money,
    MovementId,
    Names,
    Note,
    OrganisationId,
    PlaceId,
    ProjectId,
    Slug,
    Text,
)

A_PHOTO = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
"""The file that examples name."""

Months = Annotated[int, Field(ge=1, le=120)]
Year = Annotated[int, Field(ge=1990, le=2200)]


class Condition(StrEnum):
    """What state a thing was in, as somebody saw it on a day."""

    GOOD = "good"
    WORN = "worn"
    BROKEN = "broken"
    GONE = "gone"


class EnterpriseForm(StrEnum):
    """What kind of enterprise a village owns."""

    SHOP = "shop"
    COOPERATIVE = "cooperative"
    WORKSHOP = "workshop"
    FARM = "farm"
    OTHER = "other"


class AssetHandedOver(Fact, kind="assets.asset-handed-over"):
    """A thing that a project left standing was given into the keeping of an organisation.

    The keeper answers for its upkeep from then on. With a plan of upkeep, the day on which it is
    next due is counted from the last time it was done.
    """

    visibility = Visibility.PUBLIC
    sentence = _("“{name}” was handed over to {keeper}.")
    example: ClassVar[dict[str, Any]] = {
        "asset": "qarasu-well-pump",
        "name": {"en": "Pump of the deep well", "zh-hans": "机井水泵"},
        "place": "qarasu",
        "keeper": "qarasu-committee",
        "project": "qarasu-well",
        "warranty_until": "2026-10-31",
        "every_months": 6,
        "upkeep_cost": {"currency": "CNY", "minor": 120_000},
    }

    asset: Annotated[Slug, Names("asset"), Ask(_("Which id shall it have?"))]
    name: Annotated[Text, Ask(_("What is it called?"))]
    place: Annotated[PlaceId, Ask(_("Where does it stand?"))]
    keeper: Annotated[OrganisationId, Ask(_("Which organisation keeps it?"))]
    project: Annotated[ProjectId | None, Ask(_("Which project left it?"))] = None
    warranty_until: Annotated[date | None, Ask(_("Until when is it under warranty?"))] = None
    every_months: Annotated[
        Months | None, Ask(_("Every how many months is its upkeep to be done?"))
    ] = None
    upkeep_cost: Annotated[Money | None, Ask(_("What does its upkeep cost in a year?"))] = None


class KeeperChanged(Fact, kind="assets.keeper-changed"):
    """Another organisation keeps an asset from now on."""

    visibility = Visibility.PUBLIC
    sentence = _("{keeper} keeps {asset} from now on: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "asset": "qarasu-well-pump",
        "keeper": "county-office",
        "reason": "Taken into the county's water scheme",
    }

    asset: Annotated[AssetId, Ask(_("Which asset?"))]
    keeper: Annotated[OrganisationId, Ask(_("Which organisation keeps it now?"))]
    reason: Annotated[Note, Ask(_("Why?"))]


class UpkeepPlanned(Fact, kind="assets.upkeep-planned"):
    """How often an asset's upkeep is to be done from now on, and what that costs in a year."""

    visibility = Visibility.PUBLIC
    sentence = _("The upkeep of {asset} is planned for every {every_months} months.")
    example: ClassVar[dict[str, Any]] = {
        "asset": "qarasu-well-pump",
        "every_months": 12,
        "upkeep_cost": {"currency": "CNY", "minor": 90_000},
    }

    asset: Annotated[AssetId, Ask(_("Which asset?"))]
    every_months: Annotated[Months, Ask(_("Every how many months is its upkeep to be done?"))]
    upkeep_cost: Annotated[Money | None, Ask(_("What does its upkeep cost in a year?"))] = None


class AssetInspected(Fact, kind="assets.asset-inspected"):
    """Somebody looked at an asset, and saw in which condition it is.

    One that is not good says which organisation will mend it by when, as far as that is agreed.
    The photo is kept here and published with the record, until it is shredded.
    """

    visibility = Visibility.PUBLIC
    sentence = _("{asset} was inspected: {condition}.")
    example: ClassVar[dict[str, Any]] = {
        "asset": "qarasu-well-pump",
        "condition": "broken",
        "mender": "kunlun-drilling",
        "mend_by": "2026-02-15",
        "sha256": A_PHOTO,
        "caption": {"en": "The seal leaks", "zh-hans": "密封圈漏水"},
    }

    asset: Annotated[AssetId, Ask(_("Which asset?"))]
    condition: Annotated[Condition, Ask(_("In which condition is it?"))]
    mender: Annotated[OrganisationId | None, Ask(_("Which organisation will mend it?"))] = None
    mend_by: Annotated[date | None, Ask(_("By when?"))] = None
    sha256: Annotated[
        FileId | None, Sealed(opened=True), Ask(_("Which photo shows its condition?"))
    ] = None
    caption: Annotated[Text | None, Sealed(opened=True), Ask(_("What does it show?"))] = None


class AssetServiced(Fact, kind="assets.asset-serviced"):
    """The planned upkeep of an asset was done."""

    visibility = Visibility.PUBLIC
    sentence = _("The upkeep of {asset} was done.")
    example: ClassVar[dict[str, Any]] = {
        "asset": "qarasu-well-pump",
        "what": {"en": "Filter changed, pump oiled", "zh-hans": "更换滤芯、水泵润滑"},
    }

    asset: Annotated[AssetId, Ask(_("Which asset?"))]
    what: Annotated[Text | None, Ask(_("What was done?"))] = None
    movement: Annotated[MovementId | None, Ask(_("Which payment was for it?"))] = None


class AssetRepaired(Fact, kind="assets.asset-repaired"):
    """An asset was repaired. Its cost is that of the payment named, from whichever account it was."""

    visibility = Visibility.PUBLIC
    sentence = _("{asset} was repaired, and is in {condition} condition: {what}")
    example: ClassVar[dict[str, Any]] = {
        "asset": "qarasu-well-pump",
        "what": {"en": "New seal", "zh-hans": "更换密封圈"},
        "condition": "good",
        "movement": "01936f0a-0000-7000-8000-000000000001",
    }

    asset: Annotated[AssetId, Ask(_("Which asset?"))]
    what: Annotated[Text, Ask(_("What was repaired?"))]
    condition: Annotated[Condition, Ask(_("In which condition is it now?"))]
    movement: Annotated[MovementId | None, Ask(_("Which payment was for it?"))] = None


class AssetTakenOutOfUse(Fact, kind="assets.asset-taken-out-of-use"):
    """An asset is no more, or serves no more. Its history stays on record."""

    visibility = Visibility.PUBLIC
    sentence = _("{asset} was taken out of use: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "asset": "qarasu-well-pump",
        "reason": "Replaced by the county's water main",
    }

    asset: Annotated[AssetId, Ask(_("Which asset?"))]
    reason: Annotated[Note, Ask(_("Why?"))]


class EnterpriseOpened(Fact, kind="assets.enterprise-opened"):
    """A shop, cooperative or workshop that a village owns took up its work."""

    visibility = Visibility.PUBLIC
    sentence = _("The {form} “{name}” was opened in {place}.")
    example: ClassVar[dict[str, Any]] = {
        "enterprise": "qarasu-bakery",
        "name": {"en": "Qarasu bakery", "zh-hans": "喀拉苏馕坊"},
        "form": "workshop",
        "place": "qarasu",
        "holder": "qarasu-committee",
        "project": "qarasu-well",
    }

    enterprise: Annotated[Slug, Names("enterprise"), Ask(_("Which id shall it have?"))]
    name: Annotated[Text, Ask(_("What is it called?"))]
    form: Annotated[EnterpriseForm, Ask(_("What is it?"))]
    place: Annotated[PlaceId, Ask(_("Where?"))]
    holder: Annotated[OrganisationId, Ask(_("Which organisation holds it for the village?"))]
    project: Annotated[ProjectId | None, Ask(_("Which project set it up?"))] = None


class EnterpriseAccounted(Fact, kind="assets.enterprise-accounted"):
    """What an enterprise took in, what it cost and what it shared out, in one whole year.

    Never to whom: sums of the enterprise only. Told once more, the later one stands.
    """

    visibility = Visibility.PUBLIC
    sentence = _("{enterprise} accounted for {year}.")
    example: ClassVar[dict[str, Any]] = {
        "enterprise": "qarasu-bakery",
        "year": 2025,
        "income": {"currency": "CNY", "minor": 18_640_000},
        "costs": {"currency": "CNY", "minor": 12_310_000},
        "shared_out": {"currency": "CNY", "minor": 4_000_000},
    }

    enterprise: Annotated[EnterpriseId, Ask(_("Which enterprise?"))]
    year: Annotated[Year, Ask(_("For which year?"))]
    income: Annotated[Money | None, Ask(_("How much did it take in?"))] = None
    costs: Annotated[Money | None, Ask(_("How much did it cost?"))] = None
    shared_out: Annotated[Money | None, Ask(_("How much was shared out in all?"))] = None


class EnterpriseClosed(Fact, kind="assets.enterprise-closed"):
    """An enterprise ended its work."""

    visibility = Visibility.PUBLIC
    sentence = _("{enterprise} was closed: {reason}")
    example: ClassVar[dict[str, Any]] = {
        "enterprise": "qarasu-bakery",
        "reason": "Merged with the township's cooperative",
    }

    enterprise: Annotated[EnterpriseId, Ask(_("Which enterprise?"))]
    reason: Annotated[Note, Ask(_("Why?"))]
