"""`cairn check iati` against IATI's own suites: the schema's files, and the rulesets' meta tests."""

import io
import json
from datetime import UTC, datetime

import pytest
from lxml import etree

from cairn.exchange.iati.check.finding import Layer
from cairn.exchange.iati.check.official import standard_in
from cairn.exchange.iati.check.rules import Ruleset
from cairn.exchange.iati.check.run import Check
from cairn.exchange.iati.check.xpaths import Given
from shared_data import shared

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def standard():
    return standard_in(shared("data/official"))


def findings(path, standard):
    with path.open("rb") as stream:
        return list(Check(standard, now=NOW).findings(stream))


def of_schema(found):
    return [finding for finding in found if finding.layer in {Layer.SCHEMA, Layer.XML}]


def test_the_whole_standard_is_found_in_its_folder(standard):
    assert standard.missing == ()
    assert len(standard.code_lists.lists) == 70


@pytest.mark.parametrize("kind", ["activity-tests", "organisation-tests"])
def test_the_official_schema_suite_agrees(standard, kind):
    suite = shared("data/official/schemas/tests") / kind
    passing = sorted((suite / "should-pass").rglob("*.xml"))
    failing = sorted((suite / "should-fail").rglob("*.xml"))

    assert len(passing) >= 12 and len(failing) >= 100  # noqa: PT018 - the suite is there
    assert [path for path in passing if of_schema(findings(path, standard))] == []
    assert [path for path in failing if not of_schema(findings(path, standard))] == []


META = """
at_least_one                 at_least_one_bad-  at_least_one_narrative+ at_least_one_ref+ at_least_one_no_element_good+
between_dates                between_dates_good+ between_dates_bad-
condition                    activity_status_2+ activity_status_3-
date_now                     date_now_good+ date_now_bad-
date_order                   date_good+ date_bad- empty_activity+
dependent_title_description  title_description+ title- description- empty_activity+
empty                        empty+ empty_activity+ title_twice+
forloop                      forloop_good+ forloop_bad-
if_then                      if_then_good+ if_then_bad-
no_more_than_one_title       title+ title_twice- empty_activity+
no_paths                     empty+ empty_activity-
one_or_all                   one_or_all_lang_good+ one_or_all_lang_good_all+ one_or_all_lang_bad- one_or_all_lang_bad_all- one_or_all_sector_bad- one_or_all_sector_good+ one_or_all_sector_all_good+ one_or_all_sector_all_bad- one_or_all_currency_bad- one_or_all_currency_good+ one_or_all_currency_all_good+ one_or_all_currency_all_bad-
one_or_all_org               one_or_all_org_currency_good+ one_or_all_org_currency_bad-
only_one_of                  only_one_of_activity_bad- only_one_of_activity_good+ only_one_of_transaction_bad- only_one_of_transaction_good+
period_time                  period_time_good+ period_time_bad-
range                        range_good+ range_bad-
recipient_country            recipient_country_good+ recipient_country_bad-
recipient_region_budget      recipient_region_budget_good+ recipient_region_budget_bad-
regex_matches                regex_good+ regex_bad-
regex_no_matches             regex_good- regex_bad+
result_indicator_baseline_selector_with_conditions       results_indicator_baseline_value_good+ results_indicator_baseline_value_bad- results_indicator_baseline_value_not_relevant+
result_indicator_period_actual_selector_with_conditions  results_indicator_period_actual_value_good+ results_indicator_period_actual_value_bad- results_indicator_period_actual_value_not_relevant+
result_indicator_period_target_selector_with_conditions  results_indicator_period_target_value_good+ results_indicator_period_target_value_bad- results_indicator_period_target_value_not_relevant+
results_references           results_refs_good+ results_refs_bad-
sector_percentage_sum        sector_percentage_sum_good+ sector_percentage_sum_bad-
starts_with                  identifiers+ identifiers_bad-
sum                          sum_good+ sum_bad- empty_activity+
sum_two                      sum_two_good+ sum_two_bad-
time_limit                   time_limit_good+ time_limit_bad-
title_exists                 title+ empty_activity- empty+
title_text_exists            title_text+ title-
total_expenditure            total_expenditure_good+ total_expenditure_bad-
unique                       unique_good+ unique_bad-
unique_title_description     title_description_content+
"""
"""Ruleset, and the files that hold to it (+) or not (-), by the names that IATI gave them."""


def test_the_meta_tests_of_rulesets_agree():
    folder = shared("data/official/rulesets/meta_tests")
    wrong, used = [], set()

    for line in META.strip().splitlines():
        name, *files = line.split()
        ruleset = Ruleset.read(json.loads((folder / f"{name}.json").read_bytes()))
        used.add(f"{name}.json")
        for file in files:
            root = etree.parse(folder / f"{file[:-1]}.xml").getroot()
            used.add(f"{file[:-1]}.xml")
            if bool(list(ruleset.broken(root, Given(NOW)))) == (file[-1] == "+"):
                wrong.append((name, file))

    assert wrong == []
    assert {path.name for path in folder.iterdir()} - used == set()


def test_real_files_give_findings_and_the_schema_s_verdict(standard):
    """A record at a time, the schema finds as much as over the whole file; and nothing crashes."""
    schema = etree.XMLSchema(
        file=str(shared("data/official/schemas") / "iati-activities-schema.xsd")
    )
    files = sorted(shared("data/iati").rglob("*.xml"))
    apart = []

    for path in files:
        check = Check(standard, now=NOW)
        with path.open("rb") as stream:
            found = list(check.findings(stream))
        if not check.verdict.version.startswith("2."):
            assert found or check.verdict.records == 0
            continue
        try:
            whole = schema.validate(etree.parse(path))
        except etree.XMLSyntaxError:
            whole = False
        if whole == bool(of_schema(found)):
            apart.append(path.name)

    assert len(files) > 40
    assert apart == []


def test_a_code_that_is_not_on_its_list_is_found_on_every_list(standard):
    """Each attribute that is held to a complete list says so of a code that nobody has."""
    lists = standard.code_lists
    held = [
        (path, each)
        for path, several in lists._held.items()
        for each in several
        if path and each.attribute != "text()"
    ]
    unfound = []

    for path, each in held:
        element = etree.Element(path.rpartition("/")[2], {each.attribute: "no such code"})
        for vocabulary in (None, *map(str, range(1, 10))):
            if vocabulary and each.attribute != "vocabulary":
                element.set("vocabulary", vocabulary)
            if any(bad.codes is each.codes for bad in lists.bad(element, path)):
                break
        else:
            unfound.append((path, each.codes.name))

    assert len(held) > 100
    assert unfound == []
    # Of two lists no attribute of 2.03 takes a code; categories are of other lists' codes.
    used = {each.codes.name for _, each in held} | {"Language", "CRSChannelCode"}
    assert set(lists.lists) - used == {
        "AidType-category", "BudgetIdentifier", "BudgetIdentifierSector",
        "BudgetIdentifierSector-category", "DocumentCategory-category", "FinanceType-category",
        "GazetteerAgency", "GeographicalPrecision", "IATIOrganisationIdentifier",
        "LocationType-category", "OrganisationIdentifier", "OrganisationRegistrationAgency",
        "PublisherType", "VerificationStatus",
    }  # fmt: skip


def test_a_finding_far_down_names_its_line(standard):
    """libxml2 counts lines in 16 bits; a file of a hundred thousand has its findings in place."""
    padding = "\n" * 100_000
    text = (
        f'<iati-activities version="2.03">{padding}<iati-activity>\n'
        "<iati-identifier>A-1</iati-identifier>\n<nonsense/></iati-activity></iati-activities>"
    )

    found = list(Check(standard, now=NOW).findings(io.BytesIO(text.encode())))

    lines = {finding.line for finding in found if "<nonsense>" in finding.message}
    assert lines == {100_003}
    assert {finding.record for finding in found} == {"A-1"}
