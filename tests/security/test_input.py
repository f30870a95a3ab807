"""Lines 39–46 of the list of web hardening: what comes in, and what the source may do with it.

Lines 39, 40 and 46 hold the source itself to a rule, by its syntax tree and with no tool more; ruff's
rules of the S family, which `make check` runs over src without exception, say the same once more.
"""

import ast
import re
import socket
import tomllib
from functools import cache
from pathlib import Path

import pytest
from django.test import Client

from cairn.journal.files import path_of as path_of_file
from cairn.people.models import Appointment
from cast import a_picture, new_id
from people.desks import PASSWORD
from security.visitors import DESK, invited
from web.api.devices import Device
from web.api.test_files import sha_of

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src/cairn").rglob("*.py"))
TEMPLATES = sorted((ROOT / "src/cairn/web/templates").rglob("*.html"))


@cache
def calls(path):
    """What a source calls, with each call: several lines look through all of them."""
    found = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return tuple((ast.unparse(node.func), node) for node in found)


def where(path, node):
    return f"{path.relative_to(ROOT)}:{node.lineno}"


# 39 SQL

PUT_TOGETHER = {
    "journal/columns.py": "names of tables and columns, from the models",
    "journal/checks.py": "likewise",
    "money/checks.py": "likewise",
    "journal/leftovers.py": "a number of milliseconds",
    "journal/migrations/0002_insert_only.py": "triggers, of names written there",
    "following/columns.py": "names of columns, written there",
    "exchange/tables/money.py": "likewise",
}
"""Files that put SQL together, of what. None takes anything that a person wrote."""


def test_39_no_sql_is_put_together_from_what_somebody_sends():
    for path in SOURCES:
        inside = path.relative_to(ROOT / "src/cairn").as_posix()
        for name, node in calls(path):
            last = name.rpartition(".")[2]
            assert last not in {"raw", "RawSQL", "extra"}, where(path, node)
            if last in {"execute", "executemany", "executescript"} and node.args:
                joined = isinstance(node.args[0], (ast.JoinedStr, ast.BinOp, ast.Call))
                assert not joined or inside in PUT_TOGETHER, where(path, node)
    assert not [p for p in SOURCES if "/web/" in str(p) and ".cursor(" in p.read_text()]


# 40 markup

MADE_BY_HAND = {
    "web/drawing.py",
    "web/tables.py",
    "web/public/audit_columns.py",
    "web/public/book_columns.py",
    "web/public/known_columns.py",
    "web/public/year_columns.py",
    "web/templatetags/stacks.py",
}
"""Files that put markup together, of parts that are escaped: tests/web and line 41 look at them."""


def test_40_nothing_marks_text_as_safe_but_the_drawing_of_tables():
    for path in SOURCES:
        inside = path.relative_to(ROOT / "src/cairn").as_posix()
        for name, node in calls(path):
            assert name.rpartition(".")[2] != "mark_safe", where(path, node)
            if name == "SafeString" and not isinstance(node.args[0], ast.Constant):
                assert inside in MADE_BY_HAND or inside.startswith("web/charts/"), where(path, node)
    for template in TEMPLATES:
        text = template.read_text()
        assert not re.search(r"\|\s*safe\b|autoescape\s+off|safeseq", text), template


# 46 what runs what it reads


def test_46_nothing_is_run_that_was_read():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            banned = {"pickle", "marshal", "shelve", "yaml", "dill", "jsonpickle"}
            assert not banned & {name.partition(".")[0] for name in names}, where(path, node)
        for name, node in calls(path):
            assert name not in {"eval", "exec", "compile", "os.system", "os.popen"}, where(
                path, node
            )
            shell = [k for k in node.keywords if k.arg == "shell"]
            assert not shell, where(path, node)
            pickled = [k for k in node.keywords if k.arg == "allow_pickle"]
            assert all(k.value.value is False for k in pickled), where(path, node)


def test_39_40_46_ruffs_rules_about_security_are_on_for_all_of_the_source():
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]

    assert lint["select"] == ["ALL"]
    assert not [rule for rule in lint["ignore"] if re.fullmatch(r"S\d+|S", rule)]
    for files, rules in lint["per-file-ignores"].items():
        if not files.startswith(("tests", "bench")):
            assert not [rule for rule in rules if re.fullmatch(r"S\d+|S", rule)], files


# 42 strict schemas: tests/web/api/test_described.py (`make fuzz`), test_bodies.py


def test_42_every_schema_of_a_fact_takes_nothing_it_does_not_know(db):
    schemas = Client().get("/api/openapi.json").json()["components"]["schemas"]
    facts = {name: schema for name, schema in schemas.items() if name.startswith("fact.")}

    assert len(facts) > 20
    assert all(schema["additionalProperties"] is False for schema in facts.values())


# 43 limits


@pytest.mark.parametrize("path", ["/en/", f"{DESK}sign-in/", "/api/facts", "/en/no/such/"])
def test_43_no_address_takes_more_than_a_mebibyte(db, path):
    answer = Client().post(path, b"x" * (2**20 + 1), content_type="application/json")

    assert answer.status_code == 413


def test_43_nor_deeper_than_sixteen_levels(desks):
    deep = b'{"kind":"x","happened_on":"2025-01-01","fact":' + b"[" * 16 + b"]" * 16 + b"}"

    assert Device(desks, "county").put(f"facts/{new_id()}", deep).status_code == 400


# 44 redirects

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%2f/evil.example",
    "/\t/evil.example",
    " //evil.example",
    "https://testserver@evil.example/",
    "https://evil.example\\@testserver/",
    "//evil.example%2f..",
]


def stays_here(answer):
    """Whether an answer leads to an address of ours, as a browser reads it."""
    if answer.status_code not in {301, 302, 303, 307, 308}:
        return True
    location = re.sub(r"[\t\r\n]", "", answer["Location"]).strip().replace("\\", "/")
    return location.startswith("/") and not location.startswith("//")


@pytest.mark.parametrize("there", ELSEWHERE)
def test_44_signing_in_leads_nowhere_else(desks, there):
    invited(desks, "auditor", "amina")
    client = Client()
    for path in (f"{DESK}sign-in/", f"{DESK}sign-in/again/", f"{DESK}sign-in/factor/"):
        said = {"login": "amina", "password": PASSWORD, "next": there}
        assert stays_here(client.post(path, said)), path
        assert stays_here(client.get(path, {"next": there})), path
    assert stays_here(client.post(f"{DESK}sign-out/", {"next": there}))


@pytest.mark.parametrize("there", ELSEWHERE)
def test_44_nor_does_a_page_that_asks_to_show_more(desks, there):
    visitor = invited(desks, "county", "amina")
    session = visitor.client.session
    for record in session["account_authentication_methods"]:
        record["at"] = 0
    session.save()

    answer = visitor.client.post(f"{DESK}account/make-device/", headers={"Referer": there})
    assert answer.status_code == 302
    assert stays_here(answer)


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/en", "/\\evil.example", "/%5cevil.example/x"]
)
def test_44_nor_an_address_that_looks_like_another_host(db, path):
    assert stays_here(Client().get(path))


# 45 outbound


@pytest.fixture
def no_network(monkeypatch):
    """Nothing reaches out: whoever tries is told, and so is the test."""
    tried = []

    def refuse(*args, **_more):
        tried.append(args)
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


def test_45_an_address_that_somebody_writes_is_never_fetched(desks, no_network, on_sqlite):
    county = Device(desks, "county")
    url = "http://169.254.169.254/latest/meta-data/"
    for fact in (
        {"place": "x", "name": {"en": url}, "level": "village", "within": "hongliu"},
        {"place": url, "name": {"en": "x"}, "level": "village", "within": "hongliu"},
    ):
        said = {"kind": "programme.place-added", "happened_on": "2025-03-01", "fact": fact}
        county.put(f"facts/{new_id()}", said)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}"/></svg>'.encode()
    county.send_file(sha_of(svg), svg)
    picture = a_picture()
    county.send_file(sha_of(picture), picture)
    county.get("places", cursor=url)
    Client().get(f"/en/{desks.programme}/", {"sponsor": url, "next": url})

    assert no_network == []


REACHES_OUT = {
    "web/serve.py": "asks itself whether it answers yet",
    "verify/files.py": "reads the record at the address that the command was given",
    "witness/": "asks the witnesses that the operator named, and answers as one",
    "web/mailing.py": "hands mails to the server that the operator named, and to no other",
    "web/mails.py": "makes them",
    "many/": "asks what this machine is called, and whether the cluster answers that the operator named",
}


def test_45_only_what_an_operator_names_is_reached():
    for path in SOURCES:
        inside = path.relative_to(ROOT / "src/cairn").as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            reaching = {"socket", "urllib.request", "http.client", "requests", "httpx", "smtplib"}
            reaching |= {"django.core.mail", "poplib", "imaplib", "ftplib"}
            if reaching & set(names):
                assert inside.startswith(tuple(REACHES_OUT)), where(path, node)


@pytest.fixture
def on_sqlite(sqlite):
    """A database on a socket is reached by one."""
    return sqlite


# 33 extra fields, over the API


@pytest.mark.parametrize(
    "extra",
    [
        {"post": "office"},
        {"programme": "other"},
        {"position": 1},
        {"recorded_at": "2020-01-01T00:00:00Z"},
        {"sealed": {}},
        {"role": "programme-office"},
        {"user": 1},
        {"__class__": "x"},
        {"id": "01936f0a-0000-7000-8000-000000000001"},
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_33_a_fact_with_a_field_more_is_refused(desks, extra, inside):
    said = {
        "kind": "programme.place-added",
        "happened_on": "2025-03-01",
        "fact": {"place": "x", "name": {"en": "X"}, "level": "village", "within": "hongliu"},
    }
    (said["fact"] if inside else said).update(extra)

    answer = Device(desks, "county").put(f"facts/{new_id()}", said)
    assert answer.status_code == 422
    assert answer.json()["objections"][0]["field"] == next(iter(extra))
    assert Appointment.objects.count() == 1


def test_32_a_file_of_another_programme_is_not_there(desks):
    picture = a_picture()
    kept = Device(desks, "county").send_file(sha_of(picture), picture).json()["file"]

    assert path_of_file(desks.programme, kept).exists()
    assert Client().get(f"/files/teams-other/{kept}.jpg").status_code == 404
