"""Yesterday's app before today's server: what it asked is asked again, and what it read of the answers is there.

tests/field/app-<day>.json is what the app of a day asked in Chromium, and which properties of the answers it read:
`make field-recorded` writes one, and each stays for as long as phones may run that app.
"""

import base64
import copy
import json
from pathlib import Path

import pytest
from django.test import Client

from field.told_desks import told_desks
from security.visitors import invited

RECORDED = sorted((Path(__file__).parents[2] / "field").glob("app-*.json"))
PER_KIND = {"kinds"}
"""Answers whose objects differ by what they declare: there it is enough that one has the property."""


@pytest.fixture(params=RECORDED, ids=lambda path: path.stem)
def recorded(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


@pytest.fixture
def county(db):
    """The seat as which the app was recorded, signed in."""
    return invited(told_desks(), "county-2", "amina").client


def replayed(recorded, session):
    """Ask everything once more, in order; a token and the names of files are those that the server gives today.

    Answers what is wrong with the answers, and by their names the last of each sort; of facts all verdicts.
    """
    wrong, last, token, files = [], {}, None, {}
    for one in recorded["asked"]:
        client = session if one["by"] == "session" else Client(headers=_headers(token))
        answer = client.generic(
            one["method"],
            f"/api/{one['path']}",
            _body(one, files),
            content_type=one["type"] or "application/json",
        )
        name = one["path"].partition("/")[0]
        where = f"{one['method']} {one['path']}"
        if answer.status_code not in _taken(one["status"]):
            wrong.append(f"{where}: {answer.status_code} instead of {one['status']}")
            continue
        said = answer.json()
        if name == "device":
            token = said["token"]
        elif name == "files":
            files[one["file"]] = said["file"]
        elif name == "facts":
            wrong += _refused(said, where)
            said["verdicts"] += last.get("facts", {"verdicts": []})["verdicts"]
        last[name] = said
    return wrong, last


def _headers(token):
    return {"Authorization": f"Bearer {token}"}


def _taken(status):
    """A file or a fact that is there already is no other answer to the app."""
    return {200, 201} if status in {200, 201} else {status}


def _body(one, files):
    if "base64" in one:
        return base64.b64decode(one["base64"])
    text = json.dumps(one["json"]) if "json" in one else ""
    for before, now in files.items():
        text = text.replace(before, now)
    return text


def _refused(said, where):
    """Facts that are neither on record nor waiting for what is not."""
    for verdict in said["verdicts"]:
        for objection in verdict.get("objections") or []:
            if not objection.get("waits_for"):
                yield f"{where}: {verdict['id']}: {objection['message']}"


def lacks(recorded, said):
    """The properties that the app reads, and that today's answers have not."""
    return [
        f"{name}: {path}"
        for name, paths in recorded["reads"].items()
        for path in paths
        if not _has(said.get(name), path.split("."), every=name not in PER_KIND | {"facts"})
    ]


def _has(said, steps, *, every):
    """Whether what a path leads to has its last property: each, or one."""
    there = [said]
    for step in steps[:-1]:
        there = [each for one in there for each in _of(one, step)]
    name = steps[-1].removesuffix("[]")
    found = [isinstance(one, dict) and name in one for one in there if one is not None]
    return bool(found) and (all(found) if every else any(found))


def _of(said, step):
    """What a step leads to: a property, all of a list, or, by `*`, all of what is kept by name."""
    name, lists = step.removesuffix("[]"), step.endswith("[]")
    if not isinstance(said, dict):
        return []
    found = [one for key, one in said.items() if name in (key, "*")]
    return [each for one in found for each in one] if lists else found


def test_there_is_a_recording():
    assert RECORDED


def test_what_yesterdays_app_asks_is_answered_and_what_it_reads_is_there(recorded, county):
    wrong, said = replayed(recorded, county)

    assert wrong == []
    assert lacks(recorded, said) == []


def test_a_kind_that_is_not_accepted_any_more_is_noticed(recorded, county):
    changed = copy.deepcopy(recorded)
    facts = [one for asked in changed["asked"] for one in asked.get("json", {}).get("facts", [])]
    for fact in facts:
        fact["kind"] = fact["kind"].replace("money.money-spent", "money.money-went")

    wrong, _said = replayed(changed, county)
    assert any("knows no kind of fact" in one for one in wrong)


def test_a_route_that_is_not_there_any_more_is_noticed(recorded, county):
    changed = copy.deepcopy(recorded)
    for asked in changed["asked"]:
        asked["path"] = asked["path"].replace("field", "meadow")

    wrong, said = replayed(changed, county)
    assert wrong == ["GET meadow: 404 instead of 200"]
    assert "field: things" in lacks(recorded, said)


def test_each_property_that_is_taken_away_is_noticed(recorded, county):
    _wrong, said = replayed(recorded, county)

    for name, paths in recorded["reads"].items():
        for path in paths:
            without = {**said, name: copy.deepcopy(said[name])}
            _take(without[name], path.split("."))
            assert f"{name}: {path}" in lacks(recorded, without)


def _take(said, steps):
    there = [said]
    for step in steps[:-1]:
        there = [each for one in there for each in _of(one, step)]
    for one in there:
        if isinstance(one, dict):
            one.pop(steps[-1].removesuffix("[]"), None)
