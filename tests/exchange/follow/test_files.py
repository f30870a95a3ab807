"""What `cairn follow` prints and writes."""

import csv
import re
from html.parser import HTMLParser
from typing import NamedTuple

import pytest

from cairn.cli import main
from cairn.exchange.follow.page import page
from cairn.exchange.follow.run import follow
from cairn.exchange.follow.tables import TABLES, Number, safe_cell, write_tables
from cairn.exchange.follow.text import summary
from iati_texts import activity, followed, put, table, transaction, whole
from shared_data import shared

CHAIN = """
    A1  1  2020-01-01  100  USD  donor-7
    A1  3  2020-01-02  100  USD  B1
    B1  1  2020-01-03  100  USD  A1
    B1  4  2020-01-09   80  USD  -  shop
    B1  4  2020-01-09   -3  USD  -  shop
    B1  2  2020-01-09   80  USD  C1
    """


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def cairn(monkeypatch, capsys):
    """Runs the command in this process, where numba is loaded only once."""

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["cairn", "follow", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            main()
        return Done(exit_.value.code or 0, *capsys.readouterr())

    return run


def rows(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_command_prints_the_chain_and_writes_every_table(cairn, tmp_path):
    (path,) = put(tmp_path, table(CHAIN))

    done = cairn(path, "-o", tmp_path / "out")

    assert (done.returncode, done.stderr) == (0, "")
    assert "→ USD 100.00 to B1  [both say]" in done.stdout
    written = {p.name for p in (tmp_path / "out").iterdir()}
    assert written == {"follow.html", *(f"{name}.csv" for name in TABLES)}


def test_what_cannot_be_done_is_one_sentence_and_exit_code_2(cairn, tmp_path):
    (path,) = put(tmp_path, table(CHAIN))

    unknown = cairn(path, "--from", "A2")
    nothing = cairn(tmp_path / "none.xml")
    blocked = cairn(path, "-o", path)

    assert [done.returncode for done in (unknown, nothing, blocked)] == [2, 2, 2]
    assert "did you mean" in unknown.stderr
    assert "cannot be opened" in nothing.stderr
    assert "cannot write to" in blocked.stderr
    assert "Traceback" not in unknown.stderr + nothing.stderr + blocked.stderr


def test_a_file_that_cannot_be_read_does_not_stop_the_others(cairn, tmp_path):
    paths = put(tmp_path, table(CHAIN), "<iati-organisations/>")

    done = cairn(*paths)

    assert done.returncode == 0
    assert "Not read: " in done.stdout
    assert "2.xml:1: <file>: this is an IATI organisation file" in done.stdout


def test_without_a_folder_everything_unreadable_is_printed(tmp_path):
    text = whole(activity("A", *[transaction(value=f"x{n}") for n in range(50)]))

    printed = summary(follow(put(tmp_path, text)))

    assert [f"‘x{n}’ is no amount" in printed for n in range(50)] == [True] * 50


def test_tables_say_the_same_as_the_trace(tmp_path):
    result = followed(tmp_path, CHAIN)

    write_tables(result, tmp_path, {})

    assert len(rows(tmp_path, "movements")) == 6
    assert [r["says"] for r in rows(tmp_path, "matches")] == ["both say"]
    ends = rows(tmp_path, "ends")
    assert [(r["how"], r["end_id"], r["source_id"], r["amount"]) for r in ends] == [
        ("spent on", "shop", "donor-7", "80.00"),
        ("standing in", "B1", "donor-7", "20.00"),
        ("correction of what went to", "shop", "B1", "-3.00"),
    ]
    coverage = {r["name"]: r for r in rows(tmp_path, "coverage")}
    assert coverage["disbursement"]["both_say"] == coverage["incoming funds"]["both_say"] == "1"
    assert coverage["incoming funds"]["names_an_activity"] == "2"
    assert coverage["incoming funds"]["in_files"] == "1"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\ta", "\ra", " =1", "＝1"])
def test_a_published_text_is_no_formula(text):
    assert safe_cell(text) == f"'{text}"
    assert safe_cell(Number("-1.00")) == "-1.00"
    assert safe_cell("a=1") == "a=1"


def test_a_formula_in_a_name_reaches_no_csv_file(tmp_path):
    evil = "=HYPERLINK(&quot;http://x&quot;)"
    text = whole(activity(evil, transaction(receiver=evil[:5], org="@x")))

    write_tables(follow(put(tmp_path, text)), tmp_path, {})

    for path in tmp_path.glob("*.csv"):
        for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines()):
            assert not [cell for cell in row if cell[:1] in {"=", "@"}]


def test_files_appear_together_or_not_at_all(tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "ends.csv").write_text("older")

    with pytest.raises(TypeError):
        write_tables(followed(tmp_path, CHAIN), tmp_path / "out", {"follow.html": None})

    assert [p.name for p in (tmp_path / "out").iterdir()] == ["ends.csv"]
    assert (tmp_path / "out" / "ends.csv").read_text() == "older"


class Page(HTMLParser):
    """Every tag opened is closed, and what could reach out."""

    void = frozenset({"meta", "br", "path", "rect"})

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.links = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for key, value in attrs if key in {"href", "src", "xlink:href"}]
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):  # noqa: ARG002 - HTMLParser calls it so
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_reaches_for_nothing(tmp_path):
    text = page(followed(tmp_path, CHAIN))

    read = Page(text)

    assert read.open == []
    assert "script" not in read.tags
    assert not [link for link in read.links if not re.fullmatch(r"#\w+|\w+\.csv", link)]
    assert "url(" not in text
    assert "@import" not in text
    assert "svg" in read.tags


def test_what_publishers_wrote_is_escaped_and_keeps_its_direction(tmp_path):
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;"
    text = whole(
        activity(
            "A&amp;1",
            f"<title><narrative>{evil}</narrative></title>",
            transaction("3", receiver="B"),
        ),
        activity(
            "B", "<title><narrative>قۇدۇق</narrative></title>", transaction("1", provider="A&amp;1")
        ),
    )

    made = page(follow(put(tmp_path, text)))

    assert "<script" not in made
    assert '<bdi dir="auto">قۇدۇق</bdi>' in made
    Page(made)


def test_terminal_codes_of_publishers_steer_no_terminal(cairn, tmp_path):
    text = whole(activity("A", transaction(value="\u009b31m\u202e")))

    done = cairn(*put(tmp_path, text))

    assert "\u009b" not in done.stdout
    assert "\u202e" not in done.stdout


def test_every_shared_file_is_followed_with_all_its_lists(cairn, tmp_path):
    folder = shared("data/iati")
    paths = [*sorted(folder.glob("linked/*.xml")), *sorted(folder.glob("*.xml"))]

    done = cairn(*paths, folder / "covid_flows/input/dportal.xml", "-o", tmp_path)

    assert done.returncode == 0
    assert "5,200 transactions: 5,130 kept, 70 listed below as left out" in done.stdout
    movements, unreadable = rows(tmp_path, "movements"), rows(tmp_path, "unreadable")
    assert len(movements) + sum(int(r["transactions_left_out"]) for r in unreadable) == 5200
    assert len([r for r in rows(tmp_path, "matches") if r["says"].startswith("both")]) == 14
    Page((tmp_path / "follow.html").read_text(encoding="utf-8"))
