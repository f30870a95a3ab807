"""Keys are kept where only the signer reads, told in the journal, and rotated by both."""

import shutil
import stat
from datetime import UTC, datetime

import pytest

from cairn.catalog import journal
from cairn.journal import keys
from cairn.journal.keys import KeyExistsError, KeyUnreadableError, OriginError
from cairn.journal.log import ContradictionError, Log, NoKeyError
from cairn.journal.readonly import ReadOnlyError, make_read_only
from cairn.journal.recover import Recovery
from cairn.merkle.checkpoint import open_checkpoint
from cairn.merkle.note import NotSignedError, Signer, encode_base64
from cairn.programme import log_keys
from cairn.programme.facts import LogKeyMade, LogKeyRotated, statement
from cairn.programme.key_chain import BrokenChainError, keys_after
from cast import NOW, Pen


def origin(pen):
    return f"cairn.example/{pen.programme}"


def make(pen):
    return log_keys.make(
        journal, pen.programme, origin=origin(pen), post="programme-office", now=NOW
    )


def rotate(pen):
    return log_keys.rotate(journal, pen.programme, post="programme-office", now=NOW)


@pytest.fixture
def first(pen):
    """The first key of the programme's log."""
    return make(pen)


@pytest.fixture
def log(pen, first):
    return Log(pen.programme)


def made_by(signer, programme):
    text = statement(programme, signer.verifier)
    return LogKeyMade(key=str(signer.verifier), signature=encode_base64(signer.sign(text).value))


def rotated_by(old, new, programme, *, signing=None):
    text = statement(programme, new.verifier, old=old.verifier)
    by_old, by_new = signing or (old, new)
    return LogKeyRotated(
        old=str(old.verifier),
        new=str(new.verifier),
        signed_by_old=encode_base64(by_old.sign(text).value),
        signed_by_new=encode_base64(by_new.sign(text).value),
    )


# Kept


def test_a_key_is_readable_by_its_user_alone(pen, first):
    path = keys.keys_folder() / pen.programme

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert keys.signer_of(pen.programme).verifier == first == Log(pen.programme).verifier
    assert (pen.programme, first) in list(keys.listed())


def test_the_folder_of_keys_can_be_elsewhere(pen, monkeypatch, tmp_path):
    monkeypatch.setenv("CAIRN_KEYS", str(tmp_path / "safe"))

    make(pen)

    assert (tmp_path / "safe" / pen.programme).exists()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_key_that_others_reach_is_not_used(pen, first, mode):
    (keys.keys_folder() / pen.programme).chmod(mode)

    with pytest.raises(KeyUnreadableError, match="chmod 600"):
        log_keys.sign(pen.programme)


def test_a_folder_into_which_others_put_keys_is_not_used(pen, first):
    folder = keys.keys_folder()
    folder.chmod(0o777)
    try:
        with pytest.raises(KeyUnreadableError, match="chmod 700"):
            keys.signer_of(pen.programme)
    finally:
        folder.chmod(0o700)


def test_a_log_has_one_key(pen, first):
    with pytest.raises(KeyExistsError, match=f"cairn keys rotate {pen.programme}"):
        make(pen)


def test_a_log_whose_key_is_elsewhere_gets_no_other(pen, first, monkeypatch, tmp_path):
    monkeypatch.setenv("CAIRN_KEYS", str(tmp_path / "elsewhere"))

    with pytest.raises(KeyExistsError, match="CAIRN_KEYS says where"):
        make(pen)
    with pytest.raises(NoKeyError, match="CAIRN_KEYS says where"):
        log_keys.sign(pen.programme)


def test_a_programme_that_is_not_there_gets_no_key(db):
    with pytest.raises(NoKeyError, match="There is no programme"):
        make(Pen())


@pytest.mark.parametrize(
    "name",
    [
        "",
        "teams",
        "https://cairn.example/teams",
        "cairn.example/",
        "cairn.example",
        "Cairn.example/teams",
        "cairn.example/a team",
        "cairn.example/a+b",
        "cairn.example/teams\n",
        f"cairn.example/{'x' * 200}",
    ],
)
def test_an_origin_is_an_address_without_its_scheme(pen, name):
    with pytest.raises(OriginError, match="write it like"):
        log_keys.make(journal, pen.programme, origin=name, post="office", now=NOW)


def test_two_logs_never_share_an_origin(pen, first):
    other = Pen.opened()

    with pytest.raises(OriginError, match=f"is that of the log of ‘{pen.programme}’"):
        log_keys.make(journal, other.programme, origin=origin(pen), post="office", now=NOW)


# Told


def test_the_first_key_is_told(pen, first):
    assert log_keys.told(pen.programme) == [str(first)]


def test_a_making_that_was_interrupted_goes_on_with_the_same_key(pen):
    begun = keys.begin(pen.programme, origin=origin(pen))
    assert make(pen) == begun.verifier

    other = Pen.opened()
    begun = keys.begin(other.programme, origin=origin(other))
    other.record(made_by(begun, other.programme))
    assert make(other) == begun.verifier
    assert log_keys.told(other.programme) == [str(begun.verifier)]

    third = Pen.opened()
    begun = keys.begin(third.programme, origin=origin(third))
    third.record(made_by(begun, third.programme))
    Log(third.programme).adopt(begun.verifier)
    assert make(third) == begun.verifier
    assert log_keys.sign(third.programme).size == 2


def test_a_making_that_was_begun_keeps_its_origin(pen):
    keys.begin(pen.programme, origin=origin(pen))

    with pytest.raises(OriginError, match="was begun"):
        log_keys.make(journal, pen.programme, origin="x.example/y", post="office", now=NOW)


def test_whoever_names_a_key_holds_it(pen):
    key, other = Signer(origin(pen), bytes([1]) * 32), Signer(origin(pen), bytes([2]) * 32)
    told = made_by(key, pen.programme)

    assert "signature" in pen.objections(told.model_copy(update={"key": str(other.verifier)}))
    assert "signature" in pen.objections(made_by(key, "another"))
    assert pen.objections(told) == {}
    assert "key" in pen.objections(made_by(other, pen.programme))


# Rotated


def test_a_rotation_is_told_and_the_old_key_is_gone(pen, first, log):
    second = rotate(pen)

    assert log_keys.told(pen.programme) == [str(first), str(second)]
    assert log.verifier == second == keys.signer_of(pen.programme).verifier
    assert log.verifiers == [second, first]
    assert keys.next_signer(pen.programme) is None
    third = rotate(pen)
    assert log.verifiers == [third, second, first]


def test_the_first_checkpoint_over_a_rotation_passes_under_either_key(pen, first, log):
    log_keys.sign(pen.programme)
    second = rotate(pen)

    assert open_checkpoint(log.note(), [first]) == open_checkpoint(log.note(), [second])
    assert log.checkpoint().size == 3
    pen.record(rotated_by(keys.signer_of(pen.programme), _new(pen), pen.programme))
    log_keys.sign(pen.programme)
    with pytest.raises(NotSignedError):
        open_checkpoint(log.note(), [first])


def _new(pen):
    return Signer(origin(pen), bytes([9]) * 32)


def begin(pen):
    return keys.begin_next(pen.programme, origin=origin(pen))


def tell(pen):
    pen.record(rotated_by(keys.signer_of(pen.programme), begin(pen), pen.programme))


def cross(pen):
    Log(pen.programme).sign(keys.signer_of(pen.programme), also=[begin(pen)])


def adopt(pen):
    Log(pen.programme).adopt(begin(pen).verifier)


@pytest.mark.parametrize("then", [rotate, lambda pen: log_keys.sign(pen.programme)])
@pytest.mark.parametrize("done", range(1, 5))
def test_a_rotation_that_was_interrupted_is_finished_by_either_command(pen, first, log, done, then):
    log_keys.sign(pen.programme)
    for step in (begin, tell, cross, adopt)[:done]:
        step(pen)
    begun = begin(pen).verifier
    assert log.checkpoint() is not None

    then(pen)
    rotated = done > 1 or then is rotate

    assert log_keys.told(pen.programme) == [str(first), str(begun)][: 2 if rotated else 1]
    assert log.verifier == (begun if rotated else first)
    assert log.checkpoint().size == (3 if rotated else 2)
    assert open_checkpoint(log.note(), [first]), "the old key signed the step as well"
    assert log.hold(keys.Head.objects.get(programme=pen.programme)) == log.checkpoint()
    log_keys.sign(pen.programme)
    assert (keys.next_signer(pen.programme) is None) == rotated


def test_a_checkpoint_signed_past_the_rotation_by_the_old_key_alone_gets_the_new_one_too(
    pen, first, log
):
    begin(pen)
    tell(pen)
    log.sign(keys.signer_of(pen.programme))

    log_keys.sign(pen.programme)

    assert open_checkpoint(log.note(), [first]) == log.checkpoint()


def test_a_copy_published_before_a_rotation_still_counts(pen, first, log, tmp_path):
    log_keys.sign(pen.programme)
    tmp_path.joinpath("checkpoint").write_bytes(bytes(log.note()))
    tiles = tmp_path / "tile"
    tiles.symlink_to(log.folder / "tile")
    log.was_published_in(tmp_path)

    rotate(pen)

    assert log_keys.sign(pen.programme).size == 3


def test_a_key_used_without_a_fact_is_told_before_it_is_rotated(pen):
    verifier = keys.make(pen.programme, origin=origin(pen))

    second = rotate(pen)

    assert log_keys.told(pen.programme) == [str(verifier), str(second)]


def test_a_rotation_needs_both_signatures_and_the_present_key(pen, first):
    old, new = keys.signer_of(pen.programme), _new(pen)
    other = Signer(origin(pen), bytes([8]) * 32)
    elsewhere = Signer("x.example/y", bytes([8]) * 32)
    here = pen.programme

    assert pen.objections(rotated_by(old, new, here, signing=(other, new))).keys() == {
        "signed_by_old"
    }
    assert pen.objections(rotated_by(old, new, here, signing=(old, other))).keys() == {
        "signed_by_new"
    }
    assert pen.objections(rotated_by(other, new, here)).keys() == {"old"}
    assert pen.objections(rotated_by(old, old, here)).keys() == {"new"}
    assert pen.objections(rotated_by(old, elsewhere, here)).keys() == {"new"}
    assert pen.objections(rotated_by(old, new, "another")).keys() == {
        "signed_by_old",
        "signed_by_new",
    }
    assert pen.objections(rotated_by(old, new, here)) == {}
    assert pen.objections(rotated_by(new, old, here)).keys() == {"new"}


def test_a_programme_that_is_read_only_rotates_no_key(pen, first):
    make_read_only(pen.programme, "somebody pulled the plug.")

    with pytest.raises(ReadOnlyError):
        rotate(pen)
    assert keys.next_signer(pen.programme) is None


def test_a_statement_is_no_checkpoint(pen, first):
    text = statement(pen.programme, first)

    assert text == f"change of a log's key\nprogramme {pen.programme}\nto {first}\n".encode()


def test_days_are_those_of_the_programme(pen):
    """At 20:00 in Greenwich it is tomorrow in Shanghai: a fact must not be of yesterday."""
    now = datetime(2025, 6, 30, 20, 0, tzinfo=UTC)
    log_keys.make(journal, pen.programme, origin=origin(pen), post="office", now=now)

    (_opening, made) = journal.facts(pen.programme)
    assert made.happened_on.isoformat() == "2025-07-01"


def test_whoever_knows_any_key_finds_the_present_one(pen, first):
    second, third = rotate(pen), rotate(pen)
    facts = [said.fact for said in journal.facts(pen.programme)]

    def after(key):
        return keys_after(key, facts, programme=pen.programme)

    assert after(first) == [first, second, third]
    assert after(second) == [second, third]
    assert after(third) == [third]


def test_a_change_of_keys_that_the_old_one_has_not_signed_leads_nowhere(pen, first):
    old, new = keys.signer_of(pen.programme), _new(pen)
    other = Signer(origin(pen), bytes([8]) * 32)

    for signing in ((other, new), (old, other)):
        forged = rotated_by(old, new, pen.programme, signing=signing)
        with pytest.raises(BrokenChainError):
            keys_after(first, [forged], programme=pen.programme)
    with pytest.raises(BrokenChainError):
        keys_after(first, [rotated_by(old, new, pen.programme)], programme="another")


# Remembered


def test_a_key_signs_nothing_that_contradicts_what_it_signed(pen, first, log):
    """The whole installation came back from an older backup, its log with it; the keys did not."""
    older = log.folder.with_name("older")
    shutil.copytree(log.folder, older)
    log_keys.sign(pen.programme)
    shutil.rmtree(log.folder)
    older.rename(log.folder)
    kept = keys.Head.objects.get(programme=pen.programme)
    kept.tree = kept.tree.__class__().with_leaves([bytes(32)])
    kept.save()

    with pytest.raises(ContradictionError, match="over 2: 1 are missing"):
        log_keys.sign(pen.programme)


def test_a_log_that_came_back_older_than_its_key_is_brought_up_to_it(pen, first, log):
    older = log.folder.with_name("older")
    shutil.copytree(log.folder, older)
    log_keys.sign(pen.programme)
    shutil.rmtree(log.folder)
    older.rename(log.folder)

    with pytest.raises(ContradictionError, match="is over 2 facts, and the log here knows of 0"):
        log_keys.sign(pen.programme)
    recovery = Recovery(journal, pen.programme)
    recovery.mend(recovery.look())

    assert log.checkpoint().size == 2
    assert log_keys.sign(pen.programme).size == 2


def test_a_log_that_is_gone_is_written_anew_where_the_database_is_whole(pen, first, log):
    log_keys.sign(pen.programme)
    shutil.rmtree(log.folder)

    with pytest.raises(KeyExistsError, match=f"cairn log recover {pen.programme}"):
        make(pen)
    recovery = Recovery(journal, pen.programme, [first])
    recovery.mend(recovery.look())

    assert log.verifier == first
    assert log_keys.sign(pen.programme).size == 2


def test_a_reader_between_two_steps_of_a_rotation_is_not_alarmed(pen, first, log):
    """It read the checkpoint before the step that both keys sign, and the verifier after it."""
    log_keys.sign(pen.programme)
    before = log.note()
    rotate(pen)
    log.write(log.folder / "checkpoint", bytes(before))

    assert log.hold(keys.Head.objects.get(programme=pen.programme)).size == 2
