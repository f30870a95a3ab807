"""`cairn export`: a programme's public record in the formats that other tools read."""

import os
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    help="Write a programme's record as files that other tools read.",
)

Programme = Annotated[
    str | None, typer.Option("--programme", help="Which one, where there is more than one.")
]
Dir = Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")]
Place = Annotated[str, typer.Option(help="Only what is at this place, or within it.")]
Project = Annotated[str, typer.Option(help="Only what is of this project.")]
Since = Annotated[str, typer.Option("--from", metavar="DAY", help="Only from this day on.")]
Until = Annotated[str, typer.Option("--to", metavar="DAY", help="Only up to this day.")]
Licence = Annotated[
    str, typer.Option(help="Under which it may be used, such as CC-BY-4.0: CAIRN_LICENCE.")
]
Json = Annotated[bool, typer.Option("--json", help="Say what was written as JSON.")]
File = Annotated[
    Path, typer.Option("-o", metavar="FILE", help="Where to; - is stdout.", show_default=False)
]


@app.command()
def tables(  # noqa: PLR0913, PLR0917 - its parameters are the command's options
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            metavar="DIR",
            help="A new folder; of one table its file, or -.",
            show_default=False,
        ),
    ],
    programme: Programme = None,
    table: Annotated[str, typer.Option(help="Only this table, as CSV.")] = "",
    place: Place = "",
    project: Project = "",
    since: Since = "",
    until: Until = "",
    licence: Licence = "",
    parquet: Annotated[bool, typer.Option(help="Each table as Parquet, too.")] = True,
    as_json: Json = False,
    folder: Dir = None,
) -> None:
    """The whole public record as a data package: CSV and Parquet, with datapackage.json.

    For DuckDB, pandas, R, Excel. The same record makes the same bytes.
    """
    _start(folder)
    from cairn.exchange.tables import command  # noqa: PLC0415 - needs Django started
    from cairn.exchange.tables.declared import Chosen  # noqa: PLC0415 - likewise

    command.run(
        command.Asked(
            programme=programme,
            out=out,
            table=table,
            chosen=Chosen(place=place, project=project, since=since, until=until),
            licence=licence or os.environ.get("CAIRN_LICENCE", ""),
            parquet=parquet,
            as_json=as_json,
        )
    )


def _start(folder: Path | None) -> None:
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
