"""`cairn export iati` as a person meets it."""

import pytest
from lxml import etree
from typer.testing import CliRunner

from cairn.cli import app
from cairn.exchange.iati import export
from cairn.programme.facts import PublisherRegistered
from cast import Pen
from iati_published import activity_file, organisation_file, registered
from told import programme_told


@pytest.fixture
def pen(db):
    return Pen(programme_told())


def test_it_writes_both_files_as_they_are_at_their_addresses(pen, tmp_path, capsys):
    registered(pen)

    assert export.run(pen.programme, tmp_path / "new" / "out") == 0

    out = tmp_path / "new" / "out"
    assert (out / "activities.xml").read_bytes() == activity_file(pen.programme)
    assert (out / "organisation.xml").read_bytes() == organisation_file(pen.programme)
    assert sorted(path.name for path in out.iterdir()) == ["activities.xml", "organisation.xml"]
    assert capsys.readouterr().out.splitlines() == [
        str(out / "activities.xml"),
        str(out / "organisation.xml"),
    ]


def test_with_something_lacking_it_says_what_and_writes_nothing(pen, tmp_path, capsys):
    pen.record(PublisherRegistered(organisation="water-bureau", country="CN"))

    assert export.run(pen.programme, tmp_path / "out") == 1

    assert not (tmp_path / "out").exists()
    assert "organisation ‘water-bureau’ has no identifier in IATI" in capsys.readouterr().err


def test_a_file_that_was_there_is_replaced_whole(pen, tmp_path, monkeypatch):
    registered(pen)
    (tmp_path / "activities.xml").write_text("before")

    def broken(_record):
        yield b"<half"
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(export.FILES, "activities.xml", broken)
    with pytest.raises(export.CannotWriteError, match="No space left"):
        export.run(pen.programme, tmp_path)

    assert (tmp_path / "activities.xml").read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["activities.xml"]


def test_the_command_is_there_and_check_still_takes_its_options():
    said = CliRunner().invoke(app, ["export", "iati", "--help"]).stdout
    check = CliRunner().invoke(app, ["check", "--help"]).stdout

    assert "activities.xml and organisation.xml" in said
    assert "--programme" in check
    assert "iati" in check


def test_each_record_is_made_when_it_is_asked_for(pen):
    """The file is a stream: nothing of the second activity is made before the first was taken."""
    registered(pen)
    export.run  # noqa: B018 - brings nothing up to date by itself
    pieces = export.activity_file(export.Record.of(pen.programme))

    first = next(pieces) + next(pieces) + b"</iati-activities>"

    assert len(etree.fromstring(first)) == 1
