"""`cairn check iati`: findings as they are met, one a line, and a sentence for each file at the end."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from cairn.exchange.iati.check.finding import Finding, Verdict
from cairn.exchange.iati.check.official import Standard, standard_for
from cairn.exchange.iati.check.own import IN_WORDS
from cairn.exchange.iati.check.run import Check
from cairn.terminal import harmless, say, tell_error

VALID, INVALID, UNUSABLE = range(3)
"""What the command ends with."""


def run(
    files: Sequence[str],
    *,
    folder: Path | None,
    installation: Path,
    now: datetime,
) -> int:
    """Check files, `-` being what comes in; the worst of them decides the number it ends with.

    Raises CairnError where the standard's folder cannot be used.
    """
    standard = standard_for(folder, installation=installation)
    return max([_checked(name, standard, now) for name in files])


def _checked(name: str, standard: Standard | None, now: datetime) -> int:
    check = Check(standard, now=now)
    for finding in _findings(name, check):
        say(harmless(_line(name, finding)), file=name, **asdict(finding))
    number = _number(check.verdict, standard)
    sentence = _sentence(check.verdict, standard)
    say(
        harmless(f"{name}: {sentence}"),
        file=name,
        says=("valid", "invalid", "undecided")[number],
        sentence=sentence,
        **asdict(check.verdict),
        standard=standard.folder if standard else None,
        missing=_missing(standard),
    )
    return number


def _findings(name: str, check: Check) -> Iterable[Finding]:
    try:
        with _opened(name) as stream:
            yield from check.findings(stream)
    except OSError as error:
        check.verdict.usable = False
        tell_error(f"{name} cannot be opened: {error.strerror or error}")


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
