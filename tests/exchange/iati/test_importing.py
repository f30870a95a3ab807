"""Importing IATI files: what becomes of each statement, when the file comes once, again, and anew."""

import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cairn.catalog import journal
from cairn.cli import app
from cairn.exchange.iati.importing import IatiImport, NotReadError
from cairn.exchange.iati.judging import Came
from cairn.exchange.iati.parts import without_contacts
from cairn.exchange.iati.read import read_files
from cairn.journal.models import Entry
from cairn.reported.facts import OrganisationReported, TransactionReported
from cairn.reported.models import ReportedActivity, ReportedFile, ReportedStatement
from cast import NOW
from iati_texts import HEADER, activity, transaction, whole
from shared_data import shared

PAYMENTS = [transaction("3", f"2024-{month:02}-01", "100", receiver="B-2") for month in range(1, 7)]


class Desk:
    """Somebody who imports files of one name into a programme."""

    def __init__(self, pen, folder):
        self.pen, self.folder, self.verdicts = pen, folder, []

    def imports(self, text, name="a.xml", **options):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.imports_file(path, **options)

    def imports_file(self, path, *, replaces=None, **options):
        self.verdicts = []
        importing = IatiImport(
            journal,
            path,
            self.pen.programme,
            "programme-office",
            NOW,
            replaces=replaces,
            on_verdict=self.verdicts.append,
        )
        return importing.run(**options)

    def came(self, *, but=(Came.SAME,)):
        return Counter((one.what, str(one.came)) for one in self.verdicts if one.came not in but)

    def facts(self):
        return Entry.objects.filter(programme=self.pen.programme).count()

    def said(self, kind, **where):
        rows = ReportedStatement.objects.filter(
            programme=self.pen.programme, kind=kind.kind, gone="", **where
        )
        return [row.said for row in rows.order_by("place")]


@pytest.fixture
def desk(pen, tmp_path):
    return Desk(pen, tmp_path)


def paying(*payments, title="", attributes=""):
    titled = f"<title><narrative>{title}</narrative></title>" if title else ""
    return whole(activity("A-1", titled, *payments, reporter="A", attributes=attributes))


def test_each_statement_becomes_a_fact_with_its_file_and_line(desk):
    outcome = desk.imports(paying(PAYMENTS[0], title="Wells"))

    (row,) = ReportedActivity.objects.filter(programme=desk.pen.programme)
    (payment,) = ReportedStatement.objects.filter(
        programme=desk.pen.programme, kind=TransactionReported.kind
    )
    assert (row.identifier, row.publisher, row.said["title"]) == ("A-1", "A", [":Wells"])
    assert (payment.file, payment.line) == (outcome.sha256, 7)
    assert payment.said == {
        "type": 3,
        "on": "2024-01-01",
        "minor": 10000,
        "currency": "USD",
        "receiver_activity": "B-2",
    }


def test_the_same_file_again_appends_nothing(desk):
    desk.imports(paying(*PAYMENTS))
    before = desk.facts()

    outcome = desk.imports(paying(*PAYMENTS), "copy.xml")

    assert outcome.already
    assert desk.facts() == before


def test_the_same_content_in_another_file_says_only_that_this_one_says_it_too(desk):
    desk.imports(paying(*PAYMENTS))
    before = desk.facts()

    desk.imports(paying(*PAYMENTS).replace("\n", "\n\n"), "copy.xml")

    assert desk.came() == {}
    assert desk.facts() - before == 2  # the file, and where its activity stands now


def test_what_stands_in_another_file_by_now_does_not_vanish_with_the_first(desk):
    both = whole(activity("A-1", reporter="A"), activity("A-2", reporter="A"))
    desk.imports(both, "all.xml")

    desk.imports(whole(activity("A-2", reporter="A")), "split.xml")
    desk.imports(whole(activity("A-1", reporter="A")), "all.xml")

    assert desk.came() == {}


def test_a_dry_run_says_the_same_and_writes_nothing(desk):
    before = desk.facts()

    desk.imports(paying(*PAYMENTS), dry_run=True)
    tried, facts = desk.came(), desk.facts()
    desk.imports(paying(*PAYMENTS))

    assert facts == before
    assert desk.came() == tried


@pytest.mark.parametrize(
    "newer",
    [
        transaction("3", "2024-03-01", "150", receiver="B-2"),
        transaction("3", "2024-03-09", "100", receiver="B-2"),
        transaction("3", "2024-03-01", "100", receiver="C-3"),
        transaction("4", "2024-03-01", "100", receiver="B-2"),
    ],
    ids=["another amount", "another day", "another end", "another type"],
)
def test_one_change_of_a_transaction_is_one_correction(desk, newer):
    desk.imports(paying(*PAYMENTS))
    (before,) = ReportedStatement.objects.filter(
        programme=desk.pen.programme, kind=TransactionReported.kind, said__on="2024-03-01"
    )

    desk.imports(paying(*PAYMENTS[:2], newer, *PAYMENTS[3:]))

    assert desk.came() == {("transaction", "corrected"): 1}
    assert "→" in next(one.why for one in desk.verdicts if one.came is Came.CORRECTED)
    after = ReportedStatement.objects.get(programme=desk.pen.programme, id=before.id)
    assert after.said != before.said
    assert after.told_by != before.told_by


def test_one_that_is_put_in_the_middle_is_new_and_all_others_the_same(desk):
    desk.imports(paying(*PAYMENTS))

    new = transaction("3", "2024-02-15", "100", receiver="B-2")
    desk.imports(paying(*PAYMENTS[:2], new, *PAYMENTS[2:]))

    assert desk.came() == {("transaction", "new"): 1}


def test_another_order_changes_nothing(desk):
    desk.imports(paying(*PAYMENTS))

    shuffled = random.Random(7).sample(PAYMENTS, len(PAYMENTS))  # noqa: S311 - an order
    desk.imports(paying(*shuffled))

    assert desk.came() == {}


def test_what_is_gone_has_vanished_and_stays_on_record(desk):
    desk.imports(paying(*PAYMENTS))

    desk.imports(paying(*PAYMENTS[1:]))

    assert desk.came() == {("transaction", "vanished"): 1}
    assert len(desk.said(TransactionReported)) == 5
    rows = ReportedStatement.objects.filter(
        programme=desk.pen.programme, kind=TransactionReported.kind
    )
    assert rows.count() == 6


def test_two_that_are_equal_are_two(desk):
    desk.imports(paying(PAYMENTS[0], PAYMENTS[0]))

    desk.imports(paying(PAYMENTS[0], PAYMENTS[0], PAYMENTS[0]))
    third = desk.came()
    desk.imports(paying(PAYMENTS[0]), "b.xml")

    assert third == {("transaction", "new"): 1}
    assert desk.came() == {("transaction", "vanished"): 2}


def test_a_reference_finds_its_transaction_however_much_else_changed(desk):
    text = '<transaction ref="T-1">', "<transaction>"
    desk.imports(paying(PAYMENTS[0].replace(text[1], text[0]), PAYMENTS[1]))

    newer = transaction("3", "2025-11-11", "7", receiver="Z").replace(text[1], text[0])
    desk.imports(paying(newer, PAYMENTS[1]))

    assert desk.came() == {("transaction", "corrected"): 1}


def test_all_changed_at_once_is_one_vanished_and_one_new(desk):
    desk.imports(paying(PAYMENTS[0]))

    desk.imports(paying(transaction("4", "2025-05-05", "7", receiver="Z")))

    assert desk.came() == {("transaction", "vanished"): 1, ("transaction", "new"): 1}


def test_an_activity_that_a_newer_version_lacks_vanishes_and_may_come_back(desk):
    both = whole(activity("A-1", reporter="A"), activity("A-2", PAYMENTS[0], reporter="A"))
    desk.imports(both)

    desk.imports(whole(activity("A-1", reporter="A")))
    gone = desk.came()
    desk.imports(both + "\n")

    assert gone == {("activity", "vanished"): 1}
    assert desk.came(but=()) == {
        ("activity", "the same"): 2,
        ("organisation", "the same"): 2,
        ("transaction", "the same"): 1,
    }
    assert not ReportedActivity.objects.filter(programme=desk.pen.programme).exclude(gone="")


def test_another_file_of_the_publisher_lets_nothing_vanish(desk):
    desk.imports(whole(activity("A-1", reporter="A")), "2023.xml")

    desk.imports(whole(activity("A-2", reporter="A")), "2024.xml")

    assert desk.came() == {("activity", "new"): 1, ("organisation", "new"): 1}


def test_an_older_copy_of_an_activity_in_another_file_corrects_nothing(desk):
    desk.imports(paying(PAYMENTS[0], attributes='last-updated-datetime="2024-06-01"'))

    copy = paying(PAYMENTS[1], attributes='last-updated-datetime="2024-05-01T12:00:00Z"')
    desk.imports(copy, "collection.xml")
    left = desk.came()
    desk.imports(copy.replace("2024-05", "2024-07"), "collection-2.xml")

    assert left == {("activity", "left out"): 1}
    assert desk.came() == {("transaction", "corrected"): 1}


def test_a_new_date_of_change_alone_is_no_correction(desk):
    desk.imports(paying(attributes='last-updated-datetime="2024-06-01"'))

    desk.imports(paying(attributes='last-updated-datetime="2024-07-01"'))

    assert desk.came() == {}


def test_what_another_import_recorded_in_between_is_not_appended_to(desk):
    path = desk.folder / "slow.xml"
    path.write_text(paying(*PAYMENTS))
    importing = IatiImport(journal, path, desk.pen.programme, "programme-office", NOW)
    importing.advance = lambda _bytes: desk.imports(paying(PAYMENTS[0]), "quick.xml")

    with pytest.raises(NotReadError, match="imported meanwhile"):
        importing.run()

    assert len(desk.said(TransactionReported)) == 1


def test_a_renamed_file_is_a_newer_version_where_somebody_says_so(desk):
    desk.imports(whole(activity("A-1", reporter="A")), "2023.xml")

    text = whole(activity("A-2", reporter="A"))
    desk.imports(text, "2024.xml", replaces="2023.xml")

    assert desk.came()["activity", "vanished"] == 1
    rows = ReportedFile.objects.filter(programme=desk.pen.programme, replaced_by="")
    assert [row.filename for row in rows] == ["2024.xml"]
    with pytest.raises(NotReadError, match="No file called ‘2022.xml’"):
        desk.imports(text + " ", replaces="2022.xml")


def dated(moment, *inside):
    text = paying(*inside)
    return text.replace('version="2.03"', f'version="2.03" generated-datetime="{moment}"')


def test_a_version_older_than_the_one_on_record_is_refused(desk):
    desk.imports(dated("2024-06-01T00:00:00Z", PAYMENTS[0]))
    before = desk.facts()

    with pytest.raises(NotReadError, match="before the version on record"):
        desk.imports(dated("2024-05-01T00:00:00+08:00", PAYMENTS[1]))

    assert desk.facts() == before


def test_a_publisher_who_goes_back_to_what_was_said_before_corrects_it_again(desk):
    amounts = [paying(transaction("3", "2024-01-01", amount)) for amount in ("1", "2", "1")]
    for number, text in enumerate(amounts):
        desk.imports(text + " " * number)

    assert desk.came() == {("transaction", "corrected"): 1}
    assert [one["minor"] for one in desk.said(TransactionReported)] == [100]


def test_a_damaged_file_gives_what_it_has_and_lets_nothing_vanish(desk):
    desk.imports(whole(activity("A-1", reporter="A"), activity("A-2", reporter="A")))

    damaged = whole(activity("A-1", PAYMENTS[0], reporter="A"), "<iati-activity><title>A &")
    outcome = desk.imports(damaged)

    assert desk.came()["activity", "vanished"] == 0
    assert desk.came()["transaction", "new"] == 1
    assert "damaged" in outcome.notes[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "empty"),
        (b"<html/>", "outermost element is <html>"),
        (b"<iati-organisations/>", "organisation file"),
        (
            b'<!DOCTYPE a [<!ENTITY x "y">]><iati-activities>&x;</iati-activities>',
            "entities of its own",
        ),
    ],
)
def test_what_is_no_file_of_activities_is_refused_with_a_sentence(desk, text, reason):
    with pytest.raises(NotReadError, match=reason):
        desk.imports(text)

    assert desk.facts() == 1


def test_two_publishers_of_one_activity_are_both_heard(desk):
    secondary = activity("A-1", PAYMENTS[0], reporter="S").replace(
        'ref="S"', 'ref="S" secondary-reporter="1"'
    )
    desk.imports(whole(secondary), "s.xml")

    desk.imports(paying(PAYMENTS[0]), "a.xml")

    rows = ReportedActivity.objects.filter(programme=desk.pen.programme).order_by("publisher")
    assert [(row.publisher, row.secondary) for row in rows] == [("A", False), ("S", True)]


def test_the_same_activity_twice_in_a_file_counts_once_and_is_told(desk):
    outcome = desk.imports(
        whole(activity("A-1", reporter="A"), activity("A-1", *PAYMENTS, reporter="A"))
    )

    assert len(desk.said(TransactionReported)) == 0
    assert "has this activity too" in outcome.unread[-1].reason
    assert outcome.lost() == 7


def test_persons_to_be_reached_are_not_kept_and_texts_lose_how_to_reach_them(desk):
    inside = (
        "<contact-info><person-name>Somebody</person-name></contact-info>"
        '<document-link url="mailto:wells@example.org"/>'
        "<description>Ask wells@example.org or +86 10 6552 9988, tel. 010-6552 9988</description>"
        '<participating-org role="1"><narrative>Mr John Smith</narrative></participating-org>'
    )
    outcome = desk.imports(whole(activity("A-1", inside, reporter="A")))

    (row,) = ReportedActivity.objects.filter(programme=desk.pen.programme)
    told = {where: why for where, why, _times, _line in outcome.left_out}
    assert row.said["description"] == [":Ask […] or […], tel. […]"]
    assert [one.get("name") for one in desk.said(OrganisationReported)] == [[":A"], None]
    assert "persons" in told["contact-info"]
    assert "person" in told["participating-org"]
    assert "to no document" in told["document-link"]
    assert b"Smith" not in b"".join(Entry.objects.values_list("body", flat=True))


@pytest.mark.parametrize(
    "text",
    [
        "Budget 1 500 000 for 2016-2020, contract 2008/171-845",
        "Call for proposals 151234, lot 2",
        "10,000,000 people in 2019",
    ],
)
def test_amounts_years_and_references_are_no_telephone_numbers(text):
    assert without_contacts(text) == text


def test_what_has_no_place_is_counted_with_its_first_line(desk):
    inside = '<policy-marker code="1"/>\n<policy-marker code="2"/><x:y xmlns:x="u">1</x:y>'
    outcome = desk.imports(whole(activity("A-1", inside, reporter="A", attributes='a="b"')))

    (row,) = ReportedFile.objects.filter(programme=desk.pen.programme)
    assert [(where, times, line) for where, _why, times, line in outcome.left_out] == [
        ("@a", 1, 3),
        ("policy-marker", 2, 6),
        ("{u}y", 1, 7),
    ]
    assert any(line.startswith("policy-marker: 2 times, first in line 6") for line in row.left_out)


def test_all_or_nothing_leaves_everything_for_one_that_cannot_be_read(desk):
    text = paying(PAYMENTS[0], transaction("3", "2024-02-31", "5"))
    before = desk.facts()

    outcome = desk.imports(text, all_or_nothing=True)
    none = desk.facts() - before
    desk.imports(text)

    assert (none, outcome.written) == (0, False)
    assert len(desk.said(TransactionReported)) == 1


def test_a_result_keeps_its_indicators_and_no_breakdown(desk):
    inside = """<result type="1"><title><narrative>Wells</narrative></title>
    <indicator measure="1"><title><narrative>Drilled</narrative></title>
    <baseline year="2023" value="0"/><period><period-start iso-date="2024-01-01"/>
    <period-end iso-date="2024-12-31"/><target value="2"/>
    <actual value="3"><dimension name="place" value="north"/></actual><actual value="1"/></period>
    </indicator></result>"""
    outcome = desk.imports(whole(activity("A-1", inside, reporter="A")))

    changed = inside.replace('actual value="1"', 'actual value="2"')
    desk.imports(whole(activity("A-1", changed, reporter="A")))

    assert desk.came() == {("indicator", "corrected"): 1}
    assert (
        "result/indicator/period/actual",
        "what is broken down further is not kept, only wholes",
    ) in {one[:2] for one in outcome.left_out}


def test_rebuilding_makes_the_same_tables(desk):
    desk.imports(paying(*PAYMENTS))
    desk.imports(paying(*PAYMENTS[2:], transaction("3", "2024-01-01", "7", receiver="B-2")))
    before = desk.pen.tables()

    journal.rebuild(desk.pen.programme)

    assert desk.pen.tables() == before


def test_as_many_transactions_become_facts_as_follow_keeps(desk):
    path = shared("data/iati/worldbank-sv.xml")

    desk.imports_file(path)

    assert len(desk.said(TransactionReported)) == len(read_files([path]))


@pytest.mark.usefixtures("nothing_doomed")
def test_the_command_says_what_became_of_each_file(desk, tmp_path):
    for name, text in (("a.xml", paying(*PAYMENTS)), ("b.xml", HEADER + "<iati-activities/>")):
        (tmp_path / name).write_text(text)
    files = [str(tmp_path / name) for name in ("a.xml", "b.xml")]

    asked = ["import", *files, "--programme", desk.pen.programme, "--json"]
    told = CliRunner().invoke(app, asked, catch_exceptions=False)

    assert told.exit_code == 0, told.output
    first, second = map(json.loads, told.stdout.splitlines())
    assert first["counts"]["transaction"] == {"new": 6}
    assert (second["activities"], second["written"]) == (0, False)


@pytest.mark.usefixtures("nothing_doomed")
def test_the_example_of_the_how_to(desk, tmp_path):
    """docs/how-to/iati-in.md: each file that it shows, and what the command says of it."""
    page = (Path(__file__).parents[3] / "docs/how-to/iati-in.md").read_text(encoding="utf-8")
    texts = re.findall(r"```xml\n(.*?)```", page, re.DOTALL)
    told = [text.strip() for text in re.findall(r"```text\n(.*?)```", page, re.DOTALL)]
    said = []
    for text, more in ((texts[0], []), (texts[1], ["--verdicts"]), (texts[1], [])):
        (tmp_path / "water.xml").write_text(text)
        asked = ["import", str(tmp_path / "water.xml"), "--programme", desk.pen.programme, *more]
        said.append(CliRunner().invoke(app, asked).stdout.strip())

    assert said[:2] == told[:2]
    assert re.sub(r"on [\d-]+", "on a day", said[2]) == re.sub(r"on [\d-]+", "on a day", told[2])
