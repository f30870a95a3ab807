"""`cairn import`: what offices, phones and other publishers have in files becomes facts."""

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cairn.terminal import DASH, read_from
from cairn.values import CairnError

OFFICE = "programme-office"


def import_(  # noqa: PLR0913, PLR0917 - its parameters are the command's options
    file: Annotated[
        Path,
        typer.Argument(
            help="A spreadsheet (.xlsx, or .csv in any encoding), 360Giving JSON, the saved outbox of a "
            "phone, or an IATI activity file (.xml); `-` reads what comes in."
        ),
    ],
    programme: Annotated[str, typer.Option(help="The programme to import into.")],
    more: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE.xml…", help="Further IATI files.", show_default=False),
    ] = None,
    replaces: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The IATI file on record of which it is a newer version, if renamed.",
        ),
    ] = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", help="How the columns are read (TOML).")
    ] = None,
    save_map: Annotated[Path | None, typer.Option(help="Where to save the guessed map.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; write nothing.")
    ] = False,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Write nothing unless every row is good.")
    ] = False,
    bad: Annotated[Path | None, typer.Option(help="Write refused rows to this new CSV.")] = None,
    verdicts: Annotated[bool, typer.Option("--verdicts", help="Print each row's verdict.")] = False,
    post: Annotated[
        str | None,
        typer.Option(help="The post that records it: programme-office; of an outbox its own."),
    ] = None,
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Import grants, accounts, projects or movements from a spreadsheet as offices keep them.

    Or the outbox of a phone, as its field app saved it to a file. Or what other organisations say in
    IATI activity files: their word, apart from the programme's own books.

    Ends with 0 when every row is good or on record already, 1 when some were refused, 2 when the
    file or its map cannot be used.
    """
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
    from cairn.exchange.iati import command as iati  # noqa: PLC0415 - likewise
    from cairn.exchange.iati.importing import is_iati  # noqa: PLC0415 - likewise
    from cairn.exchange.outbox import command as outboxes  # noqa: PLC0415 - likewise
    from cairn.exchange.outbox.read import is_outbox  # noqa: PLC0415 - likewise
    from cairn.exchange.sheets import command as sheets  # noqa: PLC0415 - likewise

    now = datetime.now(UTC)
    with ExitStack() as opened:
        paths = [opened.enter_context(read_from(path)) for path in (file, *(more or []))]
        first = paths[0]
        if first.is_file() and is_outbox(first):
            if map_file or save_map or bad or all_or_nothing or verdicts:
                raise CairnError(
                    "An outbox is imported with --programme, --post and --dry-run, and nothing else."
                )
            done = outboxes.run(
                first, programme=programme, post=post, journal=journal, now=now, dry_run=dry_run
            )
        elif first.is_file() and is_iati(first):
            if map_file or save_map or bad:
                raise CairnError(
                    "IATI files have no map: --map, --save-map and --bad are for spreadsheets."
                )
            asked = iati.Asked(
                files=paths,
                programme=programme,
                post=post or OFFICE,
                replaces=replaces,
                dry_run=dry_run,
                all_or_nothing=all_or_nothing,
                verdicts=verdicts,
            )
            done = iati.run(asked, journal=journal, now=now)
        elif more or replaces:
            raise CairnError("Several files, and --replaces, are for IATI files.")
        else:
            sheet = sheets.Asked(
                sheet=first,
                programme=programme,
                post=post or OFFICE,
                beside=None if file == DASH else file.with_name(f"{file.name}.map.toml"),
                map_file=map_file,
                save_map=save_map,
                bad=bad,
                dry_run=dry_run,
                all_or_nothing=all_or_nothing,
                verdicts=verdicts,
            )
            done = sheets.run(sheet, journal=journal, now=now)
    raise typer.Exit(done)
