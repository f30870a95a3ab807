"""The pages over the years: charts, tables and files from one query; in a past, published, from right to left."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from lxml import etree

from cairn.catalog import journal
from cairn.following import pasts, queries
from cairn.following.answers import Named
from cairn.following.story import Quarter
from cairn.following.survival import Life, survival
from cairn.following.turns import Turn
from cairn.following.years import VillageOfTurn
from cairn.journal.heads import position_of
from cairn.journal.past import Past
from cairn.web.charts.stacks import stacks_of
from cairn.web.charts.steps import steps_of
from cairn.web.charts.timeline import timeline_of
from cairn.web.charts.villages import labels_of, smalls_of
from cairn.web.public import reads
from cairn.web.published import published_as_of

COHORTS, STORY = "cohorts/", "places/qarasu/story/"
A, B = Named("a", {"en": "A"}), Named("b", {"en": "B"})
FIRST = Turn(Named("2025", {}), date(2025, 1, 1), date(2025, 12, 31))
SECOND = Turn(Named("2026", {}), date(2026, 1, 1), date(2026, 12, 31))

each_page = pytest.mark.parametrize("path", [COHORTS, STORY])


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def text_of(response):
    """What a page says, without its markup."""
    main = response.content.decode().partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


# Charts


def test_bars_of_several_parts_share_a_scale():
    first, second = stacks_of([(3, 1, 0), (1, 0, 1)], ("kept", "broken", "open"))

    assert [(part.code, part.x, part.width) for part in first] == [
        ("kept", 0, 750),
        ("broken", 750, 250),
    ]
    assert [(part.code, part.x, part.width) for part in second] == [
        ("kept", 0, 250),
        ("open", 250, 250),
    ]


def test_from_right_to_left_bars_begin_at_the_right():
    [bar] = stacks_of([(3, 1)], ("kept", "broken"), longest=8, mirrored=True)

    assert [(part.x, part.width) for part in bar] == [(625, 375), (500, 125)]


def test_a_curve_is_drawn_step_by_step_to_as_far_as_anybody_knows():
    curve = survival([Life(365, ended=True), Life(730, ended=False)])

    assert steps_of(curve).line == "M40.0 8H140.0V58.0H240.0"
    assert steps_of(curve, mirrored=True).line == "M300.0 8H200.0V58.0H100.0"
    assert steps_of(survival([])) is None


def village(place, turn, *figures):
    return VillageOfTurn(place, "village", turn, *figures, currency="CNY")


def test_villages_keep_their_order_and_their_scales_are_those_of_the_whole():
    rows = [
        village(B, FIRST, 100, 1, 1, 2, 0, 0),
        village(B, None, 900, 0, 0, 0, 0, 0),
        village(A, FIRST, 400, 4, 3, 4, 4, 0),
    ]

    found = smalls_of(rows[:2], rows, [FIRST])
    assert [small.place for small in found.pictures] == [B]
    assert (found.spent, found.assets, found.promises) == (400, 4, 8)
    [line] = found.pictures[0].lines
    assert [[part.width for part in bar] for bar in line.bars] == [[250], [250], [250]]


def test_cohorts_of_one_year_are_told_apart_by_their_month():
    again = Turn(Named("again", {}), date(2025, 7, 1), date(2025, 12, 31))

    assert labels_of([FIRST, SECOND]) == {"2025": "2025", "2026": "2026"}
    assert labels_of([FIRST, again]) == {"2025": "2025-01", "again": "2025-07"}


def test_a_timeline_has_a_band_of_cohorts_over_its_quarters():
    quarters = [
        Quarter(date(2025, 10, 1), date(2025, 12, 31), 50, 1, 2, "CNY"),
        Quarter(date(2026, 1, 1), date(2026, 3, 31), 100, 1, 0, "CNY"),
    ]
    found = timeline_of(quarters, [FIRST, SECOND], labels_of([FIRST, SECOND]))
    turned = timeline_of(quarters, [FIRST, SECOND], labels_of([FIRST, SECOND]), mirrored=True)

    middle = 360 * 92 / 182
    assert [one.said for one in found.band] == ["2025", "2026"]
    assert found.band[0].width == pytest.approx(middle, abs=0.1)
    assert [len(lane.bars) for lane in found.lanes] == [2, 2, 1]
    assert [bar.height for bar in found.lanes[0].bars] == [20, 40]
    assert found.ticks == ((2026, pytest.approx(middle, abs=0.1)),)
    assert turned.band[0].x == pytest.approx(360 - middle, abs=0.1)
    assert timeline_of([], [], {}) is None


# Pages


@each_page
@pytest.mark.parametrize("language", ["en", "zh-hans", "ug", "ky", "ky-arab"])
def test_a_page_is_whole_in_each_language(look, path, language):
    response = look(path, language)

    assert response.status_code == 200
    etree.fromstring(response.content, etree.HTMLParser(recover=False))


def test_cohorts_say_at_a_glance_what_became_of_what_they_left(look):
    said = text_of(look(COHORTS))

    for words in ("Cohort of 2025", "1 of 2 assets stand", "How this is counted", "kept", "broken"):
        assert words in said


def test_the_tables_of_cohorts_are_what_the_query_answers(look, told):
    asked = {"programme": told, "today": reads.today_in(told)}
    found = queries.cohort_years(**asked)

    money = rows_of(look(COHORTS, csv="money"))
    assert [row["received"] for row in money] == ["70000.00"]
    assert [(row["cohort"], row["currency"]) for row in money] == [("2025", "CNY")]
    standing = rows_of(look(COHORTS, csv="standing"))
    assert [(row["handed_over"], row["standing"]) for row in standing] == [("2", "1")]
    promises = rows_of(look(COHORTS, csv="promises"))
    assert [(row["promise"], row["kept"], row["broken"], row["open"]) for row in promises] == [
        (row.sort, str(row.kept), str(row.broken), str(row.open)) for row in found.promises
    ]
    assert len(rows_of(look(COHORTS, csv="villages"))) == len(found.villages)
    falls = rows_of(look(COHORTS, csv="falls"))
    assert [row["at_risk"] for row in falls] == ["2"]


def test_one_place_has_its_own_cohorts_and_says_what_is_not_of_it(look):
    said = text_of(look(COHORTS, place="qarasu"))
    money = rows_of(look(COHORTS, csv="money", place="qarasu"))

    assert "what was received and is unspent is the whole programme's" in said
    assert [(row["received"], row["spent"]) for row in money] == [("", "21000.00")]
    assert {row["place"] for row in rows_of(look(COHORTS, csv="villages", place="qarasu"))} == {
        "qarasu"
    }


def test_what_nobody_added_is_not_found(look):
    assert look(COHORTS, place="nowhere").status_code == 404
    assert look("places/nowhere/story/").status_code == 404
    assert look(COHORTS, csv="people").status_code == 404
    assert look(COHORTS, start="99999").status_code == 200


def test_a_story_is_told_from_top_to_bottom(look):
    said = text_of(look(STORY))

    order = ["An enterprise was opened", "A team came", "Handed over", "Seen broken"]
    places = [said.index(words) for words in order]
    assert places == sorted(places)


def test_the_tables_of_a_story_are_what_the_query_answers(look, told):
    found = queries.place_story(programme=told, place="qarasu", today=reads.today_in(told))

    days = rows_of(look(STORY, csv="days"))
    assert [(row["day"], row["what"], row["thing"]) for row in days] == [
        (one.on.isoformat(), one.what, one.thing.id)
        for chapter in found.chapters
        for one in chapter.happenings
    ]
    assert len(rows_of(look(STORY, csv="quarters"))) == len(found.quarters)
    assert [row["asset"] for row in rows_of(look(STORY, csv="built"))] == ["qarasu-pump"]
    assert [row["need"] for row in rows_of(look(STORY, csv="needs"))] == [
        one.need.id for one in found.needs
    ]


def test_a_place_leads_to_its_story_and_cohorts_to_the_stories_of_places(look):
    assert 'href="story/"' in look("places/qarasu/").content.decode()
    assert "places/qarasu/story/" in look(COHORTS).content.decode()


@each_page
def test_in_a_past_a_page_is_as_it_was_then(told, db, path):
    past = Past(told, position_of(told) - 4)
    pasts.want(past)
    pasts.make(journal, past)

    response = Client().get(f"/en/{past.key}/{path}")
    assert response.status_code == 200
    assert f"/en/{past.key}/places/" in unescape(response.content.decode())


@each_page
def test_while_pages_are_published_all_is_asked_for(look, path):
    with published_as_of(date(2025, 6, 30)) as now, now.noting() as noted:
        response = look(path)

    assert response.status_code == 200
    assert noted.whole
    assert "<form" not in response.content.decode().partition("<main")[2].partition("</main")[0]
