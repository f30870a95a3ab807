"""`cairn keys` and `cairn log`, as somebody types them."""

import json

import pytest
from typer.testing import CliRunner

from cairn.cli import app
from cairn.journal.log import Log
from cairn.journal.models import Head
from cairn.journal.readonly import why_read_only
from cairn.values import CairnError


@pytest.fixture
def folder(cast, tmp_path, settings, monkeypatch):
    """A folder of one's own beside the database of the tests."""
    settings.CAIRN_DIR = tmp_path
    monkeypatch.setenv("CAIRN_DIR", str(tmp_path))
    (tmp_path / "cairn.sqlite3").touch()
    return tmp_path


@pytest.fixture
def cairn(folder):
    def run(*arguments, code=0, typed=None):
        ended = CliRunner().invoke(app, [str(each) for each in arguments], input=typed)
        assert ended.exit_code == code, (ended.output, ended.exception)
        return ended

    return run


@pytest.fixture
def made(cast, cairn):
    """The key of the cast's log."""
    arguments = ("keys", "make", cast.programme, "--origin", "cairn.example/teams")
    return cairn(*arguments).stdout.strip()


def lose_the_head(pen):
    Head.objects.filter(programme=pen.programme).update(position=0, frontier=b"")


def test_a_key_is_made_listed_and_rotated(cast, cairn, made):
    listed = cairn("keys", "list").stdout
    rotated = cairn("keys", "rotate", cast.programme).stdout.strip()
    both = cairn("keys", "list").stdout

    assert listed == f"{cast.programme} {made}\n"
    assert both == f"{cast.programme} {rotated}\n{cast.programme} {made} (retired)\n"


def test_every_log_with_a_key_is_signed(cast, cairn, made):
    signed = cairn("log", "sign").stdout

    origin, size, root = signed.split()
    assert (origin, int(size)) == ("cairn.example/teams", Head.objects.get().position)
    assert root in Log(cast.programme).note().text.decode()
    assert cairn("log", "sign", cast.programme).stdout == signed


def test_a_log_that_cannot_be_signed_says_why(cast, cairn, made):
    cairn("log", "sign")
    lose_the_head(cast)

    ended = cairn("log", "sign", code=1)

    assert ended.stdout == ""
    assert f"‘{cast.programme}’ was not signed: the database holds 0 facts" in ended.stderr
    assert f"Run `cairn log recover {cast.programme}`" in ended.stderr


def test_a_log_is_shown(cast, cairn, made):
    before = cairn("log", "show").stdout
    cairn("log", "sign")
    after = cairn("log", "show", cast.programme).stdout

    assert "checkpoint  none yet" in before
    assert f"key         {made}" in after
    assert "not signed  0 facts" in after


def test_a_receipt_is_printed_or_it_says_that_none_is_there_yet(cast, cairn, made):
    early = cairn("log", "receipt", cast.programme, 3, code=1)
    cairn("log", "sign")
    proof = cairn("log", "receipt", cast.programme, 3)

    assert (
        early.stderr == "Fact 3 is on record, and no checkpoint covers it yet: `cairn log sign`.\n"
    )
    assert proof.stdout_bytes == bytes(Log(cast.programme).receipt(3))


def test_a_receipt_of_what_is_not_on_record_is_refused(cast, cairn, made):
    last = Head.objects.get().position
    with pytest.raises(CairnError, match=f"has no fact 99; its facts are 1 to {last}"):
        raise cairn("log", "receipt", cast.programme, 99, code=1).exception


def test_recovering_asks_first(cast, cairn, made):
    cairn("log", "sign")
    lose_the_head(cast)

    asked = cairn("log", "recover", cast.programme, typed="n\n", code=1)
    assert "Read-only: the database holds 0 facts" in asked.stderr
    assert why_read_only(cast.programme)

    answered = cairn("log", "recover", cast.programme, typed="y\n")
    assert "takes facts again" in answered.stderr
    assert not why_read_only(cast.programme)


def test_where_nothing_is_wrong_nothing_is_recovered(cast, cairn, made):
    cairn("log", "sign")

    assert "Nothing is wrong" in cairn("log", "recover", cast.programme).stderr


def test_signing_again_and_again_says_only_what_is_new(cast, cairn, made, monkeypatch):
    """Ctrl-C comes during the third rest."""
    rests = []

    def rest(seconds):
        rests.append(seconds)
        if len(rests) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", rest)

    ended = cairn("log", "sign", "--watch", 2)

    assert rests == [2, 2, 2]
    assert len(ended.stdout.splitlines()) == 1


def test_with_json_each_of_these_answers_in_objects(cast, cairn, made):
    def read(*words):
        return [json.loads(line) for line in cairn(*words, "--json").stdout.splitlines()]

    position = Head.objects.get().position
    [signed] = read("log", "sign")
    assert (signed["origin"], signed["size"]) == ("cairn.example/teams", position)
    [shown] = read("log", "show")
    assert (shown["checkpoint"], shown["not_signed"]) == (
        {name: signed[name] for name in ("origin", "size", "root")},
        0,
    )
    assert read("keys", "list") == [{"programme": cast.programme, "key": made, "retired": False}]
    [receipt] = read("log", "receipt", cast.programme, 1)
    assert receipt["proof"] == cairn("log", "receipt", cast.programme, 1).stdout
    checked = read("check")
    assert len(checked) > 10
    assert all(one["holds"] and one["wrong"] == [] for one in checked)
    assert read("rebuild") == [{"rebuilt": cast.programme, "facts": position}]
    [invited] = read("invite", cast.programme, "programme-office")
    assert invited["link"].startswith("http")
