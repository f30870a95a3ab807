"""Who invites, ends appointments and confirms that a factor was lost: on the pages, as people do it."""

import json

from cairn.catalog import journal
from cairn.people.models import Appointment, Invitation
from security.visitors import DESK, Visitor, invited


def test_a_lost_factor_is_replaced_by_another_posts_confirmation_on_record(team):
    county = invited(team.desks, "county", "bek")

    assert county.post("people/lead/lost-factor/").status_code == 302

    said = list(journal.facts(team.desks.programme))[-1]
    assert (said.fact.kind, said.post, said.fact.post) == (
        "programme.second-factor-replaced",
        "county",
        "lead",
    )
    assert "amina" not in json.dumps(said.fact.body())
    assert team.visitor.get("")["Location"].startswith(f"{DESK}sign-in/")
    again = Visitor()
    assert again.sign_in("amina")["Location"] == f"{DESK}posts/"
    assert again.get("")["Location"] == f"{DESK}factors/"
    again.set_up_factor()
    assert again.get("").status_code == 200


def test_nobody_confirms_that_they_lost_their_own(team):
    Appointment.objects.create(
        user=team.visitor.user,
        programme=team.desks.programme,
        post="county",
        starts_on=team.desks.today,
    )
    county = Appointment.objects.get(user=team.visitor.user, post="county")
    team.visitor.post("posts/", appointment=county.pk)

    page = team.visitor.post("people/lead/lost-factor/")

    assert "You hold that post yourself" in page.content.decode()
    assert team.device().status_code == 200


def test_somebody_is_invited_from_the_page_and_their_appointment_ended_there(desks):
    office = invited(desks, "office", "amina")
    page = office.post("people/auditor/invite/", ends_on="2030-01-01").content.decode()
    secret = page.partition("/invited/")[2].partition("/")[0]
    Visitor().accept(secret, "bek")

    held = Appointment.objects.get(post="auditor")
    assert str(held.ends_on) == "2030-01-01"
    assert Invitation.objects.get(post="auditor").by == "office"
    assert "bek" in office.get("people/").content.decode()
    office.post("people/end-appointment/", appointment=held.pk)
    assert Appointment.objects.get(post="auditor").ended_at is not None


def test_a_post_sees_and_ends_only_what_it_decides_about(desks):
    township = invited(desks, "township", "amina")
    county = desks.appoint("bek", "county")

    assert "bek@" not in township.get("people/").content.decode()
    assert township.post("people/end-appointment/", appointment=county.pk).status_code == 404
    assert township.get("people/county/invite/").status_code == 404


def test_whoever_holds_two_posts_chooses_and_only_among_their_own(team):
    Appointment.objects.create(
        user=team.visitor.user,
        programme=team.desks.programme,
        post="auditor",
        starts_on=team.desks.today,
    )
    visitor = team.visitor

    page = visitor.get("posts/").content.decode()
    auditor = Appointment.objects.get(post="auditor")
    assert page.count("Act as") == 2
    visitor.post("posts/", appointment=auditor.pk)
    assert visitor.get("").wsgi_request.seat.role == "auditor"
    assert visitor.get("people/").status_code == 403


def test_the_desk_tells_what_a_post_may_record_in_the_readers_language(desks):
    county = invited(desks, "county", "amina")

    english, chinese = (
        county.get(f"/{code}/~desk/record/").content.decode() for code in ("en", "zh-hans")
    )
    assert "Money left one account for another" in english
    assert "Money left" not in chinese
    assert "record/money.money-sent/" in chinese
    assert "programme.cohort-opened" not in english
