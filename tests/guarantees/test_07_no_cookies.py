"""Every public route is asked, read and written to: none sets a cookie, and none begins a session."""

from django.conf import settings
from django.test import Client

from cairn.people.rights import rights
from guarantees.there import address_of
from security.test_rights import ROUTES

SIGNING_IN = {"account_login", "mfa_authenticate", "mfa_login_webauthn", "desk:invited"}
"""The routes for everybody at which somebody at work signs in; they need one."""

PUBLIC = [route for route in ROUTES if rights().lines[route].everybody and route not in SIGNING_IN]


def test_no_page_for_residents_sets_a_cookie(db):
    assert len(PUBLIC) > 30
    for route in PUBLIC:
        for method in ("get", "head", "post", "options"):
            answer = getattr(Client(), method)(address_of(route))
            assert not answer.cookies, (route, method)
            assert "Set-Cookie" not in answer.headers, (route, method)


def test_nor_where_something_is_on_record(look, told):
    for path in ("", "grants/", "grants/water-2025/", "projects/qarasu-well/", "places/qarasu/",
                 "assets/qarasu-pump/", "needs/footbridge/", "~search/", "~log/", "nothing/at/all/",
                 "places/qarasu/say/", "places/qarasu/answers/", "places/qarasu/board/", "~code/",
                 "assets/qarasu-pump/works/"):  # fmt: skip
        answer = look(path)
        assert not answer.cookies, path
        assert not hasattr(answer.wsgi_request, "session"), path
    assert not Client().get("/en/~guarantees/").cookies
    style = Client().get(f"{settings.STATIC_URL}cairn/cairn.css")
    assert b"".join(style.streaming_content)
    assert not style.cookies
    assert told


def test_only_signing_in_sets_any_for_whoever_is_not_signed_in(lived):
    assert set(lived.told["cookies"]) <= SIGNING_IN
    assert lived.told["cookies"], "the sweep sees a cookie where there is one"


def test_a_cookie_that_is_sent_to_a_public_page_is_not_read(look):
    plain, sent = Client(), Client()
    sent.cookies["cairn-session"] = "x" * 32
    sent.cookies["django_language"] = "zh-hans"

    assert plain.get("/en/~words/").content == sent.get("/en/~words/").content
    assert "Cookie" not in plain.get("/en/~words/").get("Vary", "")
    assert look


def test_no_page_for_residents_keeps_anything_in_the_browser():
    """What a script could: see line 6. And no address carries who asks: no token in public links."""
    assert settings.SESSION_ENGINE == "cairn.people.sessions"
    assert "django.contrib.sessions.middleware.SessionMiddleware" not in settings.MIDDLEWARE
