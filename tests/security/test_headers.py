"""Lines 2–10 and 13 of the list of web hardening: what every answer says, whatever it answers."""

import json
import subprocess
import sys

import pytest
from django.test import Client

from cairn.following.snapshot import bring_up_to_date
from security.test_rights import ROUTES, path_of

SAID = {
    "X-Content-Type-Options": "nosniff",  # 8
    "Referrer-Policy": "same-origin",  # 9
    "Cross-Origin-Opener-Policy": "same-origin",  # 10
    "X-Frame-Options": "DENY",  # 7, for old browsers
}
HTTPS = """
import json, os, sys
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from django.test import Client
from cairn.config import urls
def broken(request, programme):
    raise RuntimeError("canary in a trace")
pages = urls.urlpatterns[-1].url_patterns[-1].url_patterns
next(page for page in pages if page.name == "programme").callback = broken
found = {}
client = Client(raise_request_exception=False, headers={"Host": "pages.example.org"})
for name, path, secure, more in (
    ("page", "/en/", True, {}), ("none", "/en/x/y/z/", True, {}), ("static", "/static/cairn/cairn.css", True, {}),
    ("api", "/api/seat", True, {}), ("desk", "/en/~desk/sign-in/", True, {}), ("plain", "/en/", False, {}),
    ("host", "/en/", True, {"Host": "evil.example"}), ("plain host", "/en/", False, {"Host": "evil.example"}),
    ("broken", "/en/qarasu/", True, {}), ("large", "/en/", True, {"Content-Length": "99999999"}),
):
    if secure:
        more = {**more, "X-Forwarded-Proto": "https"}
    answer = client.get(path, headers=more)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    found[name] = [answer.status_code, dict(answer.headers), body.decode(errors="replace")]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def over_https(tmp_path_factory):
    """What an installation with a name answers, each as [status, headers, body]."""
    done = subprocess.run(
        [sys.executable, "-c", HTTPS, tmp_path_factory.mktemp("https") / "cairn-data"],
        env={
            "CAIRN_HOSTS": "pages.example.org",
            "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
            "PATH": "/usr/bin:/bin",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def policy_of(answer):
    """A Content-Security-Policy by directive."""
    said = answer if isinstance(answer, str) else answer["Content-Security-Policy"]
    return dict(part.strip().partition(" ")[::2] for part in said.split(";"))


def test_02_a_500_shows_no_trace(over_https):
    status, _headers, body = over_https["broken"]

    assert status == 500
    for canary in ("canary", "Traceback", "RuntimeError", ".py", "SECRET"):
        assert canary not in body


def test_02_nothing_turns_debugging_on_but_its_variable():
    from django.conf import settings  # noqa: PLC0415

    assert settings.DEBUG is False


@pytest.mark.parametrize("name", ["host", "plain host"])
def test_04_a_host_that_is_not_ours_is_refused(over_https, name):
    assert over_https[name][0] == 400
    assert "evil.example" not in over_https[name][2]


def test_05_https_is_asked_for_a_year_and_plain_http_is_sent_there(over_https):
    for name, (_status, headers, _body) in over_https.items():
        if "plain" not in name:
            said = headers["Strict-Transport-Security"]
            assert int(said.partition("max-age=")[2].partition(";")[0]) >= 365 * 24 * 3600, name
            assert "includeSubDomains" in said
    assert over_https["plain"][0] == 301
    assert over_https["plain"][1]["Location"] == "https://pages.example.org/en/"


def test_06_to_10_over_https_every_answer_says_it(over_https):
    assert over_https["large"][0] == 413
    for name, (_status, headers, _body) in over_https.items():
        assert {key: headers.get(key) for key in SAID} == SAID, name
        policy = policy_of(headers["Content-Security-Policy"])
        assert policy["frame-ancestors"] == "'none'", name
        assert policy["default-src"] == "'none'", name


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_06_to_10_on_every_route_and_for_every_refusal(db, route, method):
    answer = getattr(Client(enforce_csrf_checks=True), method)(path_of(route))

    assert {name: answer.get(name) for name in SAID} == SAID
    policy = policy_of(answer)
    assert policy["default-src"] == "'none'"
    for directive, sources in policy.items():
        assert "unsafe" not in sources, directive
        assert not set(sources.split()) - {"'none'", "'self'", "data:"}, directive
    assert "data:" not in policy.get("script-src", "")


def test_06_the_page_of_the_api_runs_only_scripts_from_here(db):
    page = Client().get("/api/docs")

    assert policy_of(page)["script-src"] == "'self'"
    assert "http" not in page.content.decode()
    assert "<style" not in page.content.decode()


def test_13_nothing_that_somebody_signed_in_gets_is_kept(amina, desks):
    bring_up_to_date(desks.programme)
    for route in ROUTES:
        if route.partition(":")[0] in {"desk", "api"} or route.startswith(("mfa", "account")):
            assert amina.client.get(path_of(route))["Cache-Control"] == "no-store", route
