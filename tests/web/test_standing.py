"""Pages of what stands and what is lacking: the strip, labels, registers, the search box."""

import csv
import io
import re
from datetime import date

import pytest
from django.test import Client

from cairn.following import queries
from cairn.following.answers import AsOf, Named
from cairn.following.snapshot import bring_up_to_date
from cairn.following.standing import AssetFollowed, AssetRow, Picture, Sighting
from cairn.web.charts.strip import strip_of
from cairn.web.qr import code_of

HANDED, TODAY = date(2025, 1, 1), date(2025, 4, 11)
A_THING = Named("x", {"en": "X"})


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def followed(*seen, out_on=None):
    """An asset handed over on 1 January and seen so on these days."""
    row = AssetRow(
        A_THING, A_THING, A_THING, None, "good", None, None, None, None, (), None, None, None, "CNY"
    )
    sightings = [
        Sighting(on, condition, None, None, Picture("", None, False)) for on, condition in seen
    ]
    as_of = AsOf(1, 1, "fifo", "1")
    return AssetFollowed(A_THING, as_of, row, HANDED, out_on, "", tuple(sightings), (), ())


def drawn(strip):
    return [(one.condition, one.x, one.width) for one in strip.stretches]


def test_a_strip_is_as_long_as_each_condition_lasted():
    strip = strip_of(followed((date(2025, 1, 11), "good"), (date(2025, 3, 2), "broken")), TODAY)

    assert drawn(strip) == [("unseen", 0, 100), ("good", 100, 500), ("broken", 600, 400)]


def test_a_strip_is_the_same_from_right_to_left():
    seen = followed((date(2025, 1, 11), "good"))

    assert drawn(strip_of(seen, TODAY, mirrored=True)) == [
        ("unseen", 900, 100),
        ("good", 0, 900),
    ]


def test_the_same_condition_seen_again_is_one_stretch_and_the_last_of_a_day_counts():
    strip = strip_of(
        followed((HANDED, "worn"), (HANDED, "good"), (date(2025, 2, 1), "good")), TODAY
    )

    assert drawn(strip) == [("good", 0, 1000)]


def test_a_strip_ends_with_its_asset():
    strip = strip_of(followed(out_on=date(2025, 1, 2)), TODAY)

    assert strip.until == date(2025, 1, 2)
    assert strip_of(followed(), HANDED) is None


def test_a_code_is_drawn_square_by_square():
    import qrcode  # noqa: PLC0415 - to compare with

    text = "https://cairn.example/zh-hans/demo/assets/石桥村-水井/"
    path, width = code_of(text)
    known = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_Q)
    known.add_data(text)
    known.make(fit=True)

    dark = set()
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        dark |= {(int(x) + at, int(y)) for at in range(int(run))}
    expected = {
        (x, y)
        for y, line in enumerate(known.get_matrix())
        for x, square in enumerate(line)
        if square
    }
    assert dark == expected
    assert width == len(known.get_matrix())


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, ["qarasu-pump", "石桥村-tank"]),
        ({"place": "qarasu"}, ["qarasu-pump"]),
        ({"place": "kunlun"}, ["qarasu-pump", "石桥村-tank"]),
        ({"keeper": "qarasu-committee", "condition": "worn"}, ["qarasu-pump"]),
        ({"condition": "out"}, ["石桥村-tank"]),
        ({"condition": "good"}, []),
        ({"overdue": "any"}, ["qarasu-pump"]),
        ({"overdue": "mending"}, ["qarasu-pump"]),
        ({"overdue": "upkeep"}, ["qarasu-pump"]),
    ],
)
def test_the_register_is_filtered_by_what_is_asked(look, query, ids):
    rows = rows_of(look("assets/", csv="assets", **query))

    assert [row["asset"] for row in rows] == ids


def test_overdue_depends_on_who_reads_when(told, db):
    def overdue(day):
        rows, _page = queries.assets(programme=told, today=day, place="qarasu")
        return rows[0].due_on, rows[0].overdue

    assert overdue(date(2025, 5, 28)) == (date(2025, 5, 28), ())
    assert overdue(date(2025, 5, 29)) == (date(2025, 5, 28), ("upkeep",))
    assert overdue(date(2025, 6, 11)) == (date(2025, 5, 28), ("upkeep", "mending"))


def test_a_repair_costs_what_its_payment_did_from_its_account(look):
    (repair, service) = rows_of(look("assets/qarasu-pump/", csv="upkeep"))

    assert (repair["cost"], repair["account"], repair["what"]) == (
        "15000.00",
        "qarasu-committee",
        "New seal",
    )
    assert (service["kind"], service["cost"]) == ("service", "")


def test_an_asset_shows_its_photo_and_its_history_in_words(look):
    page = look("assets/qarasu-pump/").content.decode()

    assert re.search(r'<img src="/files/[^"]+\.jpg"', page)
    assert re.search(r"broken since <time[^>]*>10 May 2025</time>", page)


def test_completed_projects_that_say_nothing_of_what_they_left_are_listed(look):
    rows = rows_of(look("assets/", csv="unsaid"))

    assert [row["project"] for row in rows] == ["lane"]
    assert "nobody has said which assets it left" in look("projects/lane/").content.decode()


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, ["footbridge", "clean-water", "reading-room", "second-lane"]),
        ({"state": "open"}, ["footbridge"]),
        ({"state": "taken-up"}, ["clean-water"]),
        ({"state": "refused", "theme": "road"}, ["second-lane"]),
        ({"place": "qarasu"}, ["footbridge", "clean-water"]),
    ],
)
def test_needs_are_filtered_and_open_ones_come_first(look, query, ids):
    rows = rows_of(look("needs/", csv="needs", **query))

    assert [row["need"] for row in rows] == ids


def test_a_need_waits_until_it_is_answered(told, db):
    rows, _page = queries.needs(programme=told, today=date(2025, 3, 31))

    days = {row.need.id: row.days for row in rows}
    assert (days["footbridge"], days["second-lane"]) == (30, 0)


def test_an_enterprise_tells_sums_of_its_years_and_of_nobody(look):
    (row,) = rows_of(look("enterprises/qarasu-bakery/", csv="years"))

    assert (row["income"], row["costs"], row["result"], row["shared_out"]) == (
        "1864.00",
        "1231.00",
        "633.00",
        "400.00",
    )


def test_a_project_shows_its_budget_by_grant_beside_what_each_paid(look):
    (row,) = rows_of(look("projects/qarasu-well/", csv="budget"))

    assert (row["grant"], row["planned"], row["paid"]) == ("water-2025", "20000.00", "18000.00")


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("水井", {"石桥村-tank"}),
        ("насос", {"qarasu-pump"}),
        ("قاراسۇ", {"qarasu-bakery"}),
        ("water", {"water-2025", "water-bureau", "clean-water"}),
        ("<script>", set()),
    ],
)
def test_a_search_finds_things_of_every_kind(look, asked, ids):
    page = look("~search/", q=asked).content.decode()
    rows = rows_of(look("~search/", q=asked, csv="found"))

    assert {row["id"] for row in rows} == ids
    assert "<script" not in page


def test_a_map_has_a_script_of_its_own_and_says_what_its_table_says(look, told):
    page = look("places/hongliu/map/")
    places = look("places/hongliu/map/places.geojson")

    policy = page["Content-Security-Policy"]
    assert "script-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert places["Content-Type"] == "application/geo+json"
    features = {one["properties"]["id"]: one for one in places.json()["features"]}
    assert features["qarasu"]["geometry"]["coordinates"] == [-42.0, 34.0]
    assert features["qarasu"]["properties"]["assets"] == 1
    assert features["qarasu"]["properties"]["late"] == 1
    assert features["石桥村"]["properties"]["assets"] == 0
    rows = rows_of(look("places/hongliu/map/", csv="places"))
    assert [row["place"] for row in rows] == list(features)


def test_where_nobody_has_said_where_it_is_there_is_no_map(cast):
    bring_up_to_date(cast.programme)
    look = Client()

    assert "/map/" not in look.get(f"/en/{cast.programme}/places/hongliu/").content.decode()
    assert look.get(f"/en/{cast.programme}/places/hongliu/map/").status_code == 404


def test_what_is_not_on_record_has_no_page(look):
    assert look("assets/no-such/").status_code == 404
    assert look("needs/no-such/").status_code == 404
    assert look("enterprises/no-such/").status_code == 404
