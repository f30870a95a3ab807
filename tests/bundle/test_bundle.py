"""What is in a bundle: the pack, drawn in each language, and nothing that leads out of it."""

import csv
import io
import json
import re
from datetime import date

import pytest

from bundle.conftest import unpacked, written
from bundle.walked import NEXT, TEAM, tell_the_walk, tell_what_is_handed_over
from cairn.assets.facts import AssetInspected, Condition
from cairn.catalog import journal
from cairn.handover.facts import HandoverOpened, PackFrozen
from cairn.journal.fact import Visibility
from cairn.journal.facts import PartShredded
from cairn.journal.files import keep
from cairn.journal.heads import position_of
from cairn.journal.log import Log
from cairn.journal.models import Entry
from cairn.pack import bytes_of, pack_of
from cairn.values import LANGUAGES
from cairn.verify import bundle_manifest as manifest
from cairn.verify.bundle import verify_bundle
from cairn.verify.bundle_manifest import PACK
from cairn.verify.files import Memory
from cairn.verify.record import Trusted
from cairn.web.bundle.contents import (
    NoSuchPositionError,
    OtherPackError,
    UnknownTeamError,
    bundle_of,
)
from cairn.web.bundle.proofs import NotSignedYetError
from cast import a_picture
from handover.conftest import HASH, taken
from merkle.signers import LOG
from stands import PUMP
from witness.watched import watch, with_key

pytestmark = pytest.mark.django_db

OUT = re.compile(r'(?:href|src|action|srcset|data|poster)="([^"]*)"')


@pytest.fixture
def desks():
    return tell_what_is_handed_over()


def bundle(desks, team=TEAM, **more):
    return bundle_of(programme=desks.programme, team=team, **more)


def files_of(desks, team=TEAM, **more):
    return unpacked(written(bundle(desks, team, **more)))


def signed(desks):
    watch(with_key(desks.programme))


def test_made_again_it_is_the_same_byte_for_byte(desks):
    tell_the_walk(desks)
    signed(desks)

    assert written(bundle(desks)) == written(bundle(desks))


def test_a_later_fact_changes_what_proves_it_and_not_what_it_says(desks):
    upto = tell_the_walk(desks)
    signed(desks)
    before = files_of(desks)
    desks.pen.record(AssetInspected(asset=PUMP, condition=Condition.GOOD), on=date(2025, 6, 29))
    watch_again(desks)
    after = files_of(desks)

    same = {path for path in before if before[path] == after.get(path)}
    assert before.keys() == after.keys()
    assert all(path.startswith(("proofs/", "manifest.json")) for path in before.keys() - same)
    assert manifest.entry_path(upto) in same


def watch_again(desks):
    Log(desks.programme).sign(LOG)


def test_no_page_leads_out_of_it_or_runs_anything(made):
    for path, content in made.files.items():
        if path.endswith(".html"):
            text = content.decode()
            leads = {one.partition("#")[0] for one in OUT.findall(text)} - {""}
            assert leads <= made.files.keys(), path
            within = {one[1:] for one in OUT.findall(text) if one.startswith("#")}
            assert within <= set(re.findall(r'\sid="([^"]*)"', text)), path
            assert not re.search(r"<(script|form|iframe|object|base)\b|\son\w+=|javascript:", text)
            assert not re.search(r"(https?:)?//(?!www\.w3\.org/2000/svg)", text), path
        elif path.endswith(".css"):
            for name in re.findall(rb'url\("?([^")#]+)"?\)', content):
                assert f"style/{name.decode().removeprefix('./')}" in made.files


def test_every_section_is_there_in_each_language_with_its_table(made):
    tables = {path.rpartition("/")[2] for path in made.files if path.startswith("tables/")}
    for language in LANGUAGES:
        page = made.files[f"{language}.html"].decode()
        assert f'lang="{language}"' in page
        for name in tables:
            rows = read(made.files[f"tables/{language}/{name}"])
            assert rows, name
            if len(rows) > 1:
                assert f'href="tables/{language}/{name}"' in page, name
    assert "水泵" in made.files["zh-hans.html"].decode()
    assert {"assets.csv", "owed.csv", "grants.csv", "lines.csv", "gaps.csv"} <= tables


def read(raw):
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def test_the_last_photo_of_an_asset_is_shown_and_kept_as_it_is(made):
    (path,) = (path for path in made.files if path.startswith("photos/"))

    assert f'<img src="{path}"' in made.files["en.html"].decode()
    assert made.files[path].startswith(b"\xff\xd8")


def test_a_photo_that_was_erased_is_not_in_it_and_it_holds(desks):
    photo = keep(desks.programme, a_picture("red"))
    looked = AssetInspected(asset=PUMP, condition=Condition.GOOD, sha256=photo)
    seen = desks.pen.record(looked, on=date(2025, 6, 10))
    signed(desks)
    assert manifest.photo_path(photo) in files_of(desks)

    erased = PartShredded(entry=str(seen.id), field="sha256", reason="A face")
    desks.pen.record(erased, on=date(2025, 6, 20))
    watch_again(desks)
    files = files_of(desks)

    assert not [path for path in files if path.startswith(("photos/", "proofs/sealed/"))]
    assert verify_bundle(Memory(files), Trusted(keys=(LOG.verifier,))).photos == 0


def test_a_team_that_hands_over_nothing_yet_has_one_of_now_or_of_a_position(desks):
    signed(desks)
    now, then = bundle(desks), bundle(desks, at=60)

    assert (now.about.position, now.about.frozen) == (position_of(desks.programme), None)
    assert (then.about.position, then.about.pack != now.about.pack) == (60, True)
    pack = pack_of(programme=desks.programme, team=TEAM, journal=journal)
    assert now.contents[PACK] == bytes_of(pack)
    for one in (now, then):
        assert verify_bundle(Memory(unpacked(written(one))), Trusted()).signed == ()
    assert "No entry freezes this pack." in now.contents["en.html"].decode()


def test_of_a_team_that_handed_over_another_position_is_no_frozen_pack(desks):
    upto = tell_the_walk(desks)
    signed(desks)

    assert bundle(desks, at=upto).about.frozen
    assert bundle(desks, at=upto - 1).about.frozen is None
    assert bundle(desks, NEXT).about.frozen is None


def test_without_a_log_it_is_made_and_says_that_nothing_proves_it(desks):
    files = files_of(desks)

    assert not [path for path in files if path.startswith("proofs/")]
    assert b"no signed log" in files["README.txt"]
    assert b"no signed log" in files["en.html"]
    assert verify_bundle(Memory(files), Trusted()).checkpoint is None


def test_entries_under_no_checkpoint_are_waited_for(desks):
    signed(desks)
    tell_the_walk(desks)

    with pytest.raises(NotSignedYetError, match=r"run `cairn log sign teams-\d+`"):
        bundle(desks)
    assert bundle(desks, sign=lambda: watch_again(desks)).about.frozen


def test_a_team_that_is_none_is_told_those_that_are(desks):
    with pytest.raises(
        UnknownTeamError, match="no team ‘qarasu’ in ‘.*’. There is qarasu-202[56], "
    ):
        bundle(desks, "qarasu")
    with pytest.raises(NoSuchPositionError, match=r"has no position 4711; it has 1 to \d+"):
        bundle(desks, at=4711)
    with pytest.raises(
        UnknownTeamError, match="At position 20 the team ‘qarasu-2025’ was not placed"
    ):
        bundle(desks, at=20)
    with pytest.raises(UnknownTeamError, match="None has been placed yet"):
        bundle_of(programme="nowhere", team=TEAM)


def test_a_frozen_hash_that_the_journal_does_not_come_to_makes_none(desks):
    taken(desks, "leader", HandoverOpened(team=TEAM, outgoing="leader", on=date(2025, 6, 25)))
    frozen = PackFrozen(handover=TEAM, upto=60, sha256=HASH, lines=("asset/x 0123456789abcdef",))
    taken(desks, "leader", frozen)

    with pytest.raises(OtherPackError, match=f"froze the pack {HASH}"):
        bundle(desks)


def test_it_holds_what_is_public_and_the_entries_of_its_handover_alone(desks):
    tell_the_walk(desks)
    signed(desks)
    files = files_of(desks)

    entries = [
        json.loads(raw)
        for path, raw in files.items()
        if re.fullmatch(r"proofs/entries/\d+\.json", path)
    ]
    for entry in entries:
        assert journal.kinds[entry["kind"]].visibility is Visibility.PUBLIC
        assert Entry.objects.get(programme=desks.programme, position=entry["position"]).body
    told = {entry["kind"] for entry in entries}
    assert {"handover.pack-frozen", "handover.lines-accepted", "handover.incoming-signed"} <= told


def test_readme_says_how_to_check_it_by_hand(made):
    text = made.files["README.txt"].decode()

    assert made.bundle.about.pack in text
    assert "sha256sum pack.json" in text
    assert "proofs/entries/90.json" in text
    assert text.count("==") == 2 * (len(LANGUAGES) + 4) + 1  # and one in the command
