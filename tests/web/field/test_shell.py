"""The shell of the field app: the same for everybody, small, and a new worker for each release and nothing else."""

import gzip
import json
import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from cairn.web.field import shell
from cairn.web.field.messages import MESSAGES
from cairn.web.field.words import words_in

SOURCES = Path(__file__).parents[3] / "front" / "field" / "app"
MOST_BYTES = 100 * 1000
"""Of the first load, compressed and without fonts."""


@pytest.fixture
def built(tmp_path, monkeypatch):
    """The built files in a folder of their own, which a test may change."""
    folder = tmp_path / "cairn"
    shutil.copytree(shell.folder(), folder)
    monkeypatch.setattr(shell, "folder", lambda: folder)
    return folder


def kept(script):
    """What the worker is told to keep."""
    return json.loads(re.match(r"self\.CAIRN=(\{.*?\});\n", script.decode())[1])


def test_the_shell_is_the_same_for_everybody_and_says_what_it_may_load(db):
    plain = Client().get("/field/")
    other = Client(headers={"Accept-Language": "zh-CN", "Cookie": "cairn-session=x"}).get("/field/")

    assert plain.content == other.content
    assert "Set-Cookie" not in other.headers
    assert not other.cookies
    policy = plain.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert b"<style" not in plain.content
    assert b"<script>" not in plain.content


def test_every_file_that_the_worker_keeps_is_served_as_its_hash_says(db):
    listed = kept(Client().get("/field/worker.js").content)["files"]

    assert {"/field/", "/static/cairn/field.js", "/static/cairn/field.css"} <= set(listed)
    for path, hash_ in listed.items():
        answer = Client().get(path)
        assert answer.status_code == 200, path
        assert sha256(b"".join(answer)).hexdigest() == hash_, path


def test_the_worker_changes_when_a_built_file_does_and_only_then(built, db):
    before = Client().get("/field/worker.js").content
    again = Client().get("/field/worker.js").content
    versions = {kept(before)["version"]}
    changed = (*shell.BUILT, *shell.ICONS, shell.WORKER)
    for name in changed:
        (built / name).write_bytes((built / name).read_bytes() + b"\n")
        versions.add(kept(Client().get("/field/worker.js").content)["version"])
    (built / "map.js").write_bytes(b"")
    versions.add(kept(Client().get("/field/worker.js").content)["version"])

    assert before == again
    assert len(versions) == 1 + len(changed)


def test_the_first_load_is_at_most_100_kb_without_fonts(db):
    files = [(shell.folder() / name).read_bytes() for name in (*shell.BUILT, *shell.ICONS)]
    pages = [
        Client().get(path).content
        for path in ("/field/", "/field/worker.js", "/field/manifest.webmanifest")
    ]
    for language, _name in settings.LANGUAGES:
        words = Client().get(f"/field/words/{language}.json").content
        sizes = [len(gzip.compress(one, 6)) for one in (*files, *pages, words)]

        assert sum(sizes) <= MOST_BYTES, language


def test_the_manifest_names_icons_that_are_there(db):
    said = json.loads(Client().get("/field/manifest.webmanifest").content)

    assert (said["start_url"], said["scope"], said["display"]) == (
        "/field/",
        "/field/",
        "standalone",
    )
    for icon in said["icons"]:
        assert (shell.folder() / Path(icon["src"]).name).exists()


def test_the_list_of_sentences_is_what_the_app_asks_for():
    asked = set()
    for file in SOURCES.glob("*.js"):
        text = re.sub(
            r"^\s*(//|\*|/\*\*).*$|\s//.*$", "", file.read_text("utf-8"), flags=re.MULTILINE
        )
        for found in re.finditer(r'(\bt\()?"((?:[^"\\\n]|\\.)*)"', text):
            said = json.loads(f'"{found[2]}"')
            if found[1] or (re.match(r"[A-Z‘—{]", said) and " " in said):
                asked.add(said)

    assert asked == set(MESSAGES)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "en"])
def test_every_sentence_is_said_in_each_language_with_the_same_places_to_fill(db, language):
    with translation.override(language):
        said = words_in(language)["messages"]

    for english, other in said.items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", other)), (
            other
        )
    alike = {english for english, other in said.items() if english == other}
    assert alike <= {"PIN", "{n} kB"}


def test_words_are_answered_with_their_tag_and_for_our_languages_alone(db):
    first = Client().get("/field/words/ug.json")
    same = Client(headers={"If-None-Match": first.headers["ETag"]}).get("/field/words/ug.json")

    assert first.json()["direction"] == "rtl"
    assert same.status_code == 304
    assert Client().get("/field/words/tlh.json").status_code == 404
