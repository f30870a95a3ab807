"""A programme that publishes as IATI data, and its files as the export writes them."""

import io
from datetime import UTC, datetime

from lxml import etree

from cairn.exchange.iati.check.official import standard_in
from cairn.exchange.iati.check.run import Check
from cairn.exchange.iati.organisation import organisations
from cairn.exchange.iati.record import Record, activities
from cairn.exchange.iati.write import file_of
from cairn.programme.facts import LegalForm, OrganisationIdentified, PublisherRegistered
from cast import DAY
from shared_data import shared

NOW = datetime(2026, 6, 1, tzinfo=UTC)
REF = "CN-USCI-11650000MB0000001X"


def registered(pen, *, ref=REF, website="https://record.example.org/teams", on=DAY):
    """The water bureau publishes it, and IATI knows the bureau."""
    pen.record(
        PublisherRegistered(organisation="water-bureau", country="CN", website=website), on=on
    )
    if ref:
        identified = OrganisationIdentified(
            organisation="water-bureau", ref=ref, legal_form=LegalForm.LOCAL_GOVERNMENT
        )
        pen.record(identified, on=on)


def activity_file(programme):
    return b"".join(file_of("iati-activities", activities(Record.of(programme))))


def organisation_file(programme):
    return b"".join(file_of("iati-organisations", organisations(Record.of(programme))))


def found_wrong(data):
    """What the official standard says of a file, warnings apart: (errors, warnings)."""
    check = Check(standard_in(shared("data/official")), now=NOW)
    found = [
        (str(each.severity), each.rule, each.element, each.message)
        for each in check.findings(io.BytesIO(data))
    ]
    errors = [each for each in found if each[0] == "error"]
    return errors, [each for each in found if each[0] == "warning"]


def activity(data, ends):
    """The one activity whose identifier ends so."""
    (one,) = [
        each for each in etree.fromstring(data) if each.findtext("iati-identifier").endswith(ends)
    ]
    return one
