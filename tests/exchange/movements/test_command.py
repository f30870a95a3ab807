"""`cairn trace`: what it reads, writes, prints and refuses."""

import csv
import io
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pyarrow as pa
import pytest
from pyarrow import parquet

from cairn.cli import app, main

HEADER = "id,kind,date,from,to,amount,currency,grant,of"

STORY = """
    r1,receive,2025-01-01,,county,100,CNY,road,
    r2,receive,2025-01-02,,county,50.5,CNY,well,
    r3,receive,2025-01-02,,county,900,JPY,road,
    s1,send,2025-01-03,county,village,120.00,CNY,,
    c1,confirm,2025-01-04,,,110,,,s1
    p1,spend,2025-01-05,village,bridge,105,CNY,well,
    p2,spend,2025-01-05,county,office,1000,JPY,,
    p3,spend,2025-01-06,county,office,10,CNY,,
    x1,reverse,2025-01-07,,,,,,p3
"""


class Ran:
    """One run of the command in a folder of its own."""

    def __init__(self, folder: Path, capsys, monkeypatch) -> None:
        self.folder, self.capsys, self.monkeypatch = folder, capsys, monkeypatch

    def write(self, rows: str, header: str = HEADER, name: str = "movements.csv") -> Path:
        path = self.folder / name
        path.write_text(f"{header}\n{dedent(rows).strip()}\n", encoding="utf-8")
        return path

    def trace(self, path: Path, *options: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr."""
        asked = ["cairn", "trace", str(path), *options]
        self.monkeypatch.setattr(sys, "argv", asked)
        with pytest.raises(SystemExit) as exit_:
            main()
        said = self.capsys.readouterr()
        return int(exit_.value.code or 0), said.out, said.err

    def out(self, rows: str, *options: str) -> str:
        """What -o wrote."""
        code, _, err = self.trace(self.write(rows), "-o", self.path("out.csv"), *options)
        assert code == 0, err
        return (self.folder / "out.csv").read_text(encoding="utf-8")

    def standing(self, rows: str) -> str:
        code, _, err = self.trace(self.write(rows), "--standing", self.path("standing.csv"))
        assert code == 0, err
        return (self.folder / "standing.csv").read_text(encoding="utf-8")

    def refused(self, rows: str, header: str = HEADER) -> list[str]:
        """The lines that name what is wrong, after which nothing may have been written."""
        path = self.write(rows, header)
        before = sorted(self.folder.iterdir())
        code, out, err = self.trace(
            path, "-o", self.path("out.csv"), "--standing", self.path("standing.csv")
        )
        assert (code, out) == (2, "")
        assert sorted(self.folder.iterdir()) == before
        return err.splitlines()[1:]

    def path(self, name: str) -> str:
        return str(self.folder / name)


@pytest.fixture
def ran(tmp_path, capsys, monkeypatch) -> Ran:
    return Ran(tmp_path, capsys, monkeypatch)


def test_out_has_a_row_per_run_of_one_grant_in_the_order_taken(ran):
    assert ran.out(STORY) == dedent("""\
        movement,grant,amount,currency,breach
        r1,road,100.00,CNY,false
        r2,well,50.50,CNY,false
        r3,road,900,JPY,false
        s1,road,100.00,CNY,false
        s1,well,20.00,CNY,false
        p1,well,10.00,CNY,false
        p1,road,95.00,CNY,true
        p2,road,900,JPY,false
        p2,unexplained,100,JPY,false
        """)


def test_standing_has_one_row_per_key_sorted_and_none_of_zero(ran):
    assert ran.standing(STORY) == dedent("""\
        account,currency,grant,amount,in_transit
        county,CNY,well,30.50,false
        village,CNY,road,5.00,false
        village,CNY,well,10.00,true
        """)


def test_standing_sorts_what_is_unexplained_by_its_name_too(ran):
    rows = """
        m1,move,2025-01-01,county,village,5,CNY,,
        m2,receive,2025-01-02,,village,7,CNY,well,
        m3,receive,2025-01-02,,village,7,CNY,road,
        m4,send,2025-01-03,township,village,2,CNY,,
    """

    lines = ran.standing(rows).splitlines()[1:]

    assert lines == [
        "village,CNY,road,7.00,false",
        "village,CNY,unexplained,5.00,false",
        "village,CNY,unexplained,2.00,true",
        "village,CNY,well,7.00,false",
    ]


def test_it_prints_per_grant_and_currency_and_what_is_unexplained(ran):
    code, out, err = ran.trace(ran.write(STORY))

    assert (code, err) == (0, "")
    assert out == dedent("""\
        9 movements, policy grant-fifo (version 1)

        grant  currency  received  standing  in transit  spent  breach
        road   CNY         100.00      5.00        0.00  95.00   95.00
        road   JPY            900         0           0    900       0
        well   CNY          50.50     30.50       10.00  10.00    0.00

                     currency  arisen  standing  in transit  spent
        unexplained  JPY          100         0           0    100

        """)


def test_it_says_so_where_nothing_is_unexplained(ran):
    _, out, _ = ran.trace(ran.write("r1,receive,2025-01-01,,county,100,CNY,road,"))

    assert out.endswith("Nothing is unexplained.\n")


@pytest.mark.parametrize(
    ("policy", "paid"),
    [
        ("grant-fifo", ["road 30.00", "well 10.00"]),
        ("fifo", ["road 20.00", "well 20.00"]),
        ("pro-rata", ["road 24.00", "well 16.00"]),
    ],
)
def test_the_policy_says_what_a_payment_is_made_of(ran, policy, paid):
    rows = """
        r1,receive,2025-01-01,,county,20,CNY,road,
        r2,receive,2025-01-02,,county,20,CNY,well,
        r3,receive,2025-01-03,,county,10,CNY,road,
        p1,spend,2025-01-04,county,bridge,40,CNY,,
    """

    lines = ran.out(rows, "--policy", policy).splitlines()[-2:]

    assert [
        line.replace(",CNY,false", "").replace("p1,", "").replace(",", " ") for line in lines
    ] == paid


def test_order_is_by_date_and_then_by_place_in_the_file(ran):
    rows = """
        p1,spend,2025-02-01,county,bridge,10,CNY,,
        x1,reverse,2025-03-01,,,,CNY,,p2
        p2,spend,2025-02-01,county,bridge,5,CNY,,
        r1,receive,2025-01-01,,county,30,CNY,road,
    """

    assert ran.out(rows).splitlines()[1:] == ["r1,road,30.00,CNY,false", "p1,road,10.00,CNY,false"]


def test_dates_centuries_apart_are_in_order(ran):
    rows = """
        p1,spend,2025-02-01,county,bridge,10,CNY,,
        r1,receive,0001-01-01,,county,30,CNY,road,
    """

    assert ran.out(rows).splitlines()[1:] == ["r1,road,30.00,CNY,false", "p1,road,10.00,CNY,false"]


def test_each_account_and_currency_is_its_own_world(ran):
    rows = """
        r1,receive,2025-01-01,,county,10,CNY,road,
        r2,receive,2025-01-01,,county,10,USD,road,
        p1,spend,2025-01-02,county,bridge,15,USD,,
    """

    assert ran.out(rows).splitlines()[3:] == [
        "p1,road,10.00,USD,false",
        "p1,unexplained,5.00,USD,false",
    ]


def test_amounts_are_exact_up_to_ten_to_the_fifteenth(ran):
    rows = """
        r1,receive,2025-01-01,,county,9999999999999.99,CNY,road,
        r2,receive,2025-01-01,,county,10000000000000,CNY,well,
        r3,receive,2025-01-01,,county,0.001,KWD,well,
        p1,spend,2025-01-02,county,bridge,19999999999998.99,CNY,,
    """

    assert ran.refused(rows) == [
        "line 5: the amount ‘19999999999998.99’ is too large: more than 1e+15 of the smallest unit"
    ]
    assert ran.out("\n".join(dedent(rows).split("\n")[:4])).splitlines()[1:] == [
        "r1,road,9999999999999.99,CNY,false",
        "r2,well,10000000000000.00,CNY,false",
        "r3,well,0.001,KWD,false",
    ]


def test_names_with_commas_quotes_and_line_breaks_come_back_as_they_went_in(ran):
    rows = """
        "a,1",receive,2025-01-01,,"the ""big"" one",10,CNY,"Oxfam, HK",
        "b
        c",spend,2025-01-02,"the ""big"" one",石桥村,10,CNY,,
    """
    table = list(csv.reader(io.StringIO(ran.out(rows))))

    assert table[1:] == [
        ["a,1", "Oxfam, HK", "10.00", "CNY", "false"],
        ["b\nc", "Oxfam, HK", "10.00", "CNY", "false"],
    ]
    assert '"the ""big"" one"' in ran.standing('m,receive,2025-01-01,,"the ""big"" one",1,CNY,x,')


def test_columns_may_stand_in_any_order_and_others_are_ignored(ran):
    path = ran.write(
        "road,a note,r1,CNY,receive,2025-01-01,,county,10,",
        "grant,note,id,currency,kind,date,from,to,amount,of",
    )

    code, _, err = ran.trace(path, "-o", ran.path("out.csv"))

    assert code == 0, err
    assert (ran.folder / "out.csv").read_text().endswith("r1,road,10.00,CNY,false\n")


def test_a_table_of_nothing_is_traced_to_nothing(ran):
    assert ran.out("") == "movement,grant,amount,currency,breach\n"
    assert ran.standing("") == "account,currency,grant,amount,in_transit\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("m,recieve,2025-01-05,,county,1,CNY,road,", "‘recieve’ is no kind of movement; write receive, move, send, confirm, void, spend or reverse"),
        ("m,spend,2025-01-05,county,x,1,XYZ,,", "‘XYZ’ is not a currency code of ISO 4217, such as CNY or USD"),
        ("m,spend,2025-01-05,county,x,1,,,", "it has no currency"),
        ("m,spend,2025-02-30,county,x,1,CNY,,", "‘2025-02-30’ is no date; write it like 2025-03-31"),
        ("m,spend,20250201,county,x,1,CNY,,", "‘20250201’ is no date; write it like 2025-03-31"),
        ("m,spend,2025-01-05,county,x,0,CNY,,", "the amount ‘0’ is not above zero"),
        ("m,spend,2025-01-05,county,x,-3,CNY,,", "the amount ‘-3’ is not above zero"),
        ("m,spend,2025-01-05,county,x,1.005,CNY,,", "the amount ‘1.005’ has more decimals than CNY, which has 2"),
        ("m,spend,2025-01-05,county,x,1.0,JPY,,", "the amount ‘1.0’ has more decimals than JPY, which has 0"),
        ("m,spend,2025-01-05,county,x,1e3,CNY,,", "the amount ‘1e3’ is not an amount; write it like 1234.50"),
        ("m,spend,2025-01-05,county,x,,CNY,,", "a spend needs an amount"),
        ("m,void,2025-01-05,,,5,CNY,,s1", "a void leaves ‘amount’ empty: it is all of it"),
        ("m,spend,2025-01-05,,x,1,CNY,,", "a spend needs ‘from’: the account it leaves"),
        ("m,spend,2025-01-05,county,,1,CNY,,", "a spend needs ‘to’: the project"),
        ("m,receive,2025-01-05,,,1,CNY,road,", "a receive needs ‘to’: the account it goes to"),
        ("m,receive,2025-01-05,bank,county,1,CNY,road,", "a receive leaves ‘from’ empty"),
        ("m,receive,2025-01-05,,county,1,CNY,,", "a receive needs the grant received"),
        ("m,move,2025-01-05,county,county,1,CNY,,", "‘from’ and ‘to’ are both ‘county’"),
        ("m,confirm,2025-01-05,county,,1,CNY,,s1", "a confirm leaves ‘from’ empty"),
        ("m,confirm,2025-01-05,,village,1,CNY,,s1", "a confirm leaves ‘to’ empty"),
        ("m,confirm,2025-01-05,,,1,CNY,road,s1", "a confirm leaves ‘grant’ empty: it follows what it names"),
        ("m,confirm,2025-01-05,,,1,CNY,,", "a confirm must name a movement in ‘of’"),
        ("m,spend,2025-01-05,county,x,1,CNY,,s1", "a spend names no other movement: leave ‘of’ empty"),
        ("m,confirm,2025-01-05,,,1,USD,,s1", "it says USD, but ‘s1’ is in CNY"),
        ("m,reverse,2025-01-05,,,,USD,,c1", "it says USD, but ‘c1’ is in CNY"),
        ("m,reverse,2025-01-05,,,,USD,,c2", "it says USD, but ‘c2’ is in CNY"),
        ("m,confirm,2025-01-05,,,1,CNY,,s9", "‘of’ names ‘s9’, which is no movement in this file"),
        ("m,confirm,2025-01-05,,,1,CNY,,m", "‘of’ names ‘m’, which is not earlier"),
        ("m,confirm,2025-01-01,,,1,CNY,,s1", "‘of’ names ‘s1’, which is not earlier"),
        ("m,confirm,2025-01-05,,,1,CNY,,r1", "a confirm must name a send, which ‘r1’ is not"),
        ("m,confirm,2025-01-05,,,10.01,CNY,,s1", "it confirms 10.01 where 10.00 of ‘s1’ is in transit"),
        ("m,void,2025-01-05,,,,,,s2", "nothing of ‘s2’ is in transit any more"),
        ("m,confirm,2025-01-05,,,1,CNY,,s3", "it comes after the reversal of ‘s3’"),
        ("m,reverse,2025-01-05,,,,,,x3", "‘x3’ is a reverse, which cannot be reversed; record it anew"),
        ("m,reverse,2025-01-05,,,,,,s3", "‘s3’ is reversed already"),
        ("m,spend,2025-01-05,county,x,1,CNY,unexplained,", "no grant may be called ‘unexplained’: that is what has no grant"),
        ("r1,spend,2025-01-05,county,x,1,CNY,,", "the id ‘r1’ is that of an earlier row already"),
        (",spend,2025-01-05,county,x,1,CNY,,", "it has no id"),
        ("m,spend,2025-01-05,county,x,1,CNY,", "it has 8 cells where the header has 9"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_with_line_and_reason(ran, row, reason):
    rows = f"""
        r1,receive,2025-01-01,,county,100,CNY,road,
        s1,send,2025-01-02,county,village,30,CNY,,
        s2,send,2025-01-02,county,village,30,CNY,,
        s3,send,2025-01-02,county,village,30,CNY,,
        c1,confirm,2025-01-03,,,20,CNY,,s1
        c2,confirm,2025-01-03,,,30,,,s2
        x3,reverse,2025-01-03,,,,,,s3
        {row}
    """

    assert ran.refused(rows) == [f"line 9: {reason}"]


def test_every_bad_row_is_named_by_the_line_it_begins_on(ran):
    rows = """
        "r
        1",receive,2025-01-01,,county,100,CNY,road,

        m1,spend,2025-01-05,county,x,0,CNY,,
        m2,spend,2025-01-05,county,x,1,CNY
        m3,spend,soon,county,county,1,CNY,,
    """

    assert ran.refused(rows) == [
        "line 5: the amount ‘0’ is not above zero",
        "line 6: it has 7 cells where the header has 9",
        "line 7: ‘from’ and ‘to’ are both ‘county’",
        "line 7: ‘soon’ is no date; write it like 2025-03-31",
    ]


def test_a_row_that_names_a_bad_one_is_not_called_bad_for_that(ran):
    rows = """
        s1,send,2025-01-02,county,village,oops,CNY,,
        c1,confirm,2025-01-03,,,20,CNY,,s1
        x1,reverse,2025-01-04,,,,,,s1
    """

    assert ran.refused(rows) == [
        "line 2: the amount ‘oops’ is not an amount; write it like 1234.50"
    ]


def test_what_a_file_says_cannot_steer_the_terminal(ran):
    rows = "m1,receive,2025-01-01,,county,1,CNY,\x1b[2Jroad,"

    _, out, _ = ran.trace(ran.write(rows))

    assert "�[2Jroad" in out
    assert ran.refused(f"{rows}\nm2,\x1b[31mred,2025-01-01,,county,1,CNY,road,")[0].startswith(
        "line 3: ‘�[31mred’ is no kind"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty; its first line must name the columns id,kind,date,"),
        (b"id,kind,date,from,to,amount,currency\n", "has no column grant, of;"),
        (b"id,id," + HEADER.encode() + b"\n", "has two columns id"),
        (HEADER.encode() + b"\nm1,spend,2025-01-01,\xb9\xab,x,1,CNY,,\n", "is not UTF-8 (line 2)"),
        (HEADER.encode("utf-16"), "is not UTF-8 (line 1)"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(ran, content, said):
    path = ran.folder / "movements.csv"
    path.write_bytes(content)

    code, out, err = ran.trace(path)

    assert (code, out) == (2, "")
    assert err.startswith(f"cairn: {path} ")
    assert said in err


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("missing.csv", [], "There is no file"),
        ("movements.txt", [], "should end in .csv or .parquet"),
        ("movements.csv", ["-o", "out.txt"], "out.txt should end in .csv or .parquet"),
        ("movements.csv", ["-o", "nowhere/out.csv"], "There is no folder nowhere"),
        ("movements.csv", ["-o", "same.csv", "--standing", "same.csv"], "must be different"),
        ("movements.parquet", [], "is no Parquet file that can be read"),
    ],
)
def test_files_that_cannot_be_are_said_before_the_work(ran, name, options, said):
    if name != "missing.csv":
        ran.write(STORY, name=name)

    code, out, err = ran.trace(ran.folder / name, *options)

    assert (code, out) == (2, "")
    assert said in err


def test_a_bom_and_windows_line_ends_are_fine(ran):
    path = ran.folder / "movements.csv"
    path.write_bytes(
        b"\xef\xbb\xbf" + HEADER.encode() + b"\r\nr1,receive,2025-01-01,,county,1,CNY,road,\r\n"
    )

    assert ran.trace(path)[0] == 0


def story_table(**types: pa.DataType) -> pa.Table:
    rows = [line.strip().split(",") for line in STORY.strip().splitlines()]
    names = HEADER.split(",")
    columns = {name: [row[place] or None for row in rows] for place, name in enumerate(names)}
    as_python = {
        "decimal128": lambda text: text and Decimal(text),
        "double": lambda text: text and float(text),
        "date32[day]": lambda text: text and date.fromisoformat(text),
    }
    return pa.table(
        {
            name: pa.array(
                map(as_python.get(str(types.get(name)).split("(")[0], lambda text: text), column),
                types.get(name, pa.string()),
            )
            for name, column in columns.items()
        }
    )


@pytest.mark.parametrize(
    "types",
    [
        {},
        {"amount": pa.decimal128(18, 2), "date": pa.date32()},
        {"amount": pa.decimal128(38, 9), "kind": pa.large_string()},
        {"amount": pa.float64(), "id": pa.large_string()},
    ],
    ids=["text", "decimals", "long decimals", "floating numbers"],
)
def test_parquet_gives_what_csv_gives(ran, types):
    from_csv = ran.out(STORY)
    parquet.write_table(story_table(**types), ran.path("movements.parquet"))

    code, _, err = ran.trace(ran.folder / "movements.parquet", "-o", ran.path("out2.csv"))

    assert code == 0, err
    assert (ran.folder / "out2.csv").read_text() == from_csv


def test_parquet_out_has_the_same_texts(ran):
    from_csv = list(csv.DictReader(io.StringIO(ran.out(STORY))))

    ran.trace(ran.folder / "movements.csv", "-o", ran.path("out.parquet"))

    rows = parquet.read_table(ran.path("out.parquet")).to_pylist()
    assert [{**row, "breach": str(row["breach"]).lower()} for row in rows] == from_csv


def test_bad_rows_of_parquet_are_named_by_row(ran):
    table = story_table().set_column(5, "amount", pa.array([0.1 + 0.2] + [1.0] * 8))
    parquet.write_table(table, ran.path("movements.parquet"))

    code, _, err = ran.trace(ran.folder / "movements.parquet")

    assert code == 2
    assert "row 1: the amount ‘0.30000000000000004’ has more decimals than CNY" in err


def test_commands_that_do_not_trace_load_neither_numba_nor_pyarrow():
    look = "import sys, cairn.cli; print({'numba', 'pyarrow', 'numpy'} & {*sys.modules})"

    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert said.stdout == "set()\n"


def test_help_names_the_columns():
    trace = next(
        command for command in app.registered_commands if command.callback.__name__ == "trace"
    )

    assert HEADER in trace.callback.__doc__
