"""What the help of commands says. Written from them by `make docs`, for the catalogues alone."""

from django.utils.translation import gettext_noop as _

WORDS = (
    _(".json, .csv or .xlsx; - is JSON on stdout."),
    _("A Ray cluster whose machines have the same database and folders."),
    _("A checkpoint that it must continue."),
    _("A new file."),
    _("A new folder."),
    _("A new folder; of one table its file, or -."),
    _("A published log: a checkpoint and its tiles."),
    _("A published record, or a handover's bundle."),
    _("A record package; else a release package."),
    _(
        "A spreadsheet (.xlsx, or .csv in any encoding), 360Giving JSON, the saved outbox of a phone, or an IATI activity file (.xml); `-` reads what comes in."
    ),
    _("A workbook with headings in English or Chinese, which `cairn import` reads back unchanged."),
    _("Aborted."),
    _("Again and again, till Ctrl-C."),
    _("Answer with one JSON object a line, for programs; errors likewise, on stderr."),
    _("Any text: the same draws the same entries again."),
    _("Arguments"),
    _("As known now, at a position (kunlun@5000) or on a day (kunlun@2025-06-30)."),
    _("As of it; else as frozen, or as it is now."),
    _("As ‘county.example/witness’: makes a new witness."),
    _(
        "Ask the witnesses that a programme lists to cosign its newest checkpoint.\n"
        "\n"
        "Ends with 0 when as many have as its policy asks for, 1 when too few have, and 3 when one has\n"
        "seen another history: what it said is kept."
    ),
    _(
        "Change the key of a programme's log. Both keys sign that, and the next checkpoint.\n"
        "\n"
        "Interrupted, it goes on where it stopped. Prints the new verifier key."
    ),
    _(
        "Check every invariant of the journal and its read models; change nothing.\n"
        "\n"
        "Ends with 0 when all of it holds, 1 when something does not."
    ),
    _("Commands"),
    _(
        "Cosign for a log, given its verifier key; a second key while it changes from one to the next."
    ),
    _("Cosign for the logs trusted. Prints its address; Ctrl-C ends it."),
    _("Count the places to look at, by kind. With --csv, list them, a file for each kind."),
    _("Do it again and again."),
    _("Do it without asking."),
    _("Do not ask again."),
    _(
        "Do with many programmes what other commands do with one, on as many processes as there are."
    ),
    _(
        "Draw entries by chance, with what they say, their evidence and their place in the log.\n"
        "\n"
        'Ranked by the SHA-256 of "SEED/POSITION", so that anybody can draw them again without Cairn.'
    ),
    _("Drop every read model and fold it anew from the journal."),
    _(
        "Drop every read model of each programme and fold it anew from the journal.\n"
        "\n"
        "SQLite has one writer: there one programme comes after another, whatever --workers says."
    ),
    _("Each table as Parquet, too."),
    _("Else every one that has a key."),
    _("Else one for each core."),
    _("Else the first free one from 8000."),
    _(
        "Erase a sealed answer for good: its value, its salt, and the file that only it names.\n"
        "\n"
        "The entry stays as it is, a fact says what was erased, and every proof still verifies."
    ),
    _("Error"),
    _("Every log's keys, as `cairn keys list` prints them."),
    _(
        "Follow the money of each programme up to its last fact, where nobody has.\n"
        "\n"
        "Ends with 0 when all are done, 1 when one failed: its line says why, and the others are done."
    ),
    _("Follow the money through IATI activity files: who paid whom, and whether both ends say so."),
    _("For auditors: a sample, exceptions, and the difference between two states."),
    _("Further IATI files."),
    _("Gets a folder for each programme."),
    _("Grants by the 360Giving Data Standard."),
    _("Has a folder for each published record."),
    _("How a payment is made up where nobody said."),
    _("How far apart two publishers may date it."),
    _("How many entries."),
    _("How the columns are read (TOML)."),
    _("IATI's official files: CAIRN_IATI_STANDARD, else iati-standard/ of the installation."),
    _(
        "Import grants, accounts, projects or movements from a spreadsheet as offices keep them.\n"
        "\n"
        "Or the outbox of a phone, as its field app saved it to a file. Or what other organisations say in\n"
        "IATI activity files: their word, apart from the programme's own books.\n"
        "\n"
        "Ends with 0 when every row is good or on record already, 1 when some were refused, 2 when the\n"
        "file or its map cannot be used."
    ),
    _("In which language it opens."),
    _("Install completion for the current shell."),
    _("Its first day, before which nothing is: today."),
    _("Its id: letters, digits and -."),
    _(
        "List the logs trusted, with the size last cosigned of each, and contradictions seen.\n"
        "\n"
        "Ends with 1 when a log has signed two trees of one size; both notes are then printed."
    ),
    _("Load it and stop."),
    _("Look this often for a checkpoint to be cosigned."),
    _("Make a programme of this size, to measure with."),
    _(
        "Make a read-only programme continue its log again, by what the log itself holds.\n"
        "\n"
        "Shows what is missing, asks, and puts it back where it hashes to what was signed. With --from\n"
        "and a new --dir it makes an installation out of a published log."
    ),
    _("Make the first key of a programme's log, and record which it is. Prints the verifier key."),
    _("Of names and headings: en, zh-hans, …."),
    _("Of that amount; else the programme's own."),
    _("Only facts of this kind: money.money-spent."),
    _("Only from this day on."),
    _("Only money above it: 10000.00."),
    _("Only purchases above it: 10000.00."),
    _("Only this one; may be said again. Else all."),
    _("Only this programme."),
    _("Only this table, as CSV."),
    _("Only this table."),
    _("Only up to this day."),
    _("Only what goes down from it."),
    _("Only what is at this place, or within it."),
    _("Only what is of this project."),
    _("Only what other publishers reported, as cairn import read it."),
    _(
        "Open a living programme in the browser: made up, the same for everybody.\n"
        "\n"
        "Running it again goes on where it stopped, or just serves. Its URL is the one line on stdout."
    ),
    _(
        "Open a programme, in a new installation where there is none yet.\n"
        "\n"
        "Afterwards, `cairn import` fills it and `cairn serve` shows it."
    ),
    _("Options"),
    _("Places, projects and assets for a map (RFC 7946). No position is finer than a kilometre."),
    _(
        "Print a link that appoints whoever opens it first to a post: once, within a week.\n"
        "\n"
        "In a programme that has no post yet, POST becomes its office. From there on posts invite."
    ),
    _("Print each programme's verifier keys: the present one, then those before it."),
    _("Print each row's verdict."),
    _(
        "Print the proof that an entry is in the log (C2SP tlog-proof), for whoever keeps it.\n"
        "\n"
        "Ends with 1 while no checkpoint covers the entry: stderr says so."
    ),
    _("Print the witness's verifier key, for those who list it; with a NAME, make it first."),
    _("Processes on this machine, which Ray runs."),
    _("Processes that answer pages."),
    _("Programmes' public logs: checkpoints, receipts."),
    _(
        "Prove that a published record, or a bundle, is whole: needs no installation, and trusts nobody.\n"
        "\n"
        "Ends with 0 when all of it holds, 1 with the first thing wrong, 2 when there is nothing to\n"
        "verify."
    ),
    _(
        "Prove that each published record in a folder is whole: needs no installation.\n"
        "\n"
        "With --keys, a record that should be there and is not has failed."
    ),
    _(
        "Publish the record of each programme as static files, signed where you may.\n"
        "\n"
        "Doing it again touches only what changed."
    ),
    _("Purchases above an amount by the Open Contracting Data Standard 1.1."),
    _("Put a backup into a new folder, once its checkpoints and every invariant hold."),
    _("Run a witness for other programmes, and ask those that a programme lists."),
    _(
        "Say what is wrong with IATI activity or organisation files: by line, element and rule.\n"
        "\n"
        "Held to IATI's official schema, code lists and ruleset, which are read from a folder. Ends with 0\n"
        "when all are valid, 1 when one is not, 2 when one cannot be read or IATI's files are not here."
    ),
    _("Say what was recorded since, and how the sums changed. With --csv, list what was recorded."),
    _(
        "Say which grant paid for what, from a table of movements. Needs no installation.\n"
        "\n"
        "Its columns, in any order: id,kind,date,from,to,amount,currency,grant,of. Others are ignored."
    ),
    _("Seconds to wait for answers."),
    _(
        "Send the digests that are due and what else waits to be mailed, and end: for cron or a timer.\n"
        "\n"
        "Where `cairn serve` runs it does this by itself. CAIRN_MAIL says how mails leave; unset, none does."
    ),
    _(
        "Serve the pages, and follow the money as facts arrive. Prints its address; Ctrl-C ends it.\n"
        "\n"
        "Pages answer to localhost alone, unless CAIRN_HOSTS names others: `pages.example.org,10.0.0.7`."
    ),
    _("Show a log's newest checkpoint, its key, and what no checkpoint covers yet."),
    _("Show completion for the current shell, to copy it or customize the installation."),
    _("Show this message and exit."),
    _("Show what would happen; write nothing."),
    _(
        "Sign checkpoints over what is on record; print each log's origin, size and root.\n"
        "\n"
        "Ends with 0 when every log was signed, 1 when one was not: stderr says why."
    ),
    _("Take no more checkpoints signed by this key. What was cosigned of its log is remembered."),
    _(
        "Take the voices of the days that are over into the journal, and erase texts whose time is over.\n"
        "\n"
        "`cairn serve` does it by itself; this is for whoever serves the pages in another way."
    ),
    _("Tell another story, as a programme of its own."),
    _("The IATI file on record of which it is a newer version, if renamed."),
    _("The address to listen on."),
    _("The entry: its position, or its id."),
    _("The folder that a web host serves."),
    _("The folder to write into."),
    _("The id of a post on record."),
    _("The id of a team on record."),
    _("The installation's folder."),
    _("The installation's folder: CAIRN_DIR, else ./cairn-data."),
    _("The keys that sign programmes' public logs."),
    _("The languages of its pages; else those that people checked."),
    _("The later state; else the present."),
    _("The log's key, or its file; earlier ones too."),
    _("The log's key, where none is here."),
    _("The log's name for good, such as cairn.example.org/teams."),
    _("The ocid prefix as the Open Contracting Partnership gave it."),
    _("The post that records it."),
    _("The post that records it: programme-office; of an outbox its own."),
    _("The programme to import into."),
    _("The programme."),
    _("The publisher's prefix as 360Giving gave it: 360G-…."),
    _("The record that stays when field teams leave."),
    _("The tables as CSV with a row of HXL hashtags, as humanitarian exchanges take them."),
    _(
        "The whole public record as a data package: CSV and Parquet, with datapackage.json.\n"
        "\n"
        "For DuckDB, pandas, R, Excel. The same record makes the same bytes."
    ),
    _("The witness's own folder."),
    _("The witnesses that must have seen it."),
    _("Under which it may be used, such as CC-BY-4.0: CAIRN_LICENCE."),
    _("Usage:"),
    _("What is written."),
    _("What it is called."),
    _("What it mostly keeps its books in: CNY."),
    _("Where its days end, such as Asia/Shanghai."),
    _("Where the package will be: the standard wants it said."),
    _("Where the pages are, if not here."),
    _("Where to listen."),
    _("Where to save the guessed map."),
    _("Where to; - is stdout."),
    _("Which of its sealed answers, such as caption."),
    _("Which one, where there is more than one."),
    _("Why; everybody can read it."),
    _("With the private keys: then guard it as you do them."),
    _(
        "Write IATI 2.03: activities.xml and organisation.xml, the same bytes for the same record.\n"
        "\n"
        "What other publishers reported goes into a folder beside them, under the names of their files.\n"
        "\n"
        "Ends with 1, and writes nothing, where the programme lacks what valid files need: it lists that\n"
        "as its worklist does."
    ),
    _("Write a page and CSV files here."),
    _("Write a programme's record as files that other tools read."),
    _("Write a table a kind in here."),
    _("Write nothing unless every row is good."),
    _("Write refused rows to this new CSV."),
    _(
        "Write the installation into one file, while it is used. In a FOLDER it is named by the time.\n"
        "\n"
        "Private keys stay out unless asked for."
    ),
    _(
        "Write the public record as static files: the log, the pages, and what verifies them.\n"
        "\n"
        "Doing it again touches only what changed."
    ),
    _("Write the public record of each programme: a data package, or IATI files."),
    _("Write the table to this file."),
    _(
        "Write what a team hands over into one file, which opens and verifies without Cairn.\n"
        "\n"
        "`cairn verify FILE.zip` holds it to its hashes and to the public log."
    ),
    _("Write what each movement carried."),
    _("Write what stands where at the end."),
    _("[default: {}]"),
    _("[required]"),
    _("`-` reads what comes in."),
)
