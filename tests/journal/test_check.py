"""`cairn check` and `cairn rebuild`: what holds, and how each kind of damage is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from cairn.catalog import invariants, journal
from cairn.config.installation import NoInstallationError, installation
from cairn.journal import upkeep
from cairn.journal.checks import answers, beside, database_answers, programmes
from cairn.journal.heads import position_of
from cairn.money.facts import MoneyConfirmed, MoneySent
from cairn.money.projections import Movement
from cairn.programme.projections import Place
from cast import Pen, assemble, cny

CAIRN = Path(sys.executable).with_name("cairn")


@pytest.fixture
def sent(cast):
    """The cast after a sending of which a part has arrived."""
    movement = cast.movement(
        MoneySent(source="county-office", target="qarasu-committee", amount=cny("100.00"))
    )
    cast.record(MoneyConfirmed(movement=movement, amount=cny("40.00")))
    return movement


@pytest.fixture
def tamper(db):
    """Run a statement as somebody who owns the database and took the triggers off."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in ("no_update", "no_delete", "no_gap", "no_replace"):
                cursor.execute(f"DROP TRIGGER journal_entry_{name}")
        else:
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
            cursor.execute("GRANT UPDATE, DELETE ON journal_entry TO CURRENT_USER")

    def run(statement, *parameters):
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    return run


def wrong(pen):
    """What does not hold of a programme: the sentences, each with the places."""
    found = answers(journal, pen.programme, invariants=invariants)
    return {answer.holds: answer.wrong for answer in found if answer.wrong}


def test_all_of_it_holds(cast, sent):
    assert wrong(cast) == {}
    assert [answer.wrong for answer in database_answers()] == [[], []]


def test_checking_changes_nothing(cast, sent):
    before, position = cast.tables(), position_of(cast.programme)

    assert wrong(cast) == {}

    assert cast.tables() == before
    assert position_of(cast.programme) == position
    assert beside(cast.programme) not in programmes()
    assert not Place.objects.filter(programme=beside(cast.programme)).exists()


def test_every_programme_is_found(db):
    pens = [Pen.opened(), Pen.opened()]

    assert {pen.programme for pen in pens} <= set(programmes())


def test_triggers_that_are_gone_are_named(cast, tamper):
    triggers, changes = database_answers()

    assert "the trigger journal_entry_no_" in triggers.wrong[0]
    assert changes.wrong == [
        "UPDATE of an entry was not refused",
        "DELETE of an entry was not refused",
    ]


def test_an_entry_cut_out_leaves_a_gap(cast, tamper):
    tamper("DELETE FROM journal_entry WHERE programme = %s AND position = 3", cast.programme)

    assert wrong(cast)["positions have no gaps, up to the head"] == ["position 3 is followed by 4"]


def test_entries_cut_off_the_end_are_missed_by_the_head(cast, sent, tamper):
    head = position_of(cast.programme)
    tamper("DELETE FROM journal_entry WHERE programme = %s AND position = %s", cast.programme, head)

    assert wrong(cast)["positions have no gaps, up to the head"] == [
        f"the head stands at {head}, the last entry at {head - 1}"
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence", "complaint"),
    [
        (b'"post":', b'"post": ', "every entry is its canonical bytes", "are not canonical"),
        (b'"name":{"en"', b'"name":{"xx"', "every entry is its canonical bytes", "name.xx"),
        (b"}", b"", "every entry is its canonical bytes", "Expecting"),
        (
            b'"post"',
            b'"lost":1,"post"',
            "every entry is its canonical bytes",
            "not canonical",
        ),
        (b'"place"', b'"level":"village","place"', "every entry is its canonical bytes", "not"),
        (
            b'"post":"',
            '"post":"e\u0301'.encode(),
            "every entry is its canonical bytes",
            "normal form C",
        ),
        (b'"2025-01-01"', b'"2025-01-02"', "columns say what the bytes say", "happened_on is"),
        (b'"position":2', b'"position":5', "columns say what the bytes say", "position is 2"),
    ],
)
def test_bytes_that_were_changed_are_named(cast, tamper, old, new, sentence, complaint):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT body FROM journal_entry WHERE programme = %s AND position = 2",
            [cast.programme],
        )
        body = bytes(cursor.fetchone()[0])

    assert old in body
    tamper(
        "UPDATE journal_entry SET body = %s WHERE programme = %s AND position = 2",
        body.replace(old, new, 1),
        cast.programme,
    )

    (place,) = wrong(cast)[sentence]
    assert place.startswith("position 2: ")
    assert complaint in place


def test_an_unknown_kind_is_named(cast, tamper):
    tamper(
        "UPDATE journal_entry SET kind = 'programme.moon-landed' "
        "WHERE programme = %s AND position = 2",
        cast.programme,
    )

    found = wrong(cast)
    assert "‘programme.moon-landed’" in found["every kind is known"][0]
    assert "cannot be folded" in found["read models are what a rebuild makes of the journal"][0]


def test_a_thing_that_is_no_longer_on_record_is_named(cast, sent):
    Place.objects.filter(programme=cast.programme, id="qarasu").delete()

    found = wrong(cast)
    assert found["everything a fact names is on record"][0].endswith(
        "place names no place ‘qarasu’"
    )
    assert found["read models are what a rebuild makes of the journal"] == [
        "place qarasu is missing"
    ]


def test_the_first_differing_column_of_a_row_is_named(cast, sent):
    Movement.objects.filter(programme=cast.programme, id=sent).update(confirmed_minor=3_999)

    found = wrong(cast)
    assert found["read models are what a rebuild makes of the journal"] == [
        f"movement {sent}: confirmed_minor is 3999, not 4000"
    ]
    assert found["what arrived of a movement is the sum of its confirmations that stand"] == [
        f"movement {sent}: 3999 is kept, its confirmations make 4000"
    ]


def test_a_row_that_no_fact_made_is_named(cast):
    Place.objects.create(
        programme=cast.programme, id="atlantis", name={}, level="village", within="", path="/"
    )

    assert wrong(cast) == {
        "read models are what a rebuild makes of the journal": [
            "place atlantis follows from no fact"
        ]
    }


def test_only_the_first_places_are_named_and_the_rest_counted(cast):
    for number in range(7):
        Place.objects.create(
            programme=cast.programme, id=f"a{number}", name={}, level="village", path="/"
        )

    (answer,) = (each for each in answers(journal, cast.programme) if each.wrong)
    assert (len(answer.wrong), answer.more) == (5, 2)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"confirmed_minor": 10_001}, "no more arrived of a movement than was sent"),
        ({"of": "nothing"}, "every confirm, void and reverse names a movement on record"),
        ({"currency": "USD"}, "money stands in accounts of its currency"),
    ],
)
def test_what_holds_of_money_is_told_from_its_rows(cast, sent, change, sentence):
    Movement.objects.filter(programme=cast.programme, id=sent).update(**change)

    assert wrong(cast)[sentence]


def test_a_rebuild_gets_the_same_tables_back(cast, sent):
    before = cast.tables()
    seen = []

    position = journal.rebuild(cast.programme, progress=seen.append)

    assert cast.tables() == before
    assert position == position_of(cast.programme) == seen[-1]


def test_a_rebuild_puts_right_what_was_changed_by_hand(cast, sent):
    before = cast.tables()
    Movement.objects.filter(programme=cast.programme).delete()
    Place.objects.filter(programme=cast.programme).update(path="/")

    journal.rebuild(cast.programme)

    assert cast.tables() == before


def test_a_rebuild_leaves_other_programmes_alone(db):
    one, other = Pen.opened(), Pen.opened()
    assemble(other)
    Place.objects.filter(programme=other.programme).update(path="/")
    before = other.tables()

    journal.rebuild(one.programme)

    assert other.tables() == before


# The commands


def test_a_check_says_a_line_for_each_invariant(cast, capsys):
    assert upkeep.check(journal, invariants=invariants, programme=cast.programme)

    said = capsys.readouterr().out.splitlines()
    assert "ok     database: triggers guard the entries" in said
    assert f"ok     {cast.programme}: positions have no gaps, up to the head" in said
    assert f"ok     {cast.programme}: money stands in accounts of its currency" in said
    assert not [line for line in said if "WRONG" in line]


def test_a_check_says_where_an_invariant_does_not_hold(cast, capsys):
    Place.objects.filter(programme=cast.programme).update(path="/")

    assert not upkeep.check(journal, invariants=invariants, programme=cast.programme)

    said = capsys.readouterr().out
    assert (
        f"WRONG  {cast.programme}: read models are what a rebuild makes of the journal\n"
        "         place hongliu: path is '/', not '/kunlun/hongliu/'\n"
    ) in said


def test_a_rebuild_says_how_many_facts_it_folded(cast, capsys):
    upkeep.rebuild(journal, programme=cast.programme)

    assert capsys.readouterr().out == f"rebuilt  {cast.programme}: 20 facts\n"


def test_a_programme_that_is_not_there_is_named_with_those_that_are(cast):
    with pytest.raises(
        upkeep.NoProgrammeError, match=f"‘nobody’ here; there is: .*{cast.programme}"
    ):
        upkeep.check(journal, invariants=(), programme="nobody")


def cairn(*arguments, folder):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CAIRN_")}
    return subprocess.run(
        [CAIRN, *arguments, "--dir", folder],
        capture_output=True,
        text=True,
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )


DAMAGED = """
import sys
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
sys.path.append(sys.argv[2])
from cast import Pen, assemble
assemble(Pen.opened("teams"))
from cairn.programme.projections import Place
Place.objects.all().delete()
"""


def test_the_commands_end_with_what_a_script_can_ask(sqlite, tmp_path):
    environment = os.environ | {"CAIRN_DIR": str(tmp_path)}
    tests = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-c", DAMAGED, tmp_path, tests], check=True, env=environment)

    damaged = cairn("check", folder=tmp_path)
    rebuilt = cairn("rebuild", folder=tmp_path)

    assert (damaged.returncode, damaged.stderr) == (1, "")
    assert "WRONG  teams: everything a fact names is on record\n" in damaged.stdout
    assert (rebuilt.returncode, rebuilt.stdout) == (0, "rebuilt  teams: 20 facts\n")


def test_a_folder_without_an_installation_is_refused(tmp_path):
    with pytest.raises(NoInstallationError, match="No Cairn is installed in"):
        installation(tmp_path / "nowhere")
