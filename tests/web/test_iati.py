"""A programme's IATI files at their addresses, live and as published pages."""

from django.test import Client
from lxml import etree

from cairn.following.snapshot import bring_up_to_date
from cairn.programme.facts import PublisherRegistered
from cairn.web.published import published_as_of
from cast import DAY, Pen
from iati_published import activity_file, organisation_file, registered
from security.visitors import invited
from told import programme_told


def opened(*, publishing=True, ref="CN-USCI-1"):
    pen = Pen(programme_told())
    if publishing:
        registered(pen, ref=ref)
    bring_up_to_date(pen.programme)
    return pen.programme


def got(address):
    response = Client().get(address)
    body = b"".join(response) if response.streaming else response.content
    return response, body


def test_the_files_are_what_the_command_writes(db):
    programme = opened()

    response, body = got(f"/en/{programme}/iati/activities.xml")

    assert (response.status_code, response["Content-Type"]) == (
        200,
        "application/xml; charset=utf-8",
    )
    assert body == activity_file(programme)
    assert got(f"/zh-hans/{programme}/iati/organisation.xml")[1] == organisation_file(programme)


def test_the_page_of_the_programme_links_them_once_they_are_there(db):
    ready, lacking, silent = opened(), opened(ref=None), opened(publishing=False)

    assert b"iati/activities.xml" in got(f"/en/{ready}/")[1]
    for programme in (lacking, silent):
        assert b"iati/activities.xml" not in got(f"/en/{programme}/")[1]
        assert got(f"/en/{programme}/iati/activities.xml")[0].status_code == 404


def test_published_they_are_known_whole_and_the_same(db):
    """A page that read past `asked` would be drawn anew each time."""
    programme = opened()

    with published_as_of(DAY) as now:
        with now.noting() as noted:
            _, body = got(f"/en/{programme}/iati/activities.xml")
        with now.noting() as page:
            got(f"/en/{programme}/")

    assert noted.whole
    assert page.whole
    assert body == activity_file(programme)
    assert etree.fromstring(body).tag == "iati-activities"


def test_the_office_has_what_is_lacking_on_its_worklist_with_its_form(desks):
    office = invited(desks, "office", "rena")
    desks.pen.record(PublisherRegistered(organisation="water-bureau", country="CN"))

    page = office.get("/en/~desk/worklist/").content.decode()
    form = office.get(
        "/en/~desk/record/programme.organisation-identified/?organisation=water-bureau"
    ).content.decode()

    assert "Say how IATI knows the publisher" in page
    assert "record/programme.organisation-identified/?organisation=water-bureau" in page
    assert 'href=""' not in page
    assert "What is its identifier in IATI?" in form
    assert "local government" in form


def test_a_past_of_a_programme_has_no_files(db):
    """Its activities would have other ids than those of the present."""
    programme = opened()

    response, _ = got(f"/en/{programme}@{DAY}/iati/activities.xml")

    assert response.status_code in {404, 503}
    assert b"iati/activities.xml" not in got(f"/en/{programme}@{DAY}/")[1]
