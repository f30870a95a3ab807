"""The list of programmes, where there is none, and where there are several."""

from django.test import Client

from cast import Pen


def test_an_installation_without_a_programme_says_so(db):
    assert "No programme has been opened here yet." in Client().get("/en/").content.decode()


def test_several_programmes_are_listed(db):
    first, second = Pen.opened(), Pen.opened()

    page = Client().get("/zh-hans/").content.decode()
    assert f'href="/zh-hans/{first.programme}/"' in page
    assert f'href="/zh-hans/{second.programme}/"' in page
