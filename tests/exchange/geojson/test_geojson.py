"""Places, projects and assets on a map: by RFC 7946, and nowhere finer than places are on record."""

import json
from pathlib import Path

import pytest

from cairn.exchange import export_command as command
from cairn.following.snapshot import bring_up_to_date
from stands import tell_what_stands
from told import tell_a_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def stands(cast):
    tell_a_year(cast)
    tell_what_stands(cast)
    bring_up_to_date(cast.programme)
    return cast


def features(programme: str, out: Path, **chosen) -> dict[str, dict]:
    rows = {"place": "", "project": "", "since": "", "until": "", **chosen}
    command.geojson(command.asked(programme, out, **rows))
    said = json.loads(out.read_bytes())
    assert said.keys() == {"type", "features"}
    assert said["type"] == "FeatureCollection"
    return {one["id"]: one for one in said["features"]}


def test_every_feature_is_one_by_the_rfc_and_is_where_its_place_is(stands, tmp_path):
    found = features(stands.programme, tmp_path / "map.geojson")

    for one in found.values():
        assert one["type"] == "Feature"
        assert one.keys() == {"type", "id", "geometry", "properties"}
        assert one["geometry"] is None or one["geometry"]["type"] == "Point"
    # Longitude first: RFC 7946 §3.1.1.
    assert found["place/qarasu"]["geometry"]["coordinates"] == [-42.0, 34.0]
    for inside in ("asset/qarasu-pump", "project/qarasu-well"):
        assert found[inside]["geometry"] == found["place/qarasu"]["geometry"]
    assert found["place/kunlun"]["geometry"] is None
    assert found["asset/qarasu-pump"]["properties"]["condition"] == "worn"


def test_no_position_is_finer_than_those_on_record(stands, tmp_path):
    for one in features(stands.programme, tmp_path / "map.geojson").values():
        for degree in (one["geometry"] or {"coordinates": []})["coordinates"]:
            assert round(degree * 100) % 2 == 0  # even hundredths: two kilometres
            assert degree == round(degree, 2)
        assert not {"latitude", "longitude"} & one["properties"].keys()


def test_a_place_chooses_what_is_drawn(stands, tmp_path):
    found = features(stands.programme, tmp_path / "map.geojson", place="石桥村")

    assert "asset/石桥村-tank" in found
    assert not any("qarasu" in id_ for id_ in found)
