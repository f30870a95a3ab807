"""What is easy at a village's desk: near posts first, a photo at once, nothing that never applies."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from cairn.requests.facts import Help, RequestRaised
from cairn.values import Text
from security.visitors import invited

NEAREST_FIRST = ["committee", "keeper", "township", "county", "county-2", "office"]


def form(client, kind, **query):
    response = client.get(reverse("desk:record", args=[kind]), **query)
    assert response.status_code == 200
    return response.content.decode()


def offered(page, field):
    select = re.search(rf'<select name="{field}".*?</select>', page, re.DOTALL)
    return [value for value in re.findall(r'<option value="([^"]*)"', select[0]) if value]


def test_posts_above_it_are_offered_before_those_of_its_county_and_all_others(bek):
    found = offered(form(bek, "requests.request-raised"), "asked")

    assert [post for post in found if post in NEAREST_FIRST] == NEAREST_FIRST
    assert found.index("office") < found.index("other-committee") < found.index("sponsor")


def test_a_county_is_offered_whatever_is_in_it_before_the_rest(desks):
    found = offered(form(invited(desks, "county", "ana"), "requests.request-raised"), "asked")

    assert found[:2] == ["county", "county-2"]
    assert found.index("committee") < found.index("sponsor")


def test_whoever_asks_for_help_asks_for_its_own_place(bek):
    address = f"{reverse('desk:record', args=[RequestRaised.kind])}?place=qarasu"

    for route in ("desk:home", "desk:worklist", "desk:requests"):
        assert f'href="{address}"' in bek.get(reverse(route)).content.decode()
    page = form(bek, RequestRaised.kind, place="qarasu")
    assert '<option value="qarasu" selected>' in page


def test_a_photo_is_asked_for_at_once_and_its_caption_only_of_those_who_want(bek):
    page = form(bek, "assets.asset-inspected")
    at_once, folded = page.split('<details class="more">', 1)

    assert 'name="sha256"' in at_once
    assert 'name="caption_en"' in folded


def test_a_post_that_reaches_no_further_than_itself_has_no_list_of_what_is_beneath(desks, bek):
    address = reverse("desk:worklist")

    assert "view=beneath" not in bek.get(address).content.decode()
    assert "view=beneath" in invited(desks, "county", "ana").get(address).content.decode()
    assert bek.get(address, view="beneath").status_code == 200


def test_it_says_in_which_programme_one_acts_by_its_name(bek):
    page = bek.get(reverse("desk:home")).content.decode()

    assert "in <bdi>Resident teams</bdi>" in page


@pytest.mark.parametrize(("post", "may"), [("keeper", False), ("committee", True)])
def test_only_whoever_asked_is_offered_to_withdraw(desks, post, may):
    by = desks.today + timedelta(30)
    fact = RequestRaised(asked="keeper", help=Help.REPAIR, what=Text(en="A new seal"), by=by)
    request = desks.record(desks.seat("committee"), fact, on=desks.today).id

    page = invited(desks, post, post).get(reverse("desk:request", args=[request]))

    assert (b"request-withdrawn" in page.content) is may
