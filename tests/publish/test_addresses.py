"""Which file an address becomes: no two the same one, and none where another has its folder."""

import re
from itertools import product
from posixpath import dirname
from urllib.parse import quote

import pytest
from pydantic import TypeAdapter

from cairn.publish.addresses import address_of, file_of, linked
from cairn.values import SLUG, Slug
from cairn.web.public.urls import urlpatterns

CALLED_LIKE_FILES = (
    "index.html", "Index.HTML", "places.csv", "grants.csv", "stages.csv", "places.geojson", "a.csv",
)  # fmt: skip
ORDINARY = ("well", "2025.1", "map", "labels", "report", "grants", "石桥村.水井", "v.html.x")
LONG = "𠀀" * 64


def addresses(ids):
    """Every address of a public page, with its tables, for things of these ids."""
    for pattern in urlpatterns:
        route = str(pattern.pattern).replace("<int:position>", "7")
        names = re.findall(r"<str:(\w+)>", route)
        for chosen in product(ids, repeat=len(names)):
            path = route
            for name, id_ in zip(names, chosen, strict=True):
                path = path.replace(f"<str:{name}>", quote(id_))
            address = f"/en/{path}"
            yield address
            if address.endswith("/"):
                yield from (f"{address}?csv={one}" for one in ("places", "grants", "stages", "a"))
                yield from (f"{address}?place={quote(id_)}" for id_ in ids if id_ != LONG)


def test_no_file_is_where_another_has_its_folder():
    found = {address: file_of(address) for address in addresses((*CALLED_LIKE_FILES, *ORDINARY))}
    files = {file.lower() for file in found.values()}
    folders = set()
    for file in files:
        while file := dirname(file):
            folders.add(file)

    assert len({*found.values()}) == len(found)
    assert not files & folders


@pytest.mark.parametrize("id_", ORDINARY)
def test_the_folder_of_a_thing_is_called_after_its_id(id_):
    assert file_of(f"/en/kunlun/places/{quote(id_)}/") == f"en/kunlun/places/{id_}/index.html"


@pytest.mark.parametrize("id_", CALLED_LIKE_FILES)
def test_one_that_is_called_like_a_file_is_told_apart(id_):
    TypeAdapter(Slug).validate_python(id_)

    assert file_of(f"/en/kunlun/places/{id_}/") == f"en/kunlun/places/~~{id_}/index.html"
    assert not re.match(SLUG, f"~~{id_}"), "no id is called like its folder"


def test_links_lead_to_it():
    page = linked('<a href="/en/kunlun/places/places.csv/">', "/en/kunlun/places/", lambda to: to)

    assert page == '<a href="~~places.csv/index.html">'
    back = linked('<a href="/en/kunlun/places/?csv=places">', "/en/kunlun/places/places.csv/", str)
    assert back == '<a href="../places.csv">'


def test_an_id_that_is_longer_than_names_of_folders_may_be_is_cut_to_its_hash():
    TypeAdapter(Slug).validate_python(LONG)
    file = file_of(f"/en/kunlun/places/{quote(LONG)}/")

    assert re.fullmatch(r"en/kunlun/places/~~[0-9a-f]{64}/index\.html", file)
    asked = address_of(f"/en/kunlun/grants/?sponsor={quote(LONG)}", "/en/kunlun/")
    assert max(len(part.encode()) for part in file_of(asked).split("/")) <= 255
    assert file_of(asked) != file_of(asked.replace("sponsor", "place"))
