"""`cairn trace`: movements in a file → which grant paid for what. Needs no database."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from cairn.exchange.movements.tables import Source, check_different, check_writable, read_table
from cairn.trace.policy import Policy


def run(movements: Path, *, policy: Policy, out: Path | None, standing: Path | None) -> None:
    """Read, trace, write what was asked for, and print the sums."""
    asked = [path for path in (out, standing) if path is not None]
    for path in asked:
        check_writable(path)
    check_different(movements, *asked)
    with _saying(f"reading {movements}"):
        source = _read_while_loading(movements, policy)
    # Loaded by now, in the meantime.
    from cairn.exchange.movements.files import movements_of, write_traced  # noqa: PLC0415 - see above
    from cairn.exchange.movements.summary import print_summary  # noqa: PLC0415 - likewise
    from cairn.trace import kernel  # noqa: PLC0415 - likewise

    with _saying("looking at every row"):
        read = movements_of(source)
    with _saying(f"tracing {len(read.movements):,} movements"):
        trace = kernel.trace(read.movements, policy)
    with _saying("writing"):
        write_traced(read, trace, out, standing)
    print_summary(read, trace, policy)


def _read_while_loading(movements: Path, policy: Policy) -> Source:
    """Read the file while numba and what it compiled load, which takes about as long."""
    with ThreadPoolExecutor(1) as other:
        loading = other.submit(_load, policy)
        source = read_table(movements)
        loading.result()
    return source


def _load(policy: Policy) -> None:
    from cairn.exchange.movements.files import warm_up  # noqa: PLC0415 - loads numba

    warm_up(policy)


@contextmanager
def _saying(what: str) -> Iterator[None]:
    """Show on a terminal what takes its time."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.text import Text  # noqa: PLC0415 - likewise

    with Console(stderr=True).status(Text(f"{what} …")):
        yield
