"""Lines 29–38 of the list of web hardening: who may do what, and for how long."""

import hashlib
import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from cairn.catalog import journal
from cairn.following.snapshot import bring_up_to_date
from cairn.people import devices
from cairn.people.appointments import end_team, invite
from cairn.people.models import Appointment, DeviceToken, Recording, Session
from cairn.people.record import SeatEndedError, record
from cairn.people.rights import rights
from cairn.programme.facts import CohortClosed
from cairn.works.facts import ProjectStarted
from cast import new_id
from people.desks import PASSWORD, Desks
from security.visitors import DESK, INVITED, Visitor, code_of, invited

MATRIX = Path(__file__).with_name("matrix.json")
ROUTES = [what for what, line in rights().lines.items() if "." not in what and "/" not in what]


def path_of(route, **known):
    """An address of a route."""
    values = {"secret": "x", "post": "committee", "pk": 1, "programme": "teams", "place": "qarasu"}
    values |= {
        "grant": "g",
        "project": "p",
        "account": "a",
        "file": "0" * 64,
        "suffix": ".pdf",
        "extension": "json",
        "sha": "0" * 64,
        "kind": "money.money-spent",
        "form": "money.money-spent",
        "id": "qarasu" if route.startswith("api:") and route != "api:fact" else new_id(),
    }
    values |= known
    for path, _pattern, _defaults, _converters in _ways(route):
        needed = {name: values.get(name, "7") for name in path[0][1]}
        return reverse(route, kwargs=needed)
    raise LookupError(route)


def _ways(route):
    resolver = get_resolver()
    *spaces, name = route.split(":")
    for space in spaces:
        resolver = dict(_namespaces(resolver))[space]
    found = []
    for one in _resolvers(resolver):
        found += one.reverse_dict.getlist(name)
    return found


def _resolvers(resolver):
    yield resolver
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns") and not pattern.namespace:
            yield from _resolvers(pattern)


def _namespaces(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            if pattern.namespace:
                yield pattern.namespace, pattern
            yield from _namespaces(pattern)


# 12 CSRF


@pytest.mark.parametrize("route", ROUTES)
def test_12_a_form_from_elsewhere_is_refused_on_every_route(db, route):
    answer = Client(enforce_csrf_checks=True).post(path_of(route))

    # Over the API, whoever has neither token nor session has nothing to ride on: 401.
    assert answer.status_code in ({401, 405} if route.startswith("api:") else {403})


def test_12_a_session_is_not_ridden_on_over_the_api(amina):
    amina.client.handler.enforce_csrf_checks = True

    for route in ROUTES:
        if route.startswith("api:"):
            send = amina.client.put if route in {"api:fact", "api:file"} else amina.client.post
            assert send(path_of(route)).status_code == 403, route


def test_12_a_token_in_a_header_is_no_way_round_it_but_for_the_api(team):
    strict = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {team.token}"})
    strict.cookies["cairn-session"] = team.key

    assert strict.post(f"{DESK}posts/").status_code == 403
    assert strict.post("/api/seat").status_code == 405


# 29 the day of handover


def every_old_credential_is_refused(team):
    for route in ROUTES:
        if rights().lines[route].everybody:
            continue
        path = path_of(route)
        replayed = Visitor()
        replayed.client.cookies["cairn-session"] = team.key
        for send in (replayed.client.get, replayed.client.post):
            answer = send(path)
            assert answer.status_code in {302, 401}, (route, answer.status_code)
            assert answer.status_code == 401 or answer["Location"].startswith(f"{DESK}sign-in/?")
        assert team.device(path).status_code == (401 if path.startswith("/api/") else 302), route
    assert team.device().status_code == 401
    again = Visitor().sign_in("amina")
    assert again.status_code == 200
    assert "do not belong together" in again.content.decode()
    started = ProjectStarted(project="qarasu-well")
    draft = team.seat.draft(started, id=new_id(), happened_on=team.desks.today)
    with pytest.raises(SeatEndedError):
        record(team.seat, draft, journal=journal, now=team.desks.now)


def test_29_while_a_team_is_there_its_credentials_work(team):
    assert team.visitor.get("").status_code == 200
    assert team.device().json() == {
        "programme": team.desks.programme,
        "post": "lead",
        "role": "team-leader",
    }


def test_29_an_accepted_handover_ends_every_credential_of_the_outgoing_team(team):
    ended = end_team(team.desks.programme, team="qarasu-now", journal=journal, now=team.desks.now)

    assert ended == 1
    every_old_credential_is_refused(team)
    assert not Session.objects.filter(user=team.visitor.user.pk).exists()
    assert not DeviceToken.objects.filter(revoked_at=None).exists()


def test_29_so_does_the_fact_that_closes_the_cohort_without_any_job(team):
    team.desks.pen.record(CohortClosed(cohort="now"), on=team.desks.today)

    every_old_credential_is_refused(team)


def test_29_so_does_the_day_on_which_the_cohort_ends(team):
    table = journal.tables["cohort"].objects.filter(programme=team.desks.programme, id="now")
    table.update(ends_on="2026-01-01")  # as if that day were past

    every_old_credential_is_refused(team)


def test_29_an_invitation_of_the_outgoing_team_opens_nothing(team):
    context = {"journal": journal, "now": team.desks.now}
    secret = invite(team.desks.programme, "mate", by="lead", **context)
    team.desks.pen.record(CohortClosed(cohort="now"), on=team.desks.today)

    assert Visitor().accept(secret, "bek").status_code == 404


def test_29_what_the_outgoing_team_holds_elsewhere_goes_on(team):
    Appointment.objects.create(
        user=team.visitor.user,
        programme=team.desks.programme,
        post="auditor",
        starts_on=team.desks.today,
    )
    end_team(team.desks.programme, team="qarasu-now", journal=journal, now=team.desks.now)

    other = Visitor()
    other.sign_in("amina")
    other.post("sign-in/factor/", code=code_of(team.visitor.user))
    assert other.get("").status_code in {200, 302}
    assert "auditor" in other.get("", follow=True).wsgi_request.seat.post


# 30 deny by default


def test_30_a_route_that_is_not_in_the_table_is_refused(desks, monkeypatch):
    visitor = invited(desks, "county", "amina")
    lines = {what: line for what, line in rights().lines.items() if what != "desk:people"}
    # Frozen against mistakes, not against a test that takes a line out.
    monkeypatch.setitem(vars(rights()), "lines", lines)

    assert visitor.get("people/").status_code == 403


@pytest.mark.parametrize("route", [r for r in ROUTES if not rights().lines[r].everybody])
def test_30_nobody_gets_past_the_sign_in(db, route):
    answer = Client().get(path_of(route))

    expected = {401} if route.startswith("api:") else {302}
    assert answer.status_code in expected


# 31 role × route


def matrix(desks) -> dict[str, dict[str, int]]:
    """What each role gets from each page that takes a post."""
    found = {}
    for post in journal.tables["post"].objects.filter(programme=desks.programme).order_by("id"):
        if post.id in {"leader", "member", "county-2", "other-committee"}:
            continue
        visitor = invited(desks, post.id, f"holder-{post.id}")
        for route in ROUTES:
            if rights().lines[route].roles:
                status = visitor.get(path_of(route)).status_code
                found.setdefault(route, {})[post.role] = status
    return found


def test_31_each_role_gets_from_each_page_what_was_reviewed(desks, team):
    bring_up_to_date(desks.programme)
    found = json.dumps(matrix(desks), indent=1, sort_keys=True) + "\n"

    if not MATRIX.exists():
        MATRIX.write_text(found)
    assert found == MATRIX.read_text(), "look at what changed; remove the file to write it anew"


# 32 another programme's object


def test_32_what_is_of_another_programme_is_not_there(desks):
    visitor = invited(desks, "office", "amina")
    other = Desks.opened()
    theirs = other.appoint("bek", "county")

    assert visitor.post("people/end-appointment/", appointment=theirs.pk).status_code == 404
    assert visitor.post("posts/", appointment=theirs.pk).status_code == 404
    for page in ("people/nothing/invite/", "people/nothing/lost-factor/"):
        assert visitor.get(page).status_code == 404
        assert visitor.post(page).status_code == 404
    assert Appointment.objects.get(pk=theirs.pk).ended_at is None
    assert other.programme not in visitor.get("people/").content.decode()


def test_32_a_device_of_somebody_else_is_not_there(team):
    bek = invited(team.desks, "county", "bek")
    device = DeviceToken.objects.get()

    for chosen in (device.pk, "x", -1, ""):
        assert bek.post("account/end-device/", device=chosen).status_code == 404
    assert team.device().status_code == 200


# 33 extra fields


@pytest.mark.parametrize(
    "extra",
    [
        {"post": "office"},
        {"role": "programme-office"},
        {"programme": "x"},
        {"user": "1"},
        {"is_superuser": "1"},
    ],
)
def test_33_what_a_form_does_not_ask_changes_nothing(desks, extra):
    secret = invite(desks.programme, "auditor", by="office", journal=journal, now=desks.now)
    Visitor().post(INVITED.format(secret), sign_in_name="amina", password=PASSWORD, **extra)

    held = Appointment.objects.get()
    assert (held.programme, held.post, str(held.user)) == (desks.programme, "auditor", "amina")


# 34, 35: tests/people/test_recording.py and test_two_persons.py


# 36 Django's admin


def test_36_there_is_no_admin(db):
    from django.conf import settings  # noqa: PLC0415

    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    for path in ("/admin/", "/en/admin/"):
        assert Client().get(path).status_code == 404


# 37 device tokens


def test_37_a_token_is_kept_as_a_digest_and_shown_once(team):
    kept = DeviceToken.objects.get()

    assert kept.digest == hashlib.sha256(team.token.encode()).hexdigest()
    assert team.token not in team.visitor.get("account/").content.decode()


def test_37_a_token_is_revoked_by_its_owner(team):
    team.visitor.post("account/end-device/", device=DeviceToken.objects.get().pk)

    assert team.device().status_code == 401


def test_37_a_token_acts_as_one_post_and_opens_no_page(team):
    Appointment.objects.create(
        user=team.visitor.user,
        programme=team.desks.programme,
        post="office",
        starts_on=team.desks.today,
    )

    assert team.device().json()["post"] == "lead"
    for page in ("", "account/", "people/", "posts/"):
        assert team.device(DESK + page)["Location"].startswith(f"{DESK}sign-in/")


@pytest.mark.parametrize("token", ["", "x", "Bearer", "x" * 5000])
def test_37_a_wrong_token_is_told_nothing(db, token):
    answer = Client().get("/api/seat", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_37_a_token_records_what_its_post_may(team):
    seat = devices.seat_by(team.token, journal=journal, now=team.desks.now)
    draft = seat.draft(
        ProjectStarted(project="qarasu-well"), id=new_id(), happened_on=team.desks.today
    )

    receipt = record(seat, draft, journal=journal, now=team.desks.now)
    assert Recording.objects.get(fact=receipt.id).user == team.visitor.user
