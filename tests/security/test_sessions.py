"""Lines 22–28 of the list of web hardening: sessions, invitations, and who there is to begin with."""

import re
import subprocess
import time
from datetime import timedelta

import pytest
from django.conf import settings

from cairn.catalog import journal
from cairn.people.appointments import accept, invite
from cairn.people.models import Appointment, Invitation, Session, User
from cairn.people.sessions import BEGUN, SEEN
from people.desks import PASSWORD
from security.visitors import DESK, INVITED, Visitor, code_of, invited

WRONG = "four stones stay put"


def aged(visitor, **seconds):
    """Move a session's clock back, as if so much time had passed."""
    session = visitor.client.session
    for name, by in seconds.items():
        session[name] -= by
    session.save()


# 22–25 sessions


def test_22_a_session_gets_a_new_key_at_sign_in(amina):
    other = Visitor()
    other.sign_in("amina")
    before = other.key
    other.post("sign-in/factor/", code=code_of(amina.user))

    assert other.key != before
    replayed = Visitor()
    replayed.client.cookies["cairn-session"] = before
    assert replayed.get("account/").status_code == 302


@pytest.mark.parametrize(
    ("aging", "alive"),
    [
        ({SEEN: settings.SESSION_IDLE_SECONDS - 60}, True),
        ({SEEN: settings.SESSION_IDLE_SECONDS + 1}, False),
        ({BEGUN: settings.SESSION_COOKIE_AGE - 60}, True),
        ({BEGUN: settings.SESSION_COOKIE_AGE + 1}, False),
    ],
)
def test_23_a_session_ends_when_left_alone_and_at_its_time(amina, aging, alive):
    aged(amina, **aging)

    assert (amina.get("account/").status_code == 200) is alive


def test_23_using_it_does_not_make_it_older_than_its_time(amina):
    began = amina.client.session[BEGUN]
    aged(amina, seen=120)
    amina.get("account/")

    assert amina.client.session[BEGUN] == began
    assert time.time() - amina.client.session[SEEN] < 60


def test_24_signing_out_ends_it_on_the_server(amina):
    key = amina.key
    assert amina.get("sign-out/").status_code == 200
    assert amina.get("account/").status_code == 200
    amina.post("sign-out/")

    replayed = Visitor()
    replayed.client.cookies["cairn-session"] = key
    assert replayed.get("account/")["Location"].startswith(f"{DESK}sign-in/")
    assert not Session.objects.filter(session_key=key).exists()


def test_24_one_session_is_ended_from_another(amina):
    other = Visitor()
    other.sign_in("amina")
    other.post("sign-in/factor/", code=code_of(amina.user))
    theirs = Session.objects.get(session_key=other.key)

    amina.post("account/end-session/", session=theirs.number)

    assert other.get("account/").status_code == 302
    assert amina.get("account/").status_code == 200


def test_24_nobody_ends_a_session_of_somebody_else(amina, desks):
    bek = invited(desks, "township", "bek")
    theirs = Session.objects.get(session_key=amina.key)

    bek.post("account/end-session/", session=theirs.number)

    assert amina.get("account/").status_code == 200


def test_25_a_new_password_ends_the_other_sessions(amina):
    other = Visitor()
    other.sign_in("amina")
    other.post("sign-in/factor/", code=code_of(amina.user))

    said = {
        "oldpassword": PASSWORD,
        "password1": "five stones stay put",
        "password2": "five stones stay put",
    }
    assert amina.post("password/", **said).status_code == 302

    assert amina.get("account/").status_code == 200
    assert other.get("account/").status_code == 302


# 26 invitations


def test_26_an_invitation_works_once(desks):
    secret = invite(desks.programme, "county", by="office", journal=journal, now=desks.now)
    Visitor().accept(secret, "amina")

    page = Visitor().accept(secret, "bek")

    assert page.status_code == 404
    assert not User.objects.filter(sign_in_name="bek").exists()


def test_26_and_for_a_week(desks):
    secret = invite(desks.programme, "county", by="office", journal=journal, now=desks.now)
    Invitation.objects.update(expires_at=desks.now - timedelta(seconds=1))

    assert Visitor().get(INVITED.format(secret)).status_code == 404


def test_26_it_falls_with_the_post_of_whoever_made_it(amina, desks):
    page = amina.post("people/township/invite/").content.decode()
    secret = page.partition("/invited/")[2].partition("/")[0]
    assert Visitor().get(INVITED.format(secret)).status_code == 200
    Appointment.objects.filter(post="county").update(ended_at=desks.now)

    assert Visitor().get(INVITED.format(secret)).status_code == 404


def test_26_its_secret_is_kept_nowhere(desks):
    secret = invite(desks.programme, "county", by="office", journal=journal, now=desks.now)

    assert len(secret) >= 43
    assert secret not in repr(list(Invitation.objects.values()))


def test_26_it_says_the_same_whether_it_was_used_or_never_was(desks):
    secret = invite(desks.programme, "county", by="office", journal=journal, now=desks.now)
    accept(secret, desks.user("amina"), journal=journal, now=desks.now)

    used, unknown = (Visitor().get(INVITED.format(one)) for one in (secret, "x" * 43))
    drop = re.compile(r"(/invited/)[^/\"]+")
    assert drop.sub(r"\1", used.content.decode()) == drop.sub(r"\1", unknown.content.decode())


def test_26_somebody_known_takes_up_a_second_post_with_their_password(amina, desks):
    secret = invite(desks.programme, "township", by="office", journal=journal, now=desks.now)
    said = {"known": "1", "known-sign_in_name": " AMINA", "known-password": WRONG}

    refused = Visitor().post(INVITED.format(secret), **said)
    taken = Visitor().post(INVITED.format(secret), **said | {"known-password": PASSWORD})

    assert "do not belong together" in refused.content.decode()
    assert taken["Location"] == f"{DESK}sign-in/"
    held = Appointment.objects.filter(user=amina.user).values_list("post", flat=True)
    assert set(held) == {"county", "township"}


# 27 fresh sign-in


@pytest.mark.parametrize("path", ["people/committee/invite/", "people/committee/lost-factor/"])
def test_27_who_acts_is_only_for_whoever_signed_in_a_moment_ago(amina, path):
    assert amina.get(path).status_code == 200
    session = amina.client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1
    session.save()

    stale = amina.get(path)
    assert stale["Location"].startswith(f"{DESK}factors/again/")
    assert amina.post(path)["Location"].startswith(f"{DESK}factors/again/")
    amina.post("factors/again/", code=code_of(amina.user))
    assert amina.get(path).status_code == 200


# 28 no shared or default accounts


def test_28_a_new_installation_has_no_user(desks):
    assert not User.objects.exists()


def test_28_no_source_holds_a_password():
    found = subprocess.run(
        ["/usr/bin/git", "grep", "-nE", r"set_password\(['\"]|create_superuser", "--", "src"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert not found.stdout
