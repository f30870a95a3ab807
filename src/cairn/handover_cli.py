"""`cairn handover`: what a team hands over, in one file."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.terminal import written_to


def handover(
    team: Annotated[str, typer.Argument(help="The id of a team on record.", show_default=False)],
    out: Annotated[
        Path, typer.Option("-o", metavar="FILE.zip", help="A new file.", show_default=False)
    ],
    programme: Annotated[
        str | None, typer.Option(help="Which one, where there is more than one.")
    ] = None,
    at: Annotated[
        int | None,
        typer.Option(metavar="POSITION", min=1, help="As of it; else as frozen, or as it is now."),
    ] = None,
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Write what a team hands over into one file, which opens and verifies without Cairn.

    `cairn verify FILE.zip` holds it to its hashes and to the public log.
    """
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.web.bundle import command  # noqa: PLC0415 - needs Django started

    with written_to(out, name=f"{team}.zip") as where:
        command.run(team, where, programme=programme, at=at)
