"""The page of the digest at the desk, and those of its links."""

import re

import pytest
from django.test import Client

from cairn.catalog import journal
from cairn.people.appointments import invite
from cairn.people.models import Digest
from cairn.web import mailing
from people.test_digest import ADDRESS, confirmed, desks, paths_in, press, tomorrow
from security.visitors import DESK, Visitor, invited

__all__ = ["desks"]

ASKS = {"address": ADDRESS, "when": "1", "language": "en"}


@pytest.fixture
def amina(desks):
    return invited(desks, "county", "amina")


def page_of(visitor):
    return visitor.get("digest/").content.decode()


def test_from_asking_to_the_first_mail_to_turning_it_off(desks, amina, mailoutbox):
    assert amina.post("digest/", **{**ASKS, "when": "daily"}).status_code == 302
    assert "Not confirmed yet" in page_of(amina)
    mailing.work()
    confirm = press(paths_in(mailoutbox[0])[0])
    assert "The address is confirmed" in confirm.content.decode()
    assert f"It goes to <b><bdi>{ADDRESS}</bdi></b>." in page_of(amina)

    mailing.begin_due(now=tomorrow(desks))
    mailing.work()
    assert "The last one left on" in page_of(amina)
    off = press(paths_in(mailoutbox[1])[2])
    assert "It is turned off" in off.content.decode()
    assert ADDRESS not in page_of(amina)


def test_it_is_turned_off_at_the_desk(desks, amina):
    amina.post("digest/", **ASKS)

    assert amina.post("digest/end/").status_code == 302
    assert not Digest.objects.exists()
    assert amina.post("digest/end/").status_code == 302


def test_what_was_asked_for_stands_in_the_form(amina):
    amina.post("digest/", address=ADDRESS, when="4", language="zh-hans")

    page = page_of(amina)
    assert f'value="{ADDRESS}"' in page
    assert re.findall(r'<option value="([^"]+)" selected>', page) == ["4", "zh-hans"]


def test_nobody_else_sees_the_address_not_even_who_holds_the_same_post(desks, amina):
    amina.post("digest/", **ASKS)
    others = [invited(desks, "county", "bek"), invited(desks, "office", "sara")]

    for other in others:
        for path in ("digest/", "account/", "people/", ""):
            assert ADDRESS not in other.get(path).content.decode()
        other.post("digest/end/")
    assert Digest.objects.get().address == ADDRESS


def test_it_asks_for_a_second_factor_and_for_no_fresh_sign_in(desks, amina):
    bare = Visitor()
    secret = invite(desks.programme, "auditor", by="office", journal=journal, now=desks.now)
    bare.accept(secret, "bek")
    session = amina.client.session
    for record in session["account_authentication_methods"]:
        record["at"] = 0
    session.save()

    assert bare.get("digest/").status_code == 302
    assert bare.post("digest/", **ASKS).status_code == 302
    assert not Digest.objects.exists()
    assert amina.post("digest/", **ASKS).status_code == 302
    assert Digest.objects.exists()


NO_ADDRESSES = [
    "",
    "nobody",
    "a@example.org\r\nBcc: b@example.org",
    "a@example.org\nBcc:b@example.org",
    "a@example.org%0aBcc:b@example.org",
    "a@example.org,b@example.org",
    "a@example.org;b@example.org",
    "a@example.org b@example.org",
    "Amina <a@example.org>",
    '"a\\\r\n b"@example.org',
    '"a b"@example.org',
    "a\x0b@example.org",
    "a\u2028@example.org",
    "a@[127.0.0.1]",
    "a@localhost\x00",
    "阿米娜@example.org",
    "a@例子.中国",
    f"{'a' * 250}@example.org",
]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_said_beside_the_field(amina, address):
    answer = amina.post("digest/", **{**ASKS, "address": address})

    assert answer.status_code == 200
    assert 'class="wrong"' in answer.content.decode()
    assert not Digest.objects.exists()
    assert not mailing._waiting().exists()


@pytest.mark.parametrize("extra", [{"when": "8"}, {"when": ""}, {"language": "xx"}])
def test_days_and_languages_are_those_that_there_are(amina, extra):
    assert amina.post("digest/", **{**ASKS, **extra}).status_code == 200
    assert not Digest.objects.exists()


def test_whoever_asks_too_often_is_told(amina):
    for nth in range(mailing.PER_USER):
        amina.post("digest/", **{**ASKS, "address": f"a{nth}@example.org"})
    answer = amina.post("digest/", **ASKS)

    assert "Too many attempts" in answer.content.decode()
    assert Digest.objects.get().address != ADDRESS


def test_where_no_mails_are_sent_the_page_says_so_and_takes_nothing(amina, settings):
    assert "digest/" in amina.get("account/").content.decode()
    settings.MAILS = False

    assert "digest/" not in amina.get("account/").content.decode()
    page = page_of(amina)
    assert "This installation sends no mails" in page
    assert '<input type="email"' not in page
    amina.post("digest/", **ASKS)
    assert not Digest.objects.exists()


def test_a_link_that_never_was_is_told_like_one_that_was_used(desks, mailoutbox):
    confirmed(desks)
    mailing.begin_due(now=tomorrow(desks))
    mailing.work()
    used = paths_in(mailoutbox[0])[2]
    press(used)

    for path in (used, f"{DESK}digest/off/never/", f"{DESK}digest/confirm/never/"):
        answer = Client().get(path)
        assert answer.status_code == 404
        assert "This link was used or has expired." in answer.content.decode()


def test_a_button_works_from_its_own_page_alone(desks):
    found = confirmed(desks)
    secret = mailing.digests.link(found, confirms=False, now=desks.now)
    path = f"{DESK}digest/off/{secret}/"
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(path).status_code == 403
    assert Digest.objects.exists()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', strict.get(path).content.decode())[1]
    assert strict.post(path, {"csrfmiddlewaretoken": token}).status_code == 200
    assert not Digest.objects.exists()


def test_the_desk_says_what_is_kept_of_whoever_reads_it(amina):
    page = amina.get("").content.decode()

    assert "an e-mail address only for as long as you ask for the digest" in page


def test_in_chinese_the_page_is_chinese(desks, amina):
    amina.post("digest/", **ASKS)
    text = amina.get("/zh-hans/~desk/digest/").content.decode()

    assert "邮件摘要" in text
    assert "每周一" in text
    shown = re.sub(r"<[^>]+>|[\w.]+@[\w.]+", "", text.partition("<h1>")[2].partition("</main>")[0])
    assert set(re.findall(r"[A-Za-z]{4,}", shown)) <= {"English"}
