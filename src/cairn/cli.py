"""The `cairn` command: thin. Each command imports what it runs when it runs."""

import os
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from cairn import (
    audit_cli,
    export_cli,
    handover_cli,
    iati_cli,
    import_cli,
    log_cli,
    many_cli,
    witness_cli,
)
from cairn.command_tree import CommandTree
from cairn.terminal import read_from, say, tell_error, written_to
from cairn.trace.policy import Policy
from cairn.values import CairnError

app = typer.Typer(cls=CommandTree, no_args_is_help=True, pretty_exceptions_enable=False)
check_app = typer.Typer()
app.add_typer(audit_cli.app, name="audit")
app.add_typer(check_app, name="check")
app.add_typer(export_cli.app, name="export")
app.add_typer(log_cli.keys_app, name="keys")
app.add_typer(log_cli.log_app, name="log")
app.add_typer(many_cli.app, name="many")
app.add_typer(witness_cli.app, name="witness")
app.command()(handover_cli.handover)
app.command(name="import")(import_cli.import_)
check_app.command(name="iati")(iati_cli.check_iati)


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
    from cairn.exchange.follow import command  # noqa: PLC0415 - parsers and NumPy load when asked

    with ExitStack() as read:
        given = [read.enter_context(read_from(file)) for file in files]
        command.run(given, start=start, out=out, window=window)


@app.command()
def trace(
    movements: Annotated[Path, typer.Argument(metavar="MOVEMENTS.csv|.parquet")],
    policy: Annotated[
        Policy, typer.Option(help="How a payment is made up where nobody said.")
    ] = Policy.GRANT_FIFO,
    out: Annotated[
        Path | None,
        typer.Option("-o", metavar="OUT.csv|.parquet", help="Write what each movement carried."),
    ] = None,
    standing: Annotated[
        Path | None,
        typer.Option(metavar="STANDING.csv", help="Write what stands where at the end."),
    ] = None,
) -> None:
    """Say which grant paid for what, from a table of movements. Needs no installation.

    Its columns, in any order: id,kind,date,from,to,amount,currency,grant,of. Others are ignored.
    """
    from cairn.exchange.movements import command  # noqa: PLC0415 - numba and pyarrow load when asked

    with ExitStack() as opened:
        given = opened.enter_context(read_from(movements))
        asked = [
            path and opened.enter_context(written_to(path, name="out.csv"))
            for path in (out, standing)
        ]
        command.run(given, policy=policy, out=asked[0], standing=asked[1])


@app.command(name="open")
def open_(
    programme: Annotated[str, typer.Argument(help="Its id: letters, digits and -.")],
    name: Annotated[str, typer.Option(help="What it is called.")],
    timezone: Annotated[str, typer.Option(help="Where its days end, such as Asia/Shanghai.")],
    currency: Annotated[str, typer.Option(help="What it mostly keeps its books in: CNY.")],
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Its first day, before which nothing is: today."),
    ] = None,
    post: Annotated[str, typer.Option(help="The post that records it.")] = "programme-office",
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Open a programme, in a new installation where there is none yet.

    Afterwards, `cairn import` fills it and `cairn serve` shows it.
    """
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    path = installation(folder, make=True)
    from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
    from cairn.programme import opening  # noqa: PLC0415 - likewise

    opening.open_programme(
        journal,
        programme,
        name=name,
        timezone=timezone,
        currency=currency,
        on=on.date() if on else None,
        post=post,
        now=datetime.now(UTC),
    )
    say(f"opened  {programme} in {path}", programme=programme, folder=path)


@app.command()
def invite(
    programme: str,
    post: Annotated[str, typer.Argument(help="The id of a post on record.")],
    url: Annotated[
        str | None, typer.Option(metavar="https://…", help="Where the pages are, if not here.")
    ] = None,
    language: Annotated[str, typer.Option(help="In which language it opens.")] = "en",
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Print a link that appoints whoever opens it first to a post: once, within a week.

    In a programme that has no post yet, POST becomes its office. From there on posts invite.
    """
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.web.desk import inviting  # noqa: PLC0415 - needs Django started

    now = datetime.now(UTC)
    link = inviting.link(programme, post, now=now, base=url, language=language)
    say(link, programme=programme, post=post, link=link)


@app.command()
def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--dir", help="The installation's folder: CAIRN_DIR, else ./cairn-data."),
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Else the first free one from 8000.")
    ] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Load it and stop.")] = False,
    movements: Annotated[
        int | None, typer.Option(min=100, help="Make a programme of this size, to measure with.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Tell another story, as a programme of its own.")
    ] = None,
) -> None:
    """Open a living programme in the browser: made up, the same for everybody.

    Running it again goes on where it stopped, or just serves. Its URL is the one line on stdout.
    """
    from cairn.demo import command  # noqa: PLC0415 - starts Django

    command.run(folder=folder, port=port, serving=not no_serve, movements=movements, seed=seed)


@check_app.callback(invoke_without_command=True)
def check(
    context: typer.Context,
    programme: Annotated[str | None, typer.Option(help="Only this programme.")] = None,
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Check every invariant of the journal and its read models; change nothing.

    Ends with 0 when all of it holds, 1 when something does not.
    """
    if context.invoked_subcommand:
        return
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.catalog import invariants, journal  # noqa: PLC0415 - needs Django started
    from cairn.journal import upkeep  # noqa: PLC0415 - likewise

    fine = upkeep.check(journal, invariants=invariants, programme=programme)
    raise typer.Exit(0 if fine else 1)


@app.command()
def rebuild(
    programme: Annotated[str | None, typer.Option(help="Only this programme.")] = None,
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Drop every read model and fold it anew from the journal."""
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
    from cairn.following.home import make_anew  # noqa: PLC0415 - likewise
    from cairn.journal import upkeep  # noqa: PLC0415 - likewise

    for each in upkeep.rebuild(journal, programme=programme):
        make_anew(each)


@app.command()
def shred(
    entry: Annotated[str, typer.Argument(help="The entry: its position, or its id.")],
    field: Annotated[str, typer.Argument(help="Which of its sealed answers, such as caption.")],
    reason: Annotated[str, typer.Option(help="Why; everybody can read it.")],
    programme: Annotated[str, typer.Option(help="The programme.")],
    post: Annotated[str, typer.Option(help="The post that records it.")] = "programme-office",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Erase a sealed answer for good: its value, its salt, and the file that only it names.

    The entry stays as it is, a fact says what was erased, and every proof still verifies.
    """
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
    from cairn.programme import shredding  # noqa: PLC0415 - likewise

    found = shredding.find(programme, entry, field)
    what = f"‘{field}’ of the entry at position {found.entry.position}"
    if not yes and not typer.confirm(f"Erase {what} for good? Nobody can put it back.", err=True):
        raise CairnError("Nothing was erased.")
    told = shredding.shred(
        journal, programme, found, reason=reason, post=post, now=datetime.now(UTC)
    )
    say(
        f"erased  {what}, as the fact at position {told.position} says",
        erased=field,
        of=found.entry.position,
        file=found.file,
        position=told.position,
    )
    if found.file:
        say(f"erased  the file {found.file}")
    say(
        "Publish again, so that the published copy loses it too. Backups made before now still "
        "hold it: see docs/how-to/shred.md."
    )


@app.command()
def voices(
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Take the voices of the days that are over into the journal, and erase texts whose time is over.

    `cairn serve` does it by itself; this is for whoever serves the pages in another way.
    """
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.catalog import journal  # noqa: PLC0415 - needs Django started
    from cairn.voice import upkeep  # noqa: PLC0415 - likewise

    found = upkeep.work_once(journal, now=datetime.now(UTC))
    if not found:
        say("voices  nothing is due")
    for done in found:
        said = f"{done.appended} entries, {done.erased} texts erased"
        said += f", {done.silenced} recordings deleted" if done.silenced else ""
        say(
            f"voices  {done.programme}: {said}",
            programme=done.programme,
            entries=done.appended,
            texts_erased=done.erased,
            recordings_deleted=done.silenced,
        )


@app.command()
def backup(
    out: Annotated[Path, typer.Argument(metavar="OUT.tar|FOLDER", show_default=False)],
    keys: Annotated[
        bool, typer.Option("--keys", help="With the private keys: then guard it as you do them.")
    ] = False,
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Write the installation into one file, while it is used. In a FOLDER it is named by the time.

    Private keys stay out unless asked for.
    """
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.journal.backup import back_up  # noqa: PLC0415 - needs Django started

    with written_to(out, name="backup.tar") as where:
        path, manifest = back_up(where, keys=keys, now=datetime.now(UTC))
    for programme, position in manifest.positions.items():
        say(f"backed up  {programme}: {position} facts", programme=programme, facts=position)
    say(str(path), backup=path)


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(metavar="BACKUP.tar", show_default=False)],
    folder: Annotated[Path, typer.Option("--dir", help="A new folder.", show_default=False)],
) -> None:
    """Put a backup into a new folder, once its checkpoints and every invariant hold."""
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django
    from cairn.journal.archive import Unpacked  # noqa: PLC0415 - hashes and tar load when asked

    if os.environ.get("CAIRN_DATABASE_URL"):
        raise CairnError(
            "A backup holds a database of its own kind, SQLite; unset CAIRN_DATABASE_URL."
        )
    with Unpacked.of(archive, target=folder.absolute()) as unpacked:
        installation(unpacked.folder)
        from cairn.catalog import invariants, journal  # noqa: PLC0415 - needs Django started
        from cairn.journal.backup import prove  # noqa: PLC0415 - likewise

        prove(journal, unpacked.manifest, invariants=invariants)
        unpacked.accept()
    say(f"restored  {folder}", restored=folder)


@app.command()
def serve(
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to listen.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer pages.")] = 1,
) -> None:
    """Serve the pages, and follow the money as facts arrive. Prints its address; Ctrl-C ends it.

    Pages answer to localhost alone, unless CAIRN_HOSTS names others: `pages.example.org,10.0.0.7`.
    """
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.web import serve as web  # noqa: PLC0415 - needs Django started

    web.serve(port, host=host, workers=workers)


@app.command()
def digest(
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
) -> None:
    """Send the digests that are due and what else waits to be mailed, and end: for cron or a timer.

    Where `cairn serve` runs it does this by itself. CAIRN_MAIL says how mails leave; unset, none does.
    """
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.web import mailing  # noqa: PLC0415 - needs Django started

    due, waiting = mailing.once(now=datetime.now(UTC))
    say(f"due  {due}\nwaiting  {waiting}", due=due, waiting=waiting)


@app.command()
def publish(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder that a web host serves.")],
    programme: Annotated[
        str | None, typer.Option(help="Which one, where there is more than one.")
    ] = None,
    folder: Annotated[Path | None, typer.Option("--dir", help="The installation's folder.")] = None,
    watch: Annotated[
        int | None, typer.Option(metavar="SECONDS", min=1, help="Do it again and again.")
    ] = None,
    languages: Annotated[
        str | None,
        typer.Option(
            metavar="en,zh-hans,…",
            help="The languages of its pages; else those that people checked.",
        ),
    ] = None,
) -> None:
    """Write the public record as static files: the log, the pages, and what verifies them.

    Doing it again touches only what changed.
    """
    from cairn.config.installation import installation  # noqa: PLC0415 - starts Django

    installation(folder)
    from cairn.publish import command  # noqa: PLC0415 - needs Django started

    command.run(out, programme=programme, languages=languages, watch=watch)


@app.command()
def verify(
    record: Annotated[
        str,
        typer.Argument(
            metavar="DIR|URL|FILE.zip", help="A published record, or a handover's bundle."
        ),
    ],
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--key", metavar="VERIFIER", help="The log's key, or its file; earlier ones too."
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(metavar="CHECKPOINT", help="A checkpoint that it must continue."),
    ] = None,
    witness: Annotated[
        Path | None, typer.Option(metavar="POLICY", help="The witnesses that must have seen it.")
    ] = None,
    processes: Annotated[int | None, typer.Option(min=1, help="Else one for each core.")] = None,
) -> None:
    """Prove that a published record, or a bundle, is whole: needs no installation, and trusts nobody.

    Ends with 0 when all of it holds, 1 with the first thing wrong, 2 when there is nothing to
    verify.
    """
    from cairn.verify import command  # noqa: PLC0415 - loads what it checks with

    keys = key or []
    code = command.run(record, keys=keys, since=since, witness=witness, processes=processes)
    raise typer.Exit(code)


def main() -> None:
    """Run a command; a CairnError is one sentence on stderr and exit code 2, never a stack trace."""
    try:
        app()
    except CairnError as error:
        _end(str(error))
    except Exception as error:
        from cairn.journal.trouble import in_words  # noqa: PLC0415 - loads the databases' drivers

        sentence = in_words(error)
        if sentence is None:
            raise
        _end(sentence)


def _end(sentence: str) -> NoReturn:
    tell_error(sentence)
    sys.exit(2)


if __name__ == "__main__":
    main()
