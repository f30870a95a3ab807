"""A record that is read while it is being published, or that was left half-way."""

import os

import pytest

from cairn.journal import keys
from cairn.journal.heads import position_of
from cairn.journal.log import Log
from cairn.money.facts import MoneyReceived
from cairn.publish import command
from cairn.publish.record import Drawn, NotSignedYetError, publish
from cairn.verify import manifest
from cairn.verify.files import Folder
from cairn.verify.record import HALF_WAY, Trusted, verify
from cairn.verify.wrong import WrongError
from cast import cny
from publish.conftest import files_in
from publish.few_pages import few_pages_of


class PowerCut(BaseException):
    pass


@pytest.fixture
def told(cast, tmp_path, monkeypatch, settings):
    """A programme with a key, in an installation of its own."""
    settings.CAIRN_DIR = tmp_path / "installation"
    monkeypatch.setenv("CAIRN_KEYS", str(tmp_path / "keys"))
    receive(cast)
    keys.make(cast.programme, origin=f"example.org/{cast.programme}")
    return cast


def receive(told):
    told.record(MoneyReceived(grant="seeds-2025", account="county-office", amount=cny("10.00")))


def sign(told):
    Log(told.programme).sign(keys.signer_of(told.programme))


def bring_up(told, out):
    return publish(told.programme, out, sign=lambda: sign(told), drawn=Drawn(few_pages_of))


def judged(out):
    """None where all holds, else what is said."""
    try:
        verify(Folder(out), Trusted())
    except WrongError as error:
        return str(error)
    return None


def test_broken_off_before_any_change_it_holds_or_says_that_it_is_half_way(
    told, tmp_path, monkeypatch
):
    out, said = tmp_path / "out", []
    bring_up(told, out)
    kept = files_in(out)
    for at in range(1, 100):
        for name in files_in(out).keys() - kept.keys():
            (out / name).unlink()
        for name, content in kept.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(content)
        receive(told)
        sign(told)
        left = at

        def before(change):
            def changed(path, *more, **named):
                nonlocal left
                left -= str(path).startswith(str(out))
                if left == 0:
                    raise PowerCut
                change(path, *more, **named)

            return changed

        with monkeypatch.context() as machine:
            machine.setattr(os, "replace", before(os.replace))
            machine.setattr(os, "unlink", before(os.unlink))
            try:
                bring_up(told, out)
            except PowerCut:
                said.append(judged(out))
                continue
        break

    assert len(said) > 8
    assert all(each is None or HALF_WAY in each for each in said), said
    assert sum(each is not None for each in said) > 4
    assert judged(out) is None
    assert manifest.UNDER_WAY not in files_in(out)


def test_a_first_publication_that_was_broken_off_says_so(told, tmp_path):
    out = tmp_path / "out"
    bring_up(told, out)
    (out / "manifest.json").unlink()
    (out / "checkpoint").unlink()
    (out / manifest.UNDER_WAY).touch()

    assert judged(out) == f"manifest.json: there is no such file. {HALF_WAY}"


def test_a_run_of_the_same_number_finishes_what_one_left_half_written(told, tmp_path):
    """In a container every run may have the same process id."""
    bring_up(told, tmp_path / "out")
    (tmp_path / f"out/.checkpoint.{os.getpid()}").write_bytes(b"half")
    receive(told)
    bring_up(told, tmp_path / "out")

    assert judged(tmp_path / "out") is None


def test_what_is_wrong_is_named_though_a_publication_is_under_way(told, tmp_path):
    bring_up(told, tmp_path / "out")
    (tmp_path / "out" / manifest.UNDER_WAY).touch()
    (tmp_path / "out/verifier").write_bytes(b"another")

    assert judged(tmp_path / "out").startswith("verifier: ")


def test_a_marker_that_says_something_else_is_a_file_too_many(told, tmp_path):
    bring_up(told, tmp_path / "out")
    (tmp_path / "out" / manifest.UNDER_WAY).write_bytes(b"an advertisement")

    said = judged(tmp_path / "out")

    assert said == "under-way: manifest.json does not list it"


def test_a_record_published_anew_while_it_is_read_is_told_from_one_that_is_wrong(told, tmp_path):
    """A reader has the manifest, and then finds the files of the next."""

    class Slow(Folder):
        def read(self, path, *, most):
            content = super().read(path, most=most)
            if path == "manifest.json" and not meanwhile:
                meanwhile.append(receive(told))
                bring_up(told, self.root)
            return content

    bring_up(told, tmp_path / "out")
    meanwhile = []

    with pytest.raises(WrongError, match="verify it again in a while"):
        verify(Slow(tmp_path / "out"), Trusted())
    assert judged(tmp_path / "out") is None


# Facts that arrive meanwhile


def test_a_fact_between_signature_and_look_is_signed_and_published_too(told, tmp_path):
    arriving = [receive, receive]

    def sign_too_early():
        sign(told)
        if arriving:
            arriving.pop()(told)

    done = publish(told.programme, tmp_path / "out", sign=sign_too_early, drawn=Drawn(few_pages_of))

    assert arriving == []
    assert done.position == position_of(told.programme)
    assert judged(tmp_path / "out") is None


def test_a_signer_beside_the_publisher_does_not_change_what_is_published(told, tmp_path):
    """The checkpoint is that of the pages, whatever was signed since."""
    pages = []

    def draw(programme, day, **_known):
        yield from few_pages_of(programme, day)
        if not pages:
            pages.append(receive(told))
            sign(told)

    publish(told.programme, tmp_path / "out", sign=lambda: sign(told), drawn=Drawn(draw))

    assert judged(tmp_path / "out") is None


def test_whoever_publishes_again_and_again_waits_for_the_signer(
    told, tmp_path, monkeypatch, capsys
):
    class EnoughError(Exception):
        pass

    def sleep(_seconds):
        raise EnoughError

    monkeypatch.setattr(command.time, "sleep", sleep)
    (tmp_path / "keys" / told.programme).rename(tmp_path / "gone")

    with pytest.raises(EnoughError):
        command.run(tmp_path / "out", programme=told.programme, languages=None, watch=1)
    assert "cairn log sign" in capsys.readouterr().err
    with pytest.raises(NotSignedYetError):
        command.run(tmp_path / "out", programme=told.programme, languages=None, watch=None)
