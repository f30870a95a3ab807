"""The `cairn` command: thin. Each command imports what it runs when it runs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cairn.values import CairnError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def cairn() -> None:
    """The record that stays when field teams leave."""


@app.command()
def follow(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.xml…", show_default=False)],
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="ACTIVITY-ID", help="Only what goes down from it."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", metavar="DIR", help="Write a page and CSV files here.")
    ] = None,
    window: Annotated[
        int, typer.Option(metavar="DAYS", min=0, help="How far apart two publishers may date it.")
    ] = 60,
) -> None:
    """Follow the money through IATI activity files: who paid whom, and whether both ends say so."""
    from cairn.exchange import follow_command  # noqa: PLC0415 - parsers and NumPy load when asked

    follow_command.run(files, start=start, out=out, window=window)


def main() -> None:
    """Run a command; a CairnError is one sentence on stderr and exit code 2, never a stack trace."""
    try:
        app()
    except CairnError as error:
        print(f"cairn: {error}", file=sys.stderr)  # noqa: T201 - this is the command's own voice
        sys.exit(2)


if __name__ == "__main__":
    main()
