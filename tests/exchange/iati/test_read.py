"""Reading IATI activity files: what is kept, and that all else is listed with its place."""

import csv
from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.exchange.iati.columns import BYTES_PER_TRANSACTION, Published
from cairn.exchange.iati.read import read_files
from cairn.exchange.iati.transaction_types import BY_CODE, TYPES
from cairn.values import to_decimal
from iati_texts import activity, put, read, reasons, reconciles, transaction, whole
from shared_data import shared


def one(published: Published, name: str) -> int:
    assert len(published) == 1, reasons(published)
    return published.columns[name][0]


def only_reason(tmp_path, inside, **attributes):
    published = read(tmp_path, whole(activity("A-1", inside, **attributes)))
    assert reconciles(published)
    assert len(published.problems) == 1, published.problems
    return published.problems[0]


def test_a_disbursement_of_2_03_is_kept_with_its_ends(tmp_path):
    published = read(
        tmp_path,
        whole(
            activity(
                "A-1", transaction("3", "2020-03-05", "1234.5", provider="A-1", receiver="B-2")
            )
        ),
    )

    assert one(published, "type") == 3
    assert one(published, "amount") == 123450
    assert published.ids.values[one(published, "other")] == "B-2"
    assert published.ids.values[one(published, "own")] == "A-1"
    assert published.problems == []


def test_an_activity_of_1_x_is_read_in_any_order_with_letters_and_plain_names(tmp_path):
    text = """<iati-activities version="1.03"><iati-activity default-currency="GBP">
      <transaction>
        <value value-date="2012-06-30">1500</value>
        <transaction-type code="IF">Incoming</transaction-type>
        <provider-org ref="GB-1" provider-activity-id="GB-1-200">DFID</provider-org>
      </transaction>
      <title>Wells</title>
      <reporting-org ref="GB-CHC-1">Water for <b>all</b></reporting-org>
      <iati-identifier>
        GB-CHC-1-7
      </iati-identifier>
    </iati-activity></iati-activities>"""

    published = read(tmp_path, text)

    assert one(published, "type") == 1
    assert published.parties.values[one(published, "party")] == ("GB-1", "DFID")
    assert published.activities[0].identifier == "GB-CHC-1-7"
    assert published.activities[0].reporter == ("GB-CHC-1", "Water for all")
    assert reasons(published) == ["it has no transaction-date; its value-date is taken"]


@pytest.mark.parametrize(("letters", "number"), [("C", 2), ("D", 3), ("E", 4), ("IF", 1), ("R", 7)])
def test_letters_of_1_x_mean_the_numbers_of_2_x(letters, number):
    assert BY_CODE[letters] == number


def test_types_are_those_of_the_official_code_list():
    text = shared("data/official/codelists/TransactionType.xml").read_text(encoding="utf-8")

    assert {f"<code>{code}</code>" in text for code in TYPES} == {True}
    assert text.count("<code>") == len(TYPES)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "its value is empty"),
        ("1,234.00", "‘1,234.00’ is no amount, which looks like 1234.50"),
        ("1 234", "‘1 234’ is no amount, which looks like 1234.50"),
        ("ten", "‘ten’ is no amount, which looks like 1234.50"),
        ("NaN", "‘NaN’ is no amount, which looks like 1234.50"),
        ("１２", "‘１２’ is no amount, which looks like 1234.50"),
        ("1e15", "‘1e15’ is more than Cairn counts exactly"),
        ("1e999", "‘1e999’ is too long to be an amount"),
        ("-", "‘-’ is no amount, which looks like 1234.50"),
        ("99999999999999999", "‘99999999999999999’ is more than Cairn counts exactly"),
    ],
)
def test_a_value_with_two_readings_or_none_is_listed(tmp_path, value, reason):
    problem = only_reason(tmp_path, transaction(value=value))

    assert problem.reason == reason
    assert problem.transactions == 1


@pytest.mark.parametrize(
    ("value", "currency", "minor", "note"),
    [
        (" 100 ", "USD", 10000, None),
        ("+7.5", "USD", 750, None),
        (".5", "USD", 50, None),
        ("5.", "USD", 500, None),
        ("-20.25", "USD", -2025, None),
        ("1500", "JPY", 1500, None),
        ("1.234", "KWD", 1234, None),
        ("100.000", "USD", 10000, None),
        ("0.005", "USD", 0, "more decimals"),
        ("0.015", "USD", 2, "more decimals"),
        ("826679.6391670809", "USD", 82667964, "more decimals"),
        ("12.3E5", "USD", 123000000, "IATI's decimals do not allow"),
    ],
)
def test_a_value_is_exact_or_rounded_half_even_with_a_note(tmp_path, value, currency, minor, note):
    published = read(tmp_path, whole(activity("A", transaction(value=value, currency=currency))))

    assert one(published, "amount") == minor
    assert bool(note) == bool(published.problems)
    assert note is None or note in published.problems[0].reason


@pytest.mark.parametrize("written", ["", "0", "2020-02-30", "30/06/2020", "0001-01-01", "2020"])
def test_an_unreal_date_is_listed(tmp_path, written):
    problem = only_reason(tmp_path, transaction(on=written))

    assert "is no date" in problem.reason
    assert problem.transactions == 1


@pytest.mark.parametrize(
    "written", ["2020-02-29", "2020-02-29Z", "2020-02-29+05:00", "2020-02-29T00:00:00"]
)
def test_a_date_may_carry_what_xsd_allows(tmp_path, written):
    published = read(tmp_path, whole(activity("A", transaction(on=written))))

    assert len(published) == 1


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        (transaction(code="99"), "its type ‘99’ is on no code list of IATI"),
        (transaction(code="TB"), "its type ‘TB’ is a plan of IATI 1.01, not a transaction"),
        (transaction(currency="XDR"), "its currency cannot be counted in"),
        (transaction(currency="QQQ"), "its currency cannot be counted in"),
        (transaction(currency=""), "neither it nor its activity says in which currency it is"),
        ("<transaction/>", "it has no transaction-type"),
        ("<transaction><transaction-type>3</transaction-type></transaction>", "has no code"),
        ('<transaction><transaction-type code="3"/></transaction>', "it has no transaction-date"),
        (
            (
                '<transaction><transaction-type code="3"/><transaction-date iso-date="2020-01-01"/>'
                "</transaction>"
            ),
            "it has no value",
        ),
        (
            transaction().replace("</transaction>", "<value>9</value></transaction>"),
            "it has two <value>, and only one can be meant",
        ),
    ],
)
def test_what_a_transaction_lacks_is_told(tmp_path, inside, reason):
    problem = only_reason(tmp_path, inside)

    assert reason in problem.reason
    assert (problem.activity, problem.element, problem.line) == ("A-1", "transaction", 6)


def test_the_default_currency_stands_in(tmp_path):
    written = transaction(value="5", currency="").replace(' currency=""', "")

    published = read(tmp_path, whole(activity("A", written, attributes='default-currency="JPY"')))

    assert published.currencies.values == ["JPY"]
    assert one(published, "amount") == 5


def test_transactions_of_an_activity_without_identifier_are_listed_in_one_row(tmp_path):
    published = read(tmp_path, whole(activity(" ", transaction(), transaction())))

    assert len(published) == 0
    assert published.problems[0].transactions == 2
    assert reconciles(published)


def test_an_activity_in_two_files_counts_once(tmp_path):
    text = whole(activity("A", transaction(), transaction()))

    published = read(tmp_path, text, text)

    assert len(published) == 2
    assert (
        published.problems[0].reason == "1.xml, line 3, has this activity too, and that copy counts"
    )
    assert (published.problems[0].file, published.problems[0].transactions) == (1, 2)
    assert reconciles(published)


def test_a_primary_publisher_counts_before_a_secondary_one(tmp_path):
    ours = whole(activity("A", transaction(value="2")))
    theirs = ours.replace("<reporting-org", '<reporting-org secondary-reporter="1"')

    published = read(tmp_path, theirs.replace(">2<", ">1<"), ours)

    assert one(published, "amount") == 200


def test_elements_in_the_wrong_place_are_named(tmp_path):
    inside = (
        "<colour>red</colour>",
        f"<result>{transaction()}</result>",
        transaction().replace("<value", "<price/><value"),
        '<x:own xmlns:x="urn:x"/><!-- a comment -->',
    )

    published = read(tmp_path, whole(activity("A", *inside)))

    assert sorted(reasons(published)) == [
        "<colour> is no element of an IATI activity; it is not read",
        "<price> is no element of a transaction; it is not read",
        "it stands inside <result>, not in an activity",
    ]
    assert reconciles(published)


def test_an_activity_inside_another_is_read_all_the_same(tmp_path):
    published = read(tmp_path, whole(activity("A", activity("B", transaction()), transaction())))

    assert [a.count for a in published.activities] == [1, 1]
    assert reasons(published) == ["it stands inside <iati-activity>; read all the same"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty"),
        ("hello", "this is no XML"),
        ('<iati-organisations version="2.03"/>', "organisation file"),
        ("<html><body/></html>", "its outermost element is <html>"),
        (
            (
                '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                "<iati-activities><iati-activity><title>&x;</title></iati-activity></iati-activities>"
            ),
            "declares entities",
        ),
    ],
)
def test_a_file_that_is_no_activity_file_is_refused_with_a_sentence(tmp_path, text, reason):
    published = read(tmp_path, text)

    assert not published.files[0].read
    assert reason in published.problems[0].reason


@pytest.mark.parametrize(
    "where", ['<iati-activities version="&l9;"/>', "<iati-activities>&l9;</iati-activities>"]
)
def test_a_billion_laughs_is_refused_before_it_grows(tmp_path, where):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]>{where}'

    published = read(tmp_path, text)

    assert not published.files[0].read


def test_an_absent_file_is_listed(tmp_path):
    published = read_files([tmp_path / "none.xml"])

    assert "cannot be opened" in published.problems[0].reason


def test_a_damaged_file_gives_what_it_can_and_tells_what_is_lost(tmp_path):
    text = whole(activity("A", *[transaction()] * 5), activity("B", *[transaction()] * 5))
    cut = text[: text.index("<iati-identifier>B")] + "<title>a < b</title>" + text[-600:]

    published = read(tmp_path, cut)

    assert len(published) >= 5
    assert any("the XML is damaged here" in reason for reason in reasons(published))
    assert reconciles(published)


def test_undecodable_bytes_do_not_stop_the_reading(tmp_path):
    text = whole(activity("A", "<title>caf\xe9</title>", transaction())).encode("latin-1")

    published = read(tmp_path, text)

    assert len(published) == 1
    assert "damaged" in published.problems[0].reason


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig"])
def test_other_encodings_are_read(tmp_path, encoding):
    name = encoding.removesuffix("-sig")
    text = whole(activity("Ä", transaction())).replace("UTF-8", name)

    published = read(tmp_path, text.encode(encoding))

    assert published.activities[0].identifier == "Ä"
    assert len(published) == 1


def test_lines_are_right_beyond_what_libxml2_counts(tmp_path):
    filling = "<description/>\n" * 70_000
    bad = "<transaction>\n <transaction-type code='3'/>\n</transaction>"

    published = read(
        tmp_path, whole(activity("A", filling + bad), activity("B", transaction(code="x")))
    )

    # Two lines of head, one of <iati-activity>, its id and its reporter; then the filling.
    assert [p.line for p in published.problems] == [70_006, 70_010 + 3]
    assert published.activities[1].line == 70_010


def test_ids_in_attributes_are_taken_as_they_are_written(tmp_path):
    published = read(tmp_path, whole(activity("A", transaction(receiver=" B "))))

    assert published.ids.values[published.columns["other"][0]] == " B "


values = st.one_of(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9
    ).map(str),
    st.sampled_from(["", "x", "1,2", "1e3", "0", "-5", "1.23456"]),
)
rows = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", ""]),
        st.sampled_from([*BY_CODE, "", "x"]),
        st.sampled_from(["2020-01-01", "2021-13-01", "", "1999-12-31"]),
        values,
        st.sampled_from(["USD", "JPY", "", "ZZZ"]),
        st.sampled_from([None, "A", "B", "Z", ""]),
    ),
    max_size=30,
)


@given(rows=rows)
def test_every_transaction_is_kept_or_listed(rows, tmp_path_factory):
    texts = [
        activity(name, transaction(code, on, value, currency, far, far))
        for name, code, on, value, currency, far in rows
    ]

    published = read(tmp_path_factory.mktemp("iati"), whole(*texts))

    assert sum(file.transactions for file in published.files) == len(rows)
    assert reconciles(published)


damage = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.integers(0, 90),
        st.sampled_from([b"", b"<", b">", b"&", b'"', b"\0", b"\xff", b"<transaction>", b"<!--"]),
    ),
    min_size=1,
    max_size=4,
)


@given(damage=damage)
def test_no_damage_stops_the_reading_or_loses_a_transaction_silently(damage, tmp_path_factory):
    text = whole(*(activity(f"A{n}", *[transaction()] * 3) for n in range(4))).encode()
    for place, cut, into in damage:
        at = place % len(text)
        text = text[:at] + into + text[at + cut :]

    published = read(tmp_path_factory.mktemp("iati"), text)

    assert reconciles(published)
    assert len(published) == 12 or published.problems


def test_every_shared_file_reconciles():
    folder = shared("data/iati")
    paths = [*sorted(folder.glob("linked/*.xml")), *sorted(folder.glob("*.xml"))]

    published = read_files([*paths, folder / "covid_flows/input/dportal.xml"])

    assert sum(file.transactions for file in published.files) == 5200
    assert len(published) == 5130
    assert reconciles(published)


@pytest.mark.parametrize(
    ("xml", "folder"),
    [("usaid-798.xml", "usaid-798-csv"), ("CAF-ActivityFile-2025-10-10.xml", "caf-csv")],
)
def test_xml_and_the_same_content_as_csv_agree_to_the_cent(xml, folder):
    published = read_files([shared(f"data/iati/{xml}")])
    with shared(f"data/iati/{folder}/transactions.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        expected = list(csv.DictReader(file))

    theirs, ours = defaultdict(Decimal), defaultdict(Decimal)
    for row in expected:
        theirs[row["activity_identifier"], int(row["transaction_type"])] += Decimal(row["value"])
    columns = published.columns
    for row in range(len(published)):
        currency = published.currencies.values[columns["currency"][row]]
        key = published.activities[columns["activity"][row]].identifier, columns["type"][row]
        ours[key] += Decimal(to_decimal(columns["amount"][row], currency))

    assert len(published) == len(expected)
    assert ours == theirs


def test_a_transaction_takes_the_bytes_that_are_stated(tmp_path):
    published = read(tmp_path, whole(activity("A", *[transaction()] * 10)))

    held = sum(len(column) * column.itemsize for column in published.columns.values())

    assert held == 10 * BYTES_PER_TRANSACTION
    assert BYTES_PER_TRANSACTION == 35


def test_progress_hears_of_every_byte(tmp_path):
    heard = []
    (path,) = put(tmp_path, whole(activity("A", transaction())))

    read_files([path], advance=heard.append)

    assert sum(heard) == path.stat().st_size
