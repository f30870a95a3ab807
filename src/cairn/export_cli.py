"""`cairn export`: a programme's record as files that other tools read."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, help="Write a programme's record as files that other tools read."
)


@app.command()
def iati(
    programme: Annotated[str, typer.Option(help="The programme.")],
    out: Annotated[Path, typer.Option("-o", metavar="DIR", help="The folder to write into.")],
    reported: Annotated[
        bool,
        typer.Option(
            "--reported", help="Only what other publishers reported, as cairn import read it."
        ),
    ] = False,
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Write IATI 2.03: activities.xml and organisation.xml, the same bytes for the same record.

    What other publishers reported goes into a folder beside them, under the names of their files.

    Ends with 1, and writes nothing, where the programme lacks what valid files need: it lists that
    as its worklist does.
    """
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.exchange.iati import export  # noqa: PLC0415 - needs Django started

    raise typer.Exit(
        export.run_reported(programme, out) if reported else export.run(programme, out)
    )
