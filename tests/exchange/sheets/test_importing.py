import csv
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from cairn.catalog import journal
from cairn.cli import app
from cairn.exchange.sheets.cells import open_book
from cairn.exchange.sheets.command import Asked, run
from cairn.exchange.sheets.guess import guess_mapping
from cairn.exchange.sheets.importing import SheetImport
from cairn.exchange.sheets.names import Register
from cairn.exchange.sheets.persons import looks_like_a_person
from cairn.exchange.sheets.record import NoProgrammeError
from cairn.exchange.sheets.refused import formula_safe
from cairn.journal.heads import position_of
from cairn.journal.models import Entry
from cairn.money.facts import GrantPledged
from cairn.money.models import Account, Grant, Movement
from cairn.values import Money, Text, to_minor
from shared_data import shared

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SPENT = "凭证号,日期,村,项目,金额(元),收款单位\n"
SENT = "id,date,from,to,amount,currency\n"


def written(tmp_path, text, name="sheet.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def imported(pen, path, *, mapping=None, bad=None, names=None, source="", **options):
    book = open_book(path)
    mapping = mapping or guess_mapping(book)
    mapping = mapping.model_copy(update={"names": names or {}, "source": source})
    importing = SheetImport(
        journal=journal,
        programme=pen.programme,
        book=book,
        mapping=mapping,
        post="county-accountant",
        now=NOW,
    )
    return importing.run(bad=bad, **options)


def movements(pen):
    return list(Movement.objects.filter(programme=pen.programme).order_by("position"))


def new_ids(outcome, called):
    return [thing.id for thing in outcome.new_things if thing.called == called]


# The sheets of a county office, one after another


def test_income_then_spending_then_transfers_fill_an_empty_programme(pen):
    for name, good, bad in (
        ("zh-income-2025.xlsx", 17, 0),
        ("zh-spending-2025.xlsx", 25, 3),
        ("zh-transfers-gb18030.csv", 5, 7),
    ):
        path = shared(f"data/sheets/{name}")
        first = imported(pen, path)
        position = position_of(pen.programme)
        again = imported(pen, path)

        assert (first.good, first.bad_rows) == (good, bad)
        assert (again.good, again.already, again.bad_rows) == (0, good, bad)
        assert not again.new_things
        assert position_of(pen.programme) == position

    received = [m for m in movements(pen) if m.fact == "money.money-received"]
    assert sum(m.amount_minor for m in received) == to_minor("1845000.00", "CNY")
    assert {m.grant for m in movements(pen) if m.fact == "money.money-spent"} == {
        g.id for g in Grant.objects.filter(programme=pen.programme)
    }


def test_a_new_grants_pledge_is_what_all_its_rows_received(pen):
    imported(pen, shared("data/sheets/zh-income-2025.xlsx"))

    grant = Grant.objects.get(programme=pen.programme, id="省水利厅-2025")

    assert grant.amount_minor == to_minor("348000.00", "CNY")
    assert grant.pledged_on == date(2025, 3, 13)


def test_a_dry_run_says_the_same_and_writes_nothing(pen):
    path = shared("data/sheets/zh-income-2025.xlsx")

    dry = imported(pen, path, dry_run=True)

    assert (dry.good, len(dry.new_things), dry.written) == (17, 28, False)
    assert position_of(pen.programme) == 1


def test_all_or_nothing_writes_nothing_when_a_row_is_refused(pen):
    outcome = imported(pen, shared("data/sheets/zh-transfers-gb18030.csv"), all_or_nothing=True)

    assert (outcome.bad_rows, outcome.written) == (7, False)
    assert position_of(pen.programme) == 1


def test_refused_rows_go_into_a_file_that_no_spreadsheet_runs(pen, tmp_path):
    text = SENT + '1,2025-03-02,=cmd(),b,-5,CNY\n"=HYPERLINK(""x"")",2025-13-02,a,b,5,CNY\n'

    imported(pen, written(tmp_path, text), bad=tmp_path / "bad.csv")
    text = (tmp_path / "bad.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines()))

    assert rows[0][:5] == ["sheet", "row", "id", "reasons", "offer"]
    assert rows[1][1] == "2"
    assert "a return is its own kind of row" in rows[1][3]
    assert rows[1][5:] == ["1", "2025-03-02", "'=cmd()", "b", "-5", "CNY"]
    assert rows[2][2] == '\'=HYPERLINK("x")'


# Names


def test_what_is_on_record_is_found_by_id_and_by_name(cast, tmp_path):
    text = SENT + "1,2025-03-02,county-office,QARASU committee,5,CNY\n"

    outcome = imported(cast, written(tmp_path, text))

    assert not outcome.new_things
    (sent,) = movements(cast)
    assert (sent.source, sent.target) == ("county-office", "qarasu-committee")


def test_a_village_stands_for_the_one_account_it_has(cast, tmp_path):
    text = SPENT + "1,2025-03-02,石桥村,机井,5,kunlun-drilling\n"

    outcome = imported(cast, written(tmp_path, text))

    assert new_ids(outcome, "project") == ["stone-bridge-机井"]
    assert [thing.called for thing in outcome.new_things] == ["project"]
    (spent,) = movements(cast)
    assert (spent.source, spent.payee, spent.voucher) == ("石桥村委会", "kunlun-drilling", "1")


@pytest.mark.parametrize(
    "person", ["张三", "张 三", "买买提·艾山", "李师傅", "MR J SMITH", "Dr. A Wu"]
)
def test_a_payment_to_a_person_is_recorded_without_the_name(cast, tmp_path, person):
    text = SPENT + f"1,2025-03-02,石桥村,机井,5,{person}\n"

    outcome = imported(cast, written(tmp_path, text))

    assert outcome.persons == {person: 1}
    assert new_ids(outcome, "organisation") == []
    assert [movement.payee for movement in movements(cast)] == [""]
    assert not any(person.encode() in bytes(entry.body) for entry in Entry.objects.all())


def test_a_firm_that_is_taken_for_a_person_is_told_by_the_map(cast, tmp_path):
    path = written(tmp_path, SPENT + "1,2025-03-02,石桥村,机井,5,华润\n")

    outcome = imported(cast, path, names={"华润": "new"})

    assert new_ids(outcome, "organisation") == ["华润"]
    assert not outcome.persons


@pytest.mark.parametrize(
    "firm", ["利民建材店", "青河水务站", "Dr Martens Ltd", "Sir F Snow & Partners"]
)
def test_a_firm_is_no_person(firm):
    assert not looks_like_a_person(firm)


def test_a_sponsor_that_looks_like_a_person_is_asked_about(cast, tmp_path):
    text = "日期,捐款单位,村,到账金额(元)\n2025-03-02,张三,石桥村,5\n"

    outcome = imported(cast, written(tmp_path, text))

    assert outcome.bad == {"person": 1}
    assert not outcome.new_things


def test_one_letter_away_is_asked_and_never_added(cast, tmp_path):
    text = SENT + "1,2025-03-02,county-office,qarasu-comittee,5,CNY\n"
    path = written(tmp_path, text)

    asked = imported(cast, path)
    taken = imported(cast, path, names={"qarasu-comittee": "qarasu-committee"})

    assert (asked.bad_rows, asked.new_things) == (1, [])
    assert asked.shown[0].reasons[0].offer == "qarasu-committee"
    assert (taken.good, taken.new_things) == (1, [])


def test_the_answer_may_be_that_it_is_new(cast, tmp_path):
    path = written(tmp_path, SENT + "1,2025-03-02,county-office,qarasu-comittee,5,CNY\n")

    outcome = imported(cast, path, names={"qarasu-comittee": "new"})

    assert new_ids(outcome, "account") == ["qarasu-comittee"]


def test_an_answer_that_names_nothing_is_refused(cast, tmp_path):
    path = written(tmp_path, SENT + "1,2025-03-02,county-office,elsewhere,5,CNY\n")

    outcome = imported(cast, path, names={"elsewhere": "nowhere"})

    assert "there is no such account" in outcome.shown[0].why


def test_phases_and_years_are_different_things():
    register = Register("project")
    register.add("a", ["村道二期"])
    register.add("b", ["Grant 2024"])
    register.add("c", ["榆树湾村"])

    assert register.near("村道三期") == []
    assert register.near("Grant 2025") == []
    assert register.near("榆树弯村") == ["c"]
    assert register.near("榆树湾") == ["c"]
    assert register.near("大榆树湾村") == ["c"]
    assert register.near("学校") == []

    register.remove("c")
    assert register.near("榆树弯村") == []


def test_the_same_work_in_two_villages_is_two_projects(pen, tmp_path):
    text = SPENT + "1,2025-03-02,甲家村,卫生室,5,店\n2,2025-03-02,乙家沟,卫生室,5,店\n"

    outcome = imported(pen, written(tmp_path, text))

    assert new_ids(outcome, "project") == ["甲家村-卫生室", "乙家沟-卫生室"]
    assert outcome.good == 2


def test_of_several_grants_none_is_chosen(cast, tmp_path):
    second = GrantPledged(
        grant="water-2",
        name=Text(en="More water"),
        sponsor="water-bureau",
        amount=Money(minor=100, currency="CNY"),
    )
    cast.record(second)
    text = "id,received date,sponsor,account,amount,currency\n1,2025-03-02,water-bureau,county-office,5,CNY\n"

    outcome = imported(cast, written(tmp_path, text))

    assert "which grant of water-bureau? It has ‘water-2’, ‘water-2025’" in outcome.shown[0].why


def test_a_row_that_is_refused_adds_nothing(pen, tmp_path):
    text = SENT + "1,2024-03-02,a-new-one,another,5,CNY\n2,2025-03-02,same,same,5,CNY\n"

    outcome = imported(pen, written(tmp_path, text))

    assert (outcome.bad_rows, outcome.new_things) == (2, [])
    assert position_of(pen.programme) == 1


# Repeats and changes


def test_a_row_that_changed_is_refused_and_not_added_beside_its_earlier_self(cast, tmp_path):
    imported(cast, written(tmp_path, SENT + "1,2025-03-02,county-office,county-cash,5,CNY\n"))

    changed = written(tmp_path, SENT + "1,2025-03-02,county-office,county-cash,6,CNY\n")
    outcome = imported(cast, changed)

    assert outcome.shown[0].reasons[0].code == "says-otherwise"
    assert len(movements(cast)) == 1


def test_a_source_tells_files_apart_that_number_their_rows_alike(cast, tmp_path):
    imported(cast, written(tmp_path, SENT + "1,2025-03-02,county-office,county-cash,5,CNY\n"))

    other = written(tmp_path, SENT + "1,2025-04-02,county-office,county-cash,6,CNY\n")
    outcome = imported(cast, other, source="April")

    assert outcome.good == 1


def test_without_ids_a_longer_file_adds_only_what_is_new(cast, tmp_path):
    head = "date,from,to,amount,currency\n"
    row = "2025-03-02,county-office,county-cash,5,CNY\n"
    imported(cast, written(tmp_path, head + 2 * row))

    outcome = imported(cast, written(tmp_path, head + 3 * row))

    assert (outcome.good, outcome.already) == (1, 2)


def test_every_row_of_the_file_is_in_the_sum(pen):
    outcome = imported(pen, shared("data/sheets/zh-spending-2025.xlsx"))

    assert outcome.rows == 42
    parts = outcome.good + outcome.already + outcome.bad_rows + outcome.not_rows.total()
    assert parts == outcome.rows


# Lists of things


def test_accounts_projects_grants_and_money_in_one_workbook(pen, tmp_path):
    path = tmp_path / "all.xlsx"
    book = xlsxwriter.Workbook(path)
    tables = {
        "支出": "凭证号,日期,账户,村,项目,金额(元)\n记-1,2025-05-01,甲家村账户,甲家村,机井,20",
        "到账": "日期,拨款单位,账户,金额(元)\n2025-04-01,水利厅,甲家村账户,50",
        "资助": "资助名称,资助单位,资助金额(元),签约日期\n饮水,水利厅,100,2025-02-01",
        "账户": "账户名称,开户单位,币种\n甲家村账户,甲家村委会,人民币",
        "项目库": "项目名称,村,预算(元),状态,开工日期\n机井,甲家村,30,在建,2025-03-01",
    }
    for name, table in tables.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(table.splitlines()):
            sheet.write_row(at, 0, row.split(","))
    book.close()

    outcome = imported(pen, path)

    assert [row.why for row in outcome.shown] == []
    assert outcome.good == 5
    assert new_ids(outcome, "account") == new_ids(outcome, "project") == []
    received, spent = movements(pen)
    assert received.grant == "饮水"
    assert spent.target == "甲家村-机井"
    assert pen.the("project", "甲家村-机井").started_on == date(2025, 3, 1)


def test_money_returned_is_its_own_kind_of_row(cast, tmp_path):
    text = "退回明细\n日期,退回单位,退至,退回金额(元),退回原因\n2025-03-02,石桥村委会,county-office,5,余款\n"

    outcome = imported(cast, written(tmp_path, text))

    assert outcome.good == 1
    assert movements(cast)[0].fact == "money.money-returned"


def test_a_thing_that_is_on_record_is_not_listed_twice(cast, tmp_path):
    text = "账户名称,开户单位,币种\ncounty-office,county-office,CNY\n"

    outcome = imported(cast, written(tmp_path, text))

    assert "is on record already" in outcome.shown[0].why
    assert Account.objects.filter(programme=cast.programme).count() == 5


# The command


def test_the_command_guesses_saves_and_uses_the_map_again(pen, tmp_path, capsys):
    path = written(tmp_path, SENT + "1,2025-03-02,a,b,5,CNY\n2,2025-03-03,a,b,x,CNY\n")
    beside = path.with_name("sheet.csv.map.toml")
    asked = Asked(sheet=path, programme=pen.programme, post="office", beside=beside, verdicts=True)

    first = run(asked, journal=journal, now=NOW)
    shown = capsys.readouterr().out
    again = run(asked, journal=journal, now=NOW)

    assert (first, again) == (1, 1)
    assert "money sent (guessed)" in shown
    assert "\t2\tgood\t1" in shown
    assert "row 3 (2): amount is not a number: ‘x’" in shown
    assert "3 rows: 1 good; 1 refused; 1 no rows (headings 1)" in shown
    assert "as sheet.csv.map.toml says" in capsys.readouterr().out


def test_what_a_cell_says_never_drives_the_terminal(pen, tmp_path, capsys):
    path = written(tmp_path, SENT + '1\x1b[2J,2025-03-02,a,"b\n[bold]",x\x1b]0;hi\x07,CNY\n')

    asked = Asked(sheet=path, programme=pen.programme, post="o", dry_run=True, verdicts=True)
    run(asked, journal=journal, now=NOW)

    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.usefixtures("nothing_doomed")
def test_a_sheet_on_stdin_is_imported_and_no_map_is_kept_of_it(pen):
    lines = SENT + "1,2025-03-02,a,b,5,CNY\n"

    said = CliRunner().invoke(app, ["import", "-", "--programme", pen.programme], input=lines)

    assert said.exit_code == 0, said.output
    assert "1 good" in said.output
    assert "map is saved" not in said.output


def test_a_dry_run_leaves_not_even_a_map(pen, tmp_path):
    path = written(tmp_path, SENT + "1,2025-03-02,a,b,5,CNY\n")

    code = run(
        Asked(
            sheet=path,
            programme=pen.programme,
            post="office",
            beside=path.with_name("sheet.csv.map.toml"),
            dry_run=True,
        ),
        journal=journal,
        now=NOW,
    )

    assert code == 0
    assert list(tmp_path.iterdir()) == [path]


def test_a_programme_that_is_not_there_is_one_sentence(db, tmp_path):
    path = written(tmp_path, SENT + "1,2025-03-02,a,b,5,CNY\n")

    with pytest.raises(NoProgrammeError, match="there is no programme ‘none’ here"):
        run(
            Asked(sheet=path, programme="none", post="office", dry_run=True),
            journal=journal,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("-5", "-5"),
        ("-5,000.00", "-5,000.00"),
        ("+a", "'+a"),
        ("a", "a"),
        ("", ""),
    ],
)
def test_no_cell_of_ours_is_a_formula(text, safe):
    assert formula_safe(text) == safe


def test_without_an_installation_the_command_says_so_and_ends_with_2(tmp_path):
    sheet = written(tmp_path, SENT)
    command = [Path(sys.executable).with_name("cairn"), "import", sheet, "--programme", "p"]

    ended = subprocess.run(
        [*command, "--dir", tmp_path / "none"], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2
    assert ended.stderr.startswith("cairn: No Cairn is installed in")
