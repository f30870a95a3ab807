"""`cairn many`: over many programmes what other commands do with one."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cairn.many.work import Form

if TYPE_CHECKING:
    from cairn.many.work import Work

app = typer.Typer(
    no_args_is_help=True,
    help="Do with many programmes what other commands do with one, on as many processes as there are.",
)

Programmes = Annotated[
    list[str] | None,
    typer.Option(
        "--programme",
        metavar="ID",
        help="Only this one; may be said again. Else all.",
        show_default=False,
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, help="Processes on this machine, which Ray runs."),
]
Address = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        help="A Ray cluster whose machines have the same database and folders.",
    ),
]
Dir = Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")]


@app.command()
def trace(
    programme: Programmes = None,
    workers: Workers = None,
    address: Address = None,
    folder: Dir = None,
) -> None:
    """Follow the money of each programme up to its last fact, where nobody has.

    Ends with 0 when all are done, 1 when one failed: its line says why, and the others are done.
    """
    from cairn.many.work import Trace  # noqa: PLC0415 - what the others need is not loaded

    _run(Trace(), programme, workers, address, folder)


@app.command()
def rebuild(
    programme: Programmes = None,
    workers: Workers = None,
    address: Address = None,
    folder: Dir = None,
) -> None:
    """Drop every read model of each programme and fold it anew from the journal.

    SQLite has one writer: there one programme comes after another, whatever --workers says.
    """
    from cairn.many.work import Rebuild  # noqa: PLC0415 - as above

    _run(Rebuild(), programme, workers, address, folder)


@app.command()
def export(
    out: Annotated[
        Path,
        typer.Option(
            "-o", metavar="DIR", help="Gets a folder for each programme.", show_default=False
        ),
    ],
    programme: Programmes = None,
    form: Annotated[Form, typer.Option("--format", help="What is written.")] = Form.TABLES,
    licence: Annotated[
        str, typer.Option(help="Under which it may be used, such as CC-BY-4.0: CAIRN_LICENCE.")
    ] = "",
    parquet: Annotated[bool, typer.Option(help="Each table as Parquet, too.")] = True,
    workers: Workers = None,
    address: Address = None,
    folder: Dir = None,
) -> None:
    """Write the public record of each programme: a data package, or IATI files."""
    from cairn.many.work import Export  # noqa: PLC0415 - as above

    licence = licence or os.environ.get("CAIRN_LICENCE", "")
    work = Export(out.absolute(), form=form, licence=licence, parquet=parquet)
    _run(work, programme, workers, address, folder)


@app.command()
def publish(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Gets a folder for each programme.")],
    programme: Programmes = None,
    languages: Annotated[
        str | None,
        typer.Option(
            metavar="en,zh-hans,…",
            help="The languages of its pages; else those that people checked.",
        ),
    ] = None,
    workers: Workers = None,
    address: Address = None,
    folder: Dir = None,
) -> None:
    """Publish the record of each programme as static files, signed where you may.

    Doing it again touches only what changed.
    """
    from cairn.many.work import Publish  # noqa: PLC0415 - as above

    work = Publish(out.absolute(), languages=languages)
    _run(work, programme, workers, address, folder)


@app.command()
def verify(
    records: Annotated[
        Path, typer.Argument(metavar="DIR", help="Has a folder for each published record.")
    ],
    keys: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Every log's keys, as `cairn keys list` prints them."),
    ] = None,
    programme: Programmes = None,
    workers: Workers = None,
    address: Address = None,
) -> None:
    """Prove that each published record in a folder is whole: needs no installation.

    With --keys, a record that should be there and is not has failed.
    """
    from cairn.many import command  # noqa: PLC0415 - as above
    from cairn.many.work import Verify, keys_from  # noqa: PLC0415 - as above

    known = keys_from(keys) if keys else None
    there = command.in_folder(records, known or ())
    chosen = command.chosen(programme or (), there)
    where = command.Where(workers, address)
    raise typer.Exit(command.run(Verify(records.absolute(), known), chosen, where))


def _run(
    work: "Work",
    programmes: list[str] | None,
    workers: int | None,
    address: str | None,
    folder: Path | None,
) -> None:
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    path = installation(folder)
    from cairn.many import command  # noqa: PLC0415 - needs Django started

    chosen = command.chosen(programmes or (), command.on_record())
    raise typer.Exit(command.run(work, chosen, command.Where(workers, address, path)))
