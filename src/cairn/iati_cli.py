"""`cairn check iati`: whether files are valid IATI, and what is wrong where they are not."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def check_iati(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE.xml…", help="`-` reads what comes in.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Findings as one JSON document.")] = False,
    standard: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="IATI's official files: CAIRN_IATI_STANDARD, else iati-standard/ of the installation.",
        ),
    ] = None,
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Say what is wrong with IATI activity or organisation files: by line, element and rule.

    Held to IATI's official schema, code lists and ruleset, which are read from a folder. Ends with 0
    when all are valid, 1 when one is not, 2 when one cannot be read or IATI's files are not here.
    """
    from cairn.exchange.iati.check import command  # noqa: PLC0415 - the parser loads when asked

    installation = folder or Path(os.environ.get("CAIRN_DIR") or "cairn-data")
    done = command.run(
        files, folder=standard, installation=installation, as_json=as_json, now=datetime.now(UTC)
    )
    raise typer.Exit(done)
