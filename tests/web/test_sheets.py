"""Sheets at the desk: sent, mended, judged row by row, and recorded as whoever is signed in."""

import csv
import io
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from cairn.catalog import journal
from cairn.exchange.sheets import held as holding
from cairn.exchange.sheets import work
from cairn.exchange.sheets.cells import open_book
from cairn.exchange.sheets.templates import TEMPLATES
from cairn.journal.backup import COMPUTED
from cairn.journal.models import Entry
from cairn.money.models import Movement
from cairn.people.models import Recording
from cairn.web.desk import sheets as pages
from security.visitors import invited

SPENT = "Voucher no,Date paid,Account,Project,Village,Supplier,Amount paid,Currency\n"
GOOD = "V-{0},2025-04-11,qarasu-committee,Deep well,Qarasu,kunlun-drilling,{0}.00,CNY\n"


@pytest.fixture(autouse=True)
def alone(settings, tmp_path, monkeypatch):
    """A folder of one's own; and no page waits for a worker that is this very test."""
    settings.CAIRN_DIR = tmp_path
    monkeypatch.setattr(pages, "WAIT_SECONDS", 0)


def send(visitor, content, name="spent.csv"):
    content = content if isinstance(content, bytes) else content.encode()
    return visitor.post("sheets/", file=SimpleUploadedFile(name, content))


def work_on(now=None):
    return work.work_once(journal, now=lambda: now or datetime.now(UTC))


def looked_at(visitor, content, name="spent.csv"):
    """The address of a sheet whose columns were guessed."""
    address = send(visitor, content, name)["Location"]
    assert work_on() == 1
    return address


def filled(visitor, address):
    """What the form of its columns holds."""
    page = visitor.get(address)
    return {
        name: value
        for form in page.context["forms"]
        for name, value in [
            *(
                (f"{form.at}-{field}", next((v for v, _l, chosen in choices if chosen), ""))
                for field, choices in (
                    ("kind", form.kinds),
                    ("unit", form.units),
                    ("mark", form.marks),
                    ("order", form.orders),
                    ("ids", form.ids),
                )
            ),
            (f"{form.at}-rows", form.rows),
            *((name, value) for name, _label, value in form.constants),
            *(
                (column.name, next((v for v, _l, chosen in column.choices if chosen), ""))
                for column in form.columns
            ),
        ]
    }


def checked(visitor, content, name="spent.csv", **mended):
    """The address of a sheet whose rows were judged."""
    address = looked_at(visitor, content, name)
    answer = visitor.post(address, do="check", **{**filled(visitor, address), **mended})
    assert answer.status_code == 302
    assert work_on() == 1
    return address


def outcomes(page):
    return {str(said): number for _value, said, number in page.context["counts"]}


def recorded(desks):
    return Entry.objects.filter(programme=desks.programme).count()


def test_a_sheet_is_sent_mended_judged_and_recorded_as_the_one_who_sent_it(desks, bek):
    before = recorded(desks)
    text = (
        SPENT
        + GOOD.format(1)
        + GOOD.format(2)
        + "V-3,2025-13-45,qarasu-committee,x,Qarasu,,5,CNY\n"
    )
    address = checked(bek, text)

    page = bek.get(address)
    assert outcomes(page) == {"good": 2, "refused": 1, "no row": 1}
    shown = page.content.decode()
    assert "<b><bdi>Date paid</bdi></b>: no such date: 2025-13-45" in shown
    assert "Record the 2 good rows" in shown
    assert recorded(desks) == before

    assert bek.post(address, do="import").status_code == 302
    assert work_on() == 1
    done = bek.get(address)
    assert outcomes(done) == {"recorded now": 2, "refused": 1, "no row": 1}
    assert recorded(desks) == before + 2
    spent = Movement.objects.filter(programme=desks.programme, fact="money.money-spent")
    assert {(row.amount_minor, row.voucher) for row in spent} == {(100, "V-1"), (200, "V-2")}
    facts = [row.fact for row, _said, _why in done.context["rows"] if row.outcome == "good"]
    for fact in facts:
        assert Recording.objects.get(programme=desks.programme, fact=fact).user == bek.user
        assert f"recorded/{fact}/" in done.content.decode()
        assert bek.get(f"recorded/{fact}/").status_code == 200


def test_the_same_file_again_is_on_record_already(desks, bek):
    address = checked(bek, SPENT + GOOD.format(1))
    bek.post(address, do="import")
    work_on()
    before = recorded(desks)
    again = bek.get(checked(bek, SPENT + GOOD.format(1)))

    assert outcomes(again) == {"on record already": 1, "no row": 1}
    assert "Record all" not in again.content.decode()
    assert recorded(desks) == before


def test_columns_are_mended_and_a_column_of_persons_offers_nothing(desks, bek):
    text = "编号甲,付款日期,付款账户,项目名称,村,数目,收款人,身份证号\n1,2025-04-11,qarasu-committee,Deep well,Qarasu,7,张三,65\n"
    address = looked_at(bek, text)
    page = bek.get(address)
    (form,) = page.context["forms"]
    of = {column.heading: column for column in form.columns}

    assert not of["收款人"].choices
    assert not of["身份证号"].choices
    assert "张三" not in page.content.decode()
    mended = filled(bek, address) | {of["数目"].name: "amount", of["编号甲"].name: "id"}
    bek.post(address, do="check", **mended)
    work_on()
    assert outcomes(bek.get(address)) == {"good": 1, "no row": 1}
    bek.post(address, do="import")
    work_on()
    (spent,) = Movement.objects.filter(programme=desks.programme, fact="money.money-spent")
    assert spent.amount_minor == 700
    body = bytes(Entry.objects.get(programme=desks.programme, id=spent.id).body).decode()
    assert "张三" not in body


def test_other_rows_of_headings_and_another_kind_are_looked_at_anew(bek):
    address = looked_at(bek, "Plan of 2025\n" + SPENT + GOOD.format(1))
    answer = bek.post(address, do="look", **filled(bek, address) | {"0-kind": "money received"})
    assert answer.status_code == 302
    work_on()

    (form,) = bek.get(address).context["forms"]
    assert next(value for value, _label, chosen in form.kinds if chosen) == "money received"
    assert form.rows == "2"
    offered = {value for column in form.columns for value, _label, _chosen in column.choices}
    assert "sponsor" in offered
    assert "project" not in offered


@pytest.mark.parametrize(
    ("mended", "sentence"),
    [
        ({"0-rows": "none"}, "Write the row of the headings"),
        ({"0-c1": ""}, "Nothing says the date"),
        ({"0-c0": "amount"}, "Two columns are amount"),
        ({"0-unit": "many"}, "Choose one of those offered"),
        ({"0-kind": ""}, "Say of one sheet at least"),
    ],
)
def test_a_map_that_cannot_be_is_refused_beside_its_sheet(bek, mended, sentence):
    address = looked_at(bek, SPENT + GOOD.format(1))
    answer = bek.post(address, do="check", **filled(bek, address) | mended)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert work_on() == 0


def test_what_is_missing_is_said_once_for_every_row(desks, bek):
    text = "Voucher no,Date paid,Village,Amount paid\nV-1,2025-04-11,Qarasu,5\n"
    address = looked_at(bek, text)
    bek.post(address, do="check", **filled(bek, address) | {"0-k-project": "Deep well"})
    work_on()

    assert outcomes(bek.get(address)) == {"good": 1, "no row": 1}


def test_a_row_whose_fact_the_post_may_not_record_is_refused_with_that_reason(desks, bek):
    other = "V-9,2025-04-11,county-office,Deep well,Qarasu,kunlun-drilling,5.00,CNY\n"
    new = "V-10,2025-04-11,qarasu-committee,Deep well,Qarasu,New Works Ltd,5.00,CNY\n"
    before = recorded(desks)
    address = checked(bek, SPENT + GOOD.format(1) + other + new)
    page = bek.get(address, rows="refused")

    said = [sentence for _row, _said, why in page.context["rows"] for _heading, sentence in why]
    assert "beyond this post's reach" in said[0]
    assert "may not record this" in said[1]
    bek.post(address, do="import")
    work_on()
    assert outcomes(bek.get(address)) == {"recorded now": 1, "refused": 2, "no row": 1}
    assert recorded(desks) == before + 1  # and no “New Works Ltd” that nobody needs


def test_two_person_rules_hold_within_one_sheet(desks):
    county = invited(desks, "county", "chen")
    rows = (
        "P-1,Bridge,Qarasu,approved,2025-03-01\nP-2,Road,Qarasu,proposed,2025-03-01\n"
        "P-3,School,Qarasu,started,\n"
    )
    address = checked(county, "Project ID,Project name,Village,Status,Date\n" + rows, name="p.csv")
    page = county.get(address)

    (refused,) = [why for row, _said, why in page.context["rows"] if row.outcome == "refused"]
    assert "another must do this" in refused[0][1]
    assert outcomes(page) == {"good": 2, "refused": 1, "no row": 1}


def test_a_question_is_answered_and_the_rows_are_judged_anew(desks):
    office = invited(desks, "office", "ana")
    text = "ID,Grant name,Sponsor,Amount pledged,Currency,Pledged on\n"
    rows = "G-1,Wells,water-bureaux,5,CNY,2025-02-01\nG-2,Roads,water-bureauz,5,CNY,2025-02-01\n"
    address = checked(office, text + rows, name="grants.csv")
    page = office.get(address)
    assert outcomes(page) == {"a question": 2, "no row": 1}
    questions = {one.name: at for at, one in page.context["questions"]}
    first, second = questions["water-bureaux"], questions["water-bureauz"]

    office.post(address, do="answer", **{f"q{first}": "water-bureau", f"q{second}": "new"})
    work_on()
    page = office.get(address)
    assert outcomes(page) == {"good": 2, "no row": 1}
    assert [name for _thing, name in page.context["new"]] == ["water-bureauz"]
    office.post(address, do="answer", **{f"q{first}": "no-such-id"})
    work_on()
    office.post(address, do="import")
    work_on()
    assert desks.pen.the("grant", "g-1").sponsor == "water-bureau"


def test_a_stale_sign_in_leads_through_before_anything_is_recorded(desks, bek):
    address = checked(bek, SPENT + GOOD.format(1))
    before = recorded(desks)
    session = bek.client.session
    for record in session["account_authentication_methods"]:
        record["at"] = 0
    session.save()

    assert "again/?next=" in bek.post(address, do="import")["Location"]
    assert work_on() == 0
    assert recorded(desks) == before


def test_somebody_whose_appointment_ends_meanwhile_records_nothing(desks, bek):
    address = checked(bek, SPENT + GOOD.format(1))
    before = recorded(desks)
    bek.post(address, do="import")
    bek.user.appointment_set.update(ended_at=datetime.now(UTC) - timedelta(seconds=1))
    work_on()

    assert recorded(desks) == before
    (held,) = holding._all()
    assert "You do not hold this post any more" in held.about.wrong


def test_nobody_else_sees_it_and_it_is_its_owners_alone(desks, bek):
    address = checked(bek, SPENT + GOOD.format(1))
    chen = invited(desks, "committee", "chen")
    (held,) = holding._all()

    for path in ("", "progress/", "refused.csv"):
        answer = chen.get(address + path)
        assert answer.status_code == 404 or answer.json() == {"works": False}
    assert chen.post(address, do="import").status_code == 404
    assert stat.S_IMODE(held.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(held.folder.parent.stat().st_mode) == 0o700
    for kept in ("sheet", "about.json", "rows.sqlite3"):
        assert stat.S_IMODE((held.folder / kept).stat().st_mode) == 0o600


def test_the_file_goes_with_its_import_and_all_of_it_after_a_day(bek):
    address = checked(bek, SPENT + GOOD.format(1))
    (held,) = holding._all()
    assert held.sheet.exists()
    bek.post(address, do="import")
    work_on()
    assert not held.sheet.exists()
    assert held.verdicts.exists()

    work_on(datetime.now(UTC) + holding.KEPT + timedelta(seconds=1))
    assert not held.folder.exists()
    assert bek.get(address).status_code == 404


def test_it_is_put_away_at_once(bek):
    address = checked(bek, SPENT + GOOD.format(1))
    (held,) = holding._all()

    assert bek.post(address, do="away").status_code == 302
    assert not held.folder.exists()


def test_an_import_that_was_interrupted_is_finished(desks, bek, monkeypatch):
    text = SPENT + "".join(GOOD.format(one) for one in range(1, 8))
    address = checked(bek, text + "V-8,never,qarasu-committee,Deep well,Qarasu,,5,CNY\n")
    bek.post(address, do="import")
    before = recorded(desks)
    real = work.record_all
    monkeypatch.setattr("cairn.exchange.sheets.importing.CHUNK", 3)

    def dies(*asked, **more):
        if recorded(desks) > before + 3:
            raise KeyboardInterrupt
        return real(*asked, **more)

    monkeypatch.setattr(work, "record_all", dies)
    with pytest.raises(KeyboardInterrupt):
        work_on()
    monkeypatch.setattr(work, "record_all", real)
    assert before < recorded(desks) < before + 7

    assert work_on() == 1
    assert recorded(desks) == before + 7
    assert bek.get(address).context["good"] + outcomes(bek.get(address))["on record already"] == 7


def test_the_page_says_how_far_it_is_and_survives_a_reload(bek):
    address = send(bek, SPENT + GOOD.format(1))["Location"]
    page = bek.get(address).content.decode()

    assert "The sheet is being read." in page
    assert "See how far it is" in page
    assert bek.get(address + "progress/").json()["works"] is True
    assert bek.post(address, do="import").status_code == 302  # and nothing happens
    work_on()
    assert bek.get(address + "progress/").json()["works"] is False
    assert "Say what its columns are." in bek.get("sheets/").content.decode()


def test_refused_rows_come_back_safe_under_their_own_headings_and_are_read_again(bek):
    head = SPENT.strip() + ",身份证号\n"
    bad = 'V-2,2025-02-30,qarasu-committee,"=HYPERLINK(""x"")",Qarasu,,5,CNY,650102\n'
    address = checked(bek, head + GOOD.format(1).strip() + ",1\n" + bad)
    text = b"".join(bek.get(address + "refused.csv").streaming_content)
    (headings, row) = csv.reader(io.StringIO(text.decode("utf-8-sig")))

    assert headings == [*head.strip().split(","), "Row of the sheet", "Why it was not taken"]
    assert row[:4] == ["V-2", "2025-02-30", "qarasu-committee", '\'=HYPERLINK("x")']
    assert row[-3:-1] == ["", "3"]
    assert "no such date" in row[-1]
    assert outcomes(bek.get(checked(bek, text))) == {"refused": 1, "no row": 1}
    book = io.BytesIO(bek.get(address + "refused.xlsx").content)
    path = Path(holding._home(), "again.xlsx")
    path.write_bytes(book.getvalue())
    lines = [line.cells for line in open_book(path).sheets[0].lines()]
    assert lines[1][:2] == ["V-2", "2025-02-30"]


def test_rows_are_filtered_and_paged(bek):
    text = SPENT + "".join(GOOD.format(one) for one in range(1, 121)) + "x,,,,,,,\n"
    address = checked(bek, text)
    first = bek.get(address, rows="good")
    second = bek.get(address, rows="good", after=first.context["next"])
    last = bek.get(address, rows="good", after=second.context["next"])

    numbers = [
        [row.number for row, _s, _w in page.context["rows"]] for page in (first, second, last)
    ]
    assert [*numbers[0], *numbers[1], *numbers[2]] == list(range(2, 122))
    assert not last.context["next"]
    assert bek.get(address, rows="nonsense", after="-5").status_code == 200
    assert "See it on record" not in first.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        f"{kind}.{language}.{form}".replace(" ", "-")
        for kind in TEMPLATES
        for language in ("en", "zh-hans")
        for form in ("csv", "xlsx")
    ],
)
def test_every_template_is_there_to_download(bek, name):
    answer = bek.get(f"sheets/templates/{name}")

    assert answer.status_code == 200
    assert name in answer["Content-Disposition"]


@pytest.mark.parametrize(
    "name", ["money-spent.en.exe", "money-spent.fr.csv", "x.en.csv", "..", "a"]
)
def test_no_other_template_is_there(bek, name):
    assert bek.get(f"sheets/templates/{name}").status_code == 404


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    return out.getvalue()


def many_sheets():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for _each in range(20):
            book.add_worksheet().write_string(0, 0, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.4", "wrong.xlsx is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an old Excel file"),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "is a web page or XML"),
        (b"PK\x03\x04" + b"\0" * 50, "is damaged"),
        (b"\0" * 500, "neither a workbook nor a text"),
        (b"\n \n,,\n", "has no row with anything in it"),
        (b"a," * 1_000_000 + b"\n1,2\n", "columns; the most is 200"),
        (b'a,b\n"' + b"x" * 200_000, "probably a quotation mark that is never closed"),
        (bomb(), "unpacks to more than is safe"),
        (many_sheets(), "has 20 sheets"),
    ],
)
def test_a_wrong_file_is_answered_with_a_sentence(bek, content, sentence):
    address = send(bek, content, name="wrong.xlsx")["Location"]
    work_on()
    page = bek.get(address).content.decode()

    assert sentence in page.replace("&#x27;", "'")
    assert str(holding._home()) not in page
    assert bek.post(address, do="away").status_code == 302


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "something in it"), (b"x" * (20 * 2**20 + 1), "larger than 20 MB")],
)
def test_an_empty_or_a_huge_file_is_refused_beside_the_field(bek, content, sentence):
    answer = send(bek, content)

    assert answer.status_code == 422
    assert sentence in answer.content.decode().partition('id="file-error"')[2]


def test_headings_that_nobody_knows_are_for_a_person_to_name(desks, bek):
    address = looked_at(bek, "eins,zwei,drei,vier\n2025-04-11,qarasu-committee,Deep well,5\n")
    mended = {"0-c0": "date", "0-c1": "account", "0-c2": "project", "0-c3": "amount"}
    bek.post(address, do="check", **filled(bek, address) | mended | {"0-k-place": "Qarasu"})
    work_on()

    assert outcomes(bek.get(address)) == {"good": 1, "no row": 1}


def test_a_reason_is_said_in_the_readers_language(bek):
    send_to = bek.client.post(
        "/zh-hans/~desk/sheets/",
        {
            "file": SimpleUploadedFile(
                "a.csv",
                (
                    SPENT + GOOD.format(2) + "V-1,x,qarasu-committee,Deep well,Qarasu,,5,CNY\n"
                ).encode(),
            )
        },
    )
    address = send_to["Location"]
    work_on()
    bek.post(address, do="check", **filled(bek, address))
    work_on()
    page = bek.get(address).content.decode()

    assert "不是日期" in page


def test_a_post_that_records_none_of_it_has_no_such_page(desks):
    assert invited(desks, "auditor", "lee").get("sheets/").status_code == 403


def test_what_is_put_away_while_it_is_judged_leaves_nothing(bek, monkeypatch):
    address = looked_at(bek, SPENT + GOOD.format(1))
    bek.post(address, do="check", **filled(bek, address))
    (held,) = holding._all()
    real = work.record_all

    def put_away(*asked, **more):
        held.remove()
        return real(*asked, **more)

    monkeypatch.setattr(work, "record_all", put_away)
    work_on()

    assert not held.folder.exists()
    assert work_on() == 0


def test_only_so_many_sheets_are_on_their_way_at_a_time(bek):
    addresses = [send(bek, SPENT + GOOD.format(1))["Location"] for _each in range(7)]

    kept = {f"/en/~desk/sheets/{held.key}/" for held in holding._all()}
    assert kept == set(addresses[-holding.AT_ONCE :])


def test_no_sheet_goes_into_a_backup():
    assert "imports" in COMPUTED
