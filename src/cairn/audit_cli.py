"""`cairn audit`: what an auditor asks of an installation, of the present or of any earlier state."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    help="For auditors: a sample, exceptions, and the difference between two states.",
)

Dir = Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")]
Csv = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Write the table to this file.")
]
Which = Annotated[
    str,
    typer.Argument(
        metavar="PROGRAMME[@POSITION|@DAY]",
        help="As known now, at a position (kunlun@5000) or on a day (kunlun@2025-06-30).",
        show_default=False,
    ),
]


@app.command()
def sample(
    programme: Which,
    seed: Annotated[str, typer.Option(help="Any text: the same draws the same entries again.")],
    size: Annotated[int, typer.Option(min=1, max=500, help="How many entries.")] = 25,
    kind: Annotated[str, typer.Option(help="Only facts of this kind: money.money-spent.")] = "",
    above: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="Only money above it: 10000.00.")
    ] = None,
    currency: Annotated[str, typer.Option(help="Of that amount; else the programme's own.")] = "",
    out: Csv = None,
    folder: Dir = None,
) -> None:
    """Draw entries by chance, with what they say, their evidence and their place in the log.

    Ranked by the SHA-256 of "SEED/POSITION", so that anybody can draw them again without Cairn.
    """
    _start(folder)
    from cairn.web import audit_command  # noqa: PLC0415 - needs Django started

    asked = audit_command.Asked(
        seed=seed, size=size, kind=kind, above=above, currency=currency, out=out
    )
    audit_command.sample(programme, asked)


@app.command()
def exceptions(
    programme: Which,
    out: Annotated[
        Path | None, typer.Option("--csv", metavar="FOLDER", help="Write a table a kind in here.")
    ] = None,
    folder: Dir = None,
) -> None:
    """Count the places to look at, by kind. With --csv, list them, a file for each kind."""
    _start(folder)
    from cairn.web import audit_command  # noqa: PLC0415 - needs Django started

    audit_command.exceptions(programme, out)


@app.command()
def difference(
    programme: Which,
    to: Annotated[
        str | None, typer.Option(metavar="POSITION|DAY", help="The later state; else the present.")
    ] = None,
    out: Csv = None,
    folder: Dir = None,
) -> None:
    """Say what was recorded since, and how the sums changed. With --csv, list what was recorded."""
    _start(folder)
    from cairn.web import audit_command  # noqa: PLC0415 - needs Django started

    audit_command.difference(programme, to, out)


def _start(folder: Path | None) -> None:
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
