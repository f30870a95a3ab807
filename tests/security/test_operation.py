"""Lines 3, 15 and 57–60 of the list of web hardening: what is shipped, logged, kept and restored."""

import json
import logging
import os
import re
import runpy
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client, override_settings

from cairn.following.snapshot import bring_up_to_date
from cairn.journal import keys
from cairn.web.api import reads
from cast import new_id
from people.desks import PASSWORD
from security.visitors import DESK, INVITED
from web.api.devices import Device

ROOT = Path(__file__).parents[2]
CAIRN = Path(sys.executable).with_name("cairn")


def tracked():
    done = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("no git here to say which files are kept")
    for name in done.stdout.split("\0"):
        path = ROOT / name
        if name and path.is_file() and path.stat().st_size < 2**20:
            yield name, path.read_bytes()


# 3 secrets

SECRETS = {
    "private key": rb"-----BEGIN (RSA |EC |OPENSSH |ENCRYPTED )?PRIVATE KEY-----\s",
    "signer": rb"PRIVATE\+KEY\+[A-Za-z0-9.:/_-]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{40,}",
    "cloud": rb"\b(AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[bp]-[0-9A-Za-z-]{20,})",
    "secret in a setting": rb"SECRET_KEY\s*=\s*[\"'][^\"']{8,}",
    "password in an address": rb"\b(postgres|postgresql|https?|smtp)://[a-z0-9_.-]+:[^@\s/{}$<]{3,}@[a-z0-9]",
}
OF_TESTS = re.compile(r"^(tests|bench)/")
"""Keys and passwords of tests open nothing; whoever reads a test must see them."""


@pytest.mark.parametrize("pattern", SECRETS.values(), ids=SECRETS)
def test_03_no_file_that_is_shipped_holds_a_secret(pattern):
    found = [name for name, content in tracked() if re.search(pattern, content)]

    assert [name for name in found if not OF_TESTS.match(name)] == []


def test_03_the_scan_finds_what_it_looks_for():
    made = b'SECRET_KEY = "0123456789"'

    assert re.search(SECRETS["secret in a setting"], made)
    signer = rb"PRIVATE+KEY+example.com/foo+530ae6c4+AUJmZTU4ZjZlNGY0ZTk4ZjQ4ZjQ4ZjQ4ZjQ4ZjQ4ZjQ4"
    assert re.search(SECRETS["signer"], signer)


def test_03_the_secret_is_the_environments_or_a_file_of_its_user(tmp_path):
    run([CAIRN, "open", "qinghe", "--dir", tmp_path / "data", *OPENING])

    mode = (tmp_path / "data" / "secret").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


OPENING = [
    "--name",
    "Qinghe",
    "--timezone",
    "Asia/Shanghai",
    "--currency",
    "CNY",
    "--on",
    "2025-01-01",
]


def run(command, **environment):
    alone = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    alone.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [str(part) for part in command],
        env={**alone, **environment},
        capture_output=True,
        text=True,
        check=True,
    )


# 15 TLS


def test_15_the_proxy_that_is_documented_speaks_tls_1_2_and_more_and_says_what_it_heard():
    page = (ROOT / "docs/how-to/people-at-work.md").read_text()
    proxy = page.partition("## Behind a proxy")[2].partition("\n## ")[0]

    said = dict(re.findall(r"^\s*(\w+) (.+);$", proxy, re.MULTILINE))
    assert said["ssl_protocols"] == "TLSv1.2 TLSv1.3"
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in proxy
    assert "proxy_set_header Host $host;" in proxy
    assert "server_tokens off;" in proxy


# 57 the lock, and what stands in it


@pytest.mark.parametrize(
    "lock",
    [
        "requirements.lock",
        "requirements-dev.lock",
        "requirements-ray.lock",
        "bench/requirements.lock",
    ],
)
def test_57_every_package_is_pinned_by_version_and_hash(lock):
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / lock).read_text())[1:]

    assert len(blocks) > 20
    for block in blocks:
        assert re.match(r"[A-Za-z0-9._-]+==\S+", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]
        assert "://" not in block.partition("# via")[0], block[:80]


def test_57_nothing_is_installed_past_the_lock():
    installs = re.findall(r"pip install.*", (ROOT / "Makefile").read_text())

    for line in installs:
        pinned = "--require-hashes" in line or "--no-deps --no-build-isolation -e ." in line
        assert pinned or "uv==$(UV_VERSION)" in line, line
    npm = json.loads((ROOT / "front/package-lock.json").read_text())["packages"]
    assert all("integrity" in one for name, one in npm.items() if name)


def test_57_the_bill_of_materials_names_every_package_of_the_lock():
    module = runpy.run_path(str(ROOT / ".ci/sbom.py"))
    lock = (ROOT / "requirements.lock").read_text()
    bill = module["sbom"](lock)

    named = {(one["name"], one["version"]) for one in bill["components"]}
    assert named == set(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock, re.MULTILINE))
    assert bill["specVersion"] == "1.6"
    assert sum(len(one["externalReferences"]) for one in bill["components"]) == lock.count("--hash")
    assert len({one["bom-ref"] for one in bill["components"]}) == len(bill["components"])


# 58 logs

CANARIES = {
    "token": "canary-token-7f3a",
    "password": "canary password of a user",
    "invitation": "canary-invitation-secret",
    "body": "canary-body-0b1c",
    "query": "canary-query-55aa",
    "address": "203.0.113.77",
    "browser": "canary-browser/9.9",
    "cookie": "canary-cookie-1199",
}


def test_58_no_log_holds_a_secret_a_body_or_an_address(desks, caplog, capfd, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError("something of ours is wrong")

    caplog.set_level(logging.DEBUG)
    bring_up_to_date(desks.programme)
    bearing = {"Authorization": f"Bearer {CANARIES['token']}", "User-Agent": CANARIES["browser"]}
    client = Client(
        raise_request_exception=False, enforce_csrf_checks=True, REMOTE_ADDR=CANARIES["address"]
    )
    client.cookies["cairn-session"] = CANARIES["cookie"]
    query = {"q": CANARIES["query"]}
    body = json.dumps({"kind": CANARIES["body"]})
    send = {"data": body, "content_type": "application/json", "headers": bearing}
    client.get("/api/seat", query, headers=bearing)
    client.put(f"/api/facts/{new_id()}", **send)
    client.get(INVITED.format(CANARIES["invitation"]), query)
    client.get(f"/en/nothing/{CANARIES['query']}/")
    client.get(f"/en/{CANARIES['query']}/", query)
    client.post(f"{DESK}sign-in/", {"login": "x", "password": CANARIES["password"]})
    with override_settings(ALLOWED_HOSTS=["only.example"]):
        client.get("/en/", query)
    device = Device(desks, "county")
    device.client.raise_request_exception = False
    device.put(f"facts/{new_id()}", {"kind": CANARIES["body"]})
    device.put(f"facts/{new_id()}", f'{{"{CANARIES["body"]}": NaN}}')
    device.put(f"facts/{new_id()}", CANARIES["body"] * 100_000)
    monkeypatch.setattr(reads, "asks", None)
    failed = device.get("grants", sponsor=CANARIES["query"])

    said = caplog.text + "".join(capfd.readouterr())
    assert failed.status_code == 500
    assert "AttributeError" in said  # a bug of ours is told, with its trace
    assert "POST (no route)" in said or "GET api/seat" in said
    for name, canary in {**CANARIES, "device": device.token, "known": PASSWORD}.items():
        assert canary not in said, name


def test_58_the_server_logs_no_access():
    from cairn.web.serve import LOGGING  # noqa: PLC0415

    assert LOGGING["loggers"]["granian.access"]["level"] == "WARNING"
    assert "log_access=True" not in (ROOT / "src/cairn/web/serve.py").read_text()


# 59 the signing key


def test_59_what_serves_pages_does_not_even_load_what_reads_keys(tmp_path):
    loaded = """
import sys
from cairn.config.wsgi import application
from django.urls import get_resolver
get_resolver().url_patterns and [p.url_patterns for p in get_resolver().url_patterns if hasattr(p, "url_patterns")]
import cairn.web.api.urls, cairn.web.public.urls, cairn.web.desk.urls
print("cairn.journal.keys" in sys.modules)
"""
    done = run([sys.executable, "-c", loaded], CAIRN_DIR=str(tmp_path))

    assert done.stdout.strip() == "False"


def test_59_a_key_that_others_can_read_signs_nothing(desks):
    keys.make(desks.programme, origin=f"cairn.example/{desks.programme}")
    path = keys.keys_folder() / desks.programme
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)

    with pytest.raises(keys.KeyUnreadableError):
        keys.signer_of(desks.programme)


def test_59_a_key_can_be_changed(desks):
    keys.make(desks.programme, origin=f"cairn.example/{desks.programme}")
    before = keys.signer_of(desks.programme).verifier

    keys.begin_next(desks.programme, origin=f"cairn.example/{desks.programme}")
    assert keys.next_signer(desks.programme).verifier != before
    # That the log goes on under the new one: tests/journal/test_keys.py and test_log_cli.py.


# 60 the drill: a backup is restored, checked, published, and the record verified whole


TOLD = """
import sys
from pathlib import Path
from cairn.config.installation import installation
installation(Path(sys.argv[1]), make=True)
from told import programme_told
print(programme_told())
"""


@pytest.mark.long
def test_60_a_backup_is_restored_and_the_record_verifies_whole(tmp_path):
    first, second, site = (tmp_path / name for name in ("first", "second", "site"))
    made = run([sys.executable, "-c", TOLD, first], PYTHONPATH=str(ROOT / "tests"))
    programme = made.stdout.strip()
    origin = f"cairn.example/{programme}"
    run([CAIRN, "keys", "make", programme, "--origin", origin, "--dir", first])
    run([CAIRN, "log", "sign", "--dir", first])
    run([CAIRN, "backup", tmp_path / "backup.tar", "--keys", "--dir", first])
    run([CAIRN, "restore", tmp_path / "backup.tar", "--dir", second])

    run([CAIRN, "check", "--dir", second])
    run([CAIRN, "publish", site, "--programme", programme, "--dir", second])
    key = (first / "log" / programme / "verifier").read_text().strip()
    run([CAIRN, "verify", site, "--key", key])
    assert list((second / "files" / programme).rglob("*.jpg"))
