"""A log that was put back, with its database, from before its key changed."""

import shutil

import pytest

from cairn.catalog import journal
from cairn.journal import keys
from cairn.journal.heads import position_of
from cairn.journal.log import ContradictionError, Log, hold_all
from cairn.journal.readonly import ReadOnlyError, why_read_only
from cairn.journal.recover import Recovery
from cairn.merkle.note import Note, Signer
from cairn.programme import log_keys, log_put_back
from cast import NOW
from journal.test_log_recover import all_holds, lose, more, untriggered  # noqa: F401 - a fixture


@pytest.fixture
def put_back(cast, untriggered, tmp_path, monkeypatch):  # noqa: F811
    """Signed and published, its key changed, signed and published again; then as it was before."""
    monkeypatch.setenv("CAIRN_KEYS", str(tmp_path / "keys"))
    origin = f"cairn.example/{cast.programme}"
    log_keys.make(journal, cast.programme, origin=origin, post="county", now=NOW)
    log, published, older = Log(cast.programme), tmp_path / "published", tmp_path / "older"
    log.was_published_in(published)
    log_keys.sign(cast.programme)
    shutil.copytree(log.folder, older)
    before = position_of(cast.programme)

    log_keys.rotate(journal, cast.programme, post="county", now=NOW)
    log_keys.rotate(journal, cast.programme, post="county", now=NOW)
    more(cast, "later", 3)
    log_keys.sign(cast.programme)
    shutil.copytree(log.folder, published)
    present = log.verifier

    lose(cast, position_of(cast.programme) - before)
    shutil.rmtree(log.folder)
    shutil.copytree(older, log.folder)
    return log, published, present


def stopped(cast):
    """Why the programme was stopped at a start; other tests leave logs here as well."""
    return dict(log_put_back.hold_all()).get(cast.programme, "")


def nobody_reads_the_keys(monkeypatch, tmp_path):
    monkeypatch.setenv("CAIRN_KEYS", str(tmp_path / "others"))


def test_by_themselves_log_and_database_are_at_one(cast, put_back):
    assert cast.programme not in dict(hold_all())


def test_the_key_that_signed_since_tells_at_the_start(cast, put_back):
    _log, published, _present = put_back
    shutil.rmtree(published)
    reason = stopped(cast)

    assert "the key that signs has signed a checkpoint over" in reason
    assert why_read_only(cast.programme) == reason
    with pytest.raises(ReadOnlyError, match="before the key changed"):
        more(cast, "forked", 1)
    assert stopped(cast) == ""


def test_or_a_copy_whose_entries_lead_to_its_key(cast, put_back, monkeypatch, tmp_path):
    nobody_reads_the_keys(monkeypatch, tmp_path)
    _log, published, _present = put_back

    assert f"a later key of this log has, in {published}, signed" in stopped(cast)


def test_and_nothing_is_signed(cast, put_back):
    with pytest.raises(ContradictionError, match="before the key changed"):
        log_keys.sign(cast.programme)


def test_a_copy_by_a_stranger_tells_nothing(cast, put_back, monkeypatch, tmp_path):
    nobody_reads_the_keys(monkeypatch, tmp_path)
    log, published, _present = put_back
    stranger = Signer(log.verifier.name, bytes([8]) * 32)
    text = Note.parse((published / "checkpoint").read_bytes()).text
    (published / "checkpoint").write_bytes(bytes(Note(text, (stranger.sign(text),))))

    assert stopped(cast) == ""


def test_a_copy_whose_change_of_key_is_forged_tells_nothing(cast, put_back, monkeypatch, tmp_path):
    nobody_reads_the_keys(monkeypatch, tmp_path)
    _log, published, _present = put_back
    for bundle in published.glob("tile/entries/**/*"):
        if bundle.is_file():
            raw = bundle.read_bytes()
            at = raw.index(b'"signed_by_old":"') + len(b'"signed_by_old":"')
            flipped = b"A" if raw[at : at + 1] != b"A" else b"B"
            bundle.write_bytes(raw[:at] + flipped + raw[at + 1 :])

    assert stopped(cast) == ""


def test_where_nobody_here_knows_only_a_witness_does(cast, put_back, monkeypatch, tmp_path):
    nobody_reads_the_keys(monkeypatch, tmp_path)
    shutil.rmtree(put_back[1])

    assert stopped(cast) == ""


def test_with_the_present_key_it_is_brought_up_to_the_copy(cast, put_back):
    log, published, present = put_back
    stopped(cast)
    recovery = Recovery(journal, cast.programme, [present])
    recovery.mend(recovery.look(other=published), other=published)

    assert log.verifier == present
    assert why_read_only(cast.programme) == ""
    assert all_holds(cast)
    more(cast, "after", 1)
    assert log_keys.sign(cast.programme).size == position_of(cast.programme)
    assert stopped(cast) == ""


@pytest.mark.parametrize("changes", [0, 1, 2])
def test_a_log_that_knows_its_key_goes_on(cast, tmp_path, monkeypatch, changes):
    monkeypatch.setenv("CAIRN_KEYS", str(tmp_path / "keys"))
    origin = f"cairn.example/{cast.programme}"
    log_keys.make(journal, cast.programme, origin=origin, post="county", now=NOW)
    log = Log(cast.programme)
    log.was_published_in(tmp_path / "published")
    log_keys.sign(cast.programme)
    shutil.copytree(log.folder, tmp_path / "published")
    for _change in range(changes):
        log_keys.rotate(journal, cast.programme, post="county", now=NOW)

    assert stopped(cast) == ""
    assert keys.signer_of(cast.programme).verifier == log.verifier
