"""Where in an IATI activity stands what facts have a place for; all else is counted as left out.

What `HELD` names, parts.py reads and write_reported.py writes again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
PLANE: Final = "http://www.opengis.net/def/crs/EPSG/0/4326"

NO_PLACE: Final = "Cairn has no place for it"
BROKEN_DOWN: Final = "what is broken down further is not kept, only wholes"
REASONS: Final = {
    "contact-info": "who is to be reached is not kept: Cairn keeps no names of persons",
    "result/indicator/baseline/dimension": BROKEN_DOWN,
    "result/indicator/period/target/dimension": BROKEN_DOWN,
    "result/indicator/period/actual/dimension": BROKEN_DOWN,
}
"""Why an element is left out, where it is not for want of a place."""

ROLES: Final = {"funding": "1", "accountable": "2", "extending": "3", "implementing": "4"}
DATES: Final = {"start-planned": "1", "start-actual": "2", "end-planned": "3", "end-actual": "4"}
"""1.x's words for what 2.x numbers."""

ACTIVITY_CODES: Final = (
    *("activity-scope", "recipient-country", "recipient-region", "sector", "tag"),
    *("collaboration-type", "default-flow-type", "default-finance-type", "default-aid-type"),
    "default-tied-status",
)
TRANSACTION_CODES: Final = (
    *("disbursement-channel", "sector", "recipient-country", "recipient-region", "flow-type"),
    *("finance-type", "aid-type", "tied-status"),
)
LOCATION_CODES: Final = (
    *("location-reach", "location-id", "administrative", "exactness", "location-class"),
    "feature-designation",
)
DOCUMENT_CODES: Final = ("category", "language")


def _coded_paths(within: str, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        path = f"{within}{name}"
        yield from (path, f"{path}/@code", f"{path}/@vocabulary")
        yield f"{path}/@{'level' if name == 'administrative' else 'percentage'}"
        yield from (f"{path}/narrative", f"{path}/narrative/@{LANG}", f"{path}/@{LANG}")


def _texts_at(*paths: str) -> Iterator[str]:
    for path in paths:
        yield from (path, f"{path}/@{LANG}", f"{path}/narrative", f"{path}/narrative/@{LANG}")


HELD: Final = frozenset(
    {
        *(
            f"@{LANG}",
            "@default-currency",
            "@hierarchy",
            "@last-updated-datetime",
            "iati-identifier",
        ),
        *("reporting-org/@ref", "reporting-org/@type", "reporting-org/@secondary-reporter"),
        *("participating-org/@role", "participating-org/@ref", "participating-org/@type"),
        *("participating-org/@activity-id", "activity-status", "activity-status/@code"),
        *("activity-date", "activity-date/@type", "activity-date/@iso-date", "description/@type"),
        *("related-activity", "related-activity/@type", "related-activity/@ref"),
        *_texts_at("title", "description", "reporting-org", "participating-org"),
        *_coded_paths("", ACTIVITY_CODES),
        *("transaction", "transaction/@ref", "transaction/transaction-type"),
        *("transaction/transaction-type/@code", "transaction/transaction-date"),
        *("transaction/transaction-date/@iso-date", "transaction/value"),
        *("transaction/value/@currency", "transaction/value/@value-date"),
        *("transaction/provider-org/@ref", "transaction/provider-org/@type"),
        *("transaction/provider-org/@provider-activity-id", "transaction/receiver-org/@ref"),
        *("transaction/receiver-org/@type", "transaction/receiver-org/@receiver-activity-id"),
        *_texts_at("transaction/description", "transaction/provider-org"),
        *_texts_at("transaction/receiver-org"),
        *_coded_paths("transaction/", TRANSACTION_CODES),
        *(
            "location",
            "location/@ref",
            "location/point",
            "location/point/@srsName",
            "location/point/pos",
        ),
        *_texts_at("location/name", "location/description"),
        *_coded_paths("location/", LOCATION_CODES),
        *("document-link", "document-link/@url", "document-link/@format"),
        *("document-link/document-date", "document-link/document-date/@iso-date"),
        *_texts_at("document-link/title", "document-link/description"),
        *_coded_paths("document-link/", DOCUMENT_CODES),
        *("result", "result/@type", "result/@aggregation-status", "result/indicator"),
        *("result/indicator/@measure", "result/indicator/@ascending"),
        *("result/indicator/@aggregation-status", "result/indicator/baseline"),
        *("result/indicator/baseline/@year", "result/indicator/baseline/@iso-date"),
        *("result/indicator/baseline/@value", "result/indicator/period"),
        *("result/indicator/period/period-start", "result/indicator/period/period-end"),
        *("result/indicator/period/period-start/@iso-date",),
        *("result/indicator/period/period-end/@iso-date", "result/indicator/period/target"),
        *("result/indicator/period/target/@value", "result/indicator/period/actual"),
        "result/indicator/period/actual/@value",
        *_texts_at("result/title", "result/description"),
        *_texts_at("result/indicator/title", "result/indicator/description"),
    }
)
"""Where what stands goes into facts."""


@dataclass
class LeftOut:
    """What is not kept, by where it stands and why: how often, and the line of the first."""

    found: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def add(self, path: str, reason: str, line: int) -> None:
        """Count one."""
        self.found.setdefault((path, reason), [0, line])[0] += 1

    def rest_of(self, element: etree._Element, path: str, line: int) -> None:
        """Count whatever of an element has no place in facts."""
        for name, value in _attributes(element):
            where = f"{path}/@{name}" if path else f"@{name}"
            if where not in HELD and str(value).strip():
                self.add(where, NO_PLACE, line)
        if path:
            for child in element:
                self.rest_of_child(child, path, line)

    def rest_of_child(self, child: etree._Element, path: str, line: int) -> None:
        """Likewise, where the element may have no place at all. Comments are nothing that is said."""
        tag: object = child.tag
        if not isinstance(tag, str):
            return
        where = f"{path}/{tag}" if path else tag
        if where in HELD:
            self.rest_of(child, where, line)
        else:
            self.add(where, REASONS.get(where, NO_PLACE), line)


def _attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    return ((str(name), str(value)) for name, value in element.attrib.items())
