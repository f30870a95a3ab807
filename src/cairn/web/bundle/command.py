"""`cairn handover` at a terminal."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from cairn.exchange.outgoing import chosen as programme_chosen
from cairn.journal.durable import make_folder, sync_folder
from cairn.journal.keys import KeyUnreadableError
from cairn.journal.log import NoKeyError
from cairn.programme import log_keys
from cairn.terminal import say
from cairn.values import CairnError
from cairn.web.bundle.contents import Bundle, Step, bundle_of


class InTheWayError(CairnError):
    """Something stands where a bundle should go. Nothing was changed."""


class NotWrittenError(CairnError):
    """A file that could not be written where it should be."""


def run(team: str, out: Path, *, programme: str | None, at: int | None) -> None:
    """Make a team's bundle, and say what it is of."""
    refuse_to_replace(out)
    chosen = programme_chosen(programme)

    def sign() -> None:
        with suppress(NoKeyError, KeyUnreadableError):
            log_keys.sign(chosen)

    with _shown() as step:
        bundle = bundle_of(programme=chosen, team=team, at=at, sign=sign, step=step)
        step("writing")
        with whole(out) as file:
            bundle.write(file)
    about = bundle.about
    say(
        "\n".join(told(bundle, out)),
        bundle=out,
        team=about.team,
        position=about.position,
        files=len(about.files),
        pack=about.pack,
        frozen=about.frozen,
        origin=about.origin,
    )


@contextmanager
def whole(out: Path) -> Iterator[IO[bytes]]:
    """A file that is at `out` once it is whole, or not at all. Raises InTheWayError, NotWrittenError."""
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        make_folder(out.absolute().parent)
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _put(beside, out)
        sync_folder(out.absolute().parent)
    except OSError as error:
        raise NotWrittenError(f"Cannot write {out}: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def refuse_to_replace(out: Path) -> None:
    """Raises InTheWayError."""
    if out.exists() or out.is_symlink():
        raise InTheWayError(f"{out} is there already, and a bundle never takes another's place.")


def _put(beside: Path, out: Path) -> None:
    """Give it its name, unless somebody else took that meanwhile: a rename would replace theirs."""
    try:
        os.link(beside, out)
    except FileExistsError:
        refuse_to_replace(out)
    except OSError:  # a disk without hard links
        refuse_to_replace(out)
        beside.rename(out)


def told(bundle: Bundle, out: Path) -> list[str]:
    """What was made, and what it rests on."""
    about = bundle.about
    lines = [
        f"{out}: the team ‘{about.team}’ as of position {about.position}, {len(about.files)} files.",
        f"pack {about.pack}",
    ]
    if about.frozen:
        lines.append(f"Entry {about.frozen} freezes it.")
    if about.origin is None:
        lines.append(
            "The programme has no signed log: nothing in it proves that it was recorded. "
            "`cairn keys make` begins one."
        )
    return lines


@contextmanager
def _shown() -> Iterator[Step]:
    """What is being done, at a terminal."""
    shown = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=shown, transient=True, disable=not shown.is_terminal) as bar:
        task = bar.add_task("")
        yield lambda what: bar.update(task, description=what)
