"""Pages as known at a position: the same pages, said plainly to be of then, linked among themselves."""

import csv
import io
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from cairn.catalog import journal
from cairn.following import pasts, queries
from cairn.following.snapshot import bring_up_to_date
from cairn.journal.heads import position_of
from cairn.journal.past import Past
from cairn.journal.readonly import make_read_only, take_facts_again
from cairn.money.facts import MoneySent
from cast import cny
from witness.watched import with_key

PAGES = (
    "",
    "grants/",
    "grants/water-2025/",
    "grants/water-2025/report/",
    "projects/",
    "projects/qarasu-well/",
    "places/",
    "places/kunlun/",
    "accounts/",
    "accounts/qarasu-committee/",
    "in-transit/",
    "exceptions/",
    "exceptions/?what=late",
    "~sample/?seed=a",
    "~difference/",
    "~entries/9/",
)
BACK = 4


@pytest.fixture(scope="module")
def then(told, django_db_blocker):
    """The programme as known four facts before its last, made once as the programme is."""
    past = Past(told, position_of(told) - BACK)
    # Only so many may be asked for, and tests before this one have: those are nobody's by now.
    shutil.rmtree(Path(settings.CAIRN_DIR) / "pasts", ignore_errors=True)
    with django_db_blocker.unblock():
        pasts.want(past)
        pasts.make(journal, past)
    return past


@pytest.fixture
def see(then, db):
    """Open a page of that past."""
    client = Client()

    def at(path="", language="en", **query):
        return client.get(f"/{language}/{then.key}/{path}", query or None)

    return at


def text(response):
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "What was recorded later is not in it"), ("zh-hans", "之后记录的")],
)
def test_a_page_of_a_past_says_so_and_leads_to_the_present(see, then, path, language, said):
    response = see(path, language)
    page = text(response)

    assert said in page
    assert f"{BACK}" in page
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert f'href="/{language}/{then.programme}/{path}"' in page.replace("&amp;", "&")
    assert f'href="/{language}/{then.key}/~difference/"' in page


@pytest.mark.parametrize("path", [path for path in PAGES if path != "~difference/"])
def test_links_tables_and_languages_stay_within_the_past(see, then, path):
    page = text(see(path))
    inside = {unescape(link) for link in re.findall(r'href="(/en/teams[^"]+)', page)}
    present = {link for link in inside if not link.startswith(f"/en/{then.key}/")}

    choose = f"/en/{then.programme}/~difference/"  # of any two days
    assert present <= {f"/en/{then.programme}/{path}", choose}
    if "report" not in path:  # a sheet of paper has no other language to lead to
        assert f'href="/zh-hans/{then.key}/{path}"' in page.replace("&amp;", "&")


def test_of_a_difference_what_came_later_is_linked_where_it_is_known(see, then):
    page = text(see("~difference/"))

    assert f'href="/en/{then.programme}/~entries/{then.position + 1}/"' in page


@pytest.fixture(scope="module")
def followed(told):
    """What links led to: most stand on many pages, and each is followed once."""
    return {}


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_past_leads_to_a_page(see, then, followed, path):
    page, own = text(see(path)), f"/en/{then.key}/{path.partition('?')[0]}"
    for address in {unescape(link) for link in re.findall(r'<a [^>]*href="([^"#]+)', page)}:
        full = re.sub(r"[^/]+/\.\./", "", address if address.startswith("/") else own + address)
        if full not in followed:
            followed[full] = Client().get(full).status_code
        assert followed[full] in {200, 302}, address


def test_a_table_of_a_past_says_of_which_position_it_is(see, then):
    response = see("grants/", csv="grants")
    rows = list(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig"))))

    assert {row["as_of_position"] for row in rows} == {str(then.position)}
    assert then.key in response["Content-Disposition"]


def test_a_page_of_the_present_says_nothing_of_a_past(look):
    page = text(look())

    assert "What was recorded later" not in page
    assert "noindex" not in look().headers.get("X-Robots-Tag", "")


def test_what_was_recorded_later_is_not_in_it(see, look):
    assert "1,864.00" in text(look("enterprises/"))
    assert "1,864.00" not in text(see("enterprises/"))


def test_the_log_is_that_of_the_present(see, look, then, told):
    log = with_key(told)
    response = see("~log/")

    assert response["Location"] == f"/en/{then.programme}/~log/"
    assert "its operator alone vouches for it" in text(see())
    make_read_only(told, "somebody must look.")
    page = text(see())
    take_facts_again(told)
    assert "somebody must look." in page
    assert log.programme == told


@pytest.mark.parametrize("key", ["@0", "@007", "@99999", "@x", "@", "@2025-02-30", "@2001-01-01"])
def test_what_is_no_past_is_not_on_record(told, db, key):
    response = Client().get(f"/en/{told}{key}/")

    assert response.status_code == 404
    assert "Not on record" in response.content.decode()


def test_a_day_leads_to_the_last_position_recorded_by_its_end(told, db):
    last = position_of(told)
    to = Client().get(f"/zh-hans/{told}@2025-06-30/grants/?sponsor=water-bureau")

    assert to["Location"] == f"/zh-hans/{told}@{last}/grants/?sponsor=water-bureau"


def test_a_past_that_nobody_has_made_yet_says_so_and_looks_again(told, db):
    response = Client().get(f"/en/{told}@2/")

    assert response.status_code == 503
    assert response["Retry-After"] == "2"
    assert response["Cache-Control"] == "no-store"


def test_where_too_many_are_wanted_a_page_says_so(told, db):
    answers = [Client().get(f"/en/{told}@{position}/") for position in range(1, 15)]

    assert {response.status_code for response in answers} == {503}
    assert answers[-1]["Retry-After"] == "30"
    assert "as many earlier states" in answers[-1].content.decode()


# The form under every page


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("", ""),
        ("grants/water-2025/", "grants/water-2025/"),
        ("grants/?sponsor=water-bureau", "grants/?sponsor=water-bureau"),
        ("places/石桥村/", "places/%E7%9F%B3%E6%A1%A5%E6%9D%91/"),
        ("no/such/page/", ""),
        ("//evil.example/", ""),
        ("https://evil.example/", ""),
        ("/en/", ""),
        ("../../", ""),
    ],
)
def test_the_form_leads_to_the_same_page_and_nowhere_else(look, told, page, leads_to):
    response = look("~as-known/", on="2025-06-30", page=page)

    assert response.status_code == 302
    assert response["Location"] == f"/en/{told}@{position_of(told)}/{leads_to}"


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2001-01-01", "Nothing had been recorded by the end of that day"),
        ("soon", "Write a day like 2025-06-30"),
        ("", "Every page and table can be shown as it was on an earlier day"),
    ],
)
def test_the_form_says_what_is_wrong_with_a_day(look, on, said):
    assert said in text(look("~as-known/", on=on))


@pytest.mark.parametrize("path", ["", "grants/water-2025/", "exceptions/"])
def test_the_form_stands_under_every_page_and_names_it(look, told, path):
    page = text(look(path))

    assert f'action="/en/{told}/~as-known/"' in page
    assert f'name="page" value="{path}"' in page
    assert 'type="date"' in page


def test_what_is_late_is_late_as_of_that_day(cast, settings, tmp_path):
    settings.CAIRN_DIR = tmp_path
    cast.record(MoneySent(source="county-office", target="qarasu-committee", amount=cny("1.00")))
    past = Past(cast.programme, position_of(cast.programme))
    pasts.want(past)
    pasts.make(journal, past)
    bring_up_to_date(cast.programme)

    page = text(Client().get(f"/en/{past.key}/in-transit/"))

    row = queries.in_transit(programme=past.key, today=cast.today)[0][0]
    assert f"<bdi>{row.days}</bdi>" in page or f">{row.days}<" in page
    assert row.days == 121
