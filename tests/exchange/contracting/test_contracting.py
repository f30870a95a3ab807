"""OCDS out. No package brings its schema without a network: what 1.1 requires is written out here."""

import json
import re
from datetime import date, datetime

import pytest

from cairn.exchange import export_command as command
from cairn.exchange.contracting.processes import purchases
from cairn.exchange.tables.declared import Chosen
from cairn.following.queries.reading import read
from cairn.following.snapshot import bring_up_to_date
from cairn.money.facts import MoneySpent
from cairn.programme.facts import OrganisationRole
from cairn.programme.models import Organisation
from cast import cny
from stands import DRILLER, WELL, tell_what_stands
from told import tell_a_year

pytestmark = pytest.mark.django_db

TAGS = {"award", "contract", "implementation", "compiled"}
"""Of the codelist of release tags, those that are written here."""
ROLES = {"buyer", "payer", "supplier", "payee"}
"""Of the codelist of party roles."""


@pytest.fixture
def bought(cast):
    """A driller engaged for 16,500.00 and paid twice; another paid unasked; and somebody unnamed."""
    tell_a_year(cast)
    tell_what_stands(cast)
    paid = {"account": "qarasu-committee", "project": WELL, "paid_to": DRILLER}
    cast.record(MoneySpent(amount=cny("6000.00"), **paid), on=date(2025, 4, 5))
    cast.record(MoneySpent(amount=cny("500.00"), **paid), on=date(2025, 4, 6))
    unasked = {**paid, "project": "lane"}
    cast.record(MoneySpent(amount=cny("20000.00"), **unasked), on=date(2025, 4, 7))
    unnamed = MoneySpent(account="qarasu-committee", project=WELL, amount=cny("30000.00"))
    cast.record(unnamed, on=date(2025, 4, 8))
    bring_up_to_date(cast.programme)
    return cast


def package(bought, out, *, above="1000.00", records=False, **more):
    asked = command.asked(bought.programme, out, "", "", "", "")
    how = {"currency": "", "prefix": "ocds-abc123", "address": "", "language": "en", **more}
    command.ocds(asked, command.Ocds(above, **how), records=records)
    return json.loads(out.read_bytes())


def is_a_moment(text: str) -> bool:
    return bool(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z"))


def holds_what_is_required(release: dict) -> None:
    assert release["ocid"].startswith("ocds-abc123-")
    assert release["id"]
    assert "#" not in release["id"]
    assert is_a_moment(release["date"])
    assert release["tag"]
    assert set(release["tag"]) <= TAGS
    assert release["initiationType"] == "tender"
    parties = {one["id"]: one for one in release["parties"]}
    assert all(set(one["roles"]) <= ROLES and one["name"] for one in parties.values())
    if "buyer" in release:
        assert "buyer" in parties[release["buyer"]["id"]]["roles"]
    awards = {one["id"] for one in release["awards"]}
    for award in release["awards"]:
        assert all("supplier" in parties[one["id"]]["roles"] for one in award["suppliers"])
        assert is_a_moment(award["date"])
    for contract in release["contracts"]:
        assert contract["id"]
        assert contract["awardID"] in awards
        assert re.fullmatch(r"[A-Z]{3}", contract["value"]["currency"])
        for paid in contract.get("implementation", {}).get("transactions", ()):
            assert paid["payee"]["id"] in parties
            assert paid["payer"]["id"] in parties
            assert isinstance(paid["value"]["amount"], int | float)


def test_a_release_package_has_what_the_standard_requires(bought, tmp_path):
    said = package(bought, tmp_path / "ocds.json")

    assert said.keys() == {"uri", "version", "publishedDate", "publisher", "releases"}
    assert (said["version"], said["publisher"]["name"]) == ("1.1", "Resident teams")
    assert re.match(r"[a-z]+:", said["uri"])
    assert is_a_moment(said["publishedDate"])
    assert len({one["ocid"] for one in said["releases"]}) == len(said["releases"]) >= 2
    for release in said["releases"]:
        holds_what_is_required(release)


def test_a_record_package_has_each_process_once_with_its_compiled_release(bought, tmp_path):
    said = package(bought, tmp_path / "ocds.json", records=True)

    assert "releases" not in said
    for record in said["records"]:
        (release,) = record["releases"]
        holds_what_is_required(release)
        assert record["compiledRelease"]["tag"] == ["compiled"]
        assert record["compiledRelease"]["awards"] == release["awards"]
        assert record["ocid"] == release["ocid"] == record["compiledRelease"]["ocid"]


def test_payments_belong_to_whom_was_engaged_and_others_are_of_their_own(bought, tmp_path):
    said = package(bought, tmp_path / "ocds.json")
    by_value = {one["contracts"][0]["value"]["amount"]: one for one in said["releases"]}

    engaged = by_value[16500]["contracts"][0]
    paid = [one["value"]["amount"] for one in engaged["implementation"]["transactions"]]
    assert {6000, 500} <= set(paid)
    assert "dateSigned" in engaged
    assert by_value[16500]["buyer"]["id"] == "qarasu-committee"
    assert "dateSigned" not in by_value[20000]["contracts"][0]


def test_what_is_not_above_the_limit_or_paid_to_nobody_named_is_left_out(bought, tmp_path):
    found = purchases(read(bought.programme), Chosen(), above_minor=1_650_000, currency="CNY")

    assert [one.minor for one in found.processes] == [2_000_000]
    assert found.to_nobody == 1
    assert package(bought, tmp_path / "none.json", currency="USD")["releases"] == []


def test_every_supplier_is_an_organisation_on_record(bought, tmp_path):
    on_record = dict(
        Organisation.objects.filter(programme=bought.programme).values_list("id", "role")
    )
    for release in package(bought, tmp_path / "ocds.json", above="0")["releases"]:
        for party in release["parties"]:
            assert party["id"] in on_record
    assert on_record[DRILLER] == OrganisationRole.CONTRACTOR
