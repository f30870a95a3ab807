"""Who names whom, computed from what is on record; and its pages."""

import csv
import io
import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from cairn.catalog import journal
from cairn.exchange.iati.importing import IatiImport
from cairn.exchange.links.links import Found, Sort, Way, linked, some_links, totals
from cairn.exchange.links.record import on_record
from cairn.following.snapshot import bring_up_to_date
from cairn.money.facts import GrantPledged
from cairn.publish.pages import pages_of
from cairn.reported.facts import MendingRevoked, NameMended
from cast import cny, named
from iati_published import REF, activity_file, registered
from iati_texts import activity, table, transaction, whole
from people.desks import Desks
from security.visitors import invited


def told(pen, folder, *texts):
    """Links of a programme into which these files were read."""
    for number, text in enumerate(texts):
        path = folder / f"{number}.xml"
        path.write_text(text)
        IatiImport(journal, path, pen.programme, "programme-office", pen.now).run()
    return linked(pen.programme)


def found(whole_):
    return {(one.identifier, one.way, one.written): one.found for one in whole_.links}


def test_each_end_is_there_or_not_and_agrees_or_not(pen, tmp_path):
    text = table("""
        A-1  3  2024-01-01  100  USD  B-1
        B-1  1  2024-01-20  100  USD  A-1
        A-1  3  2024-02-01  200  USD  C-1
        C-1  4  2024-03-01  150  USD
        A-1  3  2024-02-01  50   USD  Z-9-NOWHERE
        D-1  3  2024-02-01  50   USD  D-1
        D-1  3  2024-02-01  50   USD  B
    """)

    links = told(pen, tmp_path, text)

    assert found(links) == {
        ("A-1", Way.MONEY, "B-1"): Found.BOTH,
        ("B-1", Way.MONEY, "A-1"): Found.BOTH,
        ("A-1", Way.MONEY, "C-1"): Found.ONE,
        ("A-1", Way.MONEY, "Z-9-NOWHERE"): Found.NOWHERE,
        ("D-1", Way.MONEY, "D-1"): Found.ITSELF,
        ("D-1", Way.MONEY, "B"): Found.ORGANISATION,
    }
    agreeing = {one.written: one.agreeing for one in links.links if one.found is Found.BOTH}
    assert agreeing == {"A-1": 1, "B-1": 1}


def test_related_activities_and_participating_organisations_name_activities_too(pen, tmp_path):
    inside = (
        '<participating-org role="1" ref="B" activity-id="B-1-PART"/>'
        '<related-activity type="1" ref="B-1-PART"/>'
    )
    back = '<related-activity type="2" ref="A-1-PART"/>'
    text = whole(
        activity("A-1-PART", inside, reporter="A"), activity("B-1-PART", back, reporter="B")
    )

    assert found(told(pen, tmp_path, text)) == {
        ("A-1-PART", Way.PART, "B-1-PART"): Found.BOTH,
        ("A-1-PART", Way.RELATED, "B-1-PART"): Found.BOTH,
        ("B-1-PART", Way.RELATED, "A-1-PART"): Found.BOTH,
    }


MISSPELT = table("""
    A-1-GIVES  3  2024-01-01  100  USD  B–1–GETS
    B-1-GETS   1  2024-01-20  100  USD  A-1-GIVES
""")


def test_what_looks_misspelt_is_offered_and_never_applied(pen, tmp_path):
    links = told(pen, tmp_path, MISSPELT)

    (one,) = (one for one in links.links if one.found is Found.ALIKE)
    assert (one.written, one.alike) == ("B–1–GETS", (("B-1-GETS", "dash"),))
    assert (one.other, one.agreeing) == (None, 0)


def test_a_mending_is_a_fact_and_may_be_revoked(pen, tmp_path):
    told(pen, tmp_path, MISSPELT)

    fact = NameMended(written="B–1–GETS", meant="B-1-GETS", reason="A long dash")
    mending = str(pen.record(fact).id)
    mended = found(linked(pen.programme))
    pen.record(MendingRevoked(mending=mending, reason="They are two"))
    again = pen.objections(MendingRevoked(mending=mending, reason="They are two"))

    key = ("A-1-GIVES", Way.MONEY, "B–1–GETS")
    assert mended[key] is Found.BOTH
    assert found(linked(pen.programme))[key] is Found.ALIKE
    assert set(again) == {"mending"}


def test_an_id_is_mended_into_another(pen):
    assert set(pen.objections(NameMended(written="A", meant="A", reason="None"))) == {"meant"}


def test_one_digit_is_offered_alone_and_for_money_only(pen, tmp_path):
    text = whole(
        activity("XM-1-7001", reporter="X"),
        activity(
            "XM-1-8001",
            transaction("3", receiver="XM-1-7002"),
            '<related-activity type="3" ref="XM-1-7003"/>',
            reporter="X",
        ),
    )

    links = found(told(pen, tmp_path, text))

    assert links["XM-1-8001", Way.MONEY, "XM-1-7002"] is Found.ALIKE
    assert links["XM-1-8001", Way.RELATED, "XM-1-7003"] is Found.NOWHERE


def test_of_two_copies_the_publishers_own_counts(pen, tmp_path):
    secondary = activity("A-1", transaction(receiver="Z-1"), reporter="S").replace(
        'ref="S"', 'ref="S" secondary-reporter="1"'
    )
    own = activity("A-1", transaction(receiver="Y-1"), reporter="A")

    links = told(pen, tmp_path, whole(secondary), whole(own))

    assert [one.written for one in links.links] == ["Y-1"]


def test_the_programmes_own_grants_and_projects_are_ends_too(cast, tmp_path):
    registered(cast)
    grant = GrantPledged(
        grant="wells",
        name=named("Wells"),
        sponsor="water-bureau",
        amount=cny("100.00"),
        sponsors_activity="A-1-GIVES",
    )
    cast.record(grant)
    bring_up_to_date(cast.programme)
    begins = f"{REF}-{cast.programme}"
    text = whole(
        activity(
            "A-1-GIVES",
            transaction(receiver=f"{begins}-grant-wells"),
            transaction(receiver=f"{begins}-project-qarasu-well"),
            reporter="A",
        )
    )

    links = told(cast, tmp_path, text)

    assert [(one.kind, one.found, one.other_kind, one.other.id) for one in links.links][:2] == [
        ("reported-activity", Found.BOTH, "grant", "wells"),
        ("reported-activity", Found.ONE, "project", "qarasu-well"),
    ]
    assert links.links[2].kind == "grant"
    assert f"/en/{cast.programme}/grants/wells/" in (
        Client().get(f"/en/{cast.programme}/reported/links/").content.decode()
    )


def test_own_ids_are_those_of_the_programmes_own_file(cast):
    registered(cast)
    bring_up_to_date(cast.programme)
    text = activity_file(cast.programme).decode()

    own = [one.identifier for one in on_record(cast.programme).own]

    assert len(own) == 3
    assert all(f"<iati-identifier>{one}</iati-identifier>" in text for one in own)


def test_amounts_a_power_of_ten_off_are_flagged(pen, tmp_path):
    text = table("""
        A-1  2  2024-01-01  1000  USD
        A-1  3  2024-02-01  10000 USD
        B-1  2  2024-01-01  1000  USD
        B-1  3  2024-02-01  900   USD
        B-1  3  2024-02-09  100   USD
        C-1  3  2024-02-01  500   USD  D-1
        D-1  1  2024-02-02  5000  USD  C-1
        E-1  2  2024-01-01  1000  USD
        E-1  3  2024-02-01  70    USD
        E-1  3  2024-02-01  30    USD
        F-1  2  2024-01-01  1000  USD
        F-1  3  2024-02-01  10000 EUR
    """)

    flagged = told(pen, tmp_path, text).tenfold

    assert [(one.identifier, one.sort, one.times) for one in flagged] == [
        ("D-1", Sort.ENDS, "10"),
        ("A-1", Sort.PAYMENT, "10"),
        ("A-1", Sort.TOTAL, "10"),
        ("E-1", Sort.TOTAL, "1/10"),
    ]


def test_a_stretch_of_links_has_what_asks_for_a_look_first(pen, tmp_path):
    told(pen, tmp_path, MISSPELT)

    rows, stretch = some_links(programme=pen.programme, size=1)
    nowhere, _none = some_links(programme=pen.programme, found="nowhere")

    assert ([one.found for one in rows], stretch.total) == ([Found.ALIKE], 2)
    assert nowhere == ()
    assert totals(programme=pen.programme).found["alike"] == 1


# Pages


@pytest.fixture
def desks(db, tmp_path):
    desks = Desks.opened()
    desks.pen.now = datetime.now(UTC)  # sessions go by the clock
    told(desks.pen, tmp_path, MISSPELT)
    bring_up_to_date(desks.programme)
    return desks


def test_the_pages_of_a_programme_lead_to_what_others_report(desks):
    client, base = Client(), f"/en/{desks.programme}/"

    front = client.get(base).content.decode()
    listed = client.get(base + "reported/").content.decode()
    one = re.search(rf'href="({base}reported/activities/[^"]+)"', listed)
    shown = client.get(one[1]).content.decode()

    assert f'href="{base}reported/"' in front
    assert "A-1-GIVES" in listed
    assert "disbursement" in shown
    assert "By the word of" in shown


@pytest.mark.parametrize("language", ["en", "zh-hans", "ug", "ky", "ky-arab"])
@pytest.mark.parametrize("page", ["reported/", "reported/links/"])
def test_a_programme_of_which_nobody_reports_says_so(cast, language, page):
    bring_up_to_date(cast.programme)
    answer = Client().get(f"/{language}/{cast.programme}/{page}")

    assert answer.status_code == 200
    assert "None" not in re.sub(r"<[^>]*>", " ", answer.content.decode()).replace("None.", "")
    assert 'class="empty"' in answer.content.decode()


def test_an_activity_that_nobody_reported_has_no_page(desks):
    answer = Client().get(f"/en/{desks.programme}/reported/activities/none/")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("page", "tables"),
    [
        ("reported/", ("activities", "files")),
        ("reported/links/", ("links", "tenfold", "coverage")),
    ],
)
def test_each_table_is_a_csv(desks, page, tables):
    for name in tables:
        answer = Client().get(f"/en/{desks.programme}/{page}", {"csv": name})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text))
        assert all(len(row) == len(header) for row in rows)
        assert rows or name == "tenfold"


def test_the_desk_of_the_office_offers_what_may_be_meant(desks):
    office = invited(desks, "office", "aida")

    page = office.get("misspelt/").content.decode()
    form = re.search(r'href="([^"]*name-mended[^"]*)"', page)[1].replace("&amp;", "&")
    filled = office.client.get(form).content.decode()

    assert parse_qs(urlsplit(form).query) == {"written": ["B–1–GETS"], "meant": ["B-1-GETS"]}
    assert 'value="B–1–GETS"' in filled
    assert 'value="B-1-GETS"' in filled


def test_others_at_work_offer_nothing(desks):
    committee = invited(desks, "committee", "bek")

    assert committee.get("misspelt/").status_code == 403
    assert "misspelt/" not in committee.get("").content.decode()


def test_what_is_published_has_the_pages_and_their_tables_known_whole(desks):
    day = desks.pen.today

    pages = {page.address: page for page in pages_of(desks.programme, day, languages=["en"])}
    reported = {
        address.partition(f"{desks.programme}/")[2]: page
        for address, page in pages.items()
        if f"{desks.programme}/reported/" in address
    }

    assert {"reported/", "reported/links/"} < reported.keys()
    assert sum(address.startswith("reported/activities/") for address in reported) >= 2
    assert any("csv=links" in address for address in reported)
    assert [address for address, page in reported.items() if page.answers is None] == []
