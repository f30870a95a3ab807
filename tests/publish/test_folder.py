"""A folder that is served while it is written."""

import json
import sys
from threading import Event, Thread

import pytest

from cairn.publish.folder import Publication, alone_in

LANGUAGES = frozenset({"en"})
FIRST = {
    "tile/0/000.p/3": b"three",
    "en/a/index.html": b"a",
    "en/b/index.html": b"b",
    "checkpoint": b"3",
}
THEN = {
    "tile/0/000.p/4": b"four",
    "en/a/index.html": b"a, longer",
    "en/c/d/index.html": b"d",
    "checkpoint": b"4",
}

watching = []


def at_each_step(event, _arguments):
    """Python tells before a file is opened, put in place or removed."""
    if watching and event in {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir"}:
        look, watching[:] = watching[0], []
        look()
        watching.append(look)


@pytest.fixture(scope="module", autouse=True)
def hook():
    """Audit hooks stay for as long as the process: this one does nothing where nobody watches."""
    sys.addaudithook(at_each_step)


def put(root, files, position):
    into = Publication(root, "kunlun", LANGUAGES)
    into.put_all(files.items())
    into.end(position)
    return into


def test_whoever_reads_at_any_step_finds_whole_files_and_each_that_the_manifest_lists(tmp_path):
    put(tmp_path, FIRST, 3)
    seen = []

    def look():
        listed = json.loads((tmp_path / "manifest.json").read_bytes())
        seen.append(listed["position"])
        missing = [path for path in listed["files"] if not (tmp_path / path).is_file()]
        assert not missing
        for path in FIRST.keys() | THEN.keys():
            if (tmp_path / path).exists():
                assert (tmp_path / path).read_bytes() in {FIRST.get(path), THEN.get(path)}

    watching.append(look)
    try:
        done = put(tmp_path, THEN, 4)
    finally:
        watching.clear()

    assert seen[0] == 3
    assert seen[-1] == 4
    assert len(seen) > 10
    assert sorted(done.removed) == ["en/b/index.html", "tile/0/000.p/3"]
    assert not (tmp_path / "en/b").exists()


def test_a_checkpoint_is_put_where_its_tiles_are_already(tmp_path):
    put(tmp_path, FIRST, 3)

    written = put(tmp_path, THEN, 4).written

    assert written[-1] == "manifest.json"
    assert written.index("tile/0/000.p/4") < written.index("checkpoint")


def test_who_comes_second_waits_until_the_first_is_done(tmp_path):
    entered = Event()

    def second():
        with alone_in(tmp_path):
            entered.set()

    waiting = Thread(target=second)
    with alone_in(tmp_path):
        waiting.start()
        assert not entered.wait(0.2)
    waiting.join(10)

    assert entered.is_set()
