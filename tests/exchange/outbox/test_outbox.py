"""The outbox of a phone, saved to a file and brought in by `cairn import`."""

import base64
import json
from hashlib import sha256

import pytest

from cairn.catalog import journal
from cairn.exchange.outbox import command
from cairn.exchange.outbox.command import Came, OutboxImport
from cairn.exchange.outbox.read import NotAnOutboxError, is_outbox
from cairn.journal.files import kept_files
from cairn.journal.models import Entry
from cairn.programme.facts import PlaceAdded, PlaceLevel
from cast import DAY, NOW, a_picture, named, new_id

POST = "county"


def place(id="upper-qarasu", within="hongliu"):
    return PlaceAdded(place=id, name=named(id), level=PlaceLevel.VILLAGE, within=within).body()


def need(id="bridge", at="qarasu"):
    return {"need": id, "name": {"en": id}, "place": at, "theme": "road"}


def waiting(kind, fact, **more):
    return {
        "id": str(new_id()),
        "kind": kind,
        "schema_version": 1,
        "happened_on": DAY.isoformat(),
        "fact": fact,
        "files": {},
        "recorded_at": 1_790_000_000_000,
        "state": "queued",
        "objections": [],
        **more,
    }


def a_file(content):
    sha = sha256(content).hexdigest()
    said = {"file": sha, "type": "image/png", "base64": base64.b64encode(content).decode()}
    return said, {"sha256": {"sha256": sha, "type": "image/png", "size": len(content)}}


def head(programme, post=POST):
    return {"format": "cairn.outbox/1", "programme": programme, "post": post, "saved_at": 1}


@pytest.fixture
def saved(cast, tmp_path):
    """Writes an outbox of the cast's programme: its path."""

    def write(*lines, first=None, end=None):
        facts = sum("id" in line for line in lines)
        whole = [first or head(cast.programme), *lines, {"end": facts if end is None else end}]
        path = tmp_path / "phone.outbox"
        path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in whole))
        return path

    return write


@pytest.fixture
def bring(cast):
    """Imports it as the post that it names: what became of each fact."""

    def run(path, **how):
        return OutboxImport(journal, path, cast.programme, POST, NOW).run(**how)

    return run


def on_record(cast, line):
    return Entry.objects.filter(programme=cast.programme, id=line["id"]).count()


def test_facts_and_their_photo_are_on_record_as_the_post_recorded_them(cast, saved, bring):
    photo, files = a_file(a_picture())
    lines = [waiting("programme.place-added", place())]
    lines += [waiting("works.need-raised", need(at="upper-qarasu"), files=files)]
    told = bring(saved(lines[0], photo, lines[1]))

    assert [one.came for one in told] == [Came.RECORDED, Came.RECORDED]
    entry = Entry.objects.get(programme=cast.programme, id=lines[1]["id"])
    assert json.loads(bytes(entry.body))["post"] == POST
    assert entry.happened_on == DAY
    [(file, path)] = kept_files(cast.programme)
    assert sha256(path.read_bytes()).hexdigest() == file


def test_imported_again_nothing_is_there_twice(cast, saved, bring):
    line = waiting("works.need-raised", need())
    path = saved(line)
    told = [bring(path)[0].came for _time in range(2)]

    assert told == [Came.RECORDED, Came.ALREADY]
    assert on_record(cast, line) == 1


def test_a_dry_run_says_the_same_and_leaves_nothing_behind(cast, saved, bring):
    photo, files = a_file(a_picture("red"))
    first = waiting("works.need-raised", need(), files=files)
    later = waiting("works.need-raised", need("road", at="qarasu-east"))
    path = saved(photo, first, later, waiting("programme.place-added", place("qarasu-east")))
    dry = [one.came for one in bring(path, dry_run=True)]

    assert dry == [Came.RECORDED] * 3
    assert on_record(cast, first) == 0
    assert list(kept_files(cast.programme)) == []
    assert [one.came for one in bring(path)] == dry


def test_a_dry_run_leaves_a_file_that_was_here_before(cast, saved, bring):
    photo, files = a_file(a_picture("blue"))
    bring(saved(photo, waiting("works.need-raised", need(), files=files)))
    before = list(kept_files(cast.programme))
    bring(saved(photo, waiting("works.need-raised", need("other"), files=files)), dry_run=True)

    assert list(kept_files(cast.programme)) == before


def test_what_names_a_later_fact_of_the_file_is_recorded_after_it(saved, bring):
    early = waiting("works.need-raised", need(at="upper-qarasu"))
    told = bring(saved(early, waiting("programme.place-added", place())))

    assert [one.came for one in told] == [Came.RECORDED, Came.RECORDED]
    assert told[0].why > told[1].why


def test_what_names_nothing_on_record_waits_and_says_for_what(cast, saved, bring):
    line = waiting("works.need-raised", need(at="nowhere"))
    [told] = bring(saved(line))

    assert told.came is Came.WAITS
    assert "‘nowhere’" in told.why
    assert on_record(cast, line) == 0


def test_what_was_refused_on_the_phone_is_not_tried_again(cast, saved, bring):
    line = waiting("works.need-raised", need(), state="refused")
    [told] = bring(saved(line))

    assert told.came is Came.LEFT
    assert on_record(cast, line) == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"fact": {**need(), "theme": "magic"}}, "theme: "),
        ({"kind": "works.need-forgotten"}, "newer Cairn"),
        ({"schema_version": 7}, "newer Cairn"),
        ({"happened_on": "yesterday"}, "happened_on: "),
    ],
)
def test_one_that_cannot_be_read_is_refused_alone(saved, bring, change, says):
    bad = waiting("works.need-raised", need()) | change
    told = bring(saved(bad, waiting("works.need-raised", need("other"))))

    assert [one.came for one in told] == [Came.REFUSED, Came.RECORDED]
    assert says in told[0].why


def test_a_file_that_shows_nothing_refuses_its_fact_alone(saved, bring):
    photo, files = a_file(b"no photo")
    bad = waiting("works.need-raised", need(), files=files)
    told = bring(saved(photo, bad, waiting("works.need-raised", need("other"))))

    assert [one.came for one in told] == [Came.REFUSED, Came.RECORDED]
    assert told[0].why.startswith("sha256: ")


def test_an_id_that_says_something_else_on_record_is_refused(saved, bring):
    line = waiting("works.need-raised", need())
    bring(saved(line))
    [told] = bring(saved(line | {"fact": need("other")}))

    assert told.came is Came.REFUSED
    assert "says something else" in told.why


@pytest.mark.parametrize(
    ("lines", "how", "says"),
    [
        ([], {"end": 1}, "is not whole"),
        ([{"id": "7"}], {}, "Line 2 is none"),
        ([{"file": "0" * 64, "base64": "AAAA"}], {}, "are others"),
        ([{"file": "0" * 64, "base64": "?"}], {}, "is not whole"),
        ([], {"first": {"format": "cairn.outbox/2"}}, "format"),
    ],
)
def test_a_file_that_is_not_all_of_an_outbox_is_refused_whole(cast, saved, lines, how, says):
    path = saved(*lines, **how)
    with pytest.raises(NotAnOutboxError, match=says):
        command.run(path, programme=cast.programme, post=None, journal=journal, now=NOW)


def test_an_outbox_of_another_programme_is_refused_and_says_which(cast, saved):
    path = saved(first=head("elsewhere"))
    with pytest.raises(NotAnOutboxError, match="--programme elsewhere"):
        command.run(path, programme=cast.programme, post=None, journal=journal, now=NOW)


def test_the_command_ends_with_one_where_something_is_not_on_record(cast, saved, capsys):
    good, bad = waiting("works.need-raised", need()), waiting("works.need-raised", need(at="no"))

    def run(*lines, **how):
        said = {"programme": cast.programme, "post": None, "journal": journal, "now": NOW}
        return command.run(saved(*lines), **said, **how)

    assert run(good, bad, dry_run=True) == 1
    assert "Dry run: nothing was written." in capsys.readouterr().out
    assert run(good) == 0
    out = capsys.readouterr().out
    assert f"{good['id']} works.need-raised: recorded" in out
    assert "as ‘county’: 1 recorded" in out


def test_an_outbox_is_known_by_its_beginning_and_a_sheet_is_none(saved, tmp_path):
    sheet = tmp_path / "payments.csv"
    sheet.write_text("date,amount\n")

    assert is_outbox(saved())
    assert not is_outbox(sheet)


def test_a_text_that_could_show_somebody_is_refused_unless_somebody_looked_again(
    cast, saved, bring
):
    text = {"name": {"en": "Ask 13800138000"}}
    shown, looked = (
        waiting("works.need-raised", need(id_) | text, **more)
        for id_, more in (("a", {}), ("b", {"as_it_is": True}))
    )
    verdicts = bring(saved(shown, looked))

    assert [one.came for one in verdicts] == [Came.REFUSED, Came.RECORDED]
    assert "reach" in verdicts[0].why
    assert "13800138000" not in verdicts[0].why
    assert (on_record(cast, shown), on_record(cast, looked)) == (0, 1)
    assert bring(saved(shown, {**looked, "as_it_is": False}))[1].came is Came.ALREADY
