"""Lines 11–13 and 16–21 of the list of web hardening: cookies, passwords, factors, guessing."""

import re
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from cairn.catalog import journal
from cairn.people import throttle
from cairn.people.appointments import invite
from cairn.people.models import Appointment, Failures, Session, User
from people.desks import PASSWORD
from security.visitors import DESK, INVITED, Visitor, code_of

WRONG = "four stones stay put"


def settings_with(hosts: str) -> dict[str, str]:
    """What settings say in an installation that answers to these names."""
    ask = (
        "from cairn.config import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_NAME,"
        " s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS)"
    )
    env = {"CAIRN_HOSTS": hosts, "CAIRN_SECRET": "x" * 60, "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", ask], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


# 11 cookies


def test_11_cookies_are_bound_to_their_host_and_to_https():
    assert settings_with("pages.example.org") == [
        "__Host-cairn-session",
        "True",
        "__Host-cairn-csrf",
        "True",
        "True",
        "31536000",
    ]


@pytest.mark.parametrize("hosts", ["localhost,pages.example.org", "10.0.0.7", ""])
def test_11_plain_http_is_for_this_machine_alone(hosts):
    assert settings_with(hosts)[0].startswith("__Host-")
    assert not settings_with("localhost,127.0.0.1")[0].startswith("__Host-")


def test_11_cookies_are_for_no_script_and_no_other_site(amina):
    amina.get("account/")
    for cookie in amina.client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


def test_11_the_pages_for_everybody_set_none_even_for_somebody_signed_in(amina, desks):
    for path in ("/", "/en/", "/en/~words/", f"/en/{desks.programme}/", "/en/nothing/"):
        answer = amina.get(path)
        assert not answer.cookies, path
        assert not hasattr(answer.wsgi_request, "session"), path


# 12 CSRF: every route in test_rights.py


def test_12_a_form_of_ours_is_taken(desks):
    secret = invite(desks.programme, "auditor", by="office", journal=journal, now=desks.now)
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(INVITED.format(secret)).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]

    said = {"sign_in_name": "amina", "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert strict.post(INVITED.format(secret), said).status_code == 302


# 13 no-store


@pytest.mark.parametrize("path", ["", "posts/", "account/", "people/", "factors/", "sign-in/"])
def test_13_nothing_of_the_desk_is_kept_by_a_browser(amina, path):
    assert "no-store" in amina.get(path)["Cache-Control"]


# 16, 17 passwords


def test_16_passwords_are_kept_by_argon2(amina):
    assert amina.user.password.startswith("argon2$argon2id$")
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_16_with_all_the_work_that_django_asks_for():
    """In a process of its own: tests/conftest.py makes it cheap in this one."""
    ask = "from django.contrib.auth.hashers import make_password as m; print(m('three stones'))"
    env = {
        "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
        "CAIRN_SECRET": "x" * 60,
        "PATH": "",
    }
    kept = subprocess.run(
        [sys.executable, "-c", ask], env=env, capture_output=True, text=True, check=True
    )

    # 100 MiB, twice, on eight lanes: more than OWASP's least (19 MiB, twice, on one).
    assert kept.stdout.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")


@pytest.mark.parametrize(
    "password", ["short pass1", "123456789012", "passwordpassword", "amina@kunlun", ""]
)
def test_17_a_password_that_is_guessed_is_refused_beside_its_field(desks, password):
    secret = invite(desks.programme, "auditor", by="office", journal=journal, now=desks.now)

    page = Visitor().accept(secret, "amina@kunlun", password)

    assert page.status_code == 200
    assert 'id="id_password_error"' in page.content.decode()
    assert not User.objects.filter(sign_in_name="amina@kunlun").exists()


# 18 second factor


def test_18_a_post_that_moves_money_does_not_act_before_there_is_a_second_factor(desks):
    secret = invite(desks.programme, "county", by="office", journal=journal, now=desks.now)
    visitor = Visitor()
    visitor.accept(secret, "amina")

    assert visitor.get("")["Location"] == f"{DESK}factors/"
    assert visitor.set_up_factor()["Location"] == f"{DESK}factors/codes/"
    assert visitor.get("").status_code == 200, "an app's code was typed a moment ago"


def test_18_27_setting_up_a_factor_is_a_fresh_sign_in_too(desks):
    secret = invite(desks.programme, "county", by="office", journal=journal, now=desks.now)
    visitor = Visitor()
    visitor.accept(secret, "amina")
    session = visitor.client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT - 20
    session.save()
    visitor.set_up_factor()
    session = visitor.client.session
    (password, factor) = session["account_authentication_methods"]
    password["at"] -= 30
    session.save()

    assert (password["method"], factor["method"], factor["type"]) == ("password", "mfa", "totp")
    assert visitor.get("people/committee/invite/").status_code == 200


def test_18_a_code_that_sets_up_an_app_does_not_sign_in_as_well(desks):
    secret = invite(desks.programme, "county", by="office", journal=journal, now=desks.now)
    visitor, thief = Visitor(), Visitor()
    visitor.accept(secret, "amina")
    code = visitor.set_up_factor().wsgi_request.POST["code"]
    thief.sign_in("amina")

    assert thief.post("sign-in/factor/", code=code).status_code == 200
    assert thief.get("")["Location"].startswith(f"{DESK}sign-in/")


def test_18_a_wrong_code_sets_up_nothing_and_shows_nothing(desks):
    secret = invite(desks.programme, "county", by="office", journal=journal, now=desks.now)
    visitor = Visitor()
    visitor.accept(secret, "amina")
    visitor.get("factors/app/")

    assert visitor.post("factors/app/", code="000000").status_code == 200
    assert visitor.get("")["Location"] == f"{DESK}factors/"


@pytest.mark.parametrize("page", ["factors/app/", "factors/passkeys/add/"])
def test_18_whoever_has_a_factor_shows_it_before_another_is_set_up(desks, page):
    """A session from before the first was set up has shown a password alone."""
    secret = invite(desks.programme, "county", by="office", journal=journal, now=desks.now)
    visitor, before = Visitor(), Visitor()
    visitor.accept(secret, "amina")
    before.sign_in("amina")
    visitor.set_up_factor()

    for answer in (before.get(page), before.post(page, code="000000", credential="{}")):
        assert answer["Location"].startswith(f"{DESK}factors/again/")


def test_18_nor_in_a_session_that_has_not_shown_it(amina):
    other = Visitor()
    answer = other.sign_in("amina")

    assert answer["Location"] == f"{DESK}sign-in/factor/"
    assert other.get("")["Location"].startswith(f"{DESK}sign-in/")
    answer = other.post("sign-in/factor/", code=code_of(amina.user))
    assert answer["Location"] == f"{DESK}posts/"
    assert other.get("posts/", follow=True).status_code == 302
    assert other.get("").status_code == 200


def test_18_a_post_that_only_reads_needs_none(desks):
    secret = invite(desks.programme, "witness", by="office", journal=journal, now=desks.now)
    visitor = Visitor()
    visitor.accept(secret, "amina")

    assert visitor.get("").status_code == 200


def test_18_a_code_works_once_whichever_process_is_asked(amina):
    code = code_of(amina.user)
    first, second = Visitor(), Visitor()
    first.sign_in("amina")
    assert first.post("sign-in/factor/", code=code).status_code == 302

    from django.core.cache import cache  # noqa: PLC0415 - another process has another

    cache.clear()
    second.sign_in("amina")
    assert second.post("sign-in/factor/", code=code).status_code == 200


def test_18_recovery_codes_are_shown_once_and_work_once(amina):
    first = amina.get("factors/codes/").content.decode()
    codes = re.findall(r"<li><code>([\w-]+)</code></li>", first)
    again = amina.get("factors/codes/").content.decode()

    assert len(codes) == 10
    assert not any(code in again for code in codes)
    for expected in (302, 200):
        other = Visitor()
        other.sign_in("amina")
        assert other.post("sign-in/factor/", code=codes[0]).status_code == expected


def test_18_the_secret_of_an_app_is_not_readable_in_the_database(amina):
    page = amina.get("factors/").content.decode()
    kept = Authenticator.objects.get(user=amina.user, type="totp").data["secret"]

    assert page
    assert not re.fullmatch(r"[A-Z2-7=]+", kept)


def test_18_where_the_secret_of_the_installation_is_lost_no_code_fits(amina, settings):
    code = code_of(amina.user)
    settings.SECRET_KEY = "another installation's" * 3
    other = Visitor()
    other.sign_in("amina")

    assert other.post("sign-in/factor/", code=code).status_code == 200
    assert other.post("sign-in/factor/", code=code_of(amina.user)).status_code == 200


def test_18_guessing_codes_is_slowed_down(amina):
    other = Visitor()
    other.sign_in("amina")
    for _time in range(throttle.FREE):
        other.post("sign-in/factor/", code="000000")

    page = other.post("sign-in/factor/", code=code_of(amina.user))

    assert "Too many attempts" in page.content.decode()


# 19 passkeys


def test_19_passkeys_are_on(amina):
    assert settings.MFA_PASSKEY_LOGIN_ENABLED
    assert "webauthn" in settings.MFA_SUPPORTED_TYPES
    assert "passkey_login" in Visitor().get("sign-in/").content.decode()


@pytest.mark.parametrize(
    ("path", "signed_in"),
    [("sign-in/", False), ("factors/passkeys/add/", True)],
)
def test_19_only_the_pages_with_passkeys_may_run_a_script_and_only_ours(amina, path, signed_in):
    page = (amina if signed_in else Visitor()).get(path)

    policy = page["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    for script in re.findall(r"<script([^>]*)>", page.content.decode()):
        assert 'type="application/json"' in script or re.search(r'src="/static/', script)
    assert "script-src" not in amina.get("account/")["Content-Security-Policy"]


# 20 throttle


@pytest.mark.parametrize("name", ["amina", "nobody"])
def test_20_a_name_rests_after_some_failures_whoever_tries(amina, name):
    for _time in range(throttle.FREE):
        Visitor().sign_in(name, WRONG)

    page = Visitor().sign_in(name)

    assert "Too many attempts" in page.content.decode()


def test_20_it_may_be_tried_again_after_a_rest_and_one_success_clears_it(amina):
    for _time in range(throttle.FREE):
        Visitor().sign_in("amina", WRONG)
    Failures.objects.update(last_at=Failures.objects.get().last_at - throttle.FIRST_REST)

    assert Visitor().sign_in("amina").status_code == 302
    assert not Failures.objects.exists()


def test_20_rests_grow_and_end(desks):
    now = desks.now
    for _time in range(throttle.FREE + 3):
        throttle.failed("amina", now=now)

    assert throttle.must_rest("AMINA ", now=now + 7 * throttle.FIRST_REST)
    assert not throttle.must_rest("amina", now=now + throttle.LONGEST_REST)
    assert not throttle.must_rest("bek", now=now)


def test_20_no_table_holds_an_address_or_a_browser(amina):
    marks = ("203.0.113.9", "CanaryBrowser")
    visitor = Visitor(REMOTE_ADDR=marks[0], HTTP_USER_AGENT=marks[1])
    visitor.sign_in("amina", WRONG)
    visitor.sign_in("amina")
    visitor.post("sign-in/factor/", code=code_of(amina.user))

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            held = repr(cursor.fetchall())
            assert not any(mark in held for mark in marks), table
    for session in Session.objects.all():
        assert not any(mark in repr(session.get_decoded()) for mark in marks)


# 21 no user enumeration


def test_21_a_wrong_password_and_an_unknown_name_get_the_same_page(amina):
    known, unknown = Visitor().sign_in("amina", WRONG), Visitor().sign_in("nobod", WRONG)

    def body(answer):
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
        return re.sub(r'value="(amina|nobod)"', "", page)

    assert known.status_code == unknown.status_code == 200
    assert body(known) == body(unknown)


def test_21_and_cost_the_same_work(amina, monkeypatch):
    """The hasher is asked once for each: counted, since a clock would measure the machine."""
    asked = []
    real = hashers.Argon2PasswordHasher.encode

    def counted(self, password, salt):
        asked.append(password)
        return real(self, password, salt)

    def verified(self, password, encoded):
        asked.append(password)
        return False

    monkeypatch.setattr(hashers.Argon2PasswordHasher, "encode", counted)
    monkeypatch.setattr(hashers.Argon2PasswordHasher, "verify", verified)
    for name in ("amina", "nobody"):
        Visitor().sign_in(name, WRONG)

    assert asked == [WRONG, WRONG]


def test_21_whoever_holds_no_post_is_nobody(amina, desks):
    Appointment.objects.update(ended_at=desks.now)

    page = Visitor().sign_in("amina")

    assert "do not belong together" in page.content.decode()


def test_21_nobody_signs_up(desks):
    names = set(get_resolver().reverse_dict) | {"account_signup", "account_reset_password"}
    assert "account_signup" in names
    for path in ("signup/", "sign-up/", "password/reset/", "email/"):
        assert Visitor().get(path).status_code == 404
