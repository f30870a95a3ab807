"""Every package that is installed or built with is in a list that somebody read; what can be searched is a list of things."""

import re

from django.urls import get_resolver

from cairn.catalog import journal
from cairn.following.queries.search import TABLES
from cairn.people import models as people
from guarantees.there import ROOT, is_here, read
from people.test_rights import routes

THINGS = {"place", "project", "asset", "grant", "organisation", "enterprise", "need", "notice"}
"""What the search finds, by the names of its tables."""

SEEKS_PEOPLE = re.compile(
    r"(?<!inter)face|facial|dlib|deepface|arcface|insight|retinaface|mediapipe|openface|mtcnn|yolo|opencv|"
    r"voiceprint|speaker|pyannote|speechbrain|resemblyzer|whisper|vosk|speech|librosa|torchaudio|diari[sz]|"
    r"networkx|igraph|graph.?tool|neo4j|splink|record.?linkage|dedupe|jellyfish|"
    r"name.?match|fuzzy|sherlock|maltego|palantir|sentence.?transformers|spacy|stanza|stylometr|"
    r"facenet|biometr|fingerprint|tensorflow|torch|onnx|scikit|transformers",
    re.IGNORECASE,
)
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-ray.lock",
    "bench/requirements.lock",
    "front/package-lock.json",
)


def named_in(lock: str) -> set[str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    if lock.endswith(".json"):
        return set(re.findall(r'"node_modules/(?:.*/node_modules/)?([^"]+)"', text))
    return set(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE))


def test_no_package_analyses_people_anywhere():
    for lock in LOCKS:
        there = named_in(lock)
        assert len(there) > 3, lock
        assert {name for name in there if SEEKS_PEOPLE.search(name)} == set(), lock


def test_what_is_looked_for_would_be_found():
    for name in ("face-recognition", "pyannote.audio", "networkx", "splink", "openai-whisper"):
        assert SEEKS_PEOPLE.search(name), name
    assert not SEEKS_PEOPLE.search("zope-interface")


def test_every_package_of_an_installation_was_read():
    reviewed = {
        row["package"]: row["what_for"]
        for row in read("packages.csv")
        if is_here(row["once_there_is"])
    }

    installed = named_in("requirements.lock") | named_in("requirements-ray.lock")
    assert installed == reviewed.keys(), "what is it for, and could it find a person?"
    assert all(len(why) > 5 for why in reviewed.values())


def test_what_can_be_searched_is_a_thing():
    sought = {called for called, table in journal.tables.items() if table.sought}

    assert sought == set(TABLES) == THINGS


def test_no_table_about_people_can_be_searched():
    for model in vars(people).values():
        assert not getattr(model, "sought", False)


def test_no_route_is_a_search_but_the_one_over_things():
    wanted = {
        "search",
        "find",
        "lookup",
        "query",
        "match",
        "person",
        "people",
        "user",
        "resident",
        "who",
        "suggest",
    }
    found = {
        route
        for route in routes(get_resolver().url_patterns)
        if wanted & set(re.split(r"[:_-]", route))
    }

    # desk:people says who holds which post beneath one's own, and takes no name to look for.
    assert found == {"public:search", "desk:people"}


def test_the_page_of_holders_takes_nothing_to_look_for(desks):
    from security.visitors import invited  # noqa: PLC0415 - once Django is started

    visitor = invited(desks, "office", "amina")
    plain = visitor.get("people/")
    for name in ("q", "name", "user", "search", "sign_in_name"):
        assert _main(visitor.get("people/", **{name: "amina"})) == _main(plain)


def _main(page) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page.content.decode().partition("<main")[2])


def test_a_search_for_somebody_at_work_finds_nothing(desks):
    from cairn.following.queries.search import search  # noqa: PLC0415 - once Django is started

    desks.appoint("rabiya-canary", "county")
    assert search(programme=desks.programme, asked="rabiya") == ()
    assert search(programme=desks.programme, asked="well")
