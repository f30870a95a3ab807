"""The parsers of what comes from elsewhere, fuzzed with atheris: `python tests/fuzz/parsers.py [TARGET] [--seconds 10]`.

Without a target all of them are run, each in a process of its own, as many at once as there are
processors. Whatever bytes come, a parser reads them or refuses them with a sentence (CairnError);
anything else is a crash, which is said with the bytes that caused it. Coverage guides what is tried
next, from a few seeds. `--planted` puts a crash behind the parser, to see it found.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path

import atheris
import django

MEMORY = "/dev/shm"  # noqa: S108 - a folder of its own is made in it
FOLDER = Path(tempfile.mkdtemp(prefix="cairn-fuzz-", dir=MEMORY if Path(MEMORY).is_dir() else None))

os.environ.update(CAIRN_DIR=str(FOLDER), DJANGO_SETTINGS_MODULE="cairn.config.settings")
django.setup()

with atheris.instrument_imports(include=["cairn.exchange", "cairn.values"]):
    from cairn.exchange.iati.read import read_files
    from cairn.exchange.outbox.read import NotAnOutboxError, read_outbox
    from cairn.exchange.sheets.cells import open_book
    from cairn.exchange.sheets.guess import guess_mapping
    from cairn.exchange.sheets.look import guessed
    from cairn.exchange.sheets.read import read_rows
    from cairn.exchange.sheets.values import CellError, read_amount, read_currency, read_date
    from cairn.exchange.statements.any import read_any
    from cairn.values import CairnError


def cells(content: bytes) -> set[str]:
    """A cell as an amount, a date, a currency."""
    text, said = content.decode("utf-8", "replace"), set()
    for read in (
        lambda: read_amount(text, currency="CNY"),
        lambda: read_date(text),
        lambda: read_currency(text),
    ):
        try:
            read()
        except CellError as error:
            said.add(error.reason.code)
    return said


def sheets(content: bytes) -> set[str]:
    """A file as a sheet: opened, guessed, read to its last row."""
    book = open_book(written(content))
    guessed(book, {})
    rows = read_rows(book, guess_mapping(book), today=date(2026, 1, 1), currency="CNY")
    return {reason.code for row in rows for reason in row.reasons}


def statements(content: bytes) -> set[str]:
    """A file as a bank statement: CAMT.053, OFX or a sheet."""
    return {"unread"} if read_any(written(content), currency="CNY").unread else set()


def iati(content: bytes) -> set[str]:
    """A file of IATI activities."""
    return {"problem"} if read_files([written(content)]).problems else set()


def outboxes(content: bytes) -> set[str]:
    """What a phone saved."""
    try:
        list(read_outbox(written(content)))
    except NotAnOutboxError as error:
        return {"line 2"} if "2" in str(error) else set()
    return set()


PLANTED = {
    "cells": "too-large",
    "sheets": "too-many-cells",
    "statements": "unread",
    "iati": "problem",
    "outboxes": "line 2",
}
"""What no seed leads to and a little change does: with `--planted` it counts as a crash."""

TARGETS: dict[str, tuple[Callable[[bytes], set[str]], tuple[bytes, ...]]] = {
    "cells": (
        cells,
        (
            b"1,234.50",
            "壹万元整".encode(),
            b"5/7/2025",
            "2025年7月5日".encode(),
            b"CNY",
            b"(3.5)",
            "3.5万元".encode(),
        ),
    ),
    "sheets": (
        sheets,
        (
            b"Voucher no,Date paid,Account,Project,Village,Amount paid,Currency\nV-1,2025-04-11,a,b,c,5.00,CNY\n",
            '凭证号;付款日期;付款账户;项目名称;村;金额(万元)\n1;2025-04-11;a;b;c;"5"\n'.encode(
                "gb18030"
            ),
        ),
    ),
    "statements": (
        statements,
        (
            b"Date,Credit,Debit,Description\n2025-03-03,,80.00,pump\n",
            (
                b"<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt>"
                b"<Stmt><Acct><Id><IBAN>X</IBAN></Id><Ccy>CNY</Ccy></Acct><Ntry><Amt Ccy='CNY'>5</Amt><CdtDbtInd>CRDT"
                b"</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2025-03-02</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>"
            ),
            (
                b"OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\n"
                b"OLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>CNY<BANKTRANLIST><STMTTRN>"
                b"<DTPOSTED>20250302<TRNAMT>-5.00<NAME>x</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
            ),
        ),
    ),
    "iati": (
        iati,
        (
            (
                b"<iati-activities version='2.03'><iati-activity default-currency='USD'><iati-identifier>A-1"
                b"</iati-identifier><transaction><transaction-type code='3'/><transaction-date iso-date='2025-01-02'/>"
                b"<value value-date='2025-01-02'>5</value></transaction></iati-activity></iati-activities>"
            ),
        ),
    ),
    "outboxes": (
        outboxes,
        (
            (
                b'{"format":"cairn.outbox/1","programme":"teams","post":"leader","saved_at":1790000000000}\n'
                b'{"id":"01980000-0000-7000-8000-000000000001","kind":"works.need-raised","schema_version":1,'
                b'"happened_on":"2026-03-01","fact":{},"files":{},"recorded_at":1,"state":"queued","objections":[]}\n'
                b'{"end":1}\n'
            ),
        ),
    ),
}


def written(content: bytes) -> Path:
    path = FOLDER / "file"
    path.write_bytes(content)
    return path


def run(name: str, seconds: int, *, planted: bool) -> None:
    """Fuzz one parser until the time is over, or until it crashes."""
    target, seeds = TARGETS[name]
    corpus = FOLDER / "corpus"
    corpus.mkdir()
    for at, seed in enumerate(seeds):
        (corpus / str(at)).write_bytes(seed)

    def once(content: bytes) -> None:
        said: set[str] = set()
        with suppress(CairnError):
            said = target(content)
        if planted and any(one.startswith(PLANTED[name]) for one in said):
            raise AssertionError("the planted crash")

    options = [
        f"-max_total_time={seconds}",
        "-max_len=4096",
        "-print_final_stats=1",
        "-timeout=10",
        f"-artifact_prefix={FOLDER}/",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], once)
    atheris.Fuzz()


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("target", nargs="?", choices=TARGETS)
    asked.add_argument("--seconds", type=int, default=10)
    asked.add_argument("--planted", action="store_true")
    said = asked.parse_args()
    if said.target:
        run(said.target, said.seconds, planted=said.planted)
        return 0
    options = [f"--seconds={said.seconds}", *(["--planted"] if said.planted else [])]

    def alone(name: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, __file__, name, *options]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = list(zip(TARGETS, pool.map(alone, TARGETS), strict=True))
    for name, ended in runs:
        print(f"{name}: {'nothing found' if not ended.returncode else 'CRASHED'}", flush=True)  # noqa: T201 - its answer
        if ended.returncode:
            failed.append(name)
            print(ended.stdout[-3000:], ended.stderr[-3000:], flush=True)  # noqa: T201 - likewise
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
