"""IATI's code lists: which attribute is held to which list, and what a list says of a code.

Which list belongs to which attribute is said by the standard's own documents, and by the file
mapping.xml where the folder of the standard has one; that file is believed above the table here.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_FIRST: Final = "@vocabulary = '1' or not(@vocabulary)"


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list. In one that is not complete other codes may stand, too."""

    name: str
    complete: bool
    codes: Mapping[str, bool]
    """Each code, and whether it was withdrawn."""


@dataclass(frozen=True, slots=True)
class _Held:
    """An attribute, or the text, of an element that is held to a list, where a condition is met."""

    attribute: str
    codes: CodeList
    condition: str


@dataclass(frozen=True, slots=True)
class BadCode:
    """A code that its list does not have (`withdrawn` False), or has no more."""

    attribute: str
    value: str
    codes: CodeList
    withdrawn: bool


class CodeLists:
    """Every list, and the elements that are held to them."""

    def __init__(self, lists: Mapping[str, CodeList], mapping: Path | None = None) -> None:
        self.lists = lists
        self._held: defaultdict[str, list[_Held]] = defaultdict(list)
        pairs = _mapped(mapping) if mapping else _own()
        for path, attribute, name, condition in pairs:
            if name in lists:
                self._held[path].append(_Held(attribute, lists[name], condition))

    def bad(self, element: etree._Element, path: str) -> Iterator[BadCode]:
        """The codes of one element that are not on their lists; its path begins at its record."""
        for held in self._held.get(path, ()):
            yield from _judged(element, held)
        for held in self._held.get("", ()):
            yield from _judged(element, held)

    def codes_of(self, name: str) -> frozenset[str]:
        """All codes of a list, withdrawn ones too; none where it is not there."""
        return frozenset(self.lists[name].codes) if name in self.lists else frozenset()


def read_list(path: Path) -> CodeList | None:
    """A list from its official XML file; None where the file is something else.

    Raises XMLSyntaxError and OSError.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.parse(path, parser).getroot()
    if root.tag != "codelist" or not root.get("name"):
        return None
    codes: dict[str, bool] = {}
    for item in root.iterfind("codelist-items/codelist-item"):
        code = (item.findtext("code") or "").strip()
        # A list may have one code several times, as reorganised ones do: it is in use if any is.
        codes[code] = item.get("status") == "withdrawn" and codes.get(code, True)
    return CodeList(str(root.get("name")), root.get("complete") == "1", codes)


def _judged(element: etree._Element, held: _Held) -> Iterator[BadCode]:
    text = element.text if held.attribute == "text()" else element.get(held.attribute)
    if text is None or (held.condition and not _compiled(held.condition)(element)):
        return
    withdrawn = held.codes.codes.get(text)
    if withdrawn is not False:
        yield BadCode(held.attribute, text, held.codes, withdrawn is True)


@cache
def _compiled(condition: str) -> etree.XPath:
    return etree.XPath(f"boolean({condition})")


def _mapped(path: Path) -> Iterator[tuple[str, str, str, str]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for entry in etree.parse(path, parser).getroot().iterfind("mapping"):
        where = (entry.findtext("path") or "").strip().removeprefix("//")
        listed = entry.find("codelist")
        if listed is None:
            continue
        element, _, attribute = where.rpartition("/") if "/" in where else ("", "", where)
        condition = (entry.findtext("condition") or "").strip()
        yield (
            element,
            LANG if attribute == "@xml:lang" else attribute.removeprefix("@"),
            str(listed.get("ref")),
            condition,
        )


def _own() -> Iterator[tuple[str, str, str, str]]:
    for name, paths in _HELD.items():
        for path in paths:
            element, _, attribute = path.rpartition("/")
            yield element, attribute.removeprefix("@"), name, ""
    for name, (condition, paths) in _HELD_WHERE.items():
        for path in paths:
            yield path, "code", name, condition
    yield "", LANG, "Language", ""


def _activity(*paths: str) -> tuple[str, ...]:
    return tuple(f"iati-activity/{path}" for path in paths)


def _organisation(*paths: str) -> tuple[str, ...]:
    return tuple(f"iati-organisation/{path}" for path in paths)


_DOCUMENTS: Final = (
    "iati-activity/document-link",
    "iati-activity/result/document-link",
    "iati-activity/result/indicator/document-link",
    "iati-activity/result/indicator/baseline/document-link",
    "iati-activity/result/indicator/period/target/document-link",
    "iati-activity/result/indicator/period/actual/document-link",
    "iati-organisation/document-link",
)
_BUDGETS: Final = (
    *("total-budget", "recipient-org-budget"),
    *("recipient-region-budget", "recipient-country-budget"),
)

_HELD: Final[dict[str, tuple[str, ...]]] = {
    "Version": ("iati-activities/@version", "iati-organisations/@version"),
    "ActivityDateType": _activity("activity-date/@type"),
    "ActivityScope": _activity("activity-scope/@code"),
    "ActivityStatus": _activity("activity-status/@code"),
    "AidTypeVocabulary": _activity(
        "default-aid-type/@vocabulary", "transaction/aid-type/@vocabulary"
    ),
    "BudgetIdentifierVocabulary": _activity("country-budget-items/@vocabulary"),
    "BudgetNotProvided": _activity("@budget-not-provided"),
    "BudgetStatus": (
        *_activity("budget/@status"),
        *_organisation(*(f"{budget}/@status" for budget in _BUDGETS)),
    ),
    "BudgetType": _activity("budget/@type", "planned-disbursement/@type"),
    "CRSAddOtherFlags": _activity("crs-add/other-flags/@code"),
    "CRSChannelCode": _activity(
        "crs-add/channel-code/text()", "participating-org/@crs-channel-code"
    ),
    "CollaborationType": _activity("collaboration-type/@code"),
    "ConditionType": _activity("conditions/condition/@type"),
    "ContactType": _activity("contact-info/@type"),
    "Country": (
        *_activity("recipient-country/@code", "transaction/recipient-country/@code"),
        *_organisation(
            "document-link/recipient-country/@code",
            "recipient-country-budget/recipient-country/@code",
        ),
    ),
    "Currency": (
        *_activity(
            "@default-currency",
            "budget/value/@currency",
            "crs-add/loan-status/@currency",
            "fss/forecast/@currency",
            "planned-disbursement/value/@currency",
            "transaction/value/@currency",
        ),
        *_organisation(
            "@default-currency",
            *(f"{budget}/value/@currency" for budget in (*_BUDGETS, "total-expenditure")),
            *(f"{budget}/budget-line/value/@currency" for budget in _BUDGETS),
            "total-expenditure/expense-line/value/@currency",
        ),
    ),
    "DescriptionType": _activity("description/@type"),
    "DisbursementChannel": _activity("transaction/disbursement-channel/@code"),
    "DocumentCategory": tuple(f"{link}/category/@code" for link in _DOCUMENTS),
    "FileFormat": tuple(f"{link}/@format" for link in _DOCUMENTS),
    "Language": tuple(f"{link}/language/@code" for link in _DOCUMENTS),
    "FinanceType": _activity("default-finance-type/@code", "transaction/finance-type/@code"),
    "FlowType": _activity("default-flow-type/@code", "transaction/flow-type/@code"),
    "GeographicExactness": _activity("location/exactness/@code"),
    "GeographicLocationClass": _activity("location/location-class/@code"),
    "GeographicLocationReach": _activity("location/location-reach/@code"),
    "GeographicVocabulary": _activity(
        "location/administrative/@vocabulary", "location/location-id/@vocabulary"
    ),
    "HumanitarianScopeType": _activity("humanitarian-scope/@type"),
    "HumanitarianScopeVocabulary": _activity("humanitarian-scope/@vocabulary"),
    "IndicatorMeasure": _activity("result/indicator/@measure"),
    "IndicatorVocabulary": _activity("result/indicator/reference/@vocabulary"),
    "LoanRepaymentPeriod": _activity("crs-add/loan-terms/repayment-plan/@code"),
    "LoanRepaymentType": _activity("crs-add/loan-terms/repayment-type/@code"),
    "LocationType": _activity("location/feature-designation/@code"),
    "OrganisationRole": _activity("participating-org/@role"),
    "OrganisationType": (
        *_activity(
            "participating-org/@type",
            "planned-disbursement/provider-org/@type",
            "planned-disbursement/receiver-org/@type",
            "reporting-org/@type",
            "transaction/provider-org/@type",
            "transaction/receiver-org/@type",
        ),
        *_organisation("reporting-org/@type"),
    ),
    "OtherIdentifierType": _activity("other-identifier/@type"),
    "PolicyMarkerVocabulary": _activity("policy-marker/@vocabulary"),
    "PolicySignificance": _activity("policy-marker/@significance"),
    "RegionVocabulary": (
        *_activity("recipient-region/@vocabulary", "transaction/recipient-region/@vocabulary"),
        *_organisation("recipient-region-budget/recipient-region/@vocabulary"),
    ),
    "RelatedActivityType": _activity("related-activity/@type"),
    "ResultType": _activity("result/@type"),
    "ResultVocabulary": _activity("result/reference/@vocabulary"),
    "SectorVocabulary": _activity("sector/@vocabulary", "transaction/sector/@vocabulary"),
    "TagVocabulary": _activity("tag/@vocabulary"),
    "TiedStatus": _activity("default-tied-status/@code", "transaction/tied-status/@code"),
    "TransactionType": _activity("transaction/transaction-type/@code"),
}
"""What is always held to a list."""

_AID: Final = _activity("default-aid-type", "transaction/aid-type")
_SECTOR: Final = _activity("sector", "transaction/sector")
_HELD_WHERE: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "AidType": (_FIRST, _AID),
    "EarmarkingCategory": ("@vocabulary = '2'", _AID),
    "CashandVoucherModalities": ("@vocabulary = '4'", _AID),
    "PolicyMarker": (_FIRST, _activity("policy-marker")),
    "Region": (
        _FIRST,
        (
            *_activity("recipient-region", "transaction/recipient-region"),
            *_organisation("recipient-region-budget/recipient-region"),
        ),
    ),
    "Sector": (_FIRST, _SECTOR),
    "SectorCategory": ("@vocabulary = '2'", _SECTOR),
    "UNSDG-Goals": (
        "(local-name() = 'sector' and @vocabulary = '7') or (local-name() = 'tag' and @vocabulary = '2')",
        (*_SECTOR, *_activity("tag")),
    ),
    "UNSDG-Targets": (
        "(local-name() = 'sector' and @vocabulary = '8') or (local-name() = 'tag' and @vocabulary = '3')",
        (*_SECTOR, *_activity("tag")),
    ),
}
"""The attribute `code` of elements whose attribute `vocabulary` says which list it is from."""
