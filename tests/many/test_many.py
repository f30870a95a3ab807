"""Over many programmes, in one process: a line for each, and one that fails leaves the others alone."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from cairn import terminal
from cairn.exchange.outgoing import new_folder
from cairn.exchange.tables import command as tables
from cairn.exchange.tables.declared import Chosen
from cairn.following.snapshot import is_traced
from cairn.journal import keys
from cairn.journal.log import Log
from cairn.many import command
from cairn.many.command import NoSuchProgrammesError, Where
from cairn.many.installed import ElsewhereError, Installed, _begin
from cairn.many.on_ray import NoClusterError
from cairn.many.work import Done, Export, Form, Rebuild, Trace, Verify, keys_from
from cairn.publish.record import Drawn, publish
from cairn.values import CairnError
from cast import Pen, assemble
from publish.conftest import files_in
from publish.few_pages import few_pages_of

HERE = Where()
CAIRN = Path(sys.executable).with_name("cairn")


@dataclass(frozen=True)
class Mistaken:
    """A work with a mistake that shows in one programme."""

    one: str
    name = "mistaken"
    writes = False

    def __call__(self, programme):
        if programme == self.one:
            raise ZeroDivisionError("a mistake")
        return Done("well", {})


@pytest.fixture
def three(db, tmp_path, settings, monkeypatch):
    """Three programmes in an installation of their own, the first the smallest."""
    settings.CAIRN_DIR = tmp_path / "installation"
    monkeypatch.setenv("CAIRN_KEYS", str(tmp_path / "keys"))
    pens = [Pen.opened() for _nth in range(3)]
    for pen in pens[1:]:
        assemble(pen)
    return [pen.programme for pen in pens]


@pytest.fixture
def published(three, tmp_path):
    """The second and the third, published; and the file of their keys."""
    for programme in three[1:]:
        keys.make(programme, origin=f"example.org/{programme}")
        Log(programme).sign(keys.signer_of(programme))
        publish(programme, tmp_path / "records" / programme, drawn=Drawn(few_pages_of))
    listed = "".join(f"{one} {Log(one).verifier}\n" for one in three[1:])
    (tmp_path / "keys.txt").write_text(listed)
    return tmp_path / "records", tmp_path / "keys.txt", three[1:]


def said(capsys):
    """What was said of each programme, and at the end."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {one["programme"]: one for one in lines[:-1]}, lines[-1]


def test_each_programme_has_a_line_with_how_many_are_done_the_largest_first(three, capsys):
    code = command.run(Trace(), command.on_record(), HERE)
    first, second, third, last = capsys.readouterr().out.splitlines()

    assert code == 0
    assert first.startswith(f"1 of 3  {three[1]}  traced, ")
    assert second.startswith(f"2 of 3  {three[2]}  traced, ")
    assert third.startswith(f"3 of 3  {three[0]}  traced, 1 facts")
    assert last.startswith("trace: 3 of 3 programmes in ")
    assert all(is_traced(programme) for programme in three)


def test_what_is_done_is_not_done_again(three, capsys):
    command.run(Trace(), three[:1], HERE)
    terminal.answer_as_json(True)
    capsys.readouterr()
    command.run(Trace(), three, HERE)
    each, _last = said(capsys)

    assert [each[one]["anew"] for one in three] == [False, True, True]


def test_a_programme_that_fails_is_named_and_the_others_are_done(three, tmp_path, capsys):
    out = tmp_path / "out"
    (out / three[1]).mkdir(parents=True)
    (out / three[1] / "letter.txt").write_text("not ours")
    terminal.answer_as_json(True)
    code = command.run(Export(out, parquet=False), three, HERE)
    captured = capsys.readouterr()
    *each, last = map(json.loads, captured.out.splitlines())

    assert code == 1
    assert last["failed"] == [three[1]]
    assert last["well"] == 2
    assert "holds something else" in each[1]["failed"]
    assert [one["done"] for one in each] == [1, 2, 3]
    assert three[1] in json.loads(captured.err)["error"]
    assert (out / three[1] / "letter.txt").read_text() == "not ours"
    assert (out / three[2] / "datapackage.json").exists()


def test_a_mistake_of_ours_in_one_programme_leaves_the_others_alone(three, capsys):
    terminal.answer_as_json(True)
    code = command.run(Mistaken(three[1]), three, HERE)
    captured = capsys.readouterr()
    *each, last = map(json.loads, captured.out.splitlines())

    assert code == 1
    assert last["failed"] == [three[1]]
    assert [one.get("failed") for one in each] == [None, "ZeroDivisionError: a mistake", None]
    assert "test_many.py" in captured.err


def test_each_folder_is_what_the_command_for_one_programme_writes(three, tmp_path):
    command.run(Export(tmp_path / "many", licence="CC0-1.0"), three, HERE)
    for one in three:
        alone = tmp_path / "one" / one
        tables.run(tables.Asked(programme=one, out=alone, chosen=Chosen(), licence="CC0-1.0"))

    assert files_in(tmp_path / "many") == files_in(tmp_path / "one")
    assert len(files_in(tmp_path / "many")) > 100


def test_a_programme_that_lacks_what_iati_needs_fails_with_what_it_lacks(three, tmp_path, capsys):
    code = command.run(Export(tmp_path / "out", form=Form.IATI), three[:1], HERE)

    assert code == 1
    assert "Nobody publishes" in capsys.readouterr().out
    assert list((tmp_path / "out").iterdir()) == []


def test_what_is_rebuilt_is_what_was_there(three, cast):
    before = cast.tables()
    command.run(Rebuild(), [*three, cast.programme], HERE)

    assert cast.tables() == before


def test_programmes_that_are_not_there_are_named(three):
    with pytest.raises(NoSuchProgrammesError, match="‘nowhere’, ‘or-there’"):
        command.chosen(["or-there", three[0], "nowhere"], three)
    assert command.chosen([three[2], three[0]], three) == [three[0], three[2]]


def test_every_record_holds_by_the_keys_of_a_file(published, capsys):
    records, listed, programmes = published
    known = keys_from(listed)
    terminal.answer_as_json(True)
    code = command.run(Verify(records, known), command.in_folder(records, known), HERE)
    each, _last = said(capsys)

    assert code == 0
    assert each.keys() == set(programmes)
    assert all(one["holds"] and not one["key_came_with_it"] for one in each.values())


def test_a_record_that_is_missing_or_in_anothers_folder_fails(published, capsys):
    records, listed, (one, other) = published
    known = keys_from(listed)
    aside = records.parent / "aside"
    (records / one).rename(aside)
    assert _failed(records, known, capsys) == {one: "no record here"}

    (records / other).rename(records / one)
    aside.rename(records / other)
    # By its own key the record of another programme holds: it is the folder that is wrong.
    swapped = _failed(records, None, capsys)
    assert swapped == {one: f"of ‘{other}’", other: f"of ‘{one}’"}
    assert _failed(records, known, capsys).keys() == {one, other}


def test_without_a_key_in_the_file_a_record_fails(published, capsys):
    records, listed, (one, other) = published
    listed.write_text(f"{one} {Log(one).verifier}\n{one} {Log(one).verifier} (retired)\n")
    known = keys_from(listed)

    assert [*known] == [one]
    assert len(known[one]) == 2
    assert _failed(records, known, capsys) == {other: "no key"}


def _failed(records, known, capsys):
    """Which records failed, and by which of the sentences that are looked for."""
    terminal.answer_as_json(True)
    capsys.readouterr()
    command.run(Verify(records, known), command.in_folder(records, known or ()), HERE)
    each, last = said(capsys)
    failed = {one: each[one]["failed"] for one in last["failed"]}
    sought = ["no key", "no record here", *(f"of ‘{one}’" for one in each)]
    return {one: next((it for it in sought if it in why), why) for one, why in failed.items()}


@pytest.mark.parametrize("line", ["only-one-word", "three words here"])
def test_a_file_that_holds_no_keys_is_refused_with_its_line(tmp_path, line):
    (tmp_path / "keys").write_text(f"\n{line}\n")
    with pytest.raises(CairnError, match="line 2: write PROGRAMME KEY"):
        keys_from(tmp_path / "keys")


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path):
    left = [tmp_path / name for name in (".p.71", ".p.71.before")]
    others = [tmp_path / name for name in (".q.71", ".p.q.71", "p.71")]
    for folder in (*left, *others):
        (folder / "data").mkdir(parents=True)
    with new_folder(tmp_path / "p", ours=lambda _folder: True) as alive:
        assert not any(folder.exists() for folder in left)
        held = alive.rename(tmp_path / ".p.72")
        with new_folder(tmp_path / "p", ours=lambda _folder: True) as folder:
            (folder / "new").touch()
        assert held.exists()
        held.rename(alive)
        (alive / "newer").touch()

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["p", ".q.71", ".p.q.71", "p.71"]
    )
    assert (tmp_path / "p" / "newer").exists()


def test_a_worker_that_sees_another_database_or_secret_does_nothing(three, settings, monkeypatch):
    folder = Path(settings.CAIRN_DIR)
    monkeypatch.setenv("CAIRN_DIR", str(folder))  # as it is set in a worker
    folder.mkdir(exist_ok=True)
    installed = Installed.of(folder, three[1])
    _begin.cache_clear()
    installed.begin()

    settings.SECRET_KEY = settings.SECRET_KEY[::-1]
    _begin.cache_clear()
    with pytest.raises(ElsewhereError, match="another database, another secret"):
        installed.begin()
    with pytest.raises(ElsewhereError, match="every worker needs it"):
        Installed(folder / "no", on_sqlite=True, programme="", position=1, mark="").begin()


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere", "127.0.0.1:99999999"])
def test_a_cluster_that_does_not_answer_is_said_at_once(three, address):
    with pytest.raises(NoClusterError, match=address):
        command.run(Verify(Path("records")), three, Where(address=address))


def test_without_ray_whoever_asks_for_workers_is_told_what_to_install(tmp_path):
    (tmp_path / "ray.py").write_text("raise ModuleNotFoundError('no ray here', name='ray')")
    (tmp_path / "records" / "p").mkdir(parents=True)
    asked = [CAIRN, "many", "verify", tmp_path / "records", "--workers", "2"]
    done = subprocess.run(
        asked,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "pip install 'cairn[ray]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1
