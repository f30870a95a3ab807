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
Language = Annotated[str, typer.Option(help="Of names and headings: en, zh-hans, ….")]
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
        )
    )


@app.command()
def xlsx(
    out: File,
    programme: Programme = None,
    language: Language = "en",
    place: Place = "",
    project: Project = "",
    since: Since = "",
    until: Until = "",
    folder: Dir = None,
) -> None:
    """A workbook with headings in English or Chinese, which `cairn import` reads back unchanged."""
    _start(folder)
    from cairn.exchange import export_command as command  # noqa: PLC0415 - needs Django started

    asked = command.asked(programme, out, place, project, since, until)
    command.xlsx(asked, language=language)


@app.command()
def geojson(
    out: File,
    programme: Programme = None,
    place: Place = "",
    project: Project = "",
    since: Since = "",
    until: Until = "",
    folder: Dir = None,
) -> None:
    """Places, projects and assets for a map (RFC 7946). No position is finer than a kilometre."""
    _start(folder)
    from cairn.exchange import export_command as command  # noqa: PLC0415 - needs Django started

    command.geojson(command.asked(programme, out, place, project, since, until))


@app.command()
def hxl(
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
    table: Annotated[str, typer.Option(help="Only this table.")] = "",
    place: Place = "",
    project: Project = "",
    since: Since = "",
    until: Until = "",
    folder: Dir = None,
) -> None:
    """The tables as CSV with a row of HXL hashtags, as humanitarian exchanges take them."""
    _start(folder)
    from cairn.exchange import export_command as command  # noqa: PLC0415 - needs Django started

    asked = command.asked(programme, out, place, project, since, until)
    command.hxl(asked, table=table)


@app.command(name="360giving")
def giving(  # noqa: PLR0913, PLR0917 - its parameters are the command's options
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            metavar="FILE",
            help=".json, .csv or .xlsx; - is JSON on stdout.",
            show_default=False,
        ),
    ],
    programme: Programme = None,
    prefix: Annotated[
        str, typer.Option(help="The publisher's prefix as 360Giving gave it: 360G-….")
    ] = "",
    language: Language = "en",
    place: Place = "",
    project: Project = "",
    since: Since = "",
    until: Until = "",
    folder: Dir = None,
) -> None:
    """Grants by the 360Giving Data Standard."""
    _start(folder)
    from cairn.exchange import export_command as command  # noqa: PLC0415 - needs Django started

    asked = command.asked(programme, out, place, project, since, until)
    command.giving(asked, prefix=prefix, language=language)


@app.command()
def ocds(  # noqa: PLR0913, PLR0917 - its parameters are the command's options
    out: File,
    above: Annotated[
        str, typer.Option(metavar="AMOUNT", help="Only purchases above it: 10000.00.")
    ],
    programme: Programme = None,
    currency: Annotated[str, typer.Option(help="Of that amount; else the programme's own.")] = "",
    records: Annotated[
        bool, typer.Option("--records", help="A record package; else a release package.")
    ] = False,
    prefix: Annotated[
        str, typer.Option(help="The ocid prefix as the Open Contracting Partnership gave it.")
    ] = "",
    address: Annotated[
        str, typer.Option("--uri", help="Where the package will be: the standard wants it said.")
    ] = "",
    language: Language = "en",
    place: Place = "",
    project: Project = "",
    since: Since = "",
    until: Until = "",
    folder: Dir = None,
) -> None:
    """Purchases above an amount by the Open Contracting Data Standard 1.1."""
    _start(folder)
    from cairn.exchange import export_command as command  # noqa: PLC0415 - needs Django started

    asked = command.asked(programme, out, place, project, since, until)
    command.ocds(
        asked,
        command.Ocds(above, currency, prefix=prefix, address=address, language=language),
        records=records,
    )


@app.command()
def iati(
    out: Annotated[Path, typer.Option("-o", metavar="DIR", help="The folder to write into.")],
    programme: Programme = None,
    reported: Annotated[
        bool,
        typer.Option(
            "--reported", help="Only what other publishers reported, as cairn import read it."
        ),
    ] = False,
    folder: Dir = None,
) -> None:
    """Write IATI 2.03: activities.xml and organisation.xml, the same bytes for the same record.

    What other publishers reported goes into a folder beside them, under the names of their files.

    Ends with 1, and writes nothing, where the programme lacks what valid files need: it lists that
    as its worklist does.
    """
    _start(folder)
    from cairn.exchange.iati import export  # noqa: PLC0415 - needs Django started
    from cairn.exchange.outgoing import chosen  # noqa: PLC0415 - likewise

    run = export.run_reported if reported else export.run
    raise typer.Exit(run(chosen(programme), out))


def _start(folder: Path | None) -> None:
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
