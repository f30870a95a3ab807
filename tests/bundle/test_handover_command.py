"""`cairn handover` and `cairn verify FILE.zip`, as somebody types them."""

import zipfile

import pytest
from typer.testing import CliRunner

from bundle.walked import TEAM, tell_the_walk, tell_what_is_handed_over
from cairn.cli import app
from cairn.values import CairnError
from cast import Pen
from merkle.signers import LOG
from witness.watched import watch, with_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def desks(tmp_path, settings, monkeypatch):
    """A team that has handed over, in a folder of one's own beside the database of the tests."""
    folder = tmp_path / "data"
    settings.CAIRN_DIR = folder
    monkeypatch.setenv("CAIRN_DIR", str(folder))
    folder.mkdir()
    (folder / "cairn.sqlite3").touch()
    found = tell_what_is_handed_over()
    tell_the_walk(found)
    watch(with_key(found.programme))
    return found


@pytest.fixture
def cairn(desks):
    """Types a command: what is said, and how it ended. A CairnError ends with 2: see main."""

    def run(*arguments):
        ended = CliRunner().invoke(app, [str(each) for each in arguments])
        if isinstance(ended.exception, CairnError):
            return 2, str(ended.exception)
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended.exit_code, " ".join(ended.output.split())

    return run


def test_a_bundle_is_written_and_verifies_packed_and_unpacked(cairn, tmp_path):
    out = tmp_path / "new" / "qarasu.zip"
    code, said = cairn("handover", TEAM, "-o", out)
    assert (code, f"the team ‘{TEAM}’ as of position 89" in said) == (0, True), said
    assert "Entry 90 freezes it." in said
    assert [path.name for path in out.parent.iterdir()] == ["qarasu.zip"]
    with zipfile.ZipFile(out) as archive:
        archive.extractall(tmp_path / "unpacked")

    for given in (out, tmp_path / "unpacked"):
        code, said = cairn("verify", given, "--key", LOG.verifier)
        assert code == 0, said
        assert f"The bundle of the team ‘{TEAM}’" in said
        assert "handover.incoming-signed by leader-2026" in said
        assert "came with it" not in said
    assert "it only agrees with itself" in cairn("verify", out)[1]


def test_a_bundle_goes_to_stdout_as_it_would_to_a_file(desks, cairn, tmp_path):
    ended = CliRunner().invoke(app, ["handover", TEAM, "-o", "-", "--json"])
    (tmp_path / "piped.zip").write_bytes(ended.stdout_bytes)

    assert ended.exit_code == 0, ended.exception
    assert '"team": "' + TEAM in ended.stderr
    code, said = cairn("verify", tmp_path / "piped.zip", "--key", LOG.verifier, "--json")
    assert (code, '"holds": true' in said) == (0, True), said


def test_nothing_that_is_there_is_replaced(cairn, tmp_path):
    (tmp_path / "mine.zip").write_bytes(b"mine")
    (tmp_path / "link.zip").symlink_to(tmp_path / "nowhere")
    for name in ("mine.zip", "link.zip"):
        code, said = cairn("handover", TEAM, "-o", tmp_path / name)
        assert (code, "never takes another's place" in said) == (2, True), said

    assert (tmp_path / "mine.zip").read_bytes() == b"mine"
    assert not (tmp_path / "nowhere").exists()


def test_what_cannot_be_made_says_why_and_leaves_nothing(cairn, desks, tmp_path):
    out = tmp_path / "x.zip"

    code, said = cairn("handover", "qarasu", "-o", out)
    assert (code, "There is qarasu-202" in said) == (2, True), said
    assert "has no position 4711" in cairn("handover", TEAM, "-o", out, "--at", 4711)[1]
    said = cairn("handover", TEAM, "-o", out, "--programme", "nowhere")[1]
    assert said == f"There is no programme ‘nowhere’ here; there is: {desks.programme}."
    Pen.opened()
    assert "Say which with --programme: " in cairn("handover", TEAM, "-o", out)[1]
    (tmp_path / "file").write_text("")
    code, said = cairn(
        "handover", TEAM, "-o", tmp_path / "file" / "x.zip", "--programme", desks.programme
    )
    assert (code, said.startswith("Cannot write ")) == (2, True), said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "file"]


def test_a_bundle_that_was_changed_ends_with_one_and_what_is_none_with_two(cairn, tmp_path):
    out = tmp_path / "x.zip"
    assert cairn("handover", TEAM, "-o", out)[0] == 0
    raw = out.read_bytes()
    at = raw.index(b'"day":"2025')
    out.write_bytes(raw[: at + 8] + b"9" + raw[at + 9 :])
    code, said = cairn("verify", out)
    assert (code, "pack.json: its bytes are not those that were packed" in said) == (1, True), said

    out.write_text("not a zip")
    code, said = cairn("verify", out)
    assert (code, "is no zip file" in said) == (2, True), said
    assert cairn("verify", tmp_path / "gone.zip")[0] == 2
