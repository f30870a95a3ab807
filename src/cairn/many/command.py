"""`cairn many` at a terminal: a line for each programme as it is done, and at the end what is not."""

import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from cairn.many import on_ray
from cairn.many.attempt import Outcome, attempt
from cairn.many.installed import Installed
from cairn.many.work import Work
from cairn.terminal import harmless, say, tell, tell_error
from cairn.values import CairnError


class NoSuchProgrammesError(CairnError):
    """Programmes that were named, and are not there."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where it is done: here, one programme after another; or by workers on Ray."""

    workers: int | None = None
    address: str | None = None
    folder: Path | None = None
    """The installation's, where there is one."""

    @property
    def here(self) -> bool:
        """Whether this process does it all."""
        return self.workers is None and self.address is None


def run(work: Work, programmes: Sequence[str], where: Where) -> int:
    """Do a work with each programme; the exit code: 1 where one failed. Raises CairnError."""
    started, failed, of = time.monotonic(), list[str](), len(programmes)
    with closing(_outcomes(work, programmes, where)) as outcomes:
        for done, outcome in enumerate(outcomes, start=1):
            _say(outcome, done=done, of=of)
            if outcome.failed:
                failed.append(outcome.programme)
    seconds, well = round(time.monotonic() - started, 3), of - len(failed)
    say(
        f"{work.name}: {well} of {of} programmes in {seconds:.1f} s",
        work=work.name,
        programmes=of,
        well=well,
        failed=sorted(failed),
        seconds=seconds,
    )
    if failed:
        tell_error(
            f"{len(failed)} failed: {', '.join(map(harmless, sorted(failed)))}. The others are done."
        )
    return 1 if failed else 0


def chosen(named: Sequence[str], there: Sequence[str]) -> list[str]:
    """The programmes that were named, else all, in the order of `there`. Raises NoSuchProgrammesError."""
    if missing := sorted(set(named) - set(there)):
        raise NoSuchProgrammesError(
            f"There is no programme {', '.join(f'‘{one}’' for one in missing)} here."
        )
    return [one for one in there if one in set(named)] if named else list(there)


def on_record() -> list[str]:
    """Every programme with facts that can be reached, the largest first: begun last it would keep others waiting."""
    from cairn.journal.heads import positions  # noqa: PLC0415 - needs Django started

    reached = positions()
    return sorted(reached, key=lambda programme: (-reached[programme], programme))


def in_folder(records: Path, known: Iterable[str] = ()) -> list[str]:
    """Every record in a folder, and what should be there by its key; the largest first."""
    if not records.is_dir():
        raise CairnError(f"There is no folder {records}.")
    there = {path.name for path in records.iterdir() if path.is_dir() and path.name[0] != "."}
    return sorted(there | set(known), key=lambda name: (-_listed(records / name), name))


def _listed(record: Path) -> int:
    """About how much there is to verify: its manifest has a line's worth for each file."""
    try:
        return (record / "manifest.json").stat().st_size
    except OSError:
        return 0


def _outcomes(
    work: Work, programmes: Sequence[str], where: Where
) -> Generator[Outcome, None, None]:
    if where.here or not programmes:
        yield from (attempt(work, programme) for programme in programmes)
        return
    installed = Installed.of(where.folder, programmes[0]) if where.folder else None
    at_once = None
    if work.writes and installed and installed.on_sqlite:
        at_once = 1
        tell(f"SQLite has one writer: {work.name} does one programme after another.")
    yield from on_ray.each(
        work,
        programmes,
        workers=where.workers,
        address=where.address,
        installed=installed,
        at_once=at_once,
    )


def _say(outcome: Outcome, *, done: int, of: int) -> None:
    count = f"{done:>{len(str(of))}} of {of}"
    told = outcome.done.line if outcome.done else f"FAILED: {outcome.failed}"
    said = {"programme": outcome.programme, "done": done, "of": of}
    said |= outcome.done.said if outcome.done else {"failed": outcome.failed}
    said |= {"seconds": outcome.seconds, "processor": outcome.processor, "worker": outcome.worker}
    say(f"{count}  {harmless(outcome.programme)}  {told}  {outcome.seconds:.1f} s", **said)
    if outcome.trace:
        tell(outcome.trace)
