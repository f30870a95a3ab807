"""Bank statements in CAMT.053 and OFX, as several banks write them; and what is neither. All invented."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cairn.exchange.sheets.cells import SheetUnreadableError
from cairn.exchange.statements.any import read_any
from cairn.exchange.statements.lines import MOST_LINES, NoStatementError, Statement
from cairn.values import CairnError

VERSIONS = ["camt.053.001.02", "camt.053.001.04", "camt.053.001.06", "camt.053.001.08"]


def entry(minor="1000.00", way="CRDT", day="2025-03-02", *, ccy="CNY", status="BOOK", more=""):
    return (
        f'<Ntry><Amt Ccy="{ccy}">{minor}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>{status}</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt>{more}</Ntry>"
    )


def camt(*entries, version="camt.053.001.02", ccy="CNY", account="A1", prefix="", head=None):
    space = f"urn:iso:std:iso:20022:tech:xsd:{version}"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n' if head is None else head
    body = (
        f'{head}<Document xmlns="{space}"><BkToCstmrStmt><GrpHdr><MsgId>m</MsgId></GrpHdr><Stmt>'
        f"<Id>1</Id><Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>{ccy}</Ccy></Acct>"
        f"{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )
    if prefix:  # a bank that writes <ns2:Ntry>
        body = body.replace("</", f"</{prefix}:").replace("<", f"<{prefix}:")
        body = body.replace(f"<{prefix}:/{prefix}:", f"</{prefix}:").replace(f"<{prefix}:?", "<?")
        body = body.replace(f'xmlns="{space}"', f'xmlns:{prefix}="{space}"')
    return body


SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20250401<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS><CURDEF>{ccy}<BANKACCTFROM><BANKID>1<ACCTID>{account}<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20250301<DTEND>20250331
{lines}
</BANKTRANLIST><LEDGERBAL><BALAMT>1<DTASOF>20250331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


def sgml(*transactions, ccy="CNY", account="A1"):
    lines = "\n".join(
        f"<STMTTRN><TRNTYPE>{'CREDIT' if not amount.startswith('-') else 'DEBIT'}<DTPOSTED>{day}"
        f"<TRNAMT>{amount}<FITID>{at}<NAME>{name}{f'<MEMO>{memo}' if memo else ''}</STMTTRN>"
        for at, (day, amount, name, memo) in enumerate(transactions)
    )
    return SGML.format(ccy=ccy, account=account, lines=lines)


def xml_ofx(*transactions, ccy="CNY"):
    lines = "".join(
        f"<STMTTRN><TRNTYPE>OTHER</TRNTYPE><DTPOSTED>{day}</DTPOSTED><TRNAMT>{amount}</TRNAMT>"
        f"<FITID>{at}</FITID><NAME>{name}</NAME><MEMO>{memo}</MEMO></STMTTRN>"
        for at, (day, amount, name, memo) in enumerate(transactions)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        '<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
        f"<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>{ccy}</CURDEF><BANKACCTFROM><BANKID>1</BANKID>"
        f"<ACCTID>A1</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM><BANKTRANLIST>"
        f"<DTSTART>20250301</DTSTART><DTEND>20250331</DTEND>{lines}</BANKTRANLIST></STMTRS></STMTTRNRS>"
        "</BANKMSGSRSV1></OFX>"
    )


@pytest.fixture
def read(tmp_path):
    def reading(content, currency="CNY") -> Statement:
        path = tmp_path / "statement"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_any(path, currency=currency)

    return reading


def told(statement):
    return [(one.on.isoformat(), one.minor, one.text) for one in statement.lines]


# CAMT.053


@pytest.mark.parametrize("prefix", ["", "ns2"])
@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_of_camt_is_read(read, version, prefix):
    remitted = "<NtryDtls><TxDtls><RmtInf><Ustrd>拨款</Ustrd></RmtInf></TxDtls></NtryDtls>"
    text = camt(
        entry(more=remitted),
        entry("15.00", "DBIT", "2025-03-04", more="<AddtlNtryInf>手续费</AddtlNtryInf>"),
        version=version,
        prefix=prefix,
    )
    if version.endswith("08"):  # there the status is a choice
        text = text.replace("Sts>BOOK<", "Sts><Cd>BOOK</Cd><") if not prefix else text

    assert told(read(text)) == [("2025-03-02", 100_000, "拨款"), ("2025-03-04", -1_500, "手续费")]


def test_a_day_with_a_time_and_an_amount_without_decimals_is_read(read):
    timed = entry("7").replace("<Dt>2025-03-02</Dt>", "<DtTm>2025-03-02T23:59:00+08:00</DtTm>")
    valued = entry("8").replace("BookgDt", "ValDt")

    assert [(one[0], one[1]) for one in told(read(camt(timed, valued)))] == [
        ("2025-03-02", 700),
        ("2025-03-02", 800),
    ]


def test_what_is_only_announced_is_no_line(read):
    text = camt(entry(status="PDNG"), entry("1", status="<Cd>INFO</Cd>"), entry("2"))

    assert [one.minor for one in read(text).lines] == [200]


def test_names_of_parties_are_not_looked_at_and_a_person_does_not_come_along(read):
    parties = "<NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Kunlun Drilling</Nm></Cdtr></RltdPties>{}</TxDtls></NtryDtls>"
    named = "<RmtInf><Ustrd>Mr. John Smith</Ustrd></RmtInf>"

    assert [
        one.text
        for one in read(camt(*(entry(more=parties.format(one)) for one in ("", named)))).lines
    ] == ["", ""]


@pytest.mark.parametrize(
    "wrong",
    [
        entry("1.005"),
        entry("-5"),
        entry("much"),
        entry(""),
        entry(way="BOTH"),
        entry(day="2025-02-30"),
        entry(day=""),
        entry(ccy="USD"),
    ],
)
def test_an_entry_that_cannot_be_read_is_named_by_its_number(read, wrong):
    found = read(camt(entry(), wrong, entry()))

    assert found.unread == (2,)
    assert [one.number for one in found.lines] == [1, 3]


# OFX


def test_the_sgml_of_ofx_1_is_read(read):
    found = read(
        sgml(
            ("20250302", "1000.00", "COUNTY", "grant &amp; more"),
            ("20250304120000[+8:CST]", "-15,00", "FEE", ""),
        )
    )

    assert told(found) == [("2025-03-02", 100_000, "grant & more"), ("2025-03-04", -1_500, "FEE")]


def test_the_xml_of_ofx_2_is_read(read):
    found = read(
        xml_ofx(("20250302", "+1000", "x", "拨款"), ("20250305000000.000", "-80.5", "y", "pump"))
    )

    assert told(found) == [("2025-03-02", 100_000, "拨款"), ("2025-03-05", -8_050, "pump")]


def test_a_mark_and_blank_lines_before_the_header_change_nothing(read):
    content = b"\xef\xbb\xbf\r\n" + sgml(("20250302", "5", "x", "")).replace("\n", "\r\n").encode()

    assert [one.minor for one in read(content).lines] == [500]


def test_a_transaction_that_cannot_be_read_is_named(read):
    wrong = [("20251302", "5", "x", ""), ("20250302", "1.234.5", "x", ""), ("", "5", "x", "")]
    found = read(xml_ofx(*wrong, ("20250302", "0", "x", ""), ("20250302", "5", "x", "")))

    assert found.unread == (1, 2, 3, 4)
    assert [one.number for one in found.lines] == [5]


def test_a_person_in_ofx_does_not_come_along(read):
    found = read(xml_ofx(("20250302", "5", "x", "张三"), ("20250302", "5", "Dr Li Wei", "")))

    assert [one.text for one in found.lines] == ["", ""]


# What is neither

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "&{chr(97 + n)};&{chr(97 + n)};">' for n in range(24))
    + "]>"
)
FETCHES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (camt(entry(more="<AddtlNtryInf>&y;</AddtlNtryInf>"), head=LAUGHS), "document type"),
        (camt(entry(more="<AddtlNtryInf>&x;</AddtlNtryInf>"), head=FETCHES), "document type"),
        (camt(entry(), head='<?xml version="1.0" encoding="UTF-7"?>'), "rare encoding"),
        (camt(entry()).encode("utf-16"), "neither a workbook|web page|rare encoding|No statement|cannot be read"),
        (camt(entry())[:-30], "damaged"),
        ("<?xml version='1.0'?><invoice/>", "no bank statement"),
        (camt(entry(), ccy="USD"), "statement in USD"),
        (camt(entry()).replace("</Stmt>", "</Stmt>" + camt(account="B").partition("<GrpHdr>")[2].partition("</GrpHdr>")[2].partition("</BkToCstmrStmt>")[0]), "several accounts"),
        (camt(*[entry()] * (MOST_LINES + 1)), "one month at a time"),
        (sgml(("20250302", "5", "x", ""), ccy="EUR"), "statement in EUR"),
        (sgml(("20250302", "5", "x", ""))[:400], "ends in the middle"),
        ("OFXHEADER:100\n\n<OFX><SIGNONMSGSRSV1></SIGNONMSGSRSV1></OFX>", "damaged|no statement"),
        ("<OFX><STMTRS></OFX>", "damaged|no statement"),
        (xml_ofx().replace("STMTRS", "CCSTMTRS"), "no statement of a bank account"),
        (xml_ofx(*[("20250302", "5", "x", "y")] * (MOST_LINES + 1)), "one month at a time"),
        ("<OFX>", "ends in the middle"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_a_sentence(read, content, sentence):
    with pytest.raises((NoStatementError, SheetUnreadableError), match=sentence):
        read(content)


def test_a_document_type_in_ofx_expands_nothing(read):
    content = LAUGHS.encode() + xml_ofx(("20250302", "5", "x", "&y;")).partition("\n")[2].encode()

    assert [one.text for one in read(content).lines] == ["&y;"]


# Whatever comes

SEEDS = [
    camt(entry()),
    sgml(("20250302", "5", "x", "y")),
    xml_ofx(("20250302", "5", "x", "y")),
    "Date,Amount\n2025-03-02,5\n",
]


@st.composite
def damaged(draw):
    """A statement with pieces cut out, doubled, or written over."""
    content = bytearray(draw(st.sampled_from(SEEDS)).encode())
    for _time in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        until = min(len(content), at + draw(st.integers(0, 40)))
        piece = draw(
            st.one_of(
                st.binary(max_size=12),
                st.just(bytes(content[at:until])),
                st.sampled_from([b"<", b">", b"</", b"<!--", b"]]>", b"&", b"\0"]),
            )
        )
        content[at:until] = piece * draw(st.integers(0, 3))
    return bytes(content)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("statements")


@settings(max_examples=150, deadline=None)
@given(st.one_of(damaged(), st.binary(max_size=300)))
@example(b"<OFX")
@example(b"<?xml version='1.0' encoding=\"x\"?><a/>")
def test_whatever_comes_is_a_statement_or_a_sentence(folder, content):
    path = folder / "statement"
    path.write_bytes(content)
    try:
        lines = read_any(path, currency="CNY").lines
    except CairnError:
        lines = ()

    assert all(one.minor and isinstance(one.on, date) for one in lines)
