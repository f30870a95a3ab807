"""`cairn check iati`: findings as they are met, one a line, and a sentence for each file at the end."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from cairn.exchange.iati.check.finding import Finding, Verdict
from cairn.exchange.iati.check.official import Standard, standard_for
from cairn.exchange.iati.check.own import IN_WORDS
from cairn.exchange.iati.check.run import Check

VALID, INVALID, UNUSABLE = range(3)
"""What the command ends with."""

_STEERING: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would steer the terminal, or break a line in two; publishers wrote the text."""


def run(
    files: Sequence[str],
    *,
    folder: Path | None,
    installation: Path,
    as_json: bool,
    now: datetime,
) -> int:
    """Check files, `-` being what comes in; the worst of them decides the number it ends with.

    Raises CairnError where the standard's folder cannot be used.
    """
    standard = standard_for(folder, installation=installation)
    show = _as_json if as_json else _as_text
    return max(show(files, standard, now))


def _as_text(files: Sequence[str], standard: Standard | None, now: datetime) -> Iterator[int]:
    for name in files:
        check = Check(standard, now=now)
        for finding in _findings(name, check):
            print(_STEERING.sub("�", _line(name, finding)))  # noqa: T201 - its answer
        print(_STEERING.sub("�", f"{name}: {_sentence(check.verdict, standard)}"))  # noqa: T201
        yield _number(check.verdict, standard)


def _as_json(files: Sequence[str], standard: Standard | None, now: datetime) -> Iterator[int]:
    """One JSON document, written as it goes: a file may have a million findings."""
    print('{"files": [')  # noqa: T201 - its answer
    for place, name in enumerate(files):
        check = Check(standard, now=now)
        print(f'{"," if place else ""}{{"file": {json.dumps(name)}, "findings": [')  # noqa: T201
        for number, finding in enumerate(_findings(name, check)):
            print("," if number else "", json.dumps(asdict(finding), ensure_ascii=False))  # noqa: T201
        verdict = asdict(check.verdict) | {
            "says": ("valid", "invalid", "undecided")[_number(check.verdict, standard)],
            "sentence": _sentence(check.verdict, standard),
        }
        print(f'], "verdict": {json.dumps(verdict, ensure_ascii=False)}}}')  # noqa: T201
        yield _number(check.verdict, standard)
    held = {"standard": str(standard.folder) if standard else None, "missing": _missing(standard)}
    print(f"], {json.dumps(held, ensure_ascii=False)[1:]}")  # noqa: T201


def _findings(name: str, check: Check) -> Iterable[Finding]:
    try:
        with _opened(name) as stream:
            yield from check.findings(stream)
    except OSError as error:
        check.verdict.usable = False
        print(f"cairn: {name} cannot be opened: {error.strerror or error}", file=sys.stderr)  # noqa: T201


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as stream:
        yield stream


def _line(name: str, finding: Finding) -> str:
    where = f"{name}:{finding.line}: {finding.severity}: "
    of = f"{finding.layer} {finding.rule}" if finding.rule != finding.layer else finding.rule
    record = f", in ‘{finding.record}’" if finding.record else ""
    return f"{where}{finding.message} [{of}{record}, {finding.element}]"


def _sentence(verdict: Verdict, standard: Standard | None) -> str:
    if not verdict.usable:
        return "not checked: it is no IATI file that can be read."
    words = ("activity", "activities")
    if verdict.kind != "iati-activities":
        words = ("organisation", "organisations")
    read = _count(verdict.records, *words)
    if verdict.warnings:
        read += f", {_count(verdict.warnings, 'warning', 'warnings')}"
    if verdict.errors:
        return f"not valid: {_count(verdict.errors, 'error', 'errors')} ({read})."
    missing = _missing(standard)
    if not missing:
        return f"valid IATI {verdict.version} ({read})."
    if standard is not None:
        return f"nothing wrong found ({read}); but it was not held to {' and '.join(missing)}."
    return (
        f"nothing wrong found ({read}), but only Cairn's own rules were held: {'; '.join(IN_WORDS)}. "
        "IATI's official schema, code lists and ruleset are not here: docs/how-to/iati.md says where "
        "they are to be had; then name their folder with --standard."
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _missing(standard: Standard | None) -> list[str]:
    if standard is None:
        return ["the schema", "the code lists", "the ruleset"]
    return list(standard.missing)


def _number(verdict: Verdict, standard: Standard | None) -> int:
    if not verdict.usable:
        return UNUSABLE
    if verdict.errors:
        return INVALID
    return UNUSABLE if _missing(standard) else VALID
