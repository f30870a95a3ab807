"""What commands say at a terminal: lines for people; with --json, one JSON object a line for programs.

A command's answer goes to stdout by `say`; whatever only accompanies it goes to stderr by `tell`.
`-` in place of a file stands for stdin, or for stdout; what else would be said there goes to stderr.
"""

import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar, Final, TextIO

if TYPE_CHECKING:
    from rich.console import Console

DASH: Final = Path("-")
STEERING: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SUFFIXES: Final = {b"PK\x03\x04": ".xlsx", b"PAR1": ".parquet"}
"""What a file on stdin is called, by how it begins: some readers go by names."""


class _Terminal:
    """What the command that runs was asked for."""

    as_json = False
    stdout_is_a_file = False
    called: ClassVar[dict[str, str]] = {}
    """The files that stand for stdin or stdout, and what to call them."""


def answer_as_json(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the flag
    """Whether the command that begins now was given --json."""
    _Terminal.as_json = asked
    _Terminal.stdout_is_a_file = False
    _Terminal.called.clear()


def as_json() -> bool:
    """Whether a program reads this."""
    return _Terminal.as_json


def say(line: str | None, /, **said: Any) -> None:  # noqa: ANN401 - whatever JSON has a form for
    """Say one thing of the answer: its line to a person, or what was said to a program.

    A line that says nothing to a program, such as a heading, has no `said`; what is no line to a
    person is None. What JSON has no form for is said as its text: dates, paths, ids.
    """
    text = line
    if as_json():
        text = json.dumps(said, ensure_ascii=False, default=str) if said else None
    if text is not None:
        print(_as_called(text), file=answers_on(), flush=True)


def answers_on() -> TextIO:
    """Where answers go: stdout, unless a file goes there."""
    return sys.stderr if _Terminal.stdout_is_a_file else sys.stdout


def console() -> "Console":
    """For what people alone read: wide where nobody watches, and silent where a program does."""
    from rich.console import Console  # noqa: PLC0415 - loads when something is shown

    width = None if sys.stdout.isatty() else 120
    return Console(file=answers_on(), width=width, soft_wrap=True, highlight=False, quiet=as_json())


def harmless(line: str) -> str:
    """A line of somebody else's text, without what would steer the terminal or turn its direction."""
    return STEERING.sub("�", line)


@contextmanager
def until_ctrl_c() -> Iterator[Callable[[float], None]]:
    """Work that goes on until Ctrl-C, which ends it quietly; it rests for so many seconds by what this gives.

    Python drops a KeyboardInterrupt that meets a finalizer: whoever was told then ends at the next rest.
    """
    told = Event()

    def hear(_signal: int, _frame: object) -> None:
        told.set()
        raise KeyboardInterrupt

    def rest(seconds: float) -> None:
        if told.is_set():
            raise KeyboardInterrupt
        time.sleep(seconds)

    before = signal.signal(signal.SIGINT, hear)
    try:
        with suppress(KeyboardInterrupt):
            yield rest
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def bytes_read(files: Sequence[Path]) -> Iterator[Callable[[int], None]]:
    """Show how much of files was read, where somebody is watching."""
    if not sys.stderr.isatty():
        yield lambda _bytes: None
        return
    from rich import progress  # noqa: PLC0415 - only a terminal needs it
    from rich.console import Console  # noqa: PLC0415 - likewise

    columns = (
        progress.TextColumn("Reading"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
    )
    shown = Console(stderr=True)
    whole = sum(path.stat().st_size for path in files if path.is_file())
    with progress.Progress(
        *columns, console=shown, transient=True, disable=not shown.is_terminal
    ) as bar:
        task = bar.add_task("read", total=whole)
        yield lambda count: bar.advance(task, count)


def tell(sentence: str) -> None:
    """Say to whoever watches what is no part of the answer."""
    print(_as_called(sentence), file=sys.stderr, flush=True)  # noqa: T201 - the command's own voice


def tell_error(sentence: str) -> None:
    """Say what was wrong, on stderr."""
    said = json.dumps({"error": sentence}, ensure_ascii=False)
    tell(said if as_json() else f"cairn: {sentence}")


def keep_stdout_for(path: Path | None) -> None:
    """From here on nothing is said on stdout, if that is where the file goes."""
    _Terminal.stdout_is_a_file |= path == DASH


@contextmanager
def read_from(path: Path) -> Iterator[Path]:
    """A file to read: `path`, or what stdin holds, kept beside until it was read."""
    if path != DASH:
        yield path
        return
    first = sys.stdin.buffer.read(4)
    with _beside(f"stdin{SUFFIXES.get(first, '.csv')}", called="stdin") as held:
        with held.open("wb") as file:
            file.write(first)
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield held


@contextmanager
def written_to(path: Path, *, name: str) -> Iterator[Path]:
    """A file to write: `path`, or one called `name` that goes to stdout once it is whole."""
    if path != DASH:
        yield path
        return
    keep_stdout_for(path)
    with _beside(name, called="stdout") as held:
        yield held
        with held.open("rb") as file, suppress(BrokenPipeError):
            shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()


def _as_called(text: str) -> str:
    for path, name in _Terminal.called.items():
        text = text.replace(path, name)
    return text


@contextmanager
def _beside(name: str, *, called: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"cairn-{os.getpid()}-"))
    _Terminal.called[str(folder / name)] = called
    try:
        yield folder / name
    finally:
        shutil.rmtree(folder, ignore_errors=True)
