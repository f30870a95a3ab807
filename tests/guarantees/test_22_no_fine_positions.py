"""Pages, tables, maps and published files are searched for positions finer than a kilometre; kept pictures for any at all."""

import json
import re
from io import BytesIO

import pytest
from PIL import Image
from pydantic import ValidationError

from cairn.catalog import journal
from cairn.journal import files
from cairn.programme.facts import PlaceLocated
from cairn.reported.facts import LocationReported
from guarantees.there import table_fields

FINE = re.compile(r"(?<![\d.])-?\d{1,3}\.\d{3,}(?![\d.%])")
"""A number with three or more decimals: of degrees, that would be a hundred metres."""

KILOMETRE = 0.009
"""Of a degree of latitude."""

PATHS = ("", "places/", "places/hongliu/", "places/qarasu/", "places/hongliu/map/", "places/?csv=places",
         "places/hongliu/map/?csv=places", "assets/", "assets/?csv=assets",
         "assets/qarasu-pump/", "projects/", "projects/?csv=projects", "needs/?csv=needs", "~difference/")  # fmt: skip


def in_words(page: bytes) -> str:
    """What a page says, without what draws it: paths of pictures have fine numbers of their own."""
    text = re.sub(r"<svg.*?</svg>", " ", page.decode("utf-8", "replace"), flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", text)


@pytest.mark.parametrize("path", PATHS)
def test_no_page_or_table_tells_a_fine_position(look, path):
    answer = look(path)

    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200
    assert len(content) > 100
    assert FINE.findall(in_words(content)) == []


def test_the_map_says_where_villages_are_to_two_kilometres(look):
    found = json.loads(look("places/hongliu/map/places.geojson").content)
    points = [one["geometry"]["coordinates"] for one in found["features"]]

    assert len(points) >= 2
    for degrees in (degree for point in points for degree in point):
        hundredths = degrees * 100
        assert abs(hundredths - round(hundredths)) < 1e-9
        assert round(hundredths) % 2 == 0
    assert KILOMETRE < 0.02


@pytest.mark.parametrize("fine", [4131, 4130.5, 41300])
def test_a_finer_position_cannot_even_be_said(fine):
    with pytest.raises(ValidationError):
        PlaceLocated(place="qarasu", north=fine, east=-4218)
    with pytest.raises(ValidationError):
        LocationReported(file="0" * 64, line=1, activity="0" * 36, north=fine, east=-4218)


def test_no_other_fact_or_table_has_a_position():
    wanted = {
        "north",
        "east",
        "latitude",
        "longitude",
        "lat",
        "lon",
        "lng",
        "point",
        "geom",
        "coordinates",
        "position_at",
    }
    of_facts = {
        (kind.kind, name)
        for kind in journal.kinds.values()
        for name in kind.model_fields
        if name in wanted
    }
    of_tables = {(table, column) for table, column in table_fields() if column in wanted}

    both = ("programme.place-located", "reported.location-reported")
    assert of_facts == {(kind, name) for kind in both for name in ("north", "east")}
    assert of_tables == {("programme_place", "north"), ("programme_place", "east")}


def with_position() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 18.0, 3.51), 3: "E", 4: (76.0, 9.0, 1.7)})
    out = BytesIO()
    Image.new("RGB", (60, 40), "brown").save(out, "JPEG", exif=exif, comment=b"41.3009 N 76.1504 E")
    return out.getvalue()


def test_a_picture_that_came_with_a_position_is_kept_without(cast):
    sent = with_position()
    with Image.open(BytesIO(sent)) as before:
        assert before.getexif().get_ifd(0x8825)

    kept = files.path_of(cast.programme, files.keep(cast.programme, sent)).read_bytes()
    with Image.open(BytesIO(kept)) as after:
        assert not after.getexif()
        assert not {"exif", "comment", "xmp", "icc_profile"} & after.info.keys()
    assert b"41.3009" not in kept


def test_no_published_picture_has_one(lived):
    pictures = [*lived.folder.rglob("*.jpg"), *lived.folder.rglob("*.png")]

    assert pictures
    for path in pictures:
        with Image.open(path) as image:
            assert not image.getexif(), path


HELD_BY = ("tests/journal/test_pictures.py::test_nothing_but_pixels_is_kept",
           "tests/voice/test_spoken_gone.py::test_nothing_of_its_sender_was_ever_left")  # fmt: skip
