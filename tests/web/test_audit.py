"""What an auditor asks for: entries, samples, differences and exceptions, as page, table and CSV."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cairn.catalog import journal
from cairn.cli import app
from cairn.following import pasts, queries
from cairn.following.sample import draw
from cairn.following.snapshot import bring_up_to_date
from cairn.journal import keys
from cairn.journal.fact import Visibility
from cairn.journal.files import keep
from cairn.journal.heads import position_of
from cairn.journal.log import Log
from cairn.journal.models import Entry
from cairn.journal.past import Past
from cairn.merkle.hashing import leaf_hash
from cairn.merkle.note import encode_base64
from cairn.merkle.policy import Policy
from cairn.merkle.tlog_proof import TlogProof
from cairn.money.facts import (
    EvidenceAttached,
    EvidenceWithdrawn,
    MoneyConfirmed,
    MoneyReceived,
    MoneySent,
    MoneySpent,
    MovementReversed,
    PaymentEvidenced,
)
from cairn.values import Text
from cast import OPENED, OPENING, Pen, a_picture, assemble, cny

COUNTY, VILLAGE, WELL = "county-office", "qarasu-committee", "qarasu-well"
JULY = datetime(2025, 7, 15, 4, 0, tzinfo=UTC)


@pytest.fixture
def audited(db, settings, tmp_path):
    """The cast in an installation's folder of its own, put on record at the end of January."""
    settings.CAIRN_DIR = tmp_path / "installation"
    pen = Pen(now=datetime(2025, 1, 31, 4, 0, tzinfo=UTC))
    pen.record(OPENING, on=OPENED)
    assemble(pen)
    return pen


def page(programme, path, language="en", **query):
    response = Client().get(f"/{language}/{programme}/{path}", query)
    assert response.status_code == 200, response
    return response.content.decode()


def table(programme, path, name, **query):
    response = Client().get(f"/en/{programme}/{path}", {**query, "csv": name})
    assert response.status_code == 200, response
    return list(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig"))))


def counts(pen):
    bring_up_to_date(pen.programme)
    found = queries.exception_counts(programme=pen.programme)
    listed = {
        row["what"]: int(row["number"]) for row in table(pen.programme, "exceptions/", "counts")
    }
    assert listed == {code.replace(" ", "-"): number for code, number in found.items()}
    return {code: number for code, number in found.items() if number}


def spent(pen, amount, on, **more):
    fact = MoneySpent(account=VILLAGE, project=WELL, amount=cny(amount), **more)
    return pen.movement(fact, on=on)


def received(pen, amount, on, account=VILLAGE):
    return pen.movement(
        MoneyReceived(grant="water-2025", account=account, amount=cny(amount)), on=on
    )


# Entries


def test_a_page_of_an_entry_says_what_is_on_record_in_names(audited):
    at = audited.record(
        MoneySpent(account=VILLAGE, project=WELL, amount=cny("1234.50")), on=date(2025, 1, 29)
    ).position
    body = bytes(Entry.objects.get(programme=audited.programme, position=at).body)
    english, chinese = (
        page(audited.programme, f"~entries/{at}/", language) for language in ("en", "zh-hans")
    )

    assert "qarasu-committee spent CNY\N{NO-BREAK SPACE}1,234.50 on Deep well." in english
    assert "支出" in chinese
    assert encode_base64(leaf_hash(body)) in english.replace("&#x2B;", "+")
    assert "No checkpoint covers it yet" in english
    assert "尚无检查点涵盖它" in chinese
    assert '<time datetime="2025-01-31T12:00:00+08:00">' in english


def test_its_exact_bytes_can_be_downloaded_and_hash_to_its_leaf(audited):
    at = position_of(audited.programme)
    body = bytes(Entry.objects.get(programme=audited.programme, position=at).body)

    response = Client().get(f"/en/{audited.programme}/~entries/{at}/?bytes")

    assert response.content == body
    assert json.loads(body)["position"] == at
    assert "attachment" in response["Content-Disposition"]


def test_its_receipt_can_be_downloaded_and_proves_it(audited, monkeypatch, tmp_path):
    monkeypatch.setenv("CAIRN_KEYS", str(tmp_path / "keys"))
    keys.make(audited.programme, origin="example.org/teams")
    log = Log(audited.programme)
    log.sign(keys.signer_of(audited.programme))
    address = f"/en/{audited.programme}/~entries/4/"

    proof = TlogProof.parse(Client().get(f"{address}?proof").content)
    body = bytes(Entry.objects.get(programme=audited.programme, position=4).body)

    assert proof.verify(leaf_hash(body), Policy(logs=(log.verifier,))).checkpoint.size >= 4
    assert proof.index == 3
    assert "tlog-proof@v1" in page(audited.programme, "~entries/4/")


@pytest.mark.parametrize("position", ["0", "99999", "x", "-1"])
def test_an_entry_that_is_not_there(audited, position):
    address = f"/en/{audited.programme}/~entries/{position}/"

    assert Client().get(address).status_code == 404


def test_a_past_has_no_later_entry(audited):
    last = position_of(audited.programme)
    past = Past(audited.programme, last - 1)
    pasts.make(journal, past)
    address = f"/en/{past.key}/~entries/"

    assert Client().get(f"{address}{last - 1}/").status_code == 200
    assert Client().get(f"{address}{last}/").status_code == 404


def test_of_a_fact_that_is_not_public_a_page_shows_no_word(audited, monkeypatch):
    monkeypatch.setattr(MoneySpent, "visibility", Visibility.PROGRAMME)
    at = audited.record(
        MoneySpent(account=VILLAGE, project=WELL, amount=cny("1234.50")), on=date(2025, 1, 29)
    ).position
    bring_up_to_date(audited.programme)
    entry = f"~entries/{at}/"
    pages = [page(audited.programme, entry), page(audited.programme, entry, bytes="")]
    pages.append(page(audited.programme, "~sample/", seed="x", size="500"))
    rows = table(audited.programme, "~sample/", "sample", seed="x", size="500")

    for each in pages:
        assert "This fact is not public." in each
        assert "1,234.50" not in each
        assert "123450" not in each
    (row,) = [row for row in rows if int(row["position"]) == at]
    assert {row[name] for name in ("post", "kind", "leaf")} == {""}


# Samples


def test_a_sample_can_be_drawn_again_without_cairn(audited):
    bring_up_to_date(audited.programme)
    last = position_of(audited.programme)

    rows = table(audited.programme, "~sample/", "sample", seed="dice 4 1 6", size="5")

    def digest(position):
        return sha256(f"dice 4 1 6/{position}".encode()).hexdigest()

    expected = sorted(range(1, last + 1), key=digest)[:5]
    assert [int(row["position"]) for row in rows] == expected
    assert [row["digest"] for row in rows] == [digest(position) for position in expected]
    assert [row["draw"] for row in rows] == ["1", "2", "3", "4", "5"]


def test_evidence_that_was_withdrawn_is_shown_to_an_auditor_as_withdrawn(audited):
    paid = spent(audited, "50.00", date(2025, 1, 30))
    said = [
        audited.record(
            PaymentEvidenced(movement=paid, sha256=keep(audited.programme, a_picture(colour)),
                             caption=Text(en=f"The {colour} pump")),
            on=date(2025, 1, 30),
        )
        for colour in ("red", "blue")
    ]  # fmt: skip
    wrong = EvidenceWithdrawn(evidence=str(said[0].id), reason="Another pump")
    taken_back = audited.record(wrong, on=date(2025, 1, 31))
    bring_up_to_date(audited.programme)
    position = Entry.objects.get(programme=audited.programme, id=paid).position

    shown = page(audited.programme, f"~entries/{position}/")
    red, blue = (one for one in shown.split("<li>") if " pump</bdi>" in one)
    link = f'<a href="/en/{audited.programme}/~entries/{taken_back.position}/">'
    assert f"{link}withdrawn by entry {taken_back.position}</a>" in red
    assert "withdrawn" not in blue
    (row,) = table(audited.programme, "~sample/", "sample", seed="x", kind="money.money-spent")
    assert row["evidence"] == (
        f"The red pump (withdrawn by entry {taken_back.position}); The blue pump"
    )
    past = Past(audited.programme, taken_back.position - 1)
    pasts.make(journal, past)
    before = page(past.key, f"~entries/{position}/")
    assert "withdrawn by" not in before
    project = page(audited.programme, "projects/qarasu-well/")
    assert "The blue pump" in project
    assert "The red pump" not in project


@given(st.text(max_size=20), st.integers(0, 60), st.integers(0, 60), st.integers(1, 20))
def test_later_entries_only_push_others_out_of_a_sample(seed, before, more, size):
    first = {one.position for one in draw(seed, range(1, before + 1), size)}
    later = {one.position for one in draw(seed, range(1, before + more + 1), size)}

    assert {position for position in later if position <= before} <= first
    assert len(later) == min(size, before + more)


def test_a_sample_has_evidence_sentences_and_a_place_in_the_log(audited):
    paid = spent(audited, "50.00", date(2025, 1, 30))
    audited.record(
        EvidenceAttached(movement=paid, sha256="ab" * 32, caption=Text(en="The pump")),
        on=date(2025, 1, 30),
    )
    bring_up_to_date(audited.programme)
    asked = {"seed": "x", "kind": "money.money-spent"}

    (row,) = table(audited.programme, "~sample/", "sample", **asked)

    assert (row["evidence"], row["evidence_sha256"]) == ("The pump", "ab" * 32)
    assert row["covered"] == "not-yet"
    body = Entry.objects.get(programme=audited.programme, position=row["position"]).body
    assert row["leaf"] == leaf_hash(bytes(body)).hex()
    assert "The pump" in page(audited.programme, "~sample/", **asked)
    assert "withdrawn by" not in page(audited.programme, "~sample/", **asked)
    assert "从 1 条中抽取" in page(audited.programme, "~sample/", "zh-hans", **asked)


def test_a_sample_of_money_above_an_amount(audited):
    for amount in ("99.99", "100.00", "100.01", "5000.00"):
        received(audited, amount, date(2025, 1, 30))
    bring_up_to_date(audited.programme)

    rows = table(audited.programme, "~sample/", "sample", seed="x", above="100.00")
    dollars = table(audited.programme, "~sample/", "sample", seed="x", above="1.00", currency="USD")

    assert len(rows) == 2
    assert all("100.01" in row["sentence"] or "5,000.00" in row["sentence"] for row in rows)
    assert dollars == []
    assert "Write an amount like" in page(audited.programme, "~sample/", seed="x", above="lots")


# Exceptions


def test_nothing_stands_out_where_all_is_well(audited):
    received(audited, "500.00", date(2025, 1, 30))
    spent(audited, "123.00", date(2025, 1, 30), grant="water-2025")

    assert counts(audited) == {}
    for what in ("late", "reversed", "backdated", "round", "breach", "unexplained"):
        assert "There is none." in page(audited.programme, "exceptions/", what=what)


def test_unexplained_payments_are_listed(audited):
    received(audited, "100.00", date(2025, 1, 29))
    spent(audited, "130.00", date(2025, 1, 30))

    assert counts(audited) == {"unexplained": 1}
    (row,) = table(audited.programme, "exceptions/", "exceptions", what="unexplained")
    assert (row["what"], row["grant"], row["amount"]) == ("unexplained", "unexplained", "30.00")


@pytest.mark.parametrize(("days", "late"), [(30, 0), (31, 0), (32, 1)])
def test_late_is_more_than_31_days_where_the_programme_is(audited, days, late):
    audited.now = datetime(2025, 7, 14, 16, 0, tzinfo=UTC)  # the 15th in Asia/Shanghai
    received(audited, "1.00", date(2025, 7, 15) - timedelta(days))

    assert counts(audited).get("late", 0) == late
    rows = table(audited.programme, "exceptions/", "late", what="late")
    assert [row["days_late"] for row in rows] == [str(days)] * late


def test_a_reversal_is_listed_with_what_it_reversed(audited):
    paid = spent(audited, "70.00", date(2025, 1, 30), voucher="1")
    at = position_of(audited.programme)
    received(audited, "70.00", date(2025, 1, 29))
    audited.record(MovementReversed(movement=paid, reason="=Entered twice"), on=date(2025, 1, 31))

    assert counts(audited) == {"reversed": 1}
    (row,) = table(audited.programme, "exceptions/", "reversed", what="reversed")
    assert (int(row["of"]), row["amount"], row["account"]) == (at, "70.00", VILLAGE)
    assert row["reason"] == "'=Entered twice"


@pytest.mark.parametrize(("days", "backdated"), [(31, 0), (32, 1)])
def test_backdated_is_what_was_put_in_behind_its_account(audited, days, backdated):
    audited.now = JULY
    received(audited, "9.00", date(2025, 7, 10))
    spent(audited, "3.00", date(2025, 7, 10) - timedelta(days))

    assert counts(audited).get("backdated", 0) == backdated
    rows = table(audited.programme, "exceptions/", "backdated", what="backdated")
    assert [(row["reached"], row["days_behind"]) for row in rows] == [
        ("2025-07-10", str(days))
    ] * backdated


def test_an_office_that_was_offline_is_late_and_not_backdated(audited):
    audited.now = JULY
    received(audited, "9.00", date(2025, 7, 10), account=COUNTY)
    for day in range(1, 4):
        received(audited, "9.00", date(2025, 5, day))

    assert counts(audited) == {"late": 3}


def test_what_was_reversed_makes_nothing_backdated(audited):
    audited.now = JULY
    wrong = received(audited, "9.00", date(2025, 7, 10))
    audited.record(MovementReversed(movement=wrong, reason="Another account"), on=date(2025, 7, 11))
    received(audited, "9.00", date(2025, 7, 11) - timedelta(31))
    received(audited, "9.00", date(2025, 6, 1))

    assert "backdated" not in counts(audited)


def test_a_confirmation_is_backdated_behind_the_account_it_arrives_in(audited):
    audited.now = JULY
    received(audited, "9.00", date(2025, 5, 1), account=COUNTY)
    sent = audited.movement(
        MoneySent(source=COUNTY, target=VILLAGE, amount=cny("9.00")), on=date(2025, 5, 2)
    )
    received(audited, "1.00", date(2025, 7, 1))
    audited.record(MoneyConfirmed(movement=sent, amount=cny("9.00")), on=date(2025, 5, 3))

    assert counts(audited)["backdated"] == 1
    (row,) = table(audited.programme, "exceptions/", "backdated", what="backdated")
    assert (row["kind"], row["account"]) == ("money.money-confirmed", VILLAGE)


@pytest.mark.parametrize(
    ("amounts", "gap", "runs"),
    [
        (["1000.00", "2000.00", "5000.00"], 7, 1),
        (["1000.00", "2000.00", "5000.00"], 8, 0),
        (["1000.00", "2000.00"], 1, 0),
        (["1000.00", "2000.00", "5000.01"], 1, 0),
        (["1000.00", "777.00", "2000.00", "5000.00"], 3, 1),
        (["1000.00"] * 6, 1, 1),
    ],
)
def test_a_run_of_round_amounts(audited, amounts, gap, runs):
    audited.now = JULY
    received(audited, "99999.99", date(2025, 7, 15) - timedelta(31))
    for number, amount in enumerate(amounts):
        spent(audited, amount, date(2025, 6, 15) + timedelta(number * gap))

    assert counts(audited).get("round", 0) == runs
    for row in table(audited.programme, "exceptions/", "round", what="round"):
        assert row["account"] == VILLAGE
        assert len(row["entries"].split()) == int(row["payments"])
    assert "no accusation" in page(audited.programme, "exceptions/", what="round")


def test_of_a_run_what_was_reversed_is_left_out(audited):
    audited.now = JULY
    received(audited, "99999.99", date(2025, 7, 1))
    paid = [spent(audited, "1000.00", date(2025, 7, 2)) for _each in range(3)]
    audited.record(MovementReversed(movement=paid[1], reason="twice"), on=date(2025, 7, 3))

    assert "round" not in counts(audited)


def test_runs_stand_in_the_order_of_their_days_and_rank_nobody(audited):
    audited.now = JULY
    for account, day in ((VILLAGE, 20), (COUNTY, 10), ("石桥村委会", 5)):
        received(audited, "99999.99", date(2025, 7, 1), account=account)
        for _each in range(3):
            fact = MoneySpent(account=account, project=WELL, amount=cny("1000.00"))
            audited.movement(fact, on=date(2025, 6, day))

    bring_up_to_date(audited.programme)
    rows = table(audited.programme, "exceptions/", "round", what="round")
    assert [row["account"] for row in rows] == ["石桥村委会", COUNTY, VILLAGE]
    assert [row["first_on"] for row in rows] == ["2025-06-05", "2025-06-10", "2025-06-20"]


def test_each_rule_is_written_on_the_page_in_both_languages(audited):
    bring_up_to_date(audited.programme)
    english = page(audited.programme, "exceptions/")
    chinese = page(audited.programme, "exceptions/", "zh-hans")

    for said in ("more than 31 days", "whole multiple of 1,000", "put in behind"):
        assert said in english
    for said in ("31 天", "1,000 的整数倍", "不是指责"):
        assert said in chinese


# Differences


@pytest.fixture
def two(audited):
    """A programme with a state in January and one in July."""
    received(audited, "500.00", date(2025, 1, 30))
    first = Past(audited.programme, position_of(audited.programme))
    audited.now = JULY
    received(audited, "70.00", date(2025, 1, 20))
    spent(audited, "120.00", date(2025, 7, 1))
    for past in (first, Past(audited.programme, first.position + 1)):
        pasts.want(past)
        pasts.make(journal, past)
    bring_up_to_date(audited.programme)
    return first


def test_a_difference_shows_how_figures_changed(two):
    rows = table(two.key, "~difference/", "grants")

    assert [
        (row["grant"], row["figure"], row["then"], row["now"], row["change"]) for row in rows
    ] == [
        ("water-2025", "received", "500.00", "570.00", "70.00"),
        ("water-2025", "standing", "500.00", "450.00", "-50.00"),
        ("water-2025", "spent", "0.00", "120.00", "120.00"),
    ]
    projects = table(two.key, "~difference/", "projects")
    assert [(row["project"], row["figure"], row["change"]) for row in projects] == [
        (WELL, "spent", "120.00")
    ]
    totals = {row["figure"]: row["change"] for row in table(two.key, "~difference/", "totals")}
    assert totals["received"] == "70.00"
    assert totals["pledged"] == "0.00"


def test_a_difference_lists_what_was_recorded_and_marks_what_reaches_back(two):
    rows = table(two.key, "~difference/", "facts")

    assert [int(row["position"]) for row in rows] == [two.position + 1, two.position + 2]
    assert [row["reaches_back"] for row in rows] == ["dated-before", ""]
    assert [row["days_late"] for row in rows] == ["176", "14"]
    assert "发生在前" in page(two.key, "~difference/", "zh-hans")


def test_a_difference_between_two_pasts(two):
    rows = table(two.key, "~difference/", "facts", to=str(two.position + 1))

    assert [int(row["position"]) for row in rows] == [two.position + 1]


@pytest.mark.parametrize(
    ("path", "asked", "leads_to"),
    [
        ("@{n}/~difference/", {"to": "2025-07-15"}, "@{n}/~difference/?to={n2}"),
        ("@{n2}/~difference/", {"to": "{n}"}, "@{n}/~difference/?to={n2}"),
        ("/~difference/", {"since": "2025-01-31"}, "@{n}/~difference/"),
        (
            "/~difference/",
            {"since": "2025-07-15", "until": "2025-01-31"},
            "@{n}/~difference/?to={n2}",
        ),
    ],
)
def test_two_days_in_any_order_lead_to_one_address(two, path, asked, leads_to):
    numbers = {"n": two.position, "n2": two.position + 2}
    front = f"/en/{two.programme}"
    query = {name: value.format(**numbers) for name, value in asked.items()}

    response = Client().get(front + path.format(**numbers), query)

    assert response["Location"] == front + leads_to.format(**numbers)


@pytest.mark.parametrize("to", ["99999", "x", "0", "1999-01-01"])
def test_a_difference_to_nowhere_says_so(two, to):
    assert "There is no such position or day" in page(two.key, "~difference/", to=to)


# At a terminal


@pytest.fixture
def cairn(two, monkeypatch):
    """The command, in the process that holds the programme: `cairn("audit", …)`."""
    monkeypatch.setattr("cairn.audit_cli._start", lambda _folder: None)
    return lambda *words: CliRunner().invoke(app, ["audit", *map(str, words)])


def test_the_command_draws_the_sample_that_the_page_draws(cairn, two, tmp_path):
    out = tmp_path / "sample.csv"
    answer = cairn("sample", two.programme, "--seed", "x", "--size", "4", "--csv", out)

    assert answer.exit_code == 0, answer.output
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file)) == table(
            two.programme, "~sample/", "sample", seed="x", size="4"
        )
    assert f"4 of {two.position + 2} entries" in answer.output


def test_a_table_on_stdout_is_all_that_stands_there(cairn, two, tmp_path):
    cairn("sample", two.programme, "--seed", "x", "--csv", tmp_path / "sample.csv")
    answer = cairn("sample", two.programme, "--seed", "x", "--csv", "-")

    assert answer.stdout_bytes == (tmp_path / "sample.csv").read_bytes()
    assert "written  -" in answer.stderr


def test_the_command_counts_exceptions_of_a_past_it_makes(cairn, two, tmp_path):
    now = cairn("exceptions", two.programme, "--csv", tmp_path / "out")
    then = cairn("exceptions", f"{two.programme}@2025-01-31")

    assert "1  Late" in now.output
    assert "0  Late" in then.output
    assert f"position {two.position}\n" in then.output
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert files == {
        "counts.csv", "unexplained.csv", "off-purpose.csv", "breach.csv", "late.csv",
        "reversed.csv", "backdated.csv", "round.csv",
    }  # fmt: skip


def test_the_command_tells_a_difference(cairn, two, tmp_path):
    answer = cairn("difference", two.key, "--csv", tmp_path / "facts.csv")

    assert "Received: CNY 500.00 → 570.00" in answer.output
    assert len((tmp_path / "facts.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("nowhere", "There is no programme"),
        ("{p}@99999", "is no past of"),
        ("{p}@1999-01-01", "by the end of"),
    ],
)
def test_the_command_says_which_states_there_are(cairn, two, key, said):
    answer = cairn("exceptions", key.format(p=two.programme))

    assert said in str(answer.exception)
